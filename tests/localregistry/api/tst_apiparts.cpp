// SPDX-License-Identifier: Apache-2.0
#include "localregistry/api/answers.h"
#include "localregistry/api/byterange.h"
#include "localregistry/api/originrules.h"
#include "localregistry/api/paging.h"
#include "localregistry/api/percentcoding.h"
#include "localregistry/http/httprequest.h"

#include <QTest>

using namespace quayside;

namespace {

HttpRequest withHeader(std::string_view name, std::string_view value)
{
    HttpRequest request("GET", "/v2/");
    request.addHeader("Host", "localhost:5000");
    request.addHeader(name, value);
    return request;
}

} // namespace

/// The small parts that read what clients send.
class TestApiParts : public QObject
{
    Q_OBJECT

private slots:
    void readsRanges_data();
    void readsRanges();
    void knowsItsHosts_data();
    void knowsItsHosts();
    void refusesWebPages();
    void decodesAndEncodes();
    void readsQueries();
    void readsPages();
    void comparesEntityTags();
};

void TestApiParts::readsRanges_data()
{
    using Kind = ByteRange::Kind;
    QTest::addColumn<std::string>("header");
    QTest::addColumn<int>("kind");
    QTest::addColumn<qint64>("first");
    QTest::addColumn<qint64>("last");
    const auto row = [](const char *header, Kind kind, qint64 first = 0, qint64 last = 0) {
        QTest::newRow(header) << std::string(header) << static_cast<int>(kind) << first << last;
    };
    row("bytes=0-0", Kind::Part, 0, 0);
    row("bytes=0-", Kind::Part, 0, 99);
    row("bytes=10-19", Kind::Part, 10, 19);
    row("bytes=99-99", Kind::Part, 99, 99);
    row("bytes=90-1000", Kind::Part, 90, 99);
    row("bytes=-1", Kind::Part, 99, 99);
    row("bytes=-100", Kind::Part, 0, 99);
    row("bytes=-500", Kind::Part, 0, 99);
    row("bytes=100-", Kind::Unsatisfiable);
    row("bytes=100-200", Kind::Unsatisfiable);
    row("bytes=-0", Kind::Unsatisfiable);
    row("Bytes=0-1", Kind::Part, 0, 1);
    row("bytes=1-99999999999999999999", Kind::Part, 1, 99);
    row("bytes=-99999999999999999999", Kind::Part, 0, 99);
    row("bytes=0000000000000000000005-6", Kind::Part, 5, 6);
    row("bytes=99999999999999999999-", Kind::Unsatisfiable);
    row("bytes=9223372036854775808-9223372036854775809", Kind::Unsatisfiable);
    for (const char *header :
         {"", "bytes=", "bytes=-", "bytes=5-4", "bytes=0-1,5-6", "bytes=a-b", "items=0-1", "bytes=0x1-2",
          "bytes=+1-2", "bytes= 1-2", "bytes=1-9999999999999999999x"})
        row(header, Kind::Whole);
}

void TestApiParts::readsRanges()
{
    QFETCH(std::string, header);
    QFETCH(int, kind);
    QFETCH(qint64, first);
    QFETCH(qint64, last);
    const ByteRange range = ByteRange::parse(header, 100);
    QCOMPARE(static_cast<int>(range.kind), kind);
    QCOMPARE(range.first, first);
    QCOMPARE(range.last, last);
    QVERIFY(ByteRange::parse("bytes=-5", 0).kind == ByteRange::Kind::Unsatisfiable);
}

void TestApiParts::knowsItsHosts_data()
{
    QTest::addColumn<std::string>("host");
    QTest::addColumn<bool>("isAllowed");
    for (const char *host :
         {"localhost", "LOCALHOST:5000", "localhost:1", "127.0.0.1", "127.0.0.1:9", "127.255.0.3", "[::1]",
          "[::1]:5000", "registry.lan", "registry.lan:7", "fixed.lan:5000"})
        QTest::newRow(host) << std::string(host) << true;
    for (const char *host : {"evil.example",
                             "evil.example:5000",
                             "localhost.evil.example",
                             "127.0.0.1.evil.example",
                             "127.0.0.256",
                             "127.0.0",
                             "128.0.0.1",
                             "10.0.0.1",
                             "0.0.0.0",
                             "[::2]",
                             "::1",
                             "",
                             ":5000",
                             "localhost:",
                             "localhost:x",
                             "a@localhost",
                             "fixed.lan",
                             "fixed.lan:5001",
                             "127.0.0.1.",
                             "localhost."})
        QTest::newRow(*host ? host : "(none)") << std::string(host) << false;
}

