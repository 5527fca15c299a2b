// SPDX-License-Identifier: Apache-2.0
#include "apifixture.h"

#include "oci/timestamp.h"

#include <QTest>

#include <set>

using namespace quayside;

/// The extension `_quayside`.
class TestExtensionApi : public QObject
{
    Q_OBJECT

private slots:
    void isDiscovered();
    void listsTheTrash();
    void pagesTheTrash();
    void restores();
    void restoresATag();
    void listsContent();
    void purges();
    void keepsWhatIsNeeded();
    void purgesOnlyWhereItIsAllowed();
    void tellsATagsHistory();
    void countsWhatTheStoreHolds();
    void opensAtMostSixteenStreams();
};

void TestExtensionApi::isDiscovered()
{
    ApiFixture api;
    const auto global = parsed(api.ask("GET", "/v2/_oci/ext/discover"))["extensions"][0];
    QCOMPARE(global["name"].get<std::string>(), std::string("_quayside"));
    QVERIFY(global["url"].is_string());
    QCOMPARE(global["trashRetentionSeconds"].get<int>(), 30 * 24 * 60 * 60);
    QVERIFY(global["endpoints"].dump().find("/v2/<name>/_quayside/trash/entry") != std::string::npos);
    const auto one = parsed(api.ask("GET", "/v2/team/api/_oci/ext/discover"))["extensions"][0];
    QVERIFY(one["endpoints"].dump().find("/v2/team/api/_quayside/trash/entry") != std::string::npos);
    QVERIFY(one["endpoints"].dump().find("/v2/team/api/_quayside/trash/restore") != std::string::npos);
}

void TestExtensionApi::listsTheTrash()
{
    ApiFixture api;
    const std::string digest = api.pushImage("a", "v1", "layer");
    api.ask("DELETE", "/v2/a/manifests/" + digest, {}, {{"User-Agent", "quaysidectl/0.1.0"}});
    const auto entry = parsed(api.ask("GET", "/v2/_quayside/trash/list"))["entries"][0];
    QCOMPARE(entry["repository"].get<std::string>(), std::string("a"));
    QCOMPARE(entry["role"].get<std::string>(), std::string("manifest"));
    QCOMPARE(entry["digest"].get<std::string>(), digest);
    QCOMPARE(entry["tags"].dump(), std::string(R"(["v1"])"));
    QCOMPARE(entry["by"].get<std::string>(), std::string("ctl"));
    QVERIFY(entry["deletedAt"].is_string());
    QVERIFY(entry["expiresAt"].is_string());
    QVERIFY(parsed(api.ask("GET", "/v2/other/_quayside/trash/list"))["entries"].empty());
    StoreOptions options;
    options.trashRetention = std::chrono::years(8000);
    api.reopen(options);
    const auto kept = parsed(api.ask("GET", "/v2/_quayside/trash/list"))["entries"][0];
    QVERIFY(kept["deletedAt"].is_string());
    QVERIFY(!kept.contains("expiresAt")); // RFC 3339 has no year 10026
}

void TestExtensionApi::pagesTheTrash()
{
    ApiFixture api;
    std::set<std::string> deleted;
    for (const char *repository : {"a", "a/b", "b"}) {
        for (const char *layer : {"one", "two"}) {
            const std::string digest = api.pushImage(repository, layer, layer);
            api.ask("DELETE", "/v2/" + std::string(repository) + "/manifests/" + layer);
            api.ask("DELETE", "/v2/" + std::string(repository) + "/manifests/" + digest);
            deleted.insert(std::string(repository) + "@" + digest);
            deleted.insert(std::string(repository) + ":" + layer);
        }
    }
    std::multiset<std::string> listed;
    std::string target = "/v2/_quayside/trash/list?n=1";
    while (!target.empty()) {
        const HttpResponse page = api.ask("GET", target);
        const auto answer = parsed(page); // named: a range-for does not keep the temporary alive
        for (const auto &entry : answer["entries"]) {
            const std::string name = entry["repository"];
            listed.insert(entry.contains("tag") ? name + ":" + entry["tag"].get<std::string>()
                                                : name + "@" + entry["digest"].get<std::string>());
        }
        const std::string link(page.header("Link"));
        target = link.empty() ? std::string() : link.substr(1, link.find('>') - 1);
    }
    std::string expected;
    for (const std::string &name : deleted)
        expected += name + ' ';
    std::string found;
    for (const std::string &name : listed)
        found += name + ' ';
    QCOMPARE(found, expected);
}

