// SPDX-License-Identifier: Apache-2.0
// While a repository is not loaded, no request makes a connection's thread load it: what handle() returns at
// once was answered from single files, everything else is a job.
#include "apifixture.h"

#include "localregistry/storage/files.h"

#include <atomic>
#include <cerrno>

using namespace quayside;

class TestLoading : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void waitsInAJob_data();
    void waitsInAJob();
    void answersFromTheIndexOnceItIsLoaded();
    void resumesAnUpload();

private:
    /// Opens the store so that no repository can be loaded until allowLoading().
    void openUnloaded();
    HttpAction begin(const std::string &method, const std::string &target)
    {
        HttpRequest request(method, target);
        request.addHeader("Host", "localhost");
        return m_api.begin(request);
    }
    void allowLoading() { m_cannotLoad = false; }

    std::atomic<bool> m_cannotLoad = false;
    ApiFixture m_api;
    std::string m_manifest;
    std::string m_blob;
};

void TestLoading::initTestCase()
{
    m_manifest = m_api.pushImage("team/api", "v1", "layer");
    m_blob = digestOf("layer");
}

void TestLoading::openUnloaded()
{
    m_cannotLoad = true;
    StoreOptions options;
    options.fileObserver = [this](const FileOperation &operation) {
        const bool isLoad =
            operation.kind == FileOperation::Kind::List && operation.path.find("/_") != std::string::npos;
        return isLoad && m_cannotLoad ? EMFILE : 0; // worth another try, so nothing is left out
    };
    m_api.reopen(options);
}

void TestLoading::waitsInAJob_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<bool>("isJob");
    const auto add = [](const char *method, const std::string &path, bool isJob) {
        QTest::addRow("%s %s", method, path.c_str())
            << QByteArray(method) << QByteArray(path.c_str()) << isJob;
    };
    const std::string name = "/v2/team/api/";
    for (const char *method : {"GET", "HEAD"}) {
        add(method, "/v2/", false);
        add(method, name + "manifests/v1", false);
        add(method, name + "manifests/" + m_manifest, false);
        add(method, name + "blobs/" + m_blob, false);
        add(method, name + "tags/list", true);
        add(method, name + "referrers/" + m_manifest, true);
        add(method, "/v2/_catalog", true);
    }
    add("GET", name + "_quayside/content/list", true);
    add("GET", name + "_quayside/trash/list", true);
    add("GET", name + "blobs/uploads/123e4567-e89b-42d3-a456-426614174000", true);
    add("PATCH", name + "blobs/uploads/123e4567-e89b-42d3-a456-426614174000", true);
}

void TestLoading::waitsInAJob()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    QFETCH(bool, isJob);
    openUnloaded();
    const HttpAction action = begin(method.toStdString(), path.toStdString());
    QCOMPARE(std::holds_alternative<HttpJob>(action), isJob);
    if (!isJob)
        QCOMPARE(std::get<HttpResponse>(action).status(), 200);
}

void TestLoading::answersFromTheIndexOnceItIsLoaded()
{
    openUnloaded();
    QCOMPARE(m_api.ask("GET", "/v2/team/api/tags/list").status(), 503);
    allowLoading();
    const auto tags = parsed(m_api.ask("GET", "/v2/team/api/tags/list"));
    QCOMPARE(tags["tags"].dump(), std::string("[\"v1\"]"));
    QVERIFY(std::holds_alternative<HttpResponse>(begin("GET", "/v2/team/api/tags/list")));
    m_api.reopen({});
    QTRY_VERIFY(m_api.store().isLoaded());
    QVERIFY(std::holds_alternative<HttpResponse>(begin("GET", "/v2/_catalog")));
    QVERIFY(std::holds_alternative<HttpResponse>(begin("GET", "/v2/unknown/tags/list")));
}

void TestLoading::resumesAnUpload()
{
    const std::string upload = m_api.startUpload("team/api");
    QCOMPARE(m_api.ask("PATCH", upload, "first ").status(), 202);
    openUnloaded();
    allowLoading();
    QCOMPARE(m_api.ask("PATCH", upload, "second").status(), 202);
    QCOMPARE(m_api.ask("PUT", upload + "?digest=" + digestOf("first second")).status(), 201);
}

QTEST_GUILESS_MAIN(TestLoading)
#include "tst_loading.moc"
