// SPDX-License-Identifier: Apache-2.0
// What answers mean: errors, lists, challenges, waits, redirects. No network.
#include "registryclient/extensionreaders.h"
#include "registryclient/listreaders.h"
#include "registryclient/redirects.h"
#include "registryclient/replyerror.h"
#include "registryclient/retry.h"

#include <QTest>

using namespace quayside;

namespace {

ClientReply reply(int status, const QByteArray &body = {}, HttpHeaders headers = {})
{
    ClientReply made;
    made.status = status;
    made.url = QUrl(QStringLiteral("https://reg/v2/x"));
    made.headers = std::move(headers);
    made.body = body;
    return made;
}

/// The text with `value` in the place of each "$". (moc loses its way when a raw string ends in a quote.)
QByteArray filled(QByteArray text, const QByteArray &value)
{
    return text.replace('$', value);
}

} // namespace

class TestAnswers : public QObject
{
    Q_OBJECT

private slots:
    void mapsStatus_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("kind");
        const auto row = [](int status, ErrorKind kind) {
            QTest::addRow("%d", status) << status << static_cast<int>(kind);
        };
        row(302, ErrorKind::BadAnswer);
        row(400, ErrorKind::InvalidInput);
        row(401, ErrorKind::Unauthorized);
        row(403, ErrorKind::Forbidden);
        row(404, ErrorKind::NotFound);
        row(405, ErrorKind::Unsupported);
        row(408, ErrorKind::Timeout);
        row(409, ErrorKind::Conflict);
        row(412, ErrorKind::Conflict);
        row(413, ErrorKind::TooLarge);
        row(416, ErrorKind::Conflict);
        row(418, ErrorKind::Server);
        row(429, ErrorKind::TooManyRequests);
        row(500, ErrorKind::Server);
        row(503, ErrorKind::Server);
        row(507, ErrorKind::NoSpace);
    }

    void mapsStatus()
    {
        QFETCH(int, status);
        QFETCH(int, kind);
        const Error error = replyError(reply(status), "team/api");
        QCOMPARE(static_cast<int>(error.kind), kind);
        QCOMPARE(error.httpStatus, status);
    }

    void readsErrorBodies()
    {
        const QByteArray good =
            R"({"errors":[{"code":"NAME_UNKNOWN","message":"no such name"},{"code":"B"}]})";
        QCOMPARE(replyError(reply(404, good), "x").code, std::string("NAME_UNKNOWN"));
        QVERIFY(replyError(reply(404, good), "x").message.find("no such name") != std::string::npos);
        for (const char *odd :
             {"", "<html>", "[]", "{}", R"({"errors":{}})", R"({"errors":[]})", R"({"errors":[7]})",
              R"({"errors":[{"code":7}]})", "{\"errors\":[{\"code\":\"\xff\"}]}"})
            QVERIFY(replyError(reply(404, odd), "x").code.empty());
        const QByteArray large =
            filled(R"({"errors":[{"code":"A","message":"$"}]})", QByteArray(60'000, 'x'));
        QVERIFY(replyError(reply(404, large), "x").message.size() < 600);
    }

    void tellsWebPages()
    {
        QVERIFY(isWebPage(reply(200, {}, {{"content-type", " Text/HTML; charset=utf-8"}})));
        QVERIFY(!isWebPage(reply(200, {}, {{"Content-Type", "application/json"}})));
        QVERIFY(badAnswer(reply(200, {}, {{"Content-Type", "text/html"}}), "x", "y").kind ==
                ErrorKind::NotARegistry);
        QVERIFY(badAnswer(reply(200), "x", "y").kind == ErrorKind::BadAnswer);
    }

    void readsLists()
    {
        const auto tags = readTagPage(R"({"name":"x","tags":["b","a","b","../../etc","",null,7,"1.0"]})");
        QVERIFY(tags.has_value());
        QCOMPARE(tags->rows.size(), std::size_t(3));
        QCOMPARE(tags->rows[0].toString(), std::string("b"));
        QCOMPARE(tags->invalid, (QStringList{QStringLiteral("../../etc"), QString(), QStringLiteral("null"),
                                             QStringLiteral("7")}));
        QVERIFY(readTagPage(R"({"name":"x","tags":null})")->rows.empty());
        QVERIFY(readTagPage(R"({"name":"x"})")->rows.empty());
        for (const char *bad :
             {"", "[]", "null", "{", R"({"tags":"a"})", R"({"tags":{"a":1}})", "<html></html>"})
            QVERIFY(readTagPage(bad).error().kind == ErrorKind::BadAnswer);
        QCOMPARE(readRepositoryPage(R"({"repositories":["a/b","A"]})")->rows.size(), std::size_t(1));
        const QByteArray longName = filled(R"({"tags":["$"]})", QByteArray(100'000, 'x'));
        QVERIFY(readTagPage(longName)->invalid.front().size() <= 256);
    }

    void readsReferrers()
    {
        const QByteArray good = filled(
            R"({"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:$","size":7})",
            QByteArray(64, 'a'));
        const auto list = [](const QByteArray &rows) {
            return filled(R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",)"
                          R"("manifests":[$]} )",
                          rows);
        };
        const QByteArray wrong =
            filled(R"({"mediaType":"application/x","digest":"sha256:..$","size":7},{"digest":"$"},7,null,)"
                   R"({"mediaType":"application/x","digest":"sha256:$","size":-1} )",
                   QByteArray(62, 'b'));
        const auto page = readReferrerPage(list(good + "," + wrong + "," + good));
        QVERIFY(page.has_value());
        QCOMPARE(page->rows.size(), std::size_t(1)); // the same one twice
        QCOMPARE(page->rows.front().digest.toString(), "sha256:" + std::string(64, 'a'));
        QCOMPARE(page->invalid.size(), 5);
        const QByteArray longRow = filled(R"({"digest":"$"})", QByteArray(100'000, 'x'));
        QVERIFY(readReferrerPage(list(longRow))->invalid.front().size() <= 256);
        QVERIFY(readReferrerPage(R"({"manifests":null})")->rows.empty());
        for (const char *bad :
             {"", "[]", "{", "{}", R"({"manifests":{}})", R"({"manifests":[],"mediaType":7})",
              R"({"manifests":[],"mediaType":"application/json"})", "<html></html>"})
            QVERIFY(readReferrerPage(bad).error().kind == ErrorKind::BadAnswer);
    }

    void readsTheExtension()
    {
        const QByteArray digest = "sha256:" + QByteArray(64, 'a');
        const auto content =
            readContentPage(filled(R"({"name":"x","manifests":[{"digest":"$",)"
                                   R"("size":10,"downloadSize":70,"platforms":["linux/amd64"],)"
                                   R"("tags":["1.0"],"pushed":"2026-11-25T09:12:00Z","children":[]}]})",
                                   digest));
        QVERIFY(content.has_value());
        QCOMPARE(content->rows.front().downloadSize, 70);
        QCOMPARE(content->rows.front().tags.front().toString(), std::string("1.0"));
        QVERIFY(content->rows.front().pushed.has_value());
        QVERIFY(!content->rows.front().built.has_value());
        QVERIFY(readContentPage(R"({"manifests":[{"size":10}]})").error().kind == ErrorKind::BadAnswer);
        QVERIFY(readContentPage(R"({"manifests":[7]})").error().kind == ErrorKind::BadAnswer);
        QVERIFY(readContentPage(R"({})").error().kind == ErrorKind::BadAnswer);

        const auto trash =
            readTrashPage(filled(R"({"entries":[{"repository":"a","role":"tag","tag":"1.0","digest":"$",)"
                                 R"("by":"ctl","tags":[]},{"repository":"a","role":"manifest","digest":"$",)"
                                 R"("tags":["x","y"],"tagCount":150,"heldBy":["z"]}]})",
                                 digest));
        QVERIFY(trash.has_value());
        QVERIFY(std::holds_alternative<Tag>(trash->rows[0].reference));
        QVERIFY(std::holds_alternative<Digest>(trash->rows[1].reference));
        QCOMPARE(trash->rows[1].tagCount, 150);
        const QByteArray nameless = R"({"entries":[{"repository":"a","role":"tag","digest":"$"}]})";
        QVERIFY(readTrashPage(filled(nameless, digest)).error().kind == ErrorKind::BadAnswer);

        const auto restored = readRestoreOutcome(filled(R"({"restored":["$"],"tags":["1.0"],)"
                                                        R"("tagsLeft":[{"tag":"latest","reason":"moved"}],)"
                                                        R"("missing":[{"digest":"$","state":"in trash"}]})",
                                                        digest));
        QVERIFY(restored.has_value());
        QCOMPARE(restored->restored.size(), std::size_t(1));
        QCOMPARE(restored->tagsLeft.front().reason, QStringLiteral("moved"));
        QVERIFY(restored->missing.front().inTrash);

        const auto event = readEvent(R"({"type":"push","repository":"a/b","tags":["1.0"]})");
        QVERIFY(event.has_value());
        QVERIFY(event->type == RegistryEvent::Type::Push);
        QVERIFY(!readEvent(R"({"type":"explode","repository":"a/b"})").has_value());
        QVERIFY(!readEvent(R"({"type":"push","repository":"../b"})").has_value());
        QVERIFY(!readEvent("nonsense").has_value());

        const auto old = readDiscovery(R"({"extensions":[{"name":"_x"},{"name":"_quayside"}]})");
        QVERIFY(old.has_value());
        QVERIFY(!old->trashRetention.has_value());
        const auto found =
            readDiscovery(R"({"extensions":[{"name":"_quayside","trashRetentionSeconds":86400}]})");
        QVERIFY(found.has_value());
        QCOMPARE(found->trashRetention.value().count(), 86400);
        QVERIFY(!readDiscovery(R"({"extensions":[7,{"name":"quayside"}]})").has_value());
        QVERIFY(!readDiscovery("<html>").has_value());
    }

    void readsRetryAfter_data()
    {
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<qint64>("milliseconds"); // -1: none
        const auto row = [](const char *header, qint64 milliseconds) {
            QTest::newRow(header) << QByteArray(header) << milliseconds;
        };
        row("0", 0);
        row("38", 38000);
        row(" 5 ", 5000);
        row("1000000000", 60000);
        row("99999999999999999999999999", 60000);
        row("Wed, 25 Nov 2026 12:00:10 GMT", 10000);
        row("Wed, 25 Nov 2026 11:00:00 GMT", 0);
        row("Fri, 25 Nov 2050 12:00:00 GMT", 60000);
        row("", -1);
        row("-5", -1);
        row("soon", -1);
    }

    void readsRetryAfter()
    {
        QFETCH(QByteArray, header);
        QFETCH(qint64, milliseconds);
        const QDateTime now(QDate(2026, 11, 25), QTime(12, 0), Qt::UTC);
        const auto pause = retryAfter(header, now, std::chrono::seconds(60));
        QCOMPARE(pause ? qint64(pause->count()) : -1, milliseconds);
    }

    void followsRedirects_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("location");
        QTest::addColumn<QString>("url"); // empty: refused
        QTest::addColumn<bool>("authorized");
        const auto row = [](const char *name, const char *method, int status, const char *location,
                            const char *url, bool authorized = false) {
            QTest::newRow(name) << QByteArray(method) << status << QByteArray(location)
                                << QString::fromUtf8(url) << authorized;
        };
        row("same origin", "GET", 302, "/other", "https://reg/other", true);
        row("same origin with its port", "HEAD", 307, "https://reg:443/o", "https://reg:443/o", true);
        row("other host", "GET", 307, "https://cdn/blob?sig=a%2Fb", "https://cdn/blob?sig=a%2Fb");
        row("other port", "GET", 302, "https://reg:8443/o", "https://reg:8443/o");
        row("sub domain", "GET", 302, "https://x.reg/o", "https://x.reg/o");
        row("without encryption", "GET", 302, "http://reg/o", "");
        row("another scheme", "GET", 302, "file:///etc/passwd", "");
        row("a login inside", "GET", 302, "https://a:b@cdn/o", "");
        row("no host", "GET", 302, "https:///o", "");
        row("a change, 307", "DELETE", 307, "/o", "https://reg/o", true);
        row("a change, 308", "PUT", 308, "/o", "https://reg/o", true);
        row("a change, 302", "DELETE", 302, "/o", "");
        row("a change, 303", "POST", 303, "/o", "");
        row("a change elsewhere", "PUT", 307, "https://cdn/o", "");
    }

    void followsRedirects()
    {
        QFETCH(QByteArray, method);
        QFETCH(int, status);
        QFETCH(QByteArray, location);
        QFETCH(QString, url);
        QFETCH(bool, authorized);
        ClientRequest request;
        request.method = method;
        request.url = QUrl(QStringLiteral("https://reg/v2/x"));
        request.authorization = "Basic x";
        const auto answer = reply(status, {}, {{"Location", location}});
        QVERIFY(isRedirect(answer));
        const auto next = followed(request, answer);
        QCOMPARE(next.has_value(), !url.isEmpty());
        if (!next) {
            QVERIFY(next.error().kind == ErrorKind::BadAnswer);
            return;
        }
        QCOMPARE(next->url.toEncoded(), url.toUtf8());
        QCOMPARE(!next->authorization.isEmpty(), authorized);
        QCOMPARE(next->method, method);
    }
};

QTEST_APPLESS_MAIN(TestAnswers)
#include "tst_answers.moc"