void TestExtensionApi::restores()
{
    ApiFixture api;
    const std::string digest = api.pushImage("a", "v1", "layer");
    api.ask("DELETE", "/v2/a/manifests/" + digest);
    const std::string target = "/v2/a/_quayside/trash/restore?role=manifest&digest=" + digest;
    const auto first = parsed(api.ask("POST", target));
    QCOMPARE(first["changed"].get<bool>(), true);
    QCOMPARE(first["tags"].dump(), std::string(R"(["v1"])"));
    QCOMPARE(first["tagsLeft"].dump(), std::string("[]"));
    QCOMPARE(first["missing"].dump(), std::string("[]"));
    QCOMPARE(api.ask("GET", "/v2/a/manifests/v1").status(), 200);
    const HttpResponse second = api.ask("POST", target);
    QCOMPARE(second.status(), 200);
    QCOMPARE(parsed(second)["changed"].get<bool>(), false);
    QCOMPARE(api.ask("POST", target + "&role=layer").status(), 200); // the first value counts
    QCOMPARE(api.ask("POST", "/v2/a/_quayside/trash/restore?role=x&digest=" + digest).status(), 400);
}

void TestExtensionApi::restoresATag()
{
    ApiFixture api;
    const std::string digest = api.pushImage("a", "v1", "layer");
    api.ask("DELETE", "/v2/a/manifests/v1");
    const auto entry = parsed(api.ask("GET", "/v2/a/_quayside/trash/list"))["entries"][0];
    QCOMPARE(entry["role"].get<std::string>(), std::string("tag"));
    QCOMPARE(entry["tag"].get<std::string>(), std::string("v1"));
    QCOMPARE(entry["digest"].get<std::string>(), digest);
    QCOMPARE(api.ask("POST", "/v2/a/_quayside/trash/restore?tag=v1").status(), 200);
    QCOMPARE(api.ask("GET", "/v2/a/manifests/v1").status(), 200);
    QCOMPARE(api.ask("POST", "/v2/a/_quayside/trash/restore?tag=none").status(), 404);
    QCOMPARE(api.ask("POST", "/v2/a/_quayside/trash/restore?tag=-bad").status(), 400);
}

void TestExtensionApi::listsContent()
{
    ApiFixture api;
    QCOMPARE(api.ask("GET", "/v2/a/_quayside/content/list").status(), 404);
    const std::string digest = api.pushImage("a", "v1", "layer");
    api.pushImage("a", "v2", "other");
    api.ask("DELETE", "/v2/a/manifests/v2");
    const auto list = parsed(api.ask("GET", "/v2/a/_quayside/content/list"));
    QCOMPARE(list["manifests"].size(), std::size_t(2));
    for (const auto &row : list["manifests"]) {
        QCOMPARE(row["tags"].size(),
                 row["digest"].get<std::string>() == digest ? std::size_t(1) : std::size_t(0));
        QCOMPARE(row["platforms"].dump(), std::string(R"(["linux/amd64"])"));
        QVERIFY(row["downloadSize"].get<int>() > 5); // the layer, and the config
    }
    const HttpResponse first = api.ask("GET", "/v2/a/_quayside/content/list?n=1");
    const std::string link(first.header("Link"));
    const HttpResponse second = api.ask("GET", link.substr(1, link.find('>') - 1));
    QCOMPARE(parsed(second)["manifests"].size(), std::size_t(1));
    QVERIFY(parsed(first)["manifests"][0]["digest"] != parsed(second)["manifests"][0]["digest"]);
}

void TestExtensionApi::opensAtMostSixteenStreams()
{
    ApiFixture api;
    std::vector<HttpResponse> streams;
    for (std::size_t i = 0; i < EventHub::maxSubscribers; ++i)
        streams.push_back(api.ask("GET", "/v2/_quayside/store/events"));
    QCOMPARE(streams.back().status(), 200);
    QCOMPARE(streams.back().header("Content-Type"), std::string_view("text/event-stream"));
    const HttpResponse refused = api.ask("GET", "/v2/_quayside/store/events");
    QCOMPARE(refused.status(), 429);
    QVERIFY(!refused.header("Retry-After").empty());
}

void TestExtensionApi::purges()
{
    ApiFixture api;
    const std::string digest = api.pushImage("a", "v1", "layer");
    const std::string entry = "/v2/a/_quayside/trash/entry?digest=" + digest;
    QCOMPARE(api.ask("DELETE", entry).status(), 404); // it is not in the trash
    api.ask("DELETE", "/v2/a/manifests/" + digest);
    QCOMPARE(api.ask("DELETE", entry).status(), 204);
    QVERIFY(parsed(api.ask("GET", "/v2/a/_quayside/trash/list"))["entries"].empty());
    QCOMPARE(api.ask("POST", "/v2/a/_quayside/trash/restore?digest=" + digest).status(), 404);
    QCOMPARE(api.ask("DELETE", entry).status(), 404);
}

