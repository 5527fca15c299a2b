// SPDX-License-Identifier: Apache-2.0
// The words of rm, undo, deleted and restore: references, sheets, output and exit codes. What they do with
// real registries: tests/integration/delete.sh.
#include "cli/commandoutput.h"
#include "cli/exittally.h"
#include "cli/referencelist.h"
#include "cli/sheettext.h"
#include "oci/hasher.h"
#include "oci/qtconversions.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace quayside;

namespace {

Tag tag(const char *name)
{
    return Tag::parse(name).value();
}

std::vector<Tag> tags(const QByteArray &names)
{
    std::vector<Tag> all;
    for (const QByteArray &name : names.split(' '))
        all.push_back(tag(name.constData()));
    return all;
}

DeletePlan examplePlan()
{
    DeletePlan plan{QStringLiteral("r1"), QStringLiteral("Harbor"),
                    RepositoryName::parse("team/api").value()};
    const Digest digest = Hasher::hash("one");
    plan.deletedImages.push_back({digest, {}, tags("1.11.9")});
    plan.deletedImages.push_back({digest, {}, tags("1.11.8 1.11-old")});
    plan.deletedImages.push_back({digest, {}, tags("1.10.0")});
    plan.tagsRemoved.push_back({tag("1.12"), digest, tags("1.12.0 latest")});
    plan.leftAlone.push_back({tag("1.9"), tags("stable"), LeftAloneReason::SharedImage, digest});
    plan.also.push_back({digest, {}, DeletePlan::Also::What::PlatformImage, {}, digest});
    plan.attachedUnknown = true;
    plan.undo = UndoPromise::UntilCollection;
    plan.space = SpaceEffect::AfterCollection;
    return plan;
}

} // namespace

class TestDeleteWords : public QObject
{
    Q_OBJECT

    QString m_out;
    QString m_err;

private slots:
    void sortsReferencesByRepository()
    {
        const QString api = QStringLiteral("reg.example/team/api");
        const QString web = QStringLiteral("reg.example/team/web:1.0");
        const auto groups = groupReferences(
            {api + QStringLiteral(":1.0"), web, api + QStringLiteral(":2.0"), api + QStringLiteral(":1.0")});
        QVERIFY(groups.has_value());
        QCOMPARE(groups->size(), std::size_t(2));
        QCOMPARE(groups->front().name(), api);
        // A tag that was named twice counts once: it must not look like two tags of its image.
        QCOMPARE(groups->front().references.size(), std::size_t(2));
        QCOMPARE(groups->back().name(), QStringLiteral("reg.example/team/web"));
    }

    void refusesOtherWords_data()
    {
        QTest::addColumn<QString>("word");
        QTest::addColumn<QString>("says");
        QTest::newRow("no host") << QStringLiteral("team/api:1.0") << QStringLiteral("names no registry");
        QTest::newRow("no tag") << QStringLiteral("reg.example/team/api") << QStringLiteral("names no tag");
        QTest::newRow("no name") << QStringLiteral("reg.example/Team:1") << QStringLiteral("is no image");
        QTest::newRow("empty") << QString() << QStringLiteral("is no image");
    }

    void refusesOtherWords()
    {
        QFETCH(QString, word);
        QFETCH(QString, says);
        const auto groups = groupReferences({QStringLiteral("reg.example/a:1"), word});
        QVERIFY(!groups.has_value());
        QCOMPARE(groups.error().kind, ErrorKind::InvalidInput);
        QVERIFY2(toQString(groups.error().message).contains(says), groups.error().message.c_str());
    }

    void showsTheSheet()
    {
        QCOMPARE(
            sheetText(examplePlan(), QStringLiteral("harbor.example")),
            QStringLiteral("Delete from team/api on harbor.example\n"
                           "Deleted       3 images  1.11.9 · 1.11.8 + 1.11-old · 1.10.0\n"
                           "Tag removed   1 tag     1.12  (its image stays: 1.12.0, latest)\n"
                           "Left alone    1 tag     1.9  (shares its image with stable)\n"
                           "Left alone    what is attached to them and could not be listed\n"
                           "Also          1 platform image that nothing else uses\n"
                           "Space         Nothing is freed until the registry collects garbage.\n"
                           "Undo          From this computer, until the registry collects garbage. Quayside "
                           "cannot see when."));
    }

    void asks()
    {
        DeletePlan plan = examplePlan();
        QCOMPARE(deleteQuestion({plan}), QStringLiteral("Delete 3 images and remove 1 tag"));
        plan.tagsRemoved.clear();
        QCOMPARE(deleteQuestion({plan, plan}), QStringLiteral("Delete 6 images"));
        plan.deletedImages.clear();
        plan.tagsUncertain.push_back({tag("1.0"), Hasher::hash("one"), tags("latest")});
        QCOMPARE(deleteQuestion({plan}), QStringLiteral("Remove 1 tag"));
    }

    void printsEachFormForItsReader()
    {
        QTextStream out(&m_out);
        QTextStream err(&m_err);
        const auto printed = [&](CommandOutput::Form form) {
            m_out.clear();
            m_err.clear();
            CommandOutput output(out, err);
            output.setForm(form);
            output.line(QStringLiteral("Deleted \u001b[2Jeverything"));
            output.name(QStringLiteral("reg.example/a:1"));
            output.object(QStringLiteral("item"), {{QStringLiteral("what"), QStringLiteral("1.0")}});
            output.error(QStringLiteral("no\nmore"), exitLogin);
            return m_out;
        };
        // What comes from a registry cannot steer the terminal, or look like two lines.
        QCOMPARE(printed(CommandOutput::Form::Text), QStringLiteral("Deleted \\u{001B}[2Jeverything\n"));
        QCOMPARE(m_err, QStringLiteral("quaysidectl: no more\n"));
        QCOMPARE(printed(CommandOutput::Form::Names), QStringLiteral("reg.example/a:1\n"));
        const auto lines = printed(CommandOutput::Form::Json).trimmed().split(u'\n');
        QCOMPARE(m_err, QString());
        QCOMPARE(lines.size(), 2);
        const auto item = QJsonDocument::fromJson(lines.at(0).toUtf8()).object();
        QCOMPARE(item.value(QStringLiteral("version")).toInt(), 1);
        QCOMPARE(item.value(QStringLiteral("type")).toString(), QStringLiteral("item"));
        const auto error = QJsonDocument::fromJson(lines.at(1).toUtf8()).object();
        QCOMPARE(error.value(QStringLiteral("type")).toString(), QStringLiteral("error"));
        QCOMPARE(error.value(QStringLiteral("exitCode")).toInt(), 4);
    }

    void sumsUpExitCodes()
    {
        ExitTally tally;
        QCOMPARE(tally.code(), exitDone);
        tally.addFailed(exitRefused);
        tally.addFailed(exitRefused);
        QCOMPARE(tally.code(), exitRefused); // all for one reason
        tally.addFailed(exitNotFound);
        QCOMPARE(tally.code(), exitFailed);
        tally.addFailed(exitFailed);
        QCOMPARE(tally.code(), exitFailed);

        ExitTally some;
        some.addFailed(exitRefused);
        some.addDone();
        QCOMPARE(some.code(), exitFailed); // "nothing changed" would be wrong
    }
};

QTEST_GUILESS_MAIN(TestDeleteWords)
#include "tst_deletewords.moc"
