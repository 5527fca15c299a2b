// SPDX-License-Identifier: Apache-2.0
// Certificates of every kind, on the real docker-registry.
#include "oci/peercertificate.h"
#include "registryclient/httpstream.h"
#include "registryclient/redirects.h"
#include "registryclient/tokensource.h"
#include "registryclient/transport.h"
#include "tests/support/await.h"
#include "tests/support/dockerregistry.h"
#include "tests/support/testca.h"

#include <QFile>
#include <QSignalSpy>
#include <QSslSocket>
#include <QTest>

using namespace quayside;
using namespace quayside::test;
using Problem = PeerCertificate::Problem;

namespace {

TransportOptions quickOptions()
{
    TransportOptions options;
    options.retryDelay = std::chrono::milliseconds(5);
    return options;
}

TestCa::Subject named(const QString &alternatives)
{
    TestCa::Subject subject;
    subject.alternatives = alternatives;
    return subject;
}

TestCa::Subject valid(const QDateTime &from, const QDateTime &until)
{
    TestCa::Subject subject;
    subject.from = from;
    subject.until = until;
    return subject;
}

} // namespace

class TestTls : public QObject
{
    Q_OBJECT

    TestCa m_ca;
    std::unique_ptr<DockerRegistry> m_registry;
    std::unique_ptr<Transport> m_transport;

    void serve(const TestCa::Files &files, const QString &clientCa = {})
    {
        DockerRegistry::Options options;
        options.tls = files;
        options.clientCa = clientCa;
        m_registry = std::make_unique<DockerRegistry>();
        QVERIFY2(!files.certificate.isEmpty(), "openssl made no certificate");
        QVERIFY2(m_registry->start(options), m_registry->log().constData());
    }

    ClientRequest request(const TlsSettings &tls) const
    {
        ClientRequest made;
        made.url = m_registry->url().resolved(QUrl(QStringLiteral("/v2/")));
        made.tls = tls;
        return made;
    }

    Result<ClientReply> get(const TlsSettings &tls) { return await(m_transport->send(request(tls))); }

    /// The kind of failure; nothing if the registry answered.
    std::optional<ErrorKind> failure(const TlsSettings &tls)
    {
        const auto reply = get(tls);
        return reply ? std::nullopt : std::optional(reply.error().kind);
    }

    TlsSettings trustingTheCa() const
    {
        TlsSettings tls;
        tls.caFile = m_ca.file();
        return tls;
    }

    static TlsSettings pinning(const TestCa::Files &files)
    {
        TlsSettings tls;
        tls.pinned = TestCa::fingerprint(files.certificate);
        return tls;
    }

private slots:
    void initTestCase()
    {
        if (!DockerRegistry::isInstalled())
            QSKIP("docker-registry is not installed");
        QVERIFY2(m_ca.start(), "openssl is needed");
    }

    void init() { m_transport = std::make_unique<Transport>(quickOptions()); }

    void cleanup()
    {
        QTRY_COMPARE(m_transport->running(), 0);
        m_transport.reset();
        m_registry.reset();
    }

    void trustsAnAuthorityOfOnesOwn()
    {
        serve(m_ca.issue({}));
        QCOMPARE(get(trustingTheCa())->status, 200);
    }

    void tellsAnUnknownIssuer()
    {
        const auto files = m_ca.issue({});
        serve(files);
        const auto reply = get({});
        QVERIFY(reply.error().kind == ErrorKind::CertificateUntrusted);
        const auto peer = reply.error().certificate;
        QVERIFY(peer);
        QVERIFY(peer->problem == Problem::UnknownIssuer);
        QVERIFY(peer->fingerprint == TestCa::fingerprint(files.certificate));
        QVERIFY(peer->issuer == "Harbour Office");
        QCOMPARE(peer->names.size(), std::size_t(2));
    }

    void tellsASelfSignedCertificate()
    {
        serve(m_ca.selfSigned({}));
        const auto reply = get(trustingTheCa());
        QVERIFY(reply.error().kind == ErrorKind::CertificateUntrusted);
        QVERIFY(reply.error().certificate->problem == Problem::SelfSigned);
    }

