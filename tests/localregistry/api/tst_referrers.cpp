// SPDX-License-Identifier: Apache-2.0
#include "apifixture.h"

#include "oci/mediatype.h"

#include <QTest>

#include <set>

using namespace quayside;
using nlohmann::json;

namespace {

const std::string path = "/v2/a/referrers/";

/// A manifest attached to `subject`; `artifactType` may be empty.
std::string attachment(const std::string &subject, const std::string &artifactType, const std::string &note)
{
    json manifest = json::parse(imageManifest({}, "layer", subject));
    if (!artifactType.empty())
        manifest["artifactType"] = artifactType;
    manifest["annotations"] = {{"note", note}};
    return manifest.dump();
}

std::string push(ApiFixture &api, const std::string &body)
{
    const HttpResponse response = api.ask("PUT", "/v2/a/manifests/" + digestOf(body), body);
    return response.status() == 201 ? digestOf(body) : std::string(response.text());
}

std::set<std::string> digestsOf(const HttpResponse &response)
{
    std::set<std::string> digests;
    const json answer = parsed(response);
    for (const auto &manifest : answer["manifests"])
        digests.insert(manifest["digest"].get<std::string>());
    return digests;
}

} // namespace

/// `GET /v2/<name>/referrers/<digest>`.
class TestReferrers : public QObject
{
    Q_OBJECT

private slots:
    void describesEachReferrer();
    void filtersByArtifactType();
    void answersNothingWithAnEmptyIndex();
    void hidesWhatWasDeleted();
    void pagesAboveFourMebibytes();
};

void TestReferrers::describesEachReferrer()
{
    ApiFixture api;
    const std::string subject = api.pushImage("a", "v1", "layer");
    const std::string body = attachment(subject, "application/vnd.example.sbom+json", "first");
    push(api, body);
    push(api, body); // the second time changes nothing
    const HttpResponse response = api.ask("GET", path + subject);
    QCOMPARE(response.status(), 200);
    QCOMPARE(std::string(response.header("Content-Type")), std::string(mediatype::ociIndex));
    QVERIFY(response.header("OCI-Filters-Applied").empty());
    const json expected{{"schemaVersion", 2},
                        {"mediaType", mediatype::ociIndex},
                        {"manifests", json::array({{{"mediaType", mediatype::ociManifest},
                                                    {"digest", digestOf(body)},
                                                    {"size", body.size()},
                                                    {"artifactType", "application/vnd.example.sbom+json"},
                                                    {"annotations", {{"note", "first"}}}}})}};
    QCOMPARE(parsed(response).dump(), expected.dump());
}

void TestReferrers::filtersByArtifactType()
{
    ApiFixture api;
    const std::string subject = api.pushImage("a", "v1", "layer");
    const std::string sbom = push(api, attachment(subject, "application/vnd.example.sbom+json", "s"));
    const std::string signature = push(api, attachment(subject, "application/vnd.example.signature", "g"));
    const std::string untyped = push(api, attachment(subject, {}, "u"));
    QCOMPARE(digestsOf(api.ask("GET", path + subject)), (std::set{sbom, signature, untyped}));
    for (const char *spelling :
         {"application/vnd.example.sbom+json", "application%2Fvnd.example.sbom%2Bjson"}) {
        const HttpResponse some = api.ask("GET", path + subject + "?artifactType=" + spelling);
        QCOMPARE(digestsOf(some), std::set{sbom});
        QCOMPARE(some.header("OCI-Filters-Applied"), std::string_view("artifactType"));
    }
    // Without a type of its own, a manifest has that of its config.
    const HttpResponse byConfig =
        api.ask("GET", path + subject + "?artifactType=" + std::string(mediatype::ociConfig));
    QCOMPARE(digestsOf(byConfig), std::set{untyped});
    const HttpResponse unfiltered = api.ask("GET", path + subject + "?artifactType=");
    QCOMPARE(digestsOf(unfiltered).size(), std::size_t(3));
    QVERIFY(unfiltered.header("OCI-Filters-Applied").empty());
}

void TestReferrers::answersNothingWithAnEmptyIndex()
{
    ApiFixture api;
    api.pushImage("a", "v1", "layer");
    const std::string zero = "sha256:" + std::string(64, '0');
    for (const std::string &target :
         {"/v2/nobody/referrers/" + zero, path + zero, path + "sha512:" + std::string(128, '0'),
          path + "md5:" + std::string(32, '0')}) {
        const HttpResponse response = api.ask("GET", target);
        QCOMPARE(response.status(), 200);
        QCOMPARE(parsed(response)["manifests"].dump(), std::string("[]"));
    }
    for (const char *bad : {"v1", "sha256:0", "sha256:", ":"})
        QCOMPARE(errorCode(api.ask("GET", path + bad)), std::string("DIGEST_INVALID"));
}

void TestReferrers::hidesWhatWasDeleted()
{
    ApiFixture api;
    const std::string subject = api.pushImage("a", "v1", "layer");
    const std::string referrer = push(api, attachment(subject, "application/x", "r"));
    api.ask("DELETE", "/v2/a/manifests/" + subject);
    QCOMPARE(digestsOf(api.ask("GET", path + subject)), std::set{referrer}); // of a deleted subject too
    api.ask("DELETE", "/v2/a/manifests/" + referrer);
    QVERIFY(digestsOf(api.ask("GET", path + subject)).empty());
    api.ask("POST", "/v2/a/_quayside/trash/restore?digest=" + referrer);
    QCOMPARE(digestsOf(api.ask("GET", path + subject)), std::set{referrer});
}

void TestReferrers::pagesAboveFourMebibytes()
{
    ApiFixture api;
    const std::string subject = api.pushImage("a", "v1", "layer");
    std::set<std::string> pushed;
    for (char name = 'a'; name < 'f'; ++name) // 1 MiB each
        pushed.insert(push(api, attachment(subject, "application/x+y", std::string(1024 * 1024, name))));
    push(api, attachment(subject, "application/other", "small"));
    std::set<std::string> seen;
    std::string target = path + subject + "?artifactType=application/x%2By";
    int pages = 0;
    while (!target.empty()) {
        const HttpResponse page = api.ask("GET", target);
        QCOMPARE(page.status(), 200);
        QVERIFY(page.text().size() <= 4 * 1024 * 1024);
        QCOMPARE(page.header("OCI-Filters-Applied"), std::string_view("artifactType"));
        for (const std::string &digest : digestsOf(page))
            QVERIFY(seen.insert(digest).second);
        const std::string link(page.header("Link"));
        QVERIFY(link.empty() || link.starts_with("</v2/a/referrers/"));
        target = link.empty() ? std::string() : link.substr(1, link.find('>') - 1);
        ++pages;
    }
    QCOMPARE(pages, 2);
    QCOMPARE(seen, pushed);
}

QTEST_GUILESS_MAIN(TestReferrers)
#include "tst_referrers.moc"
