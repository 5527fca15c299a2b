// SPDX-License-Identifier: Apache-2.0
#include "tests/model/modelfixture.h"

#include <QTest>

using namespace quayside;
using namespace quayside::test;

namespace {

/// "1.0 1.1" → chosen tags; "1.0@a" says which image the row showed.
DeleteRequest drawRequest(const QString &drawing)
{
    DeleteRequest request{repositoryName("team/api"), {}, {}, false};
    const auto words = drawing.split(u' ', Qt::SkipEmptyParts);
    for (const QString &word : words) {
        const QStringList sides = word.split(u'@');
        DeleteRequest::ChosenTag chosen{tagName(sides.at(0).toLatin1().constData()), {}};
        if (sides.size() > 1)
            chosen.seen = digestNamed(sides.at(1));
        request.tags.push_back(std::move(chosen));
    }
    return request;
}

QStringList names(const std::vector<Tag> &tags)
{
    QStringList result;
    for (const Tag &tag : tags)
        result.append(toQString(tag.toString()));
    result.sort();
    return result;
}

/// The plan as text: "delete 1.0+latest; remove 1.2 (stays 1.3); …", groups sorted.
QString drawn(const DeletePlan &plan)
{
    QStringList parts;
    for (const auto &image : plan.deletedImages)
        parts.append(QStringLiteral("delete ") + names(image.tags).join(u'+'));
    for (const auto &removal : plan.tagsRemoved)
        parts.append(QStringLiteral("remove %1 (stays %2)")
                         .arg(toQString(removal.tag.toString()), names(removal.siblings).join(u'+')));
    for (const auto &removal : plan.tagsUncertain)
        parts.append(QStringLiteral("try %1 (stays %2)")
                         .arg(toQString(removal.tag.toString()), names(removal.siblings).join(u'+')));
    for (const auto &left : plan.leftAlone)
        parts.append(QStringLiteral("leave ") + left.what());
    parts.sort();
    return parts.join(QStringLiteral("; "));
}

} // namespace

class TestDeleteGroups : public QObject
{
    Q_OBJECT

    DeleteSurroundings m_around;

    void setAbilities(const QString &what)
    {
        if (what == QStringLiteral("quayside"))
            m_around.capabilities.quayside.state = Ability::State::Yes;
        else if (what == QStringLiteral("one tag"))
            m_around.capabilities.deleteTag.state = Ability::State::Yes;
        else if (what == QStringLiteral("no one tag"))
            m_around.capabilities.deleteTag.state = Ability::State::No;
    }

private slots:
    void init()
    {
        m_around = {};
        m_around.host = QStringLiteral("harbor.example");
        m_around.now = QDateTime::fromString(QStringLiteral("2026-11-24T12:00:00Z"), Qt::ISODate);
    }

    void groups_data()
    {
        QTest::addColumn<QString>("content");
        QTest::addColumn<QString>("abilities");
        QTest::addColumn<QString>("chosen");
        QTest::addColumn<bool>("wholeImages");
        QTest::addColumn<QString>("plan");
        const QString content = QStringLiteral("1.0=a latest=a 1.1=b 1.2=c 1.3=c 1.4=c");
        const auto row = [&](const char *name, const char *abilities, const char *chosen, bool whole,
                             const char *plan) {
            QTest::newRow(name) << content << QString::fromLatin1(abilities) << QString::fromLatin1(chosen)
                                << whole << QString::fromLatin1(plan);
        };
        row("only tag", "", "1.1", false, "delete 1.1");
        row("all tags", "", "1.0 latest", false, "delete 1.0+latest");
        row("one of two, not tried", "", "1.0", false, "try 1.0 (stays latest)");
        row("one of two, can", "one tag", "1.0", false, "remove 1.0 (stays latest)");
        row("one of two, cannot", "no one tag", "1.0", false, "leave 1.0");
        row("one of two, Quayside", "quayside", "1.0", false, "remove 1.0 (stays latest)");
        row("two of three", "one tag", "1.2 1.3", false, "remove 1.2 (stays 1.4); remove 1.3 (stays 1.4)");
        row("whole images", "no one tag", "1.0", true, "delete 1.0+latest");
        row("mixed", "no one tag", "1.1 1.2", false, "delete 1.1; leave 1.2");
        row("moved", "", "1.1@z", false, "leave 1.1");
        row("as seen", "", "1.1@b", false, "delete 1.1");
        row("gone", "", "9.9", false, "leave 9.9");
    }
    void groups()
    {
        QFETCH(QString, content);
        QFETCH(QString, abilities);
        QFETCH(QString, chosen);
        QFETCH(bool, wholeImages);
        QFETCH(QString, plan);
        setAbilities(abilities);
        auto request = drawRequest(chosen);
        request.wholeImages = wholeImages;
        QCOMPARE(drawn(groupDelete(request, drawContent(content), m_around)), plan);
    }

