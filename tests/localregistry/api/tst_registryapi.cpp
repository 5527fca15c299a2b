// SPDX-License-Identifier: Apache-2.0
#include "apifixture.h"

#include "localregistry/storage/files.h"

#include <QTest>

#include <cerrno>

using namespace quayside;

namespace {

const std::string zeroDigest = "sha256:" + std::string(64, '0');

std::string joined(const std::vector<std::string> &words)
{
    std::string text;
    for (const std::string &word : words)
        text += word + ' ';
    return text;
}

} // namespace

/// Reading, pushing and deleting manifests and blobs, and lists.
class TestRegistryApi : public QObject
{
    Q_OBJECT

private slots:
    void answersStatusesAndCodes_data();
    void answersStatusesAndCodes();
    void servesManifestsVerbatim();
    void answersUnchangedManifests();
    void refusesBadManifests_data();
    void refusesBadManifests();
    void namesEachMissingReference();
    void takesManifestsUpToFourMebibytes();
    void pushesSeveralTagsAtOnce();
    void tellsTheSubject();
    void servesBlobsWholeAndInPart();
    void deletesAndForgets();
    void refusesDeletesWhenTheyAreOff();
    void refusesWritesWhenReadOnly();
    void answersAFullDisk();
    void refusesWritesAfterADiskFailure();
    void pagesTags();
    void pagesRepositories();
    void servesBothAlgorithms();
};

void TestRegistryApi::answersStatusesAndCodes_data()
{
    QTest::addColumn<std::string>("method");
    QTest::addColumn<std::string>("target");
    QTest::addColumn<int>("status");
    QTest::addColumn<std::string>("code");
    const auto row = [](const std::string &method, const std::string &target, int status, const char *code) {
        QTest::addRow("%s %s", method.c_str(), target.c_str())
            << method << target << status << std::string(code);
    };
    const std::string sha1 = "sha1:" + std::string(40, '0');
    row("GET", "/nothing", 404, "UNSUPPORTED");
    row("PUT", "/v2/", 405, "UNSUPPORTED");
    row("OPTIONS", "/v2/", 405, "UNSUPPORTED");
    row("TRACE", "/v2/_catalog", 405, "UNSUPPORTED");
    row("CONNECT", "localhost:5000", 405, "UNSUPPORTED");
    row("OPTIONS", "*", 405, "UNSUPPORTED");
    row("POST", "/v2/a/manifests/v1", 405, "UNSUPPORTED");
    row("GET", "/v2/a/blobs/uploads/", 405, "UNSUPPORTED");
    row("GET", "/v2/a/_quayside/trash/entry?digest=" + zeroDigest, 405, "UNSUPPORTED");
    row("DELETE", "/v2/a/_quayside/trash/entry", 400, "DIGEST_INVALID");
    row("DELETE", "/v2/a/_quayside/trash/entry?tag=-bad", 400, "TAG_INVALID");
    row("DELETE", "/v2/a/_quayside/trash/entry?digest=" + zeroDigest, 404, "MANIFEST_UNKNOWN");
    row("GET", "/v2/A/tags/list", 400, "NAME_INVALID");
    row("POST", "/v2/" + std::string(256, 'a') + "/blobs/uploads/", 400, "NAME_INVALID");
    row("GET", "/v2/a/%2e%2e/tags/list", 400, "NAME_INVALID");
    row("GET", "/v2/a/tags/list", 404, "NAME_UNKNOWN");
    row("GET", "/v2/a/tags/list?n=-1", 400, "UNSUPPORTED");
    row("GET", "/v2/_catalog?n=x", 400, "UNSUPPORTED");
    row("GET", "/v2/_catalog?n=%zz", 400, "UNSUPPORTED");
    row("GET", "/v2/a/manifests/v1", 404, "MANIFEST_UNKNOWN");
    row("GET", "/v2/a/manifests/" + zeroDigest, 404, "MANIFEST_UNKNOWN");
    row("GET", "/v2/a/manifests/-bad", 404, "MANIFEST_UNKNOWN");
    row("GET", "/v2/a/manifests/" + sha1, 404, "MANIFEST_UNKNOWN");
    row("GET", "/v2/a/manifests/sha256:00", 400, "DIGEST_INVALID");
    row("GET", "/v2/a/manifests/sha256:" + std::string(64, 'A'), 400, "DIGEST_INVALID");
    row("PUT", "/v2/a/manifests/-bad", 400, "MANIFEST_INVALID");
    row("PUT", "/v2/a/manifests/" + sha1, 400, "DIGEST_INVALID");
    row("PUT", "/v2/a/manifests/sha256:00", 400, "DIGEST_INVALID");
    row("PUT", "/v2/a/manifests/" + zeroDigest + "?tag=-bad", 400, "MANIFEST_INVALID");
    row("DELETE", "/v2/a/manifests/" + zeroDigest, 404, "MANIFEST_UNKNOWN");
    row("DELETE", "/v2/a/manifests/v1", 404, "MANIFEST_UNKNOWN");
    row("DELETE", "/v2/a/manifests/" + sha1, 400, "DIGEST_INVALID");
    row("GET", "/v2/a/blobs/" + zeroDigest, 404, "BLOB_UNKNOWN");
    row("GET", "/v2/a/blobs/" + sha1, 404, "BLOB_UNKNOWN");
    row("GET", "/v2/a/blobs/sha256:00", 400, "DIGEST_INVALID");
    row("DELETE", "/v2/a/blobs/" + zeroDigest, 404, "BLOB_UNKNOWN");
    row("GET", "/v2/a/blobs/uploads/x", 404, "BLOB_UPLOAD_UNKNOWN");
    row("PATCH", "/v2/a/blobs/uploads/00000000-0000-4000-8000-000000000000", 404, "BLOB_UPLOAD_UNKNOWN");
    row("GET", "/v2/a/referrers/sha256:00", 400, "DIGEST_INVALID");
    row("POST", "/v2/a/_quayside/trash/restore", 400, "DIGEST_INVALID");
    row("POST", "/v2/a/_quayside/trash/restore?digest=" + zeroDigest, 404, "MANIFEST_UNKNOWN");
}

