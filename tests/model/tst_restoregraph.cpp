// SPDX-License-Identifier: Apache-2.0
#include "model/restoregraph.h"
#include "oci/hasher.h"
#include "tests/model/modelfixture.h"

#include <QTest>

using namespace quayside;
using namespace quayside::test;

namespace {

const RepositoryName repository = repositoryName("team/api");

/// A kept manifest with a blob of its own, called "layer of <name>".
KeptManifest kept(JournalItem::Role role, const QString &name)
{
    KeptManifest manifest{repository, JournalItem{role, digestNamed(name)}};
    manifest.blobs.insert(digestNamed(QStringLiteral("layer of ") + name));
    return manifest;
}

std::set<ContentName> gone(const QString &name)
{
    return {{repository, digestNamed(QStringLiteral("layer of ") + name)}};
}

/// image (0) with platforms one (1) and two (2), a signature (3) of the image, another image (4).
std::vector<KeptManifest> family()
{
    std::vector<KeptManifest> all;
    for (const auto &[role, name] : std::vector<std::pair<JournalItem::Role, const char *>>{
             {JournalItem::Role::Image, "image"},
             {JournalItem::Role::Also, "one"},
             {JournalItem::Role::Kept, "two"},
             {JournalItem::Role::Also, "signature"},
             {JournalItem::Role::Image, "other"}})
        all.push_back(kept(role, QString::fromLatin1(name)));
    all[0].item.children = {digestNamed(QStringLiteral("one")), digestNamed(QStringLiteral("two"))};
    all[3].subjects = {digestNamed(QStringLiteral("image"))};
    return all;
}

std::set<std::size_t> keys(const std::map<std::size_t, RestoreGraph::Refusal> &refused)
{
    std::set<std::size_t> keys;
    for (const auto &entry : refused)
        keys.insert(entry.first);
    return keys;
}

using Indexes = std::set<std::size_t>;

} // namespace

class TestRestoreGraph : public QObject
{
    Q_OBJECT

    static std::vector<KeptManifest> chainOf(std::size_t count)
    {
        std::vector<KeptManifest> all;
        for (std::size_t i = 0; i < count; ++i) {
            all.push_back(kept(JournalItem::Role::Also, QString::number(i)));
            if (i + 1 < count)
                all.back().item.children = {digestNamed(QString::number(i + 1))};
        }
        all[0].item.children.push_back(all[0].item.digest);
        return all;
    }

private slots:
    void partsComeFirstAttachedLast()
    {
        const auto rounds = RestoreGraph(family()).rounds();
        QCOMPARE(rounds.size(), 3U);
        QVERIFY(rounds[0] == (std::vector<std::size_t>{1, 2, 4}));
        QVERIFY(rounds[1] == std::vector<std::size_t>(1, 0));
        QVERIFY(rounds[2] == std::vector<std::size_t>(1, 3));
    }

    void anImageComesBackWholeOrNotAtAll()
    {
        const RestoreGraph graph(family());
        const auto refused = graph.refused(gone(QStringLiteral("two")));
        QVERIFY(keys(refused) == (Indexes{0, 1, 2, 3}));
        QCOMPARE(refused.at(0).missing.size(), 1U);
        QCOMPARE(refused.at(0).needed, 3U);
        QVERIFY(refused.at(1).missing.empty()); // it has its layer, but no use
    }

    void aLostSignatureKeepsNobodyAway()
    {
        QVERIFY(keys(RestoreGraph(family()).refused(gone(QStringLiteral("signature")))) == Indexes{3});
    }

    void aPlatformOfTwoImagesComesBackWithTheOtherOne()
    {
        auto all = family();
        all[4].item.children = {digestNamed(QStringLiteral("one"))};
        QVERIFY(keys(RestoreGraph(all).refused(gone(QStringLiteral("two")))) == (Indexes{0, 2, 3}));
    }

    void nestedIndexesAreFollowed()
    {
        auto all = family();
        all[1].item.children = {digestNamed(QStringLiteral("other"))}; // image > one > other
        const RestoreGraph graph(all);
        QCOMPARE(graph.rounds().size(), 4U);
        QVERIFY(keys(graph.refused(gone(QStringLiteral("other")))) == (Indexes{0, 1, 2, 3, 4}));
    }

    void aPlatformThatNobodyKeptMustBeThere()
    {
        auto all = family();
        all[4].item.children = {digestNamed(QStringLiteral("live"))};
        const RestoreGraph graph(all);
        const std::set<ContentName> live{{repository, digestNamed(QStringLiteral("live"))}};
        QVERIFY(graph.otherParts() == live);
        QVERIFY(keys(graph.refused(live)) == Indexes{4});
    }

    void aCircleOfTagsEnds()
    {
        auto all = family();
        all[1].subjects = {digestNamed(QStringLiteral("image"))}; // a part that is tagged as attached
        const RestoreGraph graph(all);
        std::size_t count = 0;
        for (const auto &round : graph.rounds())
            count += round.size();
        QCOMPARE(count, all.size());
        QVERIFY(keys(graph.refused(gone(QStringLiteral("image")))) == (Indexes{0, 1, 2, 3}));
    }

    void bringsAlongWhatBelongs()
    {
        std::vector<JournalItem> items;
        for (const KeptManifest &manifest : family())
            items.push_back(manifest.item);
        QVERIFY(withWhatBelongs(items, {0}) == (Indexes{0, 1, 2}));
        QVERIFY(withWhatBelongs(items, {4}) == Indexes{4});
        const std::string name = digestNamed(QStringLiteral("one")).hex();
        items[3].tags = {tagName(("sha256-" + name + ".sig").c_str())}; // a signature of a platform
        QVERIFY(withWhatBelongs(items, {0}) == (Indexes{0, 1, 2, 3}));
    }

    /// An index within an index, 20,000 times; the outermost names itself, too.
    void aVeryLongChain()
    {
        constexpr std::size_t count = 20'000;
        const RestoreGraph graph(chainOf(count));
        QCOMPARE(graph.rounds().size(), count);
        QVERIFY(graph.refused(gone(QStringLiteral("nothing of these"))).empty());
        std::vector<JournalItem> items;
        for (const KeptManifest &manifest : graph.manifests())
            items.push_back(manifest.item);
        QCOMPARE(withWhatBelongs(items, {0}).size(), count);
    }

    /// The innermost one has lost its layer.
    void aLongChainThatLacksALayer()
    {
        constexpr std::size_t count = 300;
        const auto refused = RestoreGraph(chainOf(count)).refused(gone(QString::number(count - 1)));
        QCOMPARE(refused.size(), count);
        QCOMPARE(refused.at(0).needed, count);
    }
};

QTEST_GUILESS_MAIN(TestRestoreGraph)
#include "tst_restoregraph.moc"