    void protectsTags()
    {
        m_around.registry.protectedTags = QStringList{QStringLiteral("latest")};
        const auto content = drawContent(QStringLiteral("1.0=a latest=a 1.1=b"));
        auto request = drawRequest(QStringLiteral("latest 1.1"));
        QCOMPARE(drawn(groupDelete(request, content, m_around)), QStringLiteral("delete 1.1; leave latest"));
        request = drawRequest(QStringLiteral("1.0"));
        request.wholeImages = true;
        const auto plan = groupDelete(request, content, m_around);
        QCOMPARE(drawn(plan), QStringLiteral("leave 1.0"));
        QCOMPARE(plan.leftAlone.front().reason, LeftAloneReason::ImageProtected);
    }

    void takesPlatformsThatNothingElseUses()
    {
        auto content = drawContent(QStringLiteral("1.0=i1 1.1=i2 amd64=p3"));
        const auto child = [](const char *name) { return digestNamed(QString::fromLatin1(name)); };
        content.images[child("i1")].children = {child("p1"), child("p2"), child("p3")};
        content.images[child("i2")].children = {child("p2")};
        auto plan = groupDelete(drawRequest(QStringLiteral("1.0")), content, m_around);
        QCOMPARE(plan.also.size(), std::size_t(1)); // p2 is used by 1.1, p3 has a tag
        QCOMPARE(plan.also.front().digest, child("p1"));
        QCOMPARE(plan.also.front().what, DeletePlan::Also::What::PlatformImage);
        content.indexesComplete = false;
        plan = groupDelete(drawRequest(QStringLiteral("1.0")), content, m_around);
        QVERIFY(plan.also.empty());
    }

    void takesSignaturesAndAttachments()
    {
        std::string signature = digestNamed(QStringLiteral("a")).toString() + ".sig";
        signature[signature.find(':')] = '-';
        auto content = drawContent(QStringLiteral("1.0=a 1.1=b ") + QString::fromStdString(signature) +
                                   QStringLiteral("=s"));
        content.images[digestNamed(QStringLiteral("sbom"))].subject = digestNamed(QStringLiteral("a"));
        const auto plan = groupDelete(drawRequest(QStringLiteral("1.0")), content, m_around);
        QCOMPARE(plan.also.size(), std::size_t(2));
        const auto other = groupDelete(drawRequest(QStringLiteral("1.1")), content, m_around);
        QVERIFY(other.also.empty());
    }

    /// What an index that stays names is left to it; an index of attached things is no image with platforms.
    void leavesAttachedThingsThatOthersNeed()
    {
        const auto named = [](const char *name) { return digestNamed(QString::fromLatin1(name)); };
        auto content = drawContent(QStringLiteral("1.0=a 1.1=b"));
        content.images[named("sbom")].subject = named("a");
        content.images[named("signature")].subject = named("sbom");
        content.images[named("list")].subject = named("a");
        content.images[named("list")].children = {named("inner")};
        auto plan = groupDelete(drawRequest(QStringLiteral("1.0")), content, m_around);
        QVERIFY(plan.going() == (std::set<Digest>{named("a"), named("sbom"), named("signature"),
                                                  named("list"), named("inner")}));
        QVERIFY(std::all_of(plan.also.begin(), plan.also.end(), [](const auto &other) {
            return other.what == DeletePlan::Also::What::Attached;
        }));
        content.images[named("b")].children = {named("sbom")};
        plan = groupDelete(drawRequest(QStringLiteral("1.0")), content, m_around);
        QVERIFY(plan.going() == (std::set<Digest>{named("a"), named("list"), named("inner")}));
        content.indexesComplete = false; // another index might name them
        plan = groupDelete(drawRequest(QStringLiteral("1.0")), content, m_around);
        QVERIFY(plan.going() == std::set<Digest>{named("a")});
    }

    void asksAccordingToDanger()
    {
        const auto content = drawContent(QStringLiteral("1.0=a 1.1=b latest=b"));
        const auto friction = [&](const char *chosen) {
            return groupDelete(drawRequest(QString::fromLatin1(chosen)), content, m_around).friction;
        };
        QCOMPARE(friction("1.0"), Friction::Sheet);
        setAbilities(QStringLiteral("quayside"));
        QCOMPARE(friction("1.0"), Friction::None);
        QCOMPARE(friction("1.1"), Friction::None);
        QCOMPARE(friction("1.0 9.9"), Friction::Sheet); // something is left alone
        m_around.registry.mode = RegistryMode::Ask;
        QCOMPARE(friction("1.0"), Friction::Sheet);
        m_around.registry.production = true;
        QCOMPARE(friction("1.0"), Friction::TypeName);
    }

    void aHundredImagesWantTheName()
    {
        QStringList tags;
        QStringList content;
        for (int i = 0; i <= 100; ++i) {
            tags.append(QString::number(i));
            content.append(QStringLiteral("%1=%1").arg(i));
        }
        setAbilities(QStringLiteral("quayside"));
        const auto plan =
            groupDelete(drawRequest(tags.join(u' ')), drawContent(content.join(u' ')), m_around);
        QCOMPARE(plan.deletedImages.size(), std::size_t(101));
        QCOMPARE(plan.friction, Friction::TypeName);
        QVERIFY(!plan.defaultIsDelete);
        QCOMPARE(deleteVerb(plan), QStringLiteral("Delete 101 images"));
    }