void TestRegistryApi::answersStatusesAndCodes()
{
    QFETCH(std::string, method);
    QFETCH(std::string, target);
    QFETCH(int, status);
    QFETCH(std::string, code);
    ApiFixture api;
    const HttpResponse response = api.ask(method, target);
    QCOMPARE(response.status(), status);
    QCOMPARE(errorCode(response), code);
    QCOMPARE(response.header("Content-Type"), std::string_view("application/json"));
    QCOMPARE(response.headerLines().find("Allow: ") != std::string::npos, status == 405);
}

void TestRegistryApi::servesManifestsVerbatim()
{
    ApiFixture api;
    api.pushBlob("team/api", "layer");
    api.pushImage("team/api", "first", "layer"); // so that the config is there
    const std::string spaced = imageManifest({}, "layer") + "\n\n";
    const HttpResponse put =
        api.ask("PUT", "/v2/team/api/manifests/v1", spaced,
                {{"Content-Type", "application/vnd.oci.image.manifest.v1+json; charset=utf-8"}});
    QCOMPARE(put.status(), 201);
    const std::string digest = digestOf(spaced);
    QCOMPARE(std::string(put.header("Docker-Content-Digest")), digest);
    QCOMPARE(std::string(put.header("Location")), "/v2/team/api/manifests/" + digest);
    for (const std::string &reference : {std::string("v1"), digest}) {
        const HttpResponse got = api.ask("GET", "/v2/team/api/manifests/" + reference);
        QCOMPARE(got.status(), 200);
        QCOMPARE(std::string(got.text()), spaced);
        QCOMPARE(got.header("Content-Type"), std::string_view("application/vnd.oci.image.manifest.v1+json"));
        QCOMPARE(std::string(got.header("ETag")), "\"" + digest + "\"");
        const HttpResponse head = api.ask("HEAD", "/v2/team/api/manifests/" + reference);
        QCOMPARE(head.headerLines(), got.headerLines());
        QCOMPARE(head.contentLength(), got.contentLength());
    }
}

