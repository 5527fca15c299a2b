// SPDX-License-Identifier: Apache-2.0
// How registries ask for a login: what is understood, what is refused, and that no text breaks the parser.
#include "registryclient/challenge.h"

#include <QTest>

#include <random>

using namespace quayside;

namespace {

/// The challenges in one fixed way: `name(parameter=value|…)`, one after the other.
QByteArray described(const QList<Challenge> &challenges)
{
    QByteArrayList all;
    for (const Challenge &challenge : challenges) {
        QByteArrayList parameters;
        for (const auto &parameter : challenge.parameters)
            parameters.append(parameter.name + '=' + parameter.value);
        all.append(challenge.name + '(' + parameters.join('|') + ')');
    }
    return all.join(' ');
}

/// The challenges as a registry would write them.
QByteArray written(const QList<Challenge> &challenges)
{
    QByteArrayList all;
    for (const Challenge &challenge : challenges) {
        QByteArrayList parameters;
        for (const auto &parameter : challenge.parameters) {
            QByteArray value = parameter.value;
            value.replace('\\', "\\\\").replace('"', "\\\"");
            parameters.append(parameter.name + "=\"" + value + '"');
        }
        all.append(challenge.name + (parameters.isEmpty() ? "" : " ") + parameters.join(','));
    }
    return all.join(", ");
}

QByteArray repeated(const QByteArray &text, int times)
{
    return text.repeated(times);
}

/// `count` parameters of one challenge.
QByteArray parameters(int count)
{
    QByteArrayList all;
    for (int i = 0; i < count; ++i)
        all.append('p' + QByteArray::number(i) + "=v");
    return "Bearer " + all.join(',');
}

const QByteArray dockerHub = "Bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\","
                             "scope=\"repository:library/debian:pull,push\",error=\"insufficient_scope\"";

} // namespace