    void tellsAnExpiredCertificate()
    {
        const QDateTime until = QDateTime::fromString(QStringLiteral("2026-03-03T12:00:00Z"), Qt::ISODate);
        serve(m_ca.issue(valid(until.addDays(-30), until)));
        const auto reply = get(trustingTheCa());
        QVERIFY(reply.error().kind == ErrorKind::CertificateExpired);
        QVERIFY(reply.error().certificate->problem == Problem::Expired);
        QCOMPARE(reply.error().certificate->validUntil, until.toSecsSinceEpoch());
    }

    void tellsACertificateOfTomorrow()
    {
        const QDateTime from = QDateTime::currentDateTimeUtc().addDays(1);
        serve(m_ca.issue(valid(from, from.addDays(1))));
        const auto reply = get(trustingTheCa());
        QVERIFY(reply.error().kind == ErrorKind::CertificateExpired);
        QVERIFY(reply.error().certificate->problem == Problem::NotYetValid);
        QCOMPARE(reply.error().certificate->validFrom, from.toSecsSinceEpoch());
    }

    void tellsAnotherName()
    {
        serve(m_ca.issue(named(QStringLiteral("DNS:old.example"))));
        const auto reply = get(trustingTheCa());
        QVERIFY(reply.error().kind == ErrorKind::CertificateWrongHost);
        QVERIFY(reply.error().certificate->problem == Problem::WrongName);
        QVERIFY(reply.error().certificate->names == std::vector<std::string>{"old.example"});
    }

    void tellsTrustBeforeDatesAndNames()
    {
        const QDateTime until = QDateTime::currentDateTimeUtc().addDays(-1);
        TestCa::Subject subject = valid(until.addDays(-1), until);
        subject.alternatives = QStringLiteral("DNS:old.example");
        serve(m_ca.issue(subject));
        QVERIFY(failure({}) == ErrorKind::CertificateUntrusted);
        QVERIFY(failure(trustingTheCa()) == ErrorKind::CertificateExpired);
    }

    void believesThePinnedCertificate()
    {
        const auto unknown = m_ca.issue({});
        serve(unknown);
        QVERIFY(!failure(pinning(unknown)));
        const auto own = m_ca.selfSigned(named(QStringLiteral("DNS:old.example")));
        serve(own); // the person has compared it: its names say nothing more
        QVERIFY(!failure(pinning(own)));
    }

    void believesNoOtherThanThePinnedOne()
    {
        const auto pinned = m_ca.issue({});
        serve(m_ca.issue({})); // the same names, the same issuer
        const auto reply = get(pinning(pinned));
        QVERIFY(reply.error().kind == ErrorKind::CertificateUntrusted);
        QVERIFY(reply.error().certificate->fingerprint != TestCa::fingerprint(pinned.certificate));
    }

    void letsNoPinnedCertificateExpire()
    {
        const QDateTime until = QDateTime::currentDateTimeUtc().addDays(-1);
        const auto expired = m_ca.issue(valid(until.addDays(-1), until));
        serve(expired);
        const auto reply = get(pinning(expired));
        QVERIFY(reply.error().kind == ErrorKind::CertificateExpired);
        QVERIFY(reply.error().certificate->problem == Problem::Expired);
    }

    void sharesNoConnectionBetweenSettings()
    {
        const auto files = m_ca.issue({});
        serve(files);
        QVERIFY(!failure(pinning(files)));
        QVERIFY(failure({}) == ErrorKind::CertificateUntrusted); // while the first connection is open
        QVERIFY(!failure(trustingTheCa()));
    }

    void streamsFromAPinnedCertificate()
    {
        const auto files = m_ca.issue({});
        serve(files);
        const auto refused = m_transport->stream(request({}));
        QSignalSpy closed(refused->get(), &HttpStream::closed);
        QTRY_COMPARE(closed.size(), 1);
        QVERIFY(closed.at(0).at(0).value<Error>().kind == ErrorKind::CertificateUntrusted);
        const auto stream = m_transport->stream(request(pinning(files)));
        QSignalSpy opened(stream->get(), &HttpStream::opened);
        QTRY_COMPARE(opened.size(), 1);
        QCOMPARE(opened.at(0).at(0).toInt(), 200);
    }

