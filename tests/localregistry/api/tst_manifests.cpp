// SPDX-License-Identifier: Apache-2.0
#include "apifixture.h"

#include "oci/mediatype.h"

#include <QDir>
#include <QFile>
#include <QTest>

using namespace quayside;
using nlohmann::json;

namespace {

json descriptorOf(std::string_view mediaType, const std::string &content)
{
    return {{"mediaType", mediaType}, {"digest", digestOf(content)}, {"size", content.size()}};
}

json indexOf(const std::vector<std::string> &children, std::string_view childType)
{
    json index{{"schemaVersion", 2}, {"mediaType", mediatype::ociIndex}, {"manifests", json::array()}};
    for (const std::string &child : children)
        index["manifests"].push_back(descriptorOf(childType, child));
    return index;
}

/// Pushes by digest; returns the answer's status.
int put(ApiFixture &api, const std::string &body, Headers headers = {})
{
    return api.ask("PUT", "/v2/a/manifests/" + digestOf(body), body, headers).status();
}

void write(const QString &path, const std::string &bytes)
{
    QVERIFY(QDir().mkpath(path.left(path.lastIndexOf(u'/'))));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(bytes.data(), qint64(bytes.size())), qint64(bytes.size()));
}

} // namespace

/// What may be pushed as a manifest, and what comes back.
class TestManifests : public QObject
{
    Q_OBJECT

private slots:
    void takesEveryManifestType_data();
    void takesEveryManifestType();
    void tellsTheTypeOfWhatDoesNotSay();
    void wantsTheTypeOfDockersManifests();
    void keepsWhatItDoesNotKnow();
    void takesArtifactsWithoutLayers();
    void leavesLayersElsewhere();
    void wantsChildrenUnlessSparse();
    void takesIndexesUpToADepth();
    void followsNoMoreThanTheGraphHas();
    void refusesSchemaOneWithAReason();
    void servesAnOldSchemaOneVerbatim();
    void ignoresAccept();
    void answersLastTagWins();
};

void TestManifests::takesEveryManifestType_data()
{
    QTest::addColumn<std::string>("type");
    QTest::addColumn<bool>("isIndex");
    QTest::newRow("OCI manifest") << std::string(mediatype::ociManifest) << false;
    QTest::newRow("Docker manifest") << std::string(mediatype::dockerManifest) << false;
    QTest::newRow("OCI index") << std::string(mediatype::ociIndex) << true;
    QTest::newRow("Docker list") << std::string(mediatype::dockerManifestList) << true;
}

void TestManifests::takesEveryManifestType()
{
    QFETCH(std::string, type);
    QFETCH(bool, isIndex);
    ApiFixture api;
    api.pushImage("a", "v0", "layer");
    json manifest = isIndex ? indexOf({imageManifest({}, "layer")}, mediatype::ociManifest)
                            : json::parse(imageManifest({}, "layer"));
    manifest["mediaType"] = type;
    const std::string body = manifest.dump();
    for (const std::string &sentAs : {type, type + "; charset=utf-8", std::string("application/json"),
                                      std::string("application/octet-stream"), std::string()}) {
        QCOMPARE(put(api, body, {{"Content-Type", sentAs}}), 201);
        const HttpResponse got = api.ask("GET", "/v2/a/manifests/" + digestOf(body));
        QCOMPARE(std::string(got.header("Content-Type")), type);
        QCOMPARE(std::string(got.text()), body);
    }
}

void TestManifests::tellsTheTypeOfWhatDoesNotSay()
{
    ApiFixture api;
    api.pushImage("a", "v0", "layer");
    json image = json::parse(imageManifest({}, "layer"));
    json index = indexOf({imageManifest({}, "layer")}, mediatype::ociManifest);
    image.erase("mediaType");
    index.erase("mediaType");
    for (const auto &[body, type] :
         {std::pair(image.dump(), mediatype::ociManifest), std::pair(index.dump(), mediatype::ociIndex)}) {
        QCOMPARE(put(api, body), 201);
        const HttpResponse head = api.ask("HEAD", "/v2/a/manifests/" + digestOf(body));
        QCOMPARE(std::string(head.header("Content-Type")), std::string(type));
    }
}