void TestRegistryApi::answersUnchangedManifests()
{
    ApiFixture api;
    const std::string digest = api.pushImage("a", "v1", "layer");
    const HttpResponse same =
        api.ask("GET", "/v2/a/manifests/v1", {}, {{"If-None-Match", "\"" + digest + "\""}});
    QCOMPARE(same.status(), 304);
    QVERIFY(same.text().empty());
    QCOMPARE(std::string(same.header("Docker-Content-Digest")), digest);
    QCOMPARE(api.ask("GET", "/v2/a/manifests/v1", {}, {{"If-None-Match", "\"x\""}}).status(), 200);
}

void TestRegistryApi::refusesBadManifests_data()
{
    QTest::addColumn<std::string>("body");
    QTest::addColumn<std::string>("contentType");
    const std::string good = imageManifest({}, "layer");
    const auto row = [](const char *name, const std::string &body, const char *type = "") {
        QTest::newRow(name) << body << std::string(type);
    };
    row("empty", "");
    row("no JSON", "manifest");
    row("list", "[]");
    row("other type", good, "application/vnd.oci.image.index.v1+json");
    row("text/html", good, "text/html");
    row("no type", good, "nonsense");
    row("schemaVersion", R"({"schemaVersion":3,"manifests":[]})");
    row("manifests null", R"({"schemaVersion":2,"manifests":null})");
    row("schema 1", R"({"schemaVersion":1,"name":"a","fsLayers":[]})",
        "application/vnd.docker.distribution.manifest.v1+json");
    row("duplicate key", R"({"schemaVersion":2,"schemaVersion":2,)" + good.substr(1));
    row("index and image", R"({"manifests":[],)" + good.substr(1));
    row("bad UTF-8", R"({"annotations":{"a":")"
                     "\xff"
                     R"("},)" +
                         good.substr(1));
    row("trailing", good + "x");
}

void TestRegistryApi::refusesBadManifests()
{
    QFETCH(std::string, body);
    QFETCH(std::string, contentType);
    ApiFixture api;
    api.pushImage("a", "v0", "layer");
    const HttpResponse response = api.ask("PUT", "/v2/a/manifests/v1", body, {{"Content-Type", contentType}});
    QCOMPARE(response.status(), 400);
    QCOMPARE(errorCode(response), std::string("MANIFEST_INVALID"));
    QCOMPARE(api.ask("GET", "/v2/a/manifests/v1").status(), 404);
}

void TestRegistryApi::namesEachMissingReference()
{
    ApiFixture api;
    const HttpResponse response = api.ask("PUT", "/v2/a/manifests/v1", imageManifest({}, "layer"));
    QCOMPARE(response.status(), 400);
    const auto errors = parsed(response)["errors"];
    QCOMPARE(errors.size(), std::size_t(2));
    for (const auto &error : errors) {
        QCOMPARE(error["code"].get<std::string>(), std::string("MANIFEST_BLOB_UNKNOWN"));
        QVERIFY(error["detail"]["digest"].get<std::string>().starts_with("sha256:"));
    }
}

void TestRegistryApi::takesManifestsUpToFourMebibytes()
{
    ApiFixture api;
    api.pushImage("a", "v0", "layer");
    constexpr std::size_t limit = 4 * 1024 * 1024;
    std::string largest = imageManifest({}, "layer");
    largest.append(limit - largest.size(), ' ');
    QCOMPARE(api.ask("PUT", "/v2/a/manifests/v1", largest).status(), 201);
    const std::string over = largest + " ";
    const HttpResponse announced = api.ask("PUT", "/v2/a/manifests/v2", over);
    QCOMPARE(announced.status(), 413);
    QCOMPARE(errorCode(announced), std::string("MANIFEST_INVALID"));
    HttpRequest chunked("PUT", "/v2/a/manifests/v2");
    chunked.addHeader("Host", "localhost");
    chunked.chunked = true;
    QCOMPARE(api.ask(chunked, over).status(), 413);
}