    void tellsThatACertificateIsWanted()
    {
        TestCa other;
        QVERIFY(other.start());
        serve(m_ca.issue({}), m_ca.file());
        QVERIFY(failure(trustingTheCa()) == ErrorKind::ClientCertificate);

        const auto refused = other.issue({});
        TlsSettings tls = trustingTheCa();
        tls.certificateFile = refused.certificate;
        tls.keyFile = refused.key;
        QVERIFY(failure(tls) == ErrorKind::ClientCertificate);

        const auto accepted = m_ca.issue({});
        tls.certificateFile = accepted.certificate;
        tls.keyFile = accepted.key;
        QVERIFY(!failure(tls));
    }

    void tellsPlainHttp()
    {
        serve(m_ca.issue({}));
        DockerRegistry plain;
        QVERIFY2(plain.start({}), plain.log().constData());
        ClientRequest asked = request({});
        asked.url.setPort(plain.url().port());
        QVERIFY(await(m_transport->send(asked)).error().kind == ErrorKind::PlainHttp);
    }

    void asksItsOwnHostForTokensAlike()
    {
        serve(m_ca.issue({}));
        const QStringList approved{QStringLiteral("https://localhost:%1").arg(m_registry->url().port())};
        const auto address = RegistryAddress::parse(u"https://127.0.0.1:1");
        const auto source =
            std::make_shared<TokenSource>(m_transport.get(), *address, approved, trustingTheCa());
        TokenRequest ask;
        ask.realm = m_registry->url().toEncoded() + "token";
        // The registry is no token server, but the connection to it stands.
        QVERIFY(await(source->token(ask, {})).error().kind == ErrorKind::NotFound);
        ask.realm.replace("127.0.0.1", "localhost"); // another host, as far as names go
        QVERIFY(await(source->token(ask, {})).error().kind == ErrorKind::CertificateUntrusted);
    }

    void leavesItsSettingsBehindOnAnotherHost()
    {
        ClientRequest asked;
        asked.url = QUrl(QStringLiteral("https://reg.example/v2/b"));
        asked.tls = trustingTheCa();
        ClientReply reply;
        reply.status = 307;
        reply.url = asked.url;
        reply.headers.append(HttpHeader{"Location", "https://reg.example/there"});
        QVERIFY(followed(asked, reply)->tls == asked.tls);
        reply.headers.front().value = "https://storage.example/there";
        QVERIFY(followed(asked, reply)->tls == TlsSettings());
    }

    void alwaysVerifies()
    {
        for (const auto &settings : {TlsSettings(), trustingTheCa()}) {
            const auto tls = tlsConfiguration(settings);
            QCOMPARE(tls->peerVerifyMode(), QSslSocket::VerifyPeer);
            QCOMPARE(tls->protocol(), QSsl::TlsV1_2OrLater);
        }
    }

    void tellsUnusableFiles()
    {
        const auto files = m_ca.issue({});
        TlsSettings missing;
        missing.caFile = m_ca.file() + QStringLiteral(".missing");
        QVERIFY(tlsConfiguration(missing).error().kind == ErrorKind::Storage);
        TlsSettings noCertificate;
        noCertificate.caFile = files.key;
        QVERIFY(tlsConfiguration(noCertificate).error().kind == ErrorKind::Storage);
        TlsSettings noKey;
        noKey.certificateFile = files.certificate;
        QVERIFY(tlsConfiguration(noKey).error().kind == ErrorKind::Storage);
        noKey.keyFile = files.certificate;
        QVERIFY(tlsConfiguration(noKey).error().kind == ErrorKind::Storage);
    }
};

QTEST_GUILESS_MAIN(TestTls)
#include "tst_tls.moc"
