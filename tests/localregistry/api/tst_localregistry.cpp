// SPDX-License-Identifier: Apache-2.0
#include "localregistry/localregistry.h"
#include "oci/hasher.h"

#include <QSignalSpy>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

using namespace quayside;

class TestLocalRegistry : public QObject
{
    Q_OBJECT

private slots:
    void servesAndStops();
    void startsWithoutBlocking();
    void reportsATakenPort();
    void reportsAStoreThatIsServed();
    void canBeDestroyedWhileItOpens();
    void stopsWhatNeverStarted();
    void finishesAMutationBeforeItStops();
    void sweepsTheTrash();

private:
    LocalRegistryOptions options(quint16 port = 0)
    {
        LocalRegistryOptions result;
        result.store.root = m_directory.filePath(QStringLiteral("store")).toStdString();
        result.listen = {{std::nullopt, port}};
        return result;
    }
    QByteArray ask(const LocalRegistry &registry, const QByteArray &request)
    {
        QTcpSocket socket;
        socket.connectToHost(QHostAddress(QHostAddress::LocalHost),
                             static_cast<quint16>(registry.url().port()));
        socket.waitForConnected(5000);
        socket.write(request);
        socket.waitForDisconnected(5000);
        return socket.readAll();
    }

    QTemporaryDir m_directory;
    const QByteArray m_ping = "GET /v2/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
};

void TestLocalRegistry::servesAndStops()
{
    LocalRegistry registry(options());
    QVERIFY(registry.start());
    QVERIFY(registry.isRunning());
    QCOMPARE(registry.url().host(), QStringLiteral("localhost"));
    QVERIFY(registry.url().port() > 0);
    const QByteArray answer = ask(registry, m_ping);
    QVERIFY(answer.startsWith("HTTP/1.1 200"));
    QVERIFY(answer.contains("\r\nDocker-Distribution-Api-Version: registry/2.0\r\n"));
    QVERIFY(answer.contains("\r\nX-Content-Type-Options: nosniff\r\n"));
    QVERIFY(answer.endsWith("\r\n\r\n{}"));
    QSignalSpy stopped(&registry, &LocalRegistry::stopped);
    registry.stop();
    QTRY_COMPARE(stopped.count(), 1);
    QVERIFY(!registry.isRunning());
    QVERIFY(registry.url().isEmpty());
    LocalRegistry next(options());
    QVERIFY(next.start());
}

void TestLocalRegistry::startsWithoutBlocking()
{
    LocalRegistry registry(options());
    QSignalSpy started(&registry, &LocalRegistry::started);
    registry.startAsync();
    QVERIFY(!registry.isRunning());
    QTRY_COMPARE(started.count(), 1);
    QCOMPARE(started.front().front().toUrl(), registry.url());
    QVERIFY(ask(registry, m_ping).startsWith("HTTP/1.1 200"));
}

void TestLocalRegistry::reportsATakenPort()
{
    LocalRegistry registry(options());
    QVERIFY(registry.start());
    LocalRegistryOptions other = options(static_cast<quint16>(registry.url().port()));
    other.store.root /= "other";
    LocalRegistry second(other);
    const auto result = second.start();
    QVERIFY(!result);
    QCOMPARE(result.error().kind, ErrorKind::Conflict);
    QVERIFY(!second.isRunning());
}

void TestLocalRegistry::reportsAStoreThatIsServed()
{
    LocalRegistry registry(options());
    QVERIFY(registry.start());
    LocalRegistry second(options());
    QSignalSpy failed(&second, &LocalRegistry::failed);
    second.startAsync();
    QTRY_COMPARE(failed.count(), 1);
    QCOMPARE(failed.front().front().value<Error>().kind, ErrorKind::Conflict);
}

void TestLocalRegistry::canBeDestroyedWhileItOpens()
{
    LocalRegistry registry(options());
    registry.startAsync();
}

void TestLocalRegistry::stopsWhatNeverStarted()
{
    LocalRegistry idle(options());
    QSignalSpy stopped(&idle, &LocalRegistry::stopped);
    idle.stop();
    QTRY_COMPARE(stopped.count(), 1);
    idle.startAsync();
    idle.stop();
    QTRY_COMPARE(stopped.count(), 2);
    QVERIFY(!idle.isRunning());
}

void TestLocalRegistry::finishesAMutationBeforeItStops()
{
    LocalRegistry registry(options());
    QVERIFY(registry.start());
    QSignalSpy stopped(&registry, &LocalRegistry::stopped);
    QTcpSocket socket;
    socket.connectToHost(QHostAddress(QHostAddress::LocalHost), static_cast<quint16>(registry.url().port()));
    QVERIFY(socket.waitForConnected(5000));
    socket.write("POST /v2/a/blobs/uploads/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
    QVERIFY(socket.waitForReadyRead(5000));
    QVERIFY(socket.readAll().startsWith("HTTP/1.1 202"));
    registry.stop();
    QTRY_COMPARE(stopped.count(), 1);
    QTRY_COMPARE(socket.state(), QAbstractSocket::UnconnectedState);
}

void TestLocalRegistry::sweepsTheTrash()
{
    auto settings = options();
    settings.firstSweep = std::chrono::milliseconds(1);
    settings.sweepInterval = std::chrono::milliseconds(10);
    settings.store.root = m_directory.filePath(QStringLiteral("swept")).toStdString();
    // Each look at these clocks is a day later.
    const auto days = std::make_shared<std::atomic<int>>(0);
    settings.store.now = [days, start = std::chrono::system_clock::now()] {
        return std::chrono::floor<std::chrono::seconds>(start) + std::chrono::hours(24) * ++*days;
    };
    settings.store.steadyNow = [days] {
        return std::chrono::steady_clock::time_point(std::chrono::hours(24) * ++*days);
    };
    LocalRegistry registry(settings);
    QVERIFY(registry.start());
    const auto repository = *RepositoryName::parse("team/api");
    const auto upload = registry.store()->startUpload(repository, DigestAlgorithm::Sha256);
    QVERIFY(upload);
    const auto empty = Hasher::hash(std::string());
    QVERIFY(registry.store()->finishUpload(repository, upload->id, empty));
    QVERIFY(registry.store()->deleteBlob(repository, empty, {}));
    QCOMPARE(registry.store()->trash({}, {}, 10).entries.size(), std::size_t(1));
    QTRY_VERIFY(registry.store()->trash({}, {}, 10).entries.empty());
}

QTEST_GUILESS_MAIN(TestLocalRegistry)
#include "tst_localregistry.moc"