void TestManifests::wantsTheTypeOfDockersManifests()
{
    ApiFixture api;
    api.pushImage("a", "v0", "layer");
    json image = json::parse(imageManifest({}, "layer"));
    image.erase("mediaType");
    QCOMPARE(put(api, image.dump(), {{"Content-Type", mediatype::dockerManifest}}), 400);
}

void TestManifests::keepsWhatItDoesNotKnow()
{
    ApiFixture api;
    api.pushImage("a", "v0", "layer");
    json image = json::parse(imageManifest({}, "layer"));
    image["x-unknown"] = {{"number", 12345678901234567890ULL}, {"list", {1, nullptr, "two"}}};
    image["config"]["data"] = "e30="; // embedded content is no reason to look into it
    image["layers"][0]["x-more"] = true;
    const std::string body = image.dump(2) + "\n";
    QCOMPARE(put(api, body), 201);
    QCOMPARE(std::string(api.ask("GET", "/v2/a/manifests/" + digestOf(body)).text()), body);
}

void TestManifests::takesArtifactsWithoutLayers()
{
    ApiFixture api;
    api.pushBlob("a", "{}");
    json artifact{{"schemaVersion", 2},
                  {"mediaType", mediatype::ociManifest},
                  {"artifactType", "application/vnd.example+type"},
                  {"config", descriptorOf("application/vnd.oci.empty.v1+json", "{}")}};
    QCOMPARE(put(api, artifact.dump()), 201);
    artifact["layers"] = json::array();
    QCOMPARE(put(api, artifact.dump()), 201);
}

void TestManifests::leavesLayersElsewhere()
{
    ApiFixture api;
    api.pushImage("a", "v0", "layer");
    json image = json::parse(imageManifest({}, "layer"));
    json foreign = descriptorOf("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", "elsewhere");
    image["layers"].push_back(foreign);
    QCOMPARE(put(api, image.dump()), 400); // nobody could fetch it
    image["layers"].back()["urls"] = {"https://example.org/layer"};
    QCOMPARE(put(api, image.dump()), 201);
    image["layers"].back()["mediaType"] = mediatype::ociLayerTar; // an ordinary layer must be here
    QCOMPARE(put(api, image.dump()), 400);
}

void TestManifests::wantsChildrenUnlessSparse()
{
    ApiFixture api;
    const std::string first = imageManifest({}, "one");
    const std::string second = imageManifest({}, "two");
    const std::string index = indexOf({first, second}, mediatype::ociManifest).dump();
    api.pushImage("a", "v0", "one");
    const HttpResponse response = api.ask("PUT", "/v2/a/manifests/v1", index);
    QCOMPARE(response.status(), 400);
    QCOMPARE(parsed(response)["errors"].size(), std::size_t(1));
    QCOMPARE(parsed(response)["errors"][0]["detail"]["digest"].get<std::string>(), digestOf(second));
    StoreOptions options;
    options.allowSparseIndex = true;
    api.reopen(options);
    QCOMPARE(api.ask("PUT", "/v2/a/manifests/v1", index).status(), 201);
    QCOMPARE(put(api, imageManifest({}, "missing")), 400); // what an image needs must still be there
}

void TestManifests::takesIndexesUpToADepth()
{
    ApiFixture api;
    api.pushImage("a", "v0", "layer");
    std::string inner = imageManifest({}, "layer");
    std::string_view type = mediatype::ociManifest;
    for (int depth = 1; depth <= 32; ++depth) {
        inner = indexOf({inner}, type).dump();
        type = mediatype::ociIndex;
        QCOMPARE(put(api, inner), 201);
    }
    const std::string over = indexOf({inner}, type).dump();
    const HttpResponse response = api.ask("PUT", "/v2/a/manifests/v1", over);
    QCOMPARE(response.status(), 400);
    QCOMPARE(errorCode(response), std::string("MANIFEST_INVALID"));
    QCOMPARE(api.ask("HEAD", "/v2/a/manifests/v1").status(), 404);
    // The longest way counts, also when a short one was seen first.
    QCOMPARE(put(api, indexOf({imageManifest({}, "layer"), inner}, type).dump()), 400);
}

