// SPDX-License-Identifier: Apache-2.0
#include "model/errortext.h"
#include "oci/peercertificate.h"

#include <QDateTime>
#include <QLocale>
#include <QTest>

using namespace quayside;

class TestErrorText : public QObject
{
    Q_OBJECT

private slots:
    void saysWhatAndWhatNext_data()
    {
        QTest::addColumn<ErrorKind>("kind");
        QTest::addColumn<Verb>("verb");
        QTest::addColumn<QString>("headline");
        QTest::addColumn<QString>("reason");
        const auto row = [](const char *name, ErrorKind kind, Verb verb, const char *headline,
                            const char *reason) {
            QTest::newRow(name) << kind << verb << QString::fromUtf8(headline) << QString::fromUtf8(reason);
        };
        row("refused", ErrorKind::Refused, Verb::Open, "Nothing answers at harbor.example:443.",
            "Is the registry running and the port right?");
        row("unknown host", ErrorKind::UnknownHost, Verb::Open, "harbor.example is not known.",
            "Check the spelling or your VPN.");
        row("web page", ErrorKind::NotARegistry, Verb::Open,
            "harbor.example:443 answers, but not as a registry.",
            "It sent a web page for /v2/. The registry may have its own name or port.");
        row("plain HTTP", ErrorKind::PlainHttp, Verb::Open, "harbor.example:443 does not encrypt.",
            "Logins and images could be read on the way.");
        row("token server", ErrorKind::TokenServerUnknown, Verb::Open,
            "harbor.example:443 sends logins to another server, auth.example.",
            "Allow it only if you know that it belongs to the registry: it sees your password.");
        row("403", ErrorKind::Forbidden, Verb::Delete, "alice may not delete in team/api.",
            "The registry wants the \"delete\" permission.");
        row("405", ErrorKind::DeletesDisabled, Verb::Delete, "Deletes are switched off on this registry.",
            "On the server: REGISTRY_STORAGE_DELETE_ENABLED=true, then restart.");
        row("wrong digest", ErrorKind::DigestMismatch, Verb::Look,
            "harbor.example:443 sent other bytes than 1.9 for team/api.", "Nothing was kept or deleted.");
        row("wrong shape", ErrorKind::BadAnswer, Verb::Look,
            "The answer of harbor.example:443 for team/api cannot be read.", "Nothing was changed.");
        row("gone", ErrorKind::NotFound, Verb::Delete, "1.9 was already gone.", "Somebody else deleted it.");
        row("moved", ErrorKind::Moved, Verb::Delete, "1.9 was pushed again since you looked.",
            "Not deleted.");
    }
    void saysWhatAndWhatNext()
    {
        QFETCH(ErrorKind, kind);
        QFETCH(Verb, verb);
        QFETCH(QString, headline);
        QFETCH(QString, reason);
        ErrorContext context;
        context.registry = QStringLiteral("harbor.example:443");
        context.repository = QStringLiteral("team/api");
        context.reference = QStringLiteral("1.9");
        context.user = QStringLiteral("alice");
        context.verb = verb;
        context.tokenServer = QStringLiteral("https://auth.example");
        const auto text = ErrorText::of(Error{kind, 0, {}, {}}, context);
        QCOMPARE(text.headline, headline);
        QCOMPARE(text.reason, reason);
        QVERIFY(!text.actions.isEmpty());
        for (const ErrorAction action : text.actions)
            QVERIFY(!actionLabel(action, context).isEmpty());
    }