void TestRegistryApi::pushesSeveralTagsAtOnce()
{
    ApiFixture api;
    api.pushImage("a", "v0", "layer");
    const std::string body = imageManifest({}, "layer");
    const std::string path = "/v2/a/manifests/" + digestOf(body);
    const HttpResponse response = api.ask("PUT", path + "?tag=v1&tag=v2", body);
    QCOMPARE(response.status(), 201);
    QVERIFY(response.headerLines().find("OCI-Tag: v1\r\n") != std::string::npos);
    QVERIFY(response.headerLines().find("OCI-Tag: v2\r\n") != std::string::npos);
    QCOMPARE(api.ask("HEAD", "/v2/a/manifests/v2").status(), 200);
    std::string many = "?tag=x";
    for (int i = 0; i < 64; ++i)
        many += "&tag=t" + std::to_string(i);
    QCOMPARE(api.ask("PUT", path + many, body).status(), 414);
    QCOMPARE(api.ask("PUT", "/v2/a/manifests/" + zeroDigest, body).status(), 400);
    QCOMPARE(errorCode(api.ask("PUT", "/v2/a/manifests/" + zeroDigest, body)), std::string("DIGEST_INVALID"));
}

void TestRegistryApi::tellsTheSubject()
{
    ApiFixture api;
    const std::string subject = api.pushImage("a", "v1", "layer");
    const std::string referrer = imageManifest({}, "layer", subject);
    const HttpResponse put = api.ask("PUT", "/v2/a/manifests/" + digestOf(referrer), referrer);
    QCOMPARE(std::string(put.header("OCI-Subject")), subject);
    const HttpResponse list = api.ask("GET", "/v2/a/referrers/" + subject);
    QCOMPARE(list.header("Content-Type"), std::string_view("application/vnd.oci.image.index.v1+json"));
    QCOMPARE(parsed(list)["manifests"].size(), std::size_t(1));
    QCOMPARE(parsed(list)["manifests"][0]["digest"].get<std::string>(), digestOf(referrer));
    const HttpResponse filtered = api.ask("GET", "/v2/a/referrers/" + subject + "?artifactType=x/y");
    QVERIFY(parsed(filtered)["manifests"].empty());
    QCOMPARE(filtered.header("OCI-Filters-Applied"), std::string_view("artifactType"));
    QVERIFY(parsed(api.ask("GET", "/v2/none/referrers/" + zeroDigest))["manifests"].is_array());
}

void TestRegistryApi::servesBlobsWholeAndInPart()
{
    ApiFixture api;
    const std::string digest = api.pushBlob("a", "0123456789");
    const std::string path = "/v2/a/blobs/" + digest;
    const HttpResponse whole = api.ask("GET", path);
    QCOMPARE(whole.status(), 200);
    QCOMPARE(whole.contentLength().value(), 10);
    QCOMPARE(std::string(whole.header("Docker-Content-Digest")), digest);
    QCOMPARE(whole.header("Accept-Ranges"), std::string_view("bytes"));
    QCOMPARE(whole.header("Content-Type"), std::string_view("application/octet-stream"));
    QCOMPARE(whole.header("Content-Disposition"), std::string_view("attachment"));
    QCOMPARE(api.ask("HEAD", path).contentLength().value(), 10);

    const HttpResponse part = api.ask("GET", path, {}, {{"Range", "bytes=2-4"}});
    QCOMPARE(part.status(), 206);
    QCOMPARE(part.header("Content-Range"), std::string_view("bytes 2-4/10"));
    const auto &range = std::get<FileRange>(part.body());
    QCOMPARE(range.offset, 2);
    QCOMPARE(range.length, 3);
    const HttpResponse beyond = api.ask("GET", path, {}, {{"Range", "bytes=10-"}});
    QCOMPARE(beyond.status(), 416);
    QCOMPARE(beyond.header("Content-Range"), std::string_view("bytes */10"));
    QCOMPARE(api.ask("GET", path, {}, {{"Range", "bytes=0-1,3-4"}}).status(), 200);
    QCOMPARE(api.ask("GET", path, {}, {{"Range", "bytes=0-1"}, {"If-Range", "\"other\""}}).status(), 200);
    QCOMPARE(api.ask("GET", path, {}, {{"Range", "bytes=0-1"}, {"If-Range", "\"" + digest + "\""}}).status(),
             206);
    QCOMPARE(api.ask("GET", path, {}, {{"If-None-Match", digest}}).status(), 304);
}

