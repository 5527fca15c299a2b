// SPDX-License-Identifier: Apache-2.0
#include "localregistry/api/router.h"

#include <QTest>

using namespace quayside;

class TestRouter : public QObject
{
    Q_OBJECT

private slots:
    void routes_data();
    void routes();
    void refuses_data();
    void refuses();
};

void TestRouter::routes_data()
{
    QTest::addColumn<std::string>("path");
    QTest::addColumn<int>("resource");
    QTest::addColumn<std::string>("repository");
    QTest::addColumn<std::string>("reference");
    const auto row = [](const char *path, Resource resource, const char *repository = "",
                        const char *reference = "") {
        QTest::newRow(path) << std::string(path) << static_cast<int>(resource) << std::string(repository)
                            << std::string(reference);
    };
    row("/v2", Resource::Base);
    row("/v2/", Resource::Base);
    row("/v2/_catalog", Resource::Catalog);
    row("/healthz", Resource::Health);
    row("/v2/a/manifests/v1", Resource::Manifest, "a", "v1");
    row("/v2/a/b/manifests/sha256:00", Resource::Manifest, "a/b", "sha256:00");
    row("/v2/a/manifests/sha256%3A00", Resource::Manifest, "a", "sha256:00");
    row("/v2/a/manifests/_tag", Resource::Manifest, "a", "_tag");
    row("/v2/a/manifests/_catalog", Resource::Manifest, "a", "_catalog");
    row("/v2/manifests/manifests/manifests", Resource::Manifest, "manifests", "manifests");
    row("/v2/a/blobs/uploads/manifests/v1", Resource::Manifest, "a/blobs/uploads", "v1");
    row("/v2/a/blobs/x", Resource::Blob, "a", "x");
    row("/v2/a/blobs/uploads", Resource::Uploads, "a");
    row("/v2/a/blobs/uploads/", Resource::Uploads, "a");
    row("/v2/a/blobs/uploads/id", Resource::Upload, "a", "id");
    row("/v2/blobs/uploads/blobs/uploads/id", Resource::Upload, "blobs/uploads", "id");
    row("/v2/a/tags/list", Resource::Tags, "a");
    row("/v2/tags/list/tags/list", Resource::Tags, "tags/list");
    row("/v2/a/referrers/sha256:00", Resource::Referrers, "a", "sha256:00");
    row("/v2/_oci/ext/discover", Resource::Discover);
    row("/v2/a/b/_oci/ext/discover", Resource::Discover, "a/b");
    row("/v2/_quayside/trash/list", Resource::TrashList);
    row("/v2/a/_quayside/trash/list", Resource::TrashList, "a");
    row("/v2/a/manifests/_quayside/trash/list", Resource::TrashList, "a/manifests");
    row("/v2/a/_quayside/trash/restore", Resource::TrashRestore, "a");
    row("/v2/a/_quayside/trash/entry", Resource::TrashEntry, "a");
    row("/v2/a/_quayside/content/list", Resource::ContentList, "a");
    row("/v2/_quayside/store/events", Resource::Events);
    for (const char *path :
         {"/", "", "/v1/", "/v2x/", "/v2/a", "/v2/_quayside/trash/restore", "/v2/a/_catalog",
          "/v2/a/_quayside/manifests/v1", "/v2/_other/x/y", "/v2/a/_quayside", "*"})
        row(path, Resource::Unknown);
}

void TestRouter::routes()
{
    QFETCH(std::string, path);
    QFETCH(int, resource);
    QFETCH(std::string, repository);
    QFETCH(std::string, reference);
    const auto route = routePath(path);
    QVERIFY(route);
    QCOMPARE(static_cast<int>(route->resource), resource);
    QCOMPARE(route->repository ? route->repository->toString() : std::string(), repository);
    QCOMPARE(route->reference, reference);
}

void TestRouter::refuses_data()
{
    QTest::addColumn<std::string>("path");
    for (const char *path :
         {"/v2/../v2/a/tags/list", "/v2/a/%2e%2e/tags/list", "/v2/a/./tags/list", "/v2/a%2fb/tags/list",
          "/v2/a%2Fb/tags/list", "/v2/a%00/tags/list", "/v2/a%/tags/list", "/v2/a%4/tags/list",
          "/v2/a%zz/tags/list", "/v2//tags/list", "/v2/a//b/tags/list", "/v2/A/tags/list",
          "/v2/a\\b/tags/list", "/v2/a-/tags/list", "/v2/manifests/v1", "/v2/tags/list", "/v2/blobs/uploads/",
          "/v2/a%252fb/tags/list"})
        QTest::newRow(path) << std::string(path);
    QTest::newRow("256 bytes") << "/v2/" + std::string(256, 'a') + "/tags/list";
}

void TestRouter::refuses()
{
    QFETCH(std::string, path);
    const auto route = routePath(path);
    QVERIFY(!route);
    QCOMPARE(route.error().kind, ErrorKind::InvalidInput);
}

QTEST_APPLESS_MAIN(TestRouter)
#include "tst_router.moc"