/// Two children that are each in both of the next: 2^24 ways, but only 48 manifests.
void TestManifests::followsNoMoreThanTheGraphHas()
{
    ApiFixture api;
    api.pushImage("a", "v0", "layer");
    std::vector<std::string> level{imageManifest({}, "layer")};
    for (int depth = 1; depth <= 24; ++depth) {
        std::vector<std::string> next;
        for (const char *side : {"left", "right"}) {
            json index = indexOf(level, depth == 1 ? mediatype::ociManifest : mediatype::ociIndex);
            index["annotations"] = {{"side", side}};
            next.push_back(index.dump());
            QCOMPARE(put(api, next.back()), 201);
        }
        level = std::move(next);
    }
}

void TestManifests::refusesSchemaOneWithAReason()
{
    ApiFixture api;
    const std::string body = R"({"schemaVersion":1,"name":"a","tag":"v1","fsLayers":[],"history":[]})";
    for (const std::string_view type :
         {mediatype::dockerSchema1, mediatype::dockerSchema1Signed, std::string_view("application/json")}) {
        const HttpResponse response = api.ask("PUT", "/v2/a/manifests/v1", body, {{"Content-Type", type}});
        QCOMPARE(response.status(), 400);
        QCOMPARE(errorCode(response), std::string("MANIFEST_INVALID"));
        QVERIFY(response.text().find("schema 1") != std::string_view::npos);
    }
}

void TestManifests::servesAnOldSchemaOneVerbatim()
{
    ApiFixture api;
    api.pushImage("a", "v0", "layer");
    const std::string body =
        R"({"schemaVersion":1, "name":"a", "tag":"old", "fsLayers":[], "history":[], "signatures":[{}]})";
    const std::string digest = digestOf(body);
    const QString root = api.root() + QStringLiteral("/docker/registry/v2/");
    const QString hex = QString::fromStdString(digest.substr(7));
    const QString repository = root + QStringLiteral("repositories/a/_manifests/");
    write(root + QStringLiteral("blobs/sha256/") + hex.left(2) + u'/' + hex + QStringLiteral("/data"), body);
    write(repository + QStringLiteral("revisions/sha256/") + hex + QStringLiteral("/link"), digest);
    write(repository + QStringLiteral("tags/old/current/link"), digest);
    write(repository + QStringLiteral("tags/old/index/sha256/") + hex + QStringLiteral("/link"), digest);
    api.reopen({});
    const HttpResponse got = api.ask("GET", "/v2/a/manifests/old");
    QCOMPARE(got.status(), 200);
    QCOMPARE(std::string(got.text()), body);
    QCOMPARE(std::string(got.header("Content-Type")), std::string(mediatype::dockerSchema1Signed));
    QCOMPARE(std::string(got.header("Docker-Content-Digest")), digest);
}

void TestManifests::ignoresAccept()
{
    ApiFixture api;
    api.pushImage("a", "v1", "layer");
    for (const std::string_view accept : {std::string_view("text/html"), mediatype::dockerManifest,
                                          std::string_view("*/*;q=0"), std::string_view()}) {
        const HttpResponse got = api.ask("GET", "/v2/a/manifests/v1", {}, {{"Accept", accept}});
        QCOMPARE(got.status(), 200);
        QCOMPARE(std::string(got.header("Content-Type")), std::string(mediatype::ociManifest));
    }
}

void TestManifests::answersLastTagWins()
{
    ApiFixture api;
    const std::string first = api.pushImage("a", "v1", "one");
    const std::string second = api.pushImage("a", "v1", "two");
    QVERIFY(first != second);
    QCOMPARE(std::string(api.ask("HEAD", "/v2/a/manifests/v1").header("Docker-Content-Digest")), second);
    QCOMPARE(api.ask("HEAD", "/v2/a/manifests/" + first).status(), 200); // stays, without a tag
}

QTEST_GUILESS_MAIN(TestManifests)
#include "tst_manifests.moc"