void TestRegistryApi::deletesAndForgets()
{
    ApiFixture api;
    const std::string digest = api.pushImage("a", "v1", "layer");
    QCOMPARE(api.ask("DELETE", "/v2/a/manifests/v1").status(), 202);
    QCOMPARE(api.ask("GET", "/v2/a/manifests/v1").status(), 404);
    QCOMPARE(api.ask("GET", "/v2/a/manifests/" + digest).status(), 200);
    QCOMPARE(api.ask("DELETE", "/v2/a/manifests/" + digest).status(), 202);
    QCOMPARE(api.ask("DELETE", "/v2/a/manifests/" + digest).status(), 404);
    QCOMPARE(parsed(api.ask("GET", "/v2/a/tags/list"))["tags"].dump(), std::string("[]"));
    QCOMPARE(parsed(api.ask("GET", "/v2/_catalog"))["repositories"].dump(), std::string("[]"));
    const std::string layer = digestOf("layer");
    QCOMPARE(api.ask("DELETE", "/v2/a/blobs/" + layer).status(), 202);
    QCOMPARE(api.ask("HEAD", "/v2/a/blobs/" + layer).status(), 404);
}

void TestRegistryApi::refusesDeletesWhenTheyAreOff()
{
    ApiFixture api;
    const std::string digest = api.pushImage("a", "v1", "layer");
    StoreOptions options;
    options.deletesEnabled = false;
    api.reopen(options);
    for (const std::string &path :
         {"manifests/" + digest, std::string("manifests/v1"), "blobs/" + digestOf("layer")}) {
        const HttpResponse response = api.ask("DELETE", "/v2/a/" + path);
        QCOMPARE(response.status(), 405);
        QCOMPARE(errorCode(response), std::string("UNSUPPORTED"));
        QCOMPARE(response.header("Allow"), std::string_view(path[0] == 'm' ? "GET, HEAD, PUT" : "GET, HEAD"));
    }
    const std::string session = api.startUpload("a");
    QCOMPARE(api.ask("DELETE", session).status(), 204);
}

void TestRegistryApi::refusesWritesWhenReadOnly()
{
    ApiFixture api;
    api.pushImage("a", "v1", "layer");
    StoreOptions options;
    options.readOnly = true;
    api.reopen(options);
    QCOMPARE(api.ask("GET", "/v2/a/manifests/v1").status(), 200);
    const std::string upload = "/v2/a/blobs/uploads/00000000-0000-4000-8000-000000000000";
    const std::string zero = "?digest=" + zeroDigest;
    for (const auto &[method, target] : {std::pair("PUT", std::string("/v2/a/manifests/v2")),
                                         {"PUT", "/v2/a/manifests/" + zeroDigest},
                                         {"DELETE", "/v2/a/manifests/v1"},
                                         {"DELETE", "/v2/a/blobs/" + digestOf("layer")},
                                         {"POST", "/v2/a/blobs/uploads/"},
                                         {"PATCH", upload},
                                         {"PUT", upload + zero},
                                         {"DELETE", upload},
                                         {"POST", "/v2/a/_quayside/trash/restore" + zero}}) {
        const HttpResponse response = api.ask(method, target, "x");
        QCOMPARE(response.status(), 405);
        QCOMPARE(errorCode(response), std::string("UNSUPPORTED"));
        QVERIFY(response.header("Allow").find("P") == std::string_view::npos);
    }
}

void TestRegistryApi::answersAFullDisk()
{
    bool isFull = false;
    StoreOptions options;
    options.fileObserver = [&](const FileOperation &operation) {
        using enum FileOperation::Kind;
        const bool needsSpace =
            operation.kind == Create || operation.kind == Write || operation.kind == MakeDirectory;
        return isFull && needsSpace ? ENOSPC : 0;
    };
    ApiFixture api(options);
    api.pushImage("a", "v1", "layer");
    const std::string session = api.startUpload("a");
    isFull = true;
    for (const auto &[method, target] : {std::pair("PUT", std::string("/v2/a/manifests/v2")),
                                         {"POST", "/v2/a/blobs/uploads/"},
                                         {"PATCH", session}}) {
        const HttpResponse response = api.ask(method, target, imageManifest({}, "layer"));
        QCOMPARE(response.status(), 507);
        QCOMPARE(errorCode(response), std::string("UNAVAILABLE"));
    }
    QCOMPARE(api.ask("GET", "/v2/a/manifests/v1").status(), 200);
    isFull = false;
    QCOMPARE(api.ask("GET", session).header("Range"), std::string_view("0--1")); // nothing half written
    QCOMPARE(api.ask("PUT", "/v2/a/manifests/v2", imageManifest({}, "layer")).status(), 201);
}

