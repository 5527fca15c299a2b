// SPDX-License-Identifier: Apache-2.0
#include "cli/storecommands.h"
#include "model/storemaintenance.h"

#include <QTest>

using namespace quayside;

namespace {

/// Answers what it is told to and remembers what it was asked.
class Maintenance final : public StoreMaintenance
{
public:
    Result<Check> check(const QString &root, bool repair) override
    {
        asked.append(QStringLiteral("check %1 %2").arg(root).arg(repair));
        return checked;
    }
    Result<Purge> purgeAll(const QString &root) override
    {
        asked.append(QStringLiteral("purge %1").arg(root));
        return purged;
    }

    QStringList asked;
    Result<Check> checked = Check();
    Result<Purge> purged = Purge();
};

} // namespace

class TestStoreCommands : public QObject
{
    Q_OBJECT

private slots:
    void init() { m_maintenance.asked.clear(); }
    void checkSaysWhatItFound();
    void checkTakesItsOptions();
    void purgeWantsAll();
    void errorsAreToldOnTheErrorStream();

private:
    QString m_outText;
    QString m_errText;
    QTextStream m_out{&m_outText};
    QTextStream m_err{&m_errText};
    Maintenance m_maintenance;
    StoreCommands m_commands{m_maintenance, QStringLiteral("/home/ann/store"), m_out, m_err};
};

void TestStoreCommands::checkSaysWhatItFound()
{
    m_maintenance.checked = StoreMaintenance::Check{1, 2, 3, 40, {}, {}};
    QCOMPARE(m_commands.check({}), 0);
    QCOMPARE(m_maintenance.asked.takeLast(), QStringLiteral("check /home/ann/store 0"));
    QVERIFY(m_outText.endsWith(QStringLiteral("1 repositories, 2 links, 3 files with 40 bytes: sound\n")));
    m_maintenance.checked =
        StoreMaintenance::Check{1, 2, 3, 40, {QStringLiteral("this")}, {QStringLiteral("that")}};
    QCOMPARE(m_commands.check({}), 1);
    QVERIFY(m_outText.contains(QStringLiteral("repaired: this\nwrong: that\n")));
    QVERIFY(m_outText.endsWith(QStringLiteral("damaged\n")));
}

void TestStoreCommands::checkTakesItsOptions()
{
    m_maintenance.checked = StoreMaintenance::Check();
    QCOMPARE(m_commands.check({QStringLiteral("--root=/srv/images"), QStringLiteral("--repair")}), 0);
    QCOMPARE(m_maintenance.asked.takeLast(), QStringLiteral("check /srv/images 1"));
    for (const auto *wrong : {"--fix", "images"})
        QCOMPARE(m_commands.check({QString::fromLatin1(wrong)}), 2);
    QCOMPARE(m_commands.check({QStringLiteral("--help")}), 0);
    QVERIFY(m_maintenance.asked.isEmpty());
}

void TestStoreCommands::purgeWantsAll()
{
    for (const QStringList &wrong : {QStringList(), QStringList{QStringLiteral("latest")},
                                     QStringList{QStringLiteral("--all"), QStringLiteral("latest")}})
        QCOMPARE(m_commands.purge(wrong), 2);
    QVERIFY(m_maintenance.asked.isEmpty());
    m_maintenance.purged = StoreMaintenance::Purge{7, 1};
    QCOMPARE(m_commands.purge({QStringLiteral("--all"), QStringLiteral("--root=/srv/images")}), 0);
    QCOMPARE(m_maintenance.asked.takeLast(), QStringLiteral("purge /srv/images"));
    QVERIFY(m_outText.contains(QStringLiteral("7 purged\n1 kept")));
}

void TestStoreCommands::errorsAreToldOnTheErrorStream()
{
    m_errText.clear();
    m_maintenance.checked = fail(ErrorKind::Conflict, "the store is served");
    m_maintenance.purged = fail(ErrorKind::Conflict, "the store is served");
    QCOMPARE(m_commands.check({}), 1);
    QCOMPARE(m_commands.purge({QStringLiteral("--all")}), 1);
    QCOMPARE(m_errText.count(QStringLiteral("the store is served")), 2);
}

QTEST_GUILESS_MAIN(TestStoreCommands)
#include "tst_storecommands.moc"
