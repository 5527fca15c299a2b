// SPDX-License-Identifier: Apache-2.0
#include "model/hostsessions.h"
#include "model/journalrecord.h"
#include "model/localregistrycontrol.h"
#include "model/logins.h"
#include "model/proberegistry.h"
#include "model/registrylist.h"
#include "model/registrytreemodel.h"
#include "model/repositorylistmodel.h"
#include "model/sessionmanager.h"
#include "model/settings.h"
#include "model/undojournal.h"
#include "registryclient/logins/keyring.h"
#include "registryclient/logins/ownlogins.h"
#include "registryclient/transport.h"
#include "tests/support/fakeregistry.h"
#include "tests/support/testimage.h"

#include <QAbstractItemModelTester>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace quayside;
using namespace quayside::test;

class TestRegistries : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<QSettings> m_store;
    std::unique_ptr<Transport> m_transport;
    std::unique_ptr<UndoJournal> m_journal;
    std::unique_ptr<RegistryList> m_list;
    std::unique_ptr<SessionManager> m_sessions;

    QString addFake(const FakeRegistry &fake)
    {
        RegistryConfig config;
        config.address = fake.url().authority();
        return m_list->add(config);
    }

    static FakeAnswer json(const QByteArray &body)
    {
        FakeAnswer answer;
        answer.headers.append(HttpHeader{"Content-Type", "application/json"});
        answer.body = body;
        return answer;
    }

    static void answerAsRegistry(FakeRegistry &fake, const QByteArray &repositories)
    {
        fake.on("GET", "/v2/", json("{}"));
        fake.on("GET", "/v2/_catalog", json("{\"repositories\":[" + repositories + "]}"));
    }