    void promisesWhatItCan()
    {
        const auto content = drawContent(QStringLiteral("1.0=a"));
        const auto request = drawRequest(QStringLiteral("1.0"));
        auto plan = groupDelete(request, content, m_around);
        QCOMPARE(undoSentence(plan),
                 QStringLiteral("From this computer, until the registry collects garbage. Quayside "
                                "cannot see when."));
        QVERIFY(!plan.defaultIsDelete);
        m_around.host = QStringLiteral("registry-1.docker.io");
        plan = groupDelete(request, content, m_around);
        QCOMPARE(plan.undo, UndoPromise::NotPromised);
        QCOMPARE(plan.friction, Friction::TypeName);
        m_around.host = QStringLiteral("127.0.0.1");
        m_around.capabilities.trashRetention = std::chrono::hours(30 * 24);
        setAbilities(QStringLiteral("quayside"));
        plan = groupDelete(request, content, m_around);
        QCOMPARE(undoSentence(plan), QStringLiteral("Yes, until 24 December. Kept by this registry."));
        QVERIFY(plan.defaultIsDelete);
    }

    /// Undo on other registries is a push.
    void promisesNoMoreThanTheLoginMay()
    {
        const auto content = drawContent(QStringLiteral("1.0=a"));
        const auto request = drawRequest(QStringLiteral("1.0"));
        const auto plan = [&] { return groupDelete(request, content, m_around); };
        m_around.login = QStringLiteral("robot$cleanup");
        m_around.usesTokens = true;
        QCOMPARE(undoSentence(plan()),
                 QStringLiteral("Not sure: this registry does not say whether you may push."));
        QCOMPARE(plan().friction, Friction::Sheet);
        QVERIFY(!plan().defaultIsDelete);
        m_around.permissions.push.state = Ability::State::Yes;
        QCOMPARE(plan().undo, UndoPromise::UntilCollection);
        m_around.capabilities.harbor = true;
        QCOMPARE(undoSentence(plan()),
                 QStringLiteral("From this computer, until the registry collects garbage. "
                                "Harbor waits at least 2 hours."));
        m_around.permissions.push.state = Ability::State::No;
        QCOMPARE(undoSentence(plan()),
                 QStringLiteral("Not with this login: robot$cleanup may delete but not push."));
        QCOMPARE(plan().friction, Friction::TypeName);
        m_around.host = QStringLiteral("registry-1.docker.io"); // what is sure goes first
        QCOMPARE(plan().undo, UndoPromise::NotWithLogin);
        setAbilities(QStringLiteral("quayside"));
        QCOMPARE(plan().undo, UndoPromise::UntilDate); // others can restore it
    }

    void aWholeRepositoryGoesButWhatIsProtected()
    {
        setAbilities(QStringLiteral("quayside"));
        auto content = drawContent(QStringLiteral("1.0=a latest=a prod=b 2.0=c"));
        content.unresolved.insert(tagName("lost"));
        const Digest platform = digestNamed(QStringLiteral("platform"));
        const Digest alone = digestNamed(QStringLiteral("alone"));
        content.images[digestNamed(QStringLiteral("b"))].children = {platform};
        content.images[platform];
        content.images[alone];
        content.images[digestNamed(QStringLiteral("signature"))].subject = digestNamed(QStringLiteral("b"));
        m_around.registry.protectedTags = QStringList{QStringLiteral("prod")};
        DeleteRequest request = drawRequest(QString());
        request.wholeRepository = true;
        const auto plan = groupDelete(request, content, m_around);
        QCOMPARE(drawn(plan),
                 QStringLiteral("delete ; delete 1.0+latest; delete 2.0; leave lost; leave prod"));
        QCOMPARE(plan.friction, Friction::TypeName);
        QVERIFY(std::none_of(plan.deletedImages.begin(), plan.deletedImages.end(),
                             [&](const auto &image) { return image.digest == platform; }));
        // An index that could not be read might need what nothing else names.
        content.indexesComplete = false;
        QCOMPARE(drawn(groupDelete(request, content, m_around)),
                 QStringLiteral("delete 1.0+latest; delete 2.0; leave lost; leave prod"));
    }

    void namesTheButton()
    {
        setAbilities(QStringLiteral("one tag"));
        const auto content = drawContent(QStringLiteral("1.0=a 1.1=b latest=b 2.0=c"));
        const auto verb = [&](const char *chosen) {
            return deleteVerb(groupDelete(drawRequest(QString::fromLatin1(chosen)), content, m_around));
        };
        QCOMPARE(verb("1.0"), QStringLiteral("Delete 1 image"));
        QCOMPARE(verb("1.0 2.0 1.1"), QStringLiteral("Delete 2 images, remove 1 tag"));
        QCOMPARE(verb("1.1"), QStringLiteral("Remove 1 tag"));
    }
};

QTEST_GUILESS_MAIN(TestDeleteGroups)
#include "tst_deletegroups.moc"
