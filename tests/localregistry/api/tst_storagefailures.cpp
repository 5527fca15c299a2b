// SPDX-License-Identifier: Apache-2.0
#include "apifixture.h"

#include "localregistry/storage/files.h"

#include <QDir>
#include <QFile>

#include <atomic>
#include <cerrno>

using namespace quayside;

/// What clients are told when the storage below the registry fails: to come back later, and nothing of how it
/// looks inside.
class TestStorageFailures : public QObject
{
    Q_OBJECT

private slots:
    void outOfDescriptors();
    void aStoreThatWasRemoved();
    void aTreeThatIsNone();
    void endsTheSessionOfAFailedUpload_data();
    void endsTheSessionOfAFailedUpload();
    void endsTheSessionOfAnUploadThatBrokeOff();
};

namespace {

void expectUnavailable(const HttpResponse &response, const std::string &named)
{
    const std::string text(response.text());
    QVERIFY2(response.status() == 503, text.c_str());
    QCOMPARE(errorCode(response), std::string("UNAVAILABLE"));
    QVERIFY(!response.header("Retry-After").empty());
    QVERIFY2(text.find(named) != std::string::npos, text.c_str());
    for (const char *inner : {"docker/", "quayside.", "cannot make", "No such file"})
        QVERIFY2(text.find(inner) == std::string::npos, text.c_str());
}

void expectNoWrites(ApiFixture &api, const std::string &manifest)
{
    const std::string digest = digestOf("new");
    expectUnavailable(api.ask("PUT", "/v2/a/manifests/v2", imageManifest({}, "layer")), "");
    expectUnavailable(api.ask("POST", "/v2/a/blobs/uploads/"), "");
    expectUnavailable(api.ask("POST", "/v2/new/blobs/uploads/"), "");
    expectUnavailable(api.ask("POST", "/v2/a/blobs/uploads/?digest=" + digest, "new"), "");
    expectUnavailable(api.ask("DELETE", "/v2/a/manifests/" + manifest), "");
}

int openSessions(const ApiFixture &api)
{
    const QString uploads = QStringLiteral("/docker/registry/v2/repositories/a/_uploads");
    return static_cast<int>(QDir(api.root() + uploads).entryList(QDir::Dirs | QDir::NoDotAndDotDot).size());
}

} // namespace

void TestStorageFailures::outOfDescriptors()
{
    for (const int code : {EMFILE, ENFILE, ENOMEM}) {
        std::atomic<bool> fails = false;
        std::atomic<bool> cannotLoad = false;
        StoreOptions options;
        options.fileObserver = [&](const FileOperation &operation) {
            using Kind = FileOperation::Kind;
            const bool isLoading =
                operation.kind == Kind::List && operation.path.find("/_") != std::string::npos;
            return (cannotLoad && isLoading) || (fails && operation.kind == Kind::Open) ? code : 0;
        };
        ApiFixture api(options);
        const std::string manifest = api.pushImage("a", "v1", "layer");
        const std::string layer = digestOf("layer");
        for (const bool isLoaded : {true, false}) {
            cannotLoad = !isLoaded;
            api.reopen(options);
            if (isLoaded)
                api.store().waitUntilLoaded();
            fails = true;
            expectUnavailable(api.ask("GET", "/v2/a/blobs/" + layer), layer);
            expectUnavailable(api.ask("GET", "/v2/a/manifests/" + manifest), manifest);
            fails = false;
            QCOMPARE(api.ask("GET", "/v2/a/blobs/" + layer).status(), 200);
            QCOMPARE(api.ask("GET", "/v2/a/manifests/v1").status(), 200);
        }
    }
}

void TestStorageFailures::aStoreThatWasRemoved()
{
    ApiFixture api;
    const std::string manifest = api.pushImage("a", "v1", "layer");
    QVERIFY(QDir(api.root()).removeRecursively());
    expectNoWrites(api, manifest);
}

void TestStorageFailures::aTreeThatIsNone()
{
    ApiFixture api;
    const std::string manifest = api.pushImage("a", "v1", "layer");
    const QString tree = api.root() + QStringLiteral("/docker/registry/v2/repositories");
    QVERIFY(QDir(tree).removeRecursively());
    QFile file(tree);
    QVERIFY(file.open(QIODevice::WriteOnly));
    expectNoWrites(api, manifest);
}

void TestStorageFailures::endsTheSessionOfAFailedUpload_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<int>("code");
    using Kind = FileOperation::Kind;
    QTest::newRow("write") << int(Kind::Write) << QByteArray("/data") << ENOSPC;
    QTest::newRow("sync") << int(Kind::Sync) << QByteArray("/data") << EIO;
    QTest::newRow("move") << int(Kind::Rename) << QByteArray("/data") << EIO;
    QTest::newRow("link") << int(Kind::Rename) << QByteArray("/_layers") << EIO;
}

void TestStorageFailures::endsTheSessionOfAFailedUpload()
{
    QFETCH(int, kind);
    QFETCH(QByteArray, path);
    QFETCH(int, code);
    StoreOptions options;
    options.fileObserver = [&](const FileOperation &operation) {
        const std::string &name = operation.target.empty() ? operation.path : operation.target;
        return int(operation.kind) == kind && name.ends_with(path.toStdString()) ? code : 0;
    };
    ApiFixture api(options);
    const std::string target = "/v2/a/blobs/uploads/?digest=" + digestOf("hello");
    const HttpResponse refused = api.ask("POST", target, "hello");
    QVERIFY(refused.status() >= 500);
    QCOMPARE(openSessions(api), 0);
}

void TestStorageFailures::endsTheSessionOfAnUploadThatBrokeOff()
{
    ApiFixture api;
    HttpRequest request("POST", "/v2/a/blobs/uploads/?digest=" + digestOf("hello"));
    request.addHeader("Host", "localhost");
    request.contentLength = 5;
    HttpAction action = std::get<HttpJob>(api.begin(request))();
    auto &receiver = std::get<std::unique_ptr<BodyReceiver>>(action);
    QVERIFY(!receiver->receive("hel"));
    QCOMPARE(openSessions(api), 1);
    receiver.reset(); // as when the client is gone
    QCOMPARE(openSessions(api), 0);

    // A session that a client knows waits for it.
    HttpRequest chunk("PATCH", api.startUpload("a"));
    chunk.addHeader("Host", "localhost");
    chunk.contentLength = 5;
    action = api.begin(chunk);
    auto &known = std::get<std::unique_ptr<BodyReceiver>>(action);
    QVERIFY(!known->receive("hel"));
    known.reset();
    QCOMPARE(openSessions(api), 1);
}

QTEST_GUILESS_MAIN(TestStorageFailures)
#include "tst_storagefailures.moc"