void TestExtensionApi::keepsWhatIsNeeded()
{
    ApiFixture api;
    const std::string image = api.pushImage("a", "v1", "layer");
    api.ask("DELETE", "/v2/a/blobs/" + digestOf("layer"));
    const auto entry = parsed(api.ask("GET", "/v2/a/_quayside/trash/list"))["entries"][0];
    QCOMPARE(entry["heldBy"].dump(), "[\"" + image + "\"]");
    const HttpResponse response =
        api.ask("DELETE", "/v2/a/_quayside/trash/entry?digest=" + digestOf("layer"));
    QCOMPARE(response.status(), 409);
    QCOMPARE(errorCode(response), std::string("HELD"));
    QCOMPARE(parsed(response)["errors"][0]["detail"]["heldBy"].dump(), "[\"" + image + "\"]");
    QCOMPARE(api.ask("POST", "/v2/a/_quayside/trash/restore?digest=" + digestOf("layer")).status(), 200);
}

void TestExtensionApi::purgesOnlyWhereItIsAllowed()
{
    ApiFixture api;
    const std::string digest = api.pushImage("a", "v1", "layer");
    api.ask("DELETE", "/v2/a/manifests/" + digest);
    api.setAllowPurge(false);
    api.reopen({});
    const HttpResponse response = api.ask("DELETE", "/v2/a/_quayside/trash/entry?digest=" + digest);
    QCOMPARE(response.status(), 405);
    QCOMPARE(errorCode(response), std::string("UNSUPPORTED"));
    QCOMPARE(api.ask("POST", "/v2/a/_quayside/trash/restore?digest=" + digest).status(), 200);
}

void TestExtensionApi::tellsATagsHistory()
{
    ApiFixture api;
    const std::string first = api.pushImage("a", "v1", "one");
    const std::string second = api.pushImage("a", "v1", "two");
    const std::string path = "/v2/a/_quayside/tags/history";
    const auto history = parsed(api.ask("GET", path + "?tag=v1"))["history"];
    QCOMPARE(history.size(), std::size_t(2));
    QCOMPARE(history[0]["digest"].get<std::string>(), second);
    QCOMPARE(history[0]["current"].get<bool>(), true);
    QCOMPARE(history[1]["digest"].get<std::string>(), first);
    QCOMPARE(history[1]["current"].get<bool>(), false);
    QCOMPARE(history[1]["state"].get<std::string>(), std::string("live"));
    QVERIFY(parseRfc3339(history[0]["since"].get<std::string>()).has_value());
    // Pointing the tag back is an ordinary push of what is still there.
    QCOMPARE(api.pushImage("a", "v1", "one"), first);
    QCOMPARE(parsed(api.ask("GET", path + "?tag=v1"))["history"][0]["digest"].get<std::string>(), first);
    api.ask("DELETE", "/v2/a/manifests/" + second);
    QCOMPARE(parsed(api.ask("GET", path + "?tag=v1"))["history"][1]["state"].get<std::string>(),
             std::string("in trash"));
    QCOMPARE(errorCode(api.ask("GET", path + "?tag=none")), std::string("MANIFEST_UNKNOWN"));
    QCOMPARE(errorCode(api.ask("GET", "/v2/b/_quayside/tags/history?tag=v1")),
             std::string("MANIFEST_UNKNOWN"));
    QCOMPARE(errorCode(api.ask("GET", path)), std::string("TAG_INVALID"));
}

void TestExtensionApi::countsWhatTheStoreHolds()
{
    ApiFixture api;
    const auto stats = [&] { return parsed(api.ask("GET", "/v2/_quayside/store/stats")); };
    QCOMPARE(stats()["repositories"].get<int>(), 0);
    QCOMPARE(stats()["version"].get<std::string>(), std::string(QUAYSIDE_VERSION));
    const std::string digest = api.pushImage("a", "v1", "layer");
    const auto one = stats();
    QCOMPARE(one["repositories"].get<int>(), 1);
    QCOMPARE(one["tags"].get<int>(), 1);
    QCOMPARE(one["manifests"].get<int>(), 1);
    QCOMPARE(one["blobs"].get<int>(), 3); // the manifest, its config, its layer
    QCOMPARE(one["bytesDeduplicated"].get<int>(), 0);
    api.pushImage("b", "v1", "layer"); // the same bytes again
    const auto two = stats();
    QCOMPARE(two["repositories"].get<int>(), 2);
    QCOMPARE(two["bytesStored"].get<int>(), one["bytesStored"].get<int>());
    QCOMPARE(two["bytesDeduplicated"].get<int>(), one["bytesStored"].get<int>());
    api.ask("DELETE", "/v2/a/manifests/" + digest);
    QCOMPARE(stats()["bytesInTrash"].get<int>(), 0); // b still has it
    api.ask("DELETE", "/v2/b/manifests/" + digest);
    const auto deleted = stats();
    QCOMPARE(deleted["repositories"].get<int>(), 0);
    QCOMPARE(deleted["bytesInTrash"].get<std::size_t>(), imageManifest({}, "layer").size());
    QCOMPARE(deleted["bytesStored"].get<int>(), two["bytesStored"].get<int>());
}

QTEST_GUILESS_MAIN(TestExtensionApi)
#include "tst_extensionapi.moc"