class TestChallenge : public QObject
{
    Q_OBJECT

private slots:
    void reads_data()
    {
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const QByteArray &header, const QByteArray &expected) {
            QTest::newRow(header.constData()) << header << expected;
        };
        row("", "");
        row(" , ,", "");
        row("basic", "basic()");
        row("Basic realm=\"x\"", "Basic(realm=x)");
        row("BASIC realm=x", "BASIC(realm=x)"); // Artifactory
        row("Basic realm = \"x\" ", "Basic(realm=x)");
        row("Basic Realm=\"\"", "Basic(realm=)");
        row(dockerHub, "Bearer(realm=https://auth.docker.io/token|service=registry.docker.io|"
                       "scope=repository:library/debian:pull,push|error=insufficient_scope)");
        row("Bearer scope=\"a,b\",realm=\"r\"", "Bearer(scope=a,b|realm=r)");
        row("Bearer realm=\"a\\\"b\\\\c\"", "Bearer(realm=a\"b\\c)");
        row("Basic realm=\"x\", Bearer realm=\"y\",service=s", "Basic(realm=x) Bearer(realm=y|service=s)");
        row("Bearer realm=\"x\" , , service=\"s\",Basic", "Bearer(realm=x|service=s) Basic()");
        row("Bearer realm=\"Basic realm=\\\"x\\\", Digest\"", "Bearer(realm=Basic realm=\"x\", Digest)");
        row("Negotiate, NTLM, Basic realm=x", "Negotiate() NTLM() Basic(realm=x)");
        row("Negotiate YII+/abc==, Basic realm=x", "Negotiate() Basic(realm=x)");
        row("Bearer realm=, Basic", "Bearer() Basic()"); // by the grammar that is data, not a parameter
        row("Basic\trealm=\"a\tb\"", "Basic(realm=a\tb)");
        row("Basic realm=\"\xc3\xa9\"", "Basic(realm=\xc3\xa9)");
    }

    void reads()
    {
        QFETCH(QByteArray, header);
        QFETCH(QByteArray, expected);
        const auto challenges = parseChallenges(header);
        QVERIFY(challenges.has_value());
        QCOMPARE(described(*challenges), expected);
        QCOMPARE(described(*parseChallenges(written(*challenges))), expected);
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("header");
        const auto row = [](const char *name, const QByteArray &header) { QTest::newRow(name) << header; };
        row("open quotes", "Basic realm=\"x");
        row("escape at the end", "Basic realm=\"x\\");
        row("control character", "Basic realm=\"a\x01\"");
        row("escaped control character", "Basic realm=\"a\\\x01\"");
        row("line feed between", "Basic realm=x\nBasic realm=y");
        row("zero byte", QByteArray("Basic realm=\"a\0b\"", 17));
        row("no comma", "Basic realm=\"x\" charset=\"y\"");
        row("text after quotes", "Basic realm=\"x\"y");
        row("bare address", "Bearer realm=https://auth.example/token");
        row("no name", "Bearer =x");
        row("no scheme", "=x");
        row("quotes alone", "\"Basic\"");
        row("repeated parameter", "Bearer realm=\"a\",Realm=\"b\"");
        row("scheme with a slash", "Ba/sic realm=x");
        row("long header", "Basic realm=\"" + repeated("x", 16 * 1024) + '"');
        row("many challenges", repeated("Basic,", 17));
        row("many parameters", parameters(33));
        row("long scheme", repeated("x", 65));
        row("long parameter", "Basic " + repeated("x", 65) + "=y");
    }

    void refuses()
    {
        QFETCH(QByteArray, header);
        const auto challenges = parseChallenges(header);
        QVERIFY(!challenges);
        QCOMPARE(challenges.error().kind, ErrorKind::BadAnswer);
        QVERIFY(!strongestChallenge(header));
    }

    void takesAsMuchAsItSays()
    {
        QCOMPARE(parseChallenges(repeated("Basic,", 16))->size(), 16);
        QCOMPARE(parseChallenges(parameters(32))->front().parameters.size(), 32);
        QVERIFY(parseChallenges("Basic realm=\"" + repeated("x", 16 * 1024 - 14) + '"').has_value());
    }

    void choosesTheStrongest()
    {
        using Scheme = Challenge::Scheme;
        QCOMPARE((*strongestChallenge("Basic realm=x, Bearer realm=\"y\""))->scheme, Scheme::Bearer);
        QCOMPARE((*strongestChallenge("Bearer realm=\"y\", Basic realm=x"))->scheme, Scheme::Bearer);
        QCOMPARE((*strongestChallenge("Negotiate, BASIC realm=x"))->scheme, Scheme::Basic);
        QVERIFY(!*strongestChallenge(""));
    }

    void namesUnknownSchemes()
    {
        const auto challenge = strongestChallenge("Negotiate, Digest realm=\"x\",nonce=\"y\"");
        QVERIFY(!challenge);
        QCOMPARE(challenge.error().kind, ErrorKind::Unsupported);
        QVERIFY(challenge.error().message.find("Negotiate, Digest") != std::string::npos);
    }

    /// Texts that are almost challenges: whatever is understood can be written and read again.
    void survivesMutations()
    {
        const QByteArrayList seeds{dockerHub, "Basic realm=\"x\", Bearer realm=\"a\\\"b\",service=s",
                                   "Negotiate YII+/abc==, Digest nonce=\"n\",qop=auth , ,Basic"};
        const QByteArray interesting("\"\\,= \t=\n\0aZ9/+~:\x80\x7f", 19);
        std::mt19937 random(20260117);
        const auto below = [&random](qsizetype count) {
            return qsizetype(random() % std::mt19937::result_type(count));
        };
        int understood = 0;
        for (int i = 0; i < 20'000; ++i) {
            QByteArray text = seeds[below(seeds.size())];
            for (qsizetype changes = 1 + below(4); changes > 0 && !text.isEmpty(); --changes) {
                const qsizetype at = below(text.size());
                const char c = interesting[below(interesting.size())];
                switch (below(4)) {
                case 0:
                    text[at] = c;
                    break;
                case 1:
                    text.insert(at, c);
                    break;
                case 2:
                    text.remove(at, 1 + below(8));
                    break;
                default:
                    text.insert(at, text.mid(below(text.size()), below(40)));
                }
            }
            const auto challenges = parseChallenges(text);
            if (!challenges)
                continue;
            ++understood;
            const auto again = parseChallenges(written(*challenges));
            QVERIFY2(again.has_value(), text.toPercentEncoding().constData());
            QCOMPARE(described(*again), described(*challenges));
        }
        QVERIFY(understood > 1'000); // else the mutations test nothing but the first byte
        QVERIFY(understood < 19'000);
    }
};

QTEST_GUILESS_MAIN(TestChallenge)
#include "tst_challenge.moc"
