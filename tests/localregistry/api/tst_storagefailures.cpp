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
    void endsTheSessionOfAFailedUpload_data();
    void endsTheSessionOfAFailedUpload();
    void endsTheSessionOfAnUploadThatBrokeOff();
};

namespace {

int openSessions(const ApiFixture &api)
{
    const QString uploads = QStringLiteral("/docker/registry/v2/repositories/a/_uploads");
    return static_cast<int>(QDir(api.root() + uploads).entryList(QDir::Dirs | QDir::NoDotAndDotDot).size());
}

} // namespace

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