    void saysWhatIsWrongWithACertificate_data()
    {
        QTest::addColumn<PeerCertificate::Problem>("problem");
        QTest::addColumn<QString>("headline");
        QTest::addColumn<QString>("reason");
        QTest::addColumn<bool>("mayBeTrusted");
        using Problem = PeerCertificate::Problem;
        const auto row = [](const char *name, Problem problem, const char *headline, const char *reason,
                            bool mayBeTrusted) {
            QTest::newRow(name) << problem << QString::fromUtf8(headline) << QString::fromUtf8(reason)
                                << mayBeTrusted;
        };
        const char *compare =
            "SHA-256 9A:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00: 00:00:00:00:00:00:00:00:"
            "00:00:00:00:00:00:00:00 Compare it with the administrator's.";
        const char *nothing = "Only the administrator can fix this.";
        row("unknown", Problem::UnknownIssuer,
            "The certificate of reg.lan is not signed by anyone this computer trusts.", compare, true);
        row("self-signed", Problem::SelfSigned, "The certificate of reg.lan is signed by nobody but itself.",
            compare, true);
        row("expired", Problem::Expired, "The certificate of reg.lan expired on 3 March 2026.", nothing,
            false);
        row("tomorrow", Problem::NotYetValid,
            "The certificate of reg.lan is not valid before 2 February 2026.",
            "Is this computer's clock right? Else only the administrator can fix this.", false);
        row("name", Problem::WrongName, "This certificate is for old.example, 10.0.0.1, not reg.lan.",
            nothing, false);
    }
    void saysWhatIsWrongWithACertificate()
    {
        QFETCH(PeerCertificate::Problem, problem);
        QLocale::setDefault(QLocale::c());
        PeerCertificate peer{problem, *Fingerprint::parse("9a" + std::string(62, '0'))};
        peer.names = {"old.example", "10.0.0.1"};
        peer.validFrom = QDateTime(QDate(2026, 2, 2), QTime(12, 0)).toSecsSinceEpoch();
        peer.validUntil = QDateTime(QDate(2026, 3, 3), QTime(12, 0)).toSecsSinceEpoch();
        Error error{ErrorKind::CertificateUntrusted};
        error.certificate = std::make_shared<const PeerCertificate>(peer);
        ErrorContext context;
        context.registry = QStringLiteral("reg.lan:5000");
        const auto text = ErrorText::of(error, context);
        QTEST(text.headline, "headline");
        QTEST(text.reason, "reason");
        QTEST(text.actions.contains(ErrorAction::TrustCertificate), "mayBeTrusted");
    }

    void asksForOnesOwnCertificate()
    {
        ErrorContext context;
        context.registry = QStringLiteral("reg.lan");
        const Error error{ErrorKind::ClientCertificate};
        QCOMPARE(ErrorText::of(error, context).headline,
                 QStringLiteral("reg.lan wants a certificate from you."));
        context.showedCertificate = true;
        QCOMPARE(ErrorText::of(error, context).headline,
                 QStringLiteral("reg.lan does not accept your certificate."));
    }

    void namesWhatIsAllowed()
    {
        ErrorContext context;
        context.registry = QStringLiteral("registry.example");
        context.tokenServer = QStringLiteral("https://auth.example");
        QCOMPARE(actionLabel(ErrorAction::AllowTokenServer, context),
                 QStringLiteral("Allow auth.example for registry.example"));
        QCOMPARE(tokenServerText(QStringLiteral("http://auth.lan:5001")),
                 QStringLiteral("http://auth.lan:5001")); // not encrypted: that must be seen
    }

    void foldsTheRegistrysWords()
    {
        const auto text = ErrorText::of(Error{ErrorKind::Server, 502, "UNKNOWN", "<b>down</b>"}, {});
        QVERIFY(text.details.contains(QStringLiteral("502")));
        QVERIFY(text.details.contains(QStringLiteral("<b>down</b>"))); // plain text: shown as it is
        QVERIFY(!text.headline.contains(QStringLiteral("down")));
    }

    void everyKindHasWords()
    {
        ErrorContext context;
        context.registry = QStringLiteral("reg.example");
        for (int kind = 0; kind <= int(ErrorKind::Server); ++kind)
            QVERIFY(!ErrorText::of(Error{ErrorKind(kind), 0, {}, {}}, context).headline.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestErrorText)
#include "tst_errortext.moc"
