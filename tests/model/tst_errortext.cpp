// SPDX-License-Identifier: Apache-2.0
#include "model/errortext.h"

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
            "On the server: `REGISTRY_STORAGE_DELETE_ENABLED=true`, then restart.");
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