void TestRegistryApi::refusesWritesAfterADiskFailure()
{
    bool fails = false;
    StoreOptions options;
    options.fileObserver = [&](const FileOperation &operation) {
        return fails && operation.kind == FileOperation::Kind::Sync ? EIO : 0;
    };
    ApiFixture api(options);
    api.pushImage("a", "v1", "layer");
    fails = true;
    QCOMPARE(api.ask("PUT", "/v2/a/manifests/v2", imageManifest({}, "layer")).status(), 500);
    fails = false; // the disk may say so, but what it holds is not known
    const HttpResponse response = api.ask("PUT", "/v2/a/manifests/v2", imageManifest({}, "layer"));
    QCOMPARE(response.status(), 503);
    QCOMPARE(errorCode(response), std::string("UNAVAILABLE"));
    QVERIFY(!response.header("Retry-After").empty());
    QCOMPARE(api.ask("GET", "/v2/a/manifests/v1").status(), 200);
}

void TestRegistryApi::pagesTags()
{
    ApiFixture api;
    const std::vector<std::string> tags{"1", "10", "2", "A", "_b", "a", "a.b", "a_b"};
    for (const std::string &tag : tags)
        api.pushImage("team/api", tag, "layer");
    for (std::size_t size = 1; size <= tags.size() + 1; ++size) {
        std::vector<std::string> collected;
        std::string target = "/v2/team/api/tags/list?n=" + std::to_string(size);
        while (!target.empty()) {
            const HttpResponse page = api.ask("GET", target);
            const auto answer = parsed(page); // named: a range-for does not keep the temporary alive
            for (const auto &tag : answer["tags"])
                collected.push_back(tag);
            const std::string link(page.header("Link"));
            target = link.empty() ? std::string() : link.substr(1, link.find('>') - 1);
            QVERIFY(link.empty() || link.ends_with(">; rel=\"next\""));
        }
        QCOMPARE(joined(collected), joined(tags));
    }
    const HttpResponse none = api.ask("GET", "/v2/team/api/tags/list?n=0");
    QCOMPARE(parsed(none)["tags"].dump(), std::string("[]"));
    QVERIFY(none.header("Link").empty());
    QCOMPARE(parsed(api.ask("GET", "/v2/team/api/tags/list?last=a.a"))["tags"].dump(),
             std::string(R"(["a.b","a_b"])"));
}

void TestRegistryApi::pagesRepositories()
{
    ApiFixture api;
    for (const char *name : {"a/b", "a-b", "a", "a/b/c", "b"})
        api.pushImage(name, "v1", "layer");
    const HttpResponse first = api.ask("GET", "/v2/_catalog?n=3");
    QCOMPARE(parsed(first)["repositories"].dump(), std::string(R"(["a","a-b","a/b"])"));
    QCOMPARE(first.header("Link"), std::string_view("</v2/_catalog?n=3&last=a/b>; rel=\"next\""));
    const HttpResponse last = api.ask("GET", "/v2/_catalog?n=3&last=a%2Fb");
    QCOMPARE(parsed(last)["repositories"].dump(), std::string(R"(["a/b/c","b"])"));
    QVERIFY(last.header("Link").empty());
}

void TestRegistryApi::servesBothAlgorithms()
{
    ApiFixture api;
    const std::string digest = "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                               "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"; // of "abc"
    QCOMPARE(api.ask("POST", "/v2/a/blobs/uploads/?digest=" + digest, "abc").status(), 201);
    QCOMPARE(api.ask("HEAD", "/v2/a/blobs/" + digest).contentLength().value(), 3);
    const std::string session = api.startUpload("b");
    QCOMPARE(api.ask("PUT", session + "?digest=" + digest, "abc").status(), 201); // hashed again
}

QTEST_GUILESS_MAIN(TestRegistryApi)
#include "tst_registryapi.moc"