private slots:
    void init()
    {
        m_directory = std::make_unique<QTemporaryDir>();
        m_store = std::make_unique<QSettings>(m_directory->filePath(QStringLiteral("test.conf")),
                                              QSettings::IniFormat);
        TransportOptions options;
        options.retryDelay = std::chrono::milliseconds(1);
        m_transport = std::make_unique<Transport>(options);
        m_journal = std::make_unique<UndoJournal>(m_directory->filePath(QStringLiteral("data")));
        m_list = std::make_unique<RegistryList>(m_store.get());
        m_sessions =
            std::make_unique<SessionManager>(m_list.get(), nullptr, m_transport.get(), m_journal.get());
    }

    void cleanup()
    {
        m_sessions.reset();
        QTRY_COMPARE(m_transport->running(), 0);
        m_list.reset();
        m_journal.reset();
        m_transport.reset();
    }

    void settingsComeBack()
    {
        {
            Settings settings(m_store.get());
            QSignalSpy changed(&settings, &Settings::changed);
            settings.set(&SettingsValues::localPort, 5001);
            settings.set(&SettingsValues::localPort, 5001);
            settings.set(&SettingsValues::windowGeometry, QByteArray("\x00\x01", 2));
            QCOMPARE(changed.count(), 2);
        }
        const Settings settings(m_store.get());
        QCOMPARE(settings.values().localPort, 5001);
        QCOMPARE(settings.values().windowGeometry, QByteArray("\x00\x01", 2));
        QVERIFY(!settings.values().siSizes);
    }

    void registriesComeBack()
    {
        RegistryConfig config;
        config.address = QStringLiteral("harbor.example");
        config.mode = RegistryMode::Ask;
        config.production = true;
        config.pinned = QStringList{QStringLiteral("team/api")};
        const QString id = m_list->add(config);
        QVERIFY(m_list->config(id)->colour > 0);
        const RegistryList again(m_store.get());
        QCOMPARE(again.configs().size(), 1);
        QCOMPARE(again.configs().front(), *m_list->config(id));
        m_list->remove(id);
        QVERIFY(RegistryList(m_store.get()).configs().isEmpty());
    }

    /// Of Local the guards are kept, and nothing else: its address is not the settings' business.
    void localsGuardsComeBack()
    {
        RegistryConfig config = m_list->local();
        QCOMPARE(config, localRegistryConfig());
        config.mode = RegistryMode::ReadOnly;
        config.production = true;
        config.protectedTags = QStringList{QStringLiteral("latest"), QStringLiteral("a,b")};
        config.inUseFile = QStringLiteral("/in-use.txt");
        const RegistryConfig guarded = config;
        config.name = QStringLiteral("mine");
        config.address = QStringLiteral("elsewhere.example");
        QSignalSpy updated(m_list.get(), &RegistryList::updated);
        m_list->update(config);
        QCOMPARE(updated.count(), 1);
        QCOMPARE(m_list->local(), guarded);
        m_list->update(m_list->local());
        QCOMPARE(updated.count(), 1);
        RegistryList again(m_store.get());
        QCOMPARE(again.local(), guarded);
        QVERIFY(again.configs().isEmpty());

        Keyring keyring;
        OwnLogins own(&keyring);
        Logins logins(&own, ForeignLogins{{}, {}});
        HostSessions hosts(&again, 5001, m_transport.get(), m_journal.get(), &logins);
        const RegistrySession *local =
            hosts.at(QStringLiteral("localhost:5001"), RegistryAddress::PlainHttp::Refused).value();
        QCOMPARE(local->config().mode, RegistryMode::ReadOnly);
    }

    /// The command line finds what the person has set up, and the window what the command line has deleted.
    void hostsAreFound()
    {
        RegistryConfig config;
        config.address = QStringLiteral("https://Harbor.example:443/");
        config.id = QStringLiteral("harbor");
        config.production = true;
        m_list->add(config);
        const auto at = [this](const char *host) {
            return m_list->at(RegistryAddress::parse(QString::fromLatin1(host)).value());
        };
        QCOMPARE(at("harbor.example").id, QStringLiteral("harbor"));
        QVERIFY(at("harbor.example").production);
        const RegistryConfig unknown = at("reg.example:5000");
        QVERIFY(!unknown.production);
        RegistryConfig added;
        added.address = QStringLiteral("reg.example:5000");
        QCOMPARE(m_list->add(added), unknown.id);
        QVERIFY(m_list->add(added) != unknown.id); // the same once more is another entry
        QVERIFY(at("local").id != QStringLiteral("local"));
    }

    void sessionsForHostsContactNobody()
    {
        QSettings store(m_directory->filePath(QStringLiteral("other.conf")), QSettings::IniFormat);
        RegistryList list(&store);
        Keyring keyring;
        OwnLogins own(&keyring);
        Logins logins(&own, ForeignLogins{{}, {}});
        HostSessions hosts(&list, 5001, m_transport.get(), m_journal.get(), &logins);
        const auto plain = RegistryAddress::PlainHttp::Refused;
        RegistrySession *local = hosts.at(QStringLiteral("localhost:5001"), plain).value();
        QVERIFY(local->isLocal());
        QVERIFY(!hosts.at(QStringLiteral("localhost:5002"), plain).value()->isLocal());
        QCOMPARE(hosts.at(QStringLiteral("localhost:5001"), plain).value(), local);
        QCOMPARE(local->state(), RegistrySession::State::Idle);
        QVERIFY(!hosts.at(QStringLiteral("http://reg.example"), plain).has_value());

        JournalOperation operation;
        operation.registryId = QStringLiteral("removed since");
        operation.registry = QStringLiteral("reg.example:5000");
        const RegistrySession *removed = hosts.of(operation, plain).value();
        QCOMPARE(removed->id(), operation.registryId);
        QCOMPARE(removed->displayAddress(), operation.registry);
        QCOMPARE(m_transport->running(), 0);
    }

    void repositoriesStayInOrder()
    {
        RepositoryListModel model;
        const QAbstractItemModelTester tester(&model);
        model.add({repositoryName("team/api10"), repositoryName("team/api9"), repositoryName("apps")});
        model.setPinned({repositoryName("typed")});
        model.add({repositoryName("middle"), repositoryName("apps")});
        QStringList names;
        for (int row = 0; row < model.rowCount(); ++row)
            names.append(model.index(row).data().toString());
        QCOMPARE(names.join(u' '), QStringLiteral("apps middle team/api9 team/api10 typed"));
        model.setTagCount(repositoryName("apps"), 3);
        QCOMPARE(model.index(0).data(RepositoryListModel::TagCountRole).toInt(), 3);
        model.retain({repositoryName("middle")});
        QCOMPARE(model.rowCount(), 2); // the pinned one stays
        model.setPinned({});
        QCOMPARE(model.rowCount(), 1);
    }

    void theTreeFollows()
    {
        RegistryTreeModel tree(m_sessions.get());
        const QAbstractItemModelTester tester(&tree);
        FakeRegistry fake;
        answerAsRegistry(fake, R"("team/api","team/web","alone")");
        const QString id = addFake(fake);
        QCOMPARE(tree.rowCount(), 1);
        const QModelIndex registry = tree.registryIndex(id);
        QCOMPARE(tree.rowCount(registry), 1); // Deleted
        m_sessions->session(id)->open();
        QTRY_COMPARE(tree.rowCount(registry), 3);
        QCOMPARE(tree.index(0, 0, registry).data().toString(), QStringLiteral("alone"));
        const QModelIndex team = tree.index(1, 0, registry);
        QCOMPARE(team.data(RegistryTreeModel::KindRole).toInt(), int(RegistryTreeModel::Kind::Namespace));
        QCOMPARE(tree.rowCount(team), 2);
        QVERIFY(tree.repositoryIndex(id, repositoryName("team/web")).isValid());
        QCOMPARE(tree.deletedIndex(id).row(), 2);

        answerAsRegistry(fake, R"("alone")");
        m_sessions->session(id)->refresh();
        QTRY_COMPARE(tree.rowCount(registry), 2); // the empty namespace went along
        m_list->remove(id);
        QCOMPARE(tree.rowCount(), 0);
    }

    void withoutACatalogPinsStay()
    {
        FakeRegistry fake;
        fake.on("GET", "/v2/", json("{}"));
        FakeAnswer refused = json(R"({"errors":[{"code":"UNAUTHORIZED"}]})");
        refused.status = 403;
        fake.on("GET", "/v2/_catalog", refused);
        const QString id = addFake(fake);
        RegistrySession *session = m_sessions->session(id);
        session->open();
        QTRY_VERIFY(!session->catalogAvailable());
        QCOMPARE(session->state(), RegistrySession::State::Ready);
        m_sessions->pin(id, repositoryName("owner/image"));
        QCOMPARE(session->repositories()->rowCount(), 1);
        m_sessions->unpin(id, repositoryName("owner/image"));
        QCOMPARE(session->repositories()->rowCount(), 0);
    }

    void saysWhyItCannotConnect()
    {
        FakeRegistry fake;
        FakeAnswer page;
        page.headers.append(HttpHeader{"Content-Type", "text/html"});
        page.body = "<html></html>";
        fake.on("GET", "/v2/", page);
        RegistrySession *session = m_sessions->session(addFake(fake));
        session->open();
        QTRY_COMPARE(session->state(), RegistrySession::State::Failed);
        QCOMPARE(session->error()->kind, ErrorKind::NotARegistry);

        FakeAnswer wantsLogin;
        wantsLogin.status = 401;
        wantsLogin.headers.append(HttpHeader{"WWW-Authenticate", "Basic realm=\"test\""});
        fake.on("GET", "/v2/", wantsLogin);
        session->refresh();
        QTRY_COMPARE(session->state(), RegistrySession::State::NeedsLogin);
    }

    void asksBeforeALoginGoesToAnotherServer()
    {
        FakeRegistry fake;
        answerAsRegistry(fake, {});
        const QString other = QStringLiteral("http://localhost:%1").arg(fake.url().port());
        FakeAnswer wantsToken;
        wantsToken.status = 401;
        wantsToken.headers.append(
            HttpHeader{"WWW-Authenticate", "Bearer realm=\"" + other.toUtf8() + "/token\",service=\"test\""});
        fake.on("GET", "/v2/", [=](const FakeRequest &request) {
            return request.header("Authorization") == "Bearer t1" ? json("{}") : wantsToken;
        });
        fake.on("GET", "/token", json("{\"token\":\"t1\"}"));
        const QString id = addFake(fake);
        RegistrySession *session = m_sessions->session(id);
        session->open();
        QTRY_COMPARE(session->state(), RegistrySession::State::Failed);
        QCOMPARE(session->error()->kind, ErrorKind::TokenServerUnknown);
        QCOMPARE(session->unknownTokenServer(), other);

        RegistryConfig config = session->config();
        config.tokenServers.append(session->unknownTokenServer());
        m_list->update(config);
        QTRY_COMPARE(session->state(), RegistrySession::State::Ready);
        QCOMPARE(m_list->config(id)->tokenServers, QStringList{other});
    }

    void goesAwayInTheMiddle()
    {
        FakeRegistry fake;
        FakeAnswer hanging = json("{");
        hanging.end = FakeAnswer::End::Hang;
        fake.on("GET", "/v2/", hanging);
        const QString id = addFake(fake);
        QSignalSpy asked(&fake, &FakeRegistry::requested);
        m_sessions->session(id)->open();
        QVERIFY(asked.wait());
        m_list->remove(id);
        QVERIFY(!m_sessions->session(id));
        QTRY_COMPARE(m_transport->running(), 0);
    }

    void probes()
    {
        FakeRegistry fake;
        answerAsRegistry(fake, {});
        ProbeRegistry probe(m_transport.get());
        QSignalSpy finished(&probe, &ProbeRegistry::finished);
        const auto kind = [&](const QString &typed) {
            finished.clear();
            probe.probe(ProbeQuestion{typed});
            if (finished.isEmpty())
                finished.wait();
            return finished.isEmpty() ? ProbeResult::Kind::Error
                                      : finished.front().front().value<ProbeResult>().kind;
        };
        QCOMPARE(kind(fake.url().authority()), ProbeResult::Kind::Ok);
        QCOMPARE(kind(QStringLiteral("not an address")), ProbeResult::Kind::Invalid);
        QCOMPARE(kind(QStringLiteral("http://reg.example")), ProbeResult::Kind::PlainHttpNeedsPermission);
        fake.on("GET", "/v2/", FakeAnswer{404, {}, "nothing"});
        QCOMPARE(kind(fake.url().authority()), ProbeResult::Kind::NotARegistry);
    }
};

QTEST_GUILESS_MAIN(TestRegistries)
#include "tst_registries.moc"