void TestApiParts::knowsItsHosts()
{
    QFETCH(std::string, host);
    QFETCH(bool, isAllowed);
    const OriginRules rules({"registry.lan", "fixed.lan:5000"});
    HttpRequest request("GET", "/v2/");
    request.addHeader("Host", host);
    QCOMPARE(rules.refusal(request).empty(), isAllowed);
}

void TestApiParts::refusesWebPages()
{
    const OriginRules rules({});
    for (const char *origin : {"http://localhost:5000", "null", "https://evil.example"})
        QVERIFY(!rules.refusal(withHeader("Origin", origin)).empty());
    QVERIFY(!rules.refusal(withHeader("Sec-Fetch-Site", "cross-site")).empty());
    QVERIFY(!rules.refusal(withHeader("Sec-Fetch-Site", "same-site")).empty());
    QVERIFY(rules.refusal(withHeader("Sec-Fetch-Site", "none")).empty());
    QVERIFY(rules.refusal(withHeader("X-Forwarded-Host", "evil.example")).empty());
    QVERIFY(rules.refusal(HttpRequest("GET", "/v2/", 10)).empty());
    QVERIFY(!rules.refusal(HttpRequest("GET", "http://evil.example/v2/")).empty());
}

void TestApiParts::decodesAndEncodes()
{
    QCOMPARE(percentDecode("a%3Ab+%2b").value(), std::string("a:b++"));
    QCOMPARE(percentDecode("%25%32%46").value(), std::string("%2F"));
    QVERIFY(!percentDecode("%"));
    QVERIFY(!percentDecode("a%1"));
    QVERIFY(!percentDecode("%g0"));
    QCOMPARE(percentEncode("team/a:b \r\n\xc3+&"), std::string("team/a:b%20%0D%0A%C3%2B%26"));
}

void TestApiParts::readsQueries()
{
    const auto query = Query::parse("tag=a&tag=b&&empty=&flag&digest=sha256%3A1&deep=true");
    QVERIFY(query);
    QCOMPARE(query->values("tag").size(), std::size_t(2));
    QCOMPARE(query->value("digest").value(), std::string_view("sha256:1"));
    QCOMPARE(query->value("empty").value(), std::string_view());
    QCOMPARE(query->value("flag").value(), std::string_view());
    QVERIFY(!query->value("none"));
    QVERIFY(query->isTrue("deep"));
    QVERIFY(!query->isTrue("flag"));
    QVERIFY(!Query::parse("a=%zz"));
}

void TestApiParts::readsPages()
{
    const auto limitOf = [](std::string_view text) -> qint64 {
        const auto page = PageRequest::parse(*Query::parse(text), 1000);
        return page ? static_cast<qint64>(page->limit) : -1;
    };
    QCOMPARE(limitOf(""), 1000);
    QCOMPARE(limitOf("n=0"), 0);
    QCOMPARE(limitOf("n=7"), 7);
    QCOMPARE(limitOf("n=1000"), 1000);
    QCOMPARE(limitOf("n=2000000000"), 1000);
    QCOMPARE(limitOf("n=99999999999999999999999999"), 1000);
    for (const char *bad : {"n=-1", "n=", "n=a", "n=1.5", "n=+1", "n=0x1"})
        QCOMPARE(limitOf(bad), -1);
}

void TestApiParts::comparesEntityTags()
{
    const char *digest = "sha256:aa";
    for (const char *header : {"\"sha256:aa\"", "sha256:aa", "W/\"sha256:aa\"", "*", "\"x\", \"sha256:aa\""})
        QVERIFY2(matchesDigest(withHeader("If-None-Match", header), digest), header);
    for (const char *header : {"", "\"sha256:ab\"", "sha256:a", "\"", "W/"})
        QVERIFY2(!matchesDigest(withHeader("If-None-Match", header), digest), header);
    HttpRequest twoLines = withHeader("If-None-Match", "\"x\"");
    twoLines.addHeader("if-none-match", "\"sha256:aa\"");
    QVERIFY(matchesDigest(twoLines, digest));
}

QTEST_APPLESS_MAIN(TestApiParts)
#include "tst_apiparts.moc"
