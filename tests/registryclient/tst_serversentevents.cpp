// SPDX-License-Identifier: Apache-2.0
#include "registryclient/serversentevents.h"

#include <QList>
#include <QTest>

using namespace quayside;

class TestServerSentEvents : public QObject
{
    Q_OBJECT

    static QList<ServerSentEvent> parse(const QList<QByteArray> &pieces)
    {
        ServerSentEventParser parser;
        QList<ServerSentEvent> events;
        for (const QByteArray &piece : pieces)
            parser.feed(piece, [&events](const ServerSentEvent &event) { events.append(event); });
        return events;
    }

private slots:
    void parses_data()
    {
        QTest::addColumn<QByteArray>("stream");
        QTest::addColumn<QList<QByteArray>>("expected"); // "type|data|id"
        const auto row = [](const char *name, const QByteArray &stream, const QList<QByteArray> &expected) {
            QTest::newRow(name) << stream << expected;
        };
        row("one", "data: a\n\n", {"message|a|"});
        row("all fields", "id: 7\nevent: push\ndata: {\"a\":1}\n\n", {"push|{\"a\":1}|7"});
        row("CR LF", "id: 7\r\nevent: push\r\ndata: x\r\n\r\n", {"push|x|7"});
        row("CR", "data: x\r\rdata: y\r\r", {"message|x|", "message|y|"});
        row("several lines", "data: a\ndata: b\ndata\n\n", {"message|a\nb\n|"});
        row("one blank alone is dropped", "data:  a \n\n", {"message| a |"});
        row("comments", ": hello\n\n:\ndata: a\n: x\n\n", {"message|a|"});
        row("without data no event", "event: push\nid: 3\n\ndata: b\n\n", {"message|b|3"});
        row("the id stays", "id: 1\ndata: a\n\ndata: b\n\nid\ndata: c\n\n",
            {"message|a|1", "message|b|1", "message|c|"});
        row("an id with NUL is ignored", QByteArrayLiteral("id: 1\ndata: a\n\nid: 2\0x\ndata: b\n\n"),
            {"message|a|1", "message|b|1"});
        row("unknown fields", "retry: 10\nfoo: bar\ndata: a\n\n", {"message|a|"});
        row("byte order mark",
            "\xEF\xBB\xBF"
            "data: a\n\n",
            {"message|a|"});
        row("an unfinished event", "data: a\n", {});
        row("colons in data", "data: a: b\n\n", {"message|a: b|"});
    }

    void parses()
    {
        QFETCH(QByteArray, stream);
        QFETCH(QList<QByteArray>, expected);
        const auto compare = [&](const QList<QByteArray> &pieces) {
            QList<QByteArray> got;
            const auto events = parse(pieces);
            for (const ServerSentEvent &event : events)
                got.append(event.type + '|' + event.data + '|' + event.id);
            QCOMPARE(got, expected);
        };
        compare({stream});
        for (qsizetype at = 0; at <= stream.size(); ++at)
            compare({stream.left(at), stream.mid(at)});
        QList<QByteArray> bytes;
        for (const char c : stream)
            bytes.append(QByteArray(1, c));
        compare(bytes);
    }

    void keepsTheIdOverARestart()
    {
        ServerSentEventParser parser;
        QList<ServerSentEvent> events;
        const auto take = [&events](const ServerSentEvent &event) { events.append(event); };
        QVERIFY(parser.feed("id: 9\ndata: a\n\ndata: half", take));
        parser.restart();
        QCOMPARE(parser.lastId(), QByteArray("9"));
        QVERIFY(parser.feed("\ndata: b\n\n", take));
        QCOMPARE(events.size(), 2);
        QCOMPARE(events.last(), (ServerSentEvent{"message", "b", "9"}));
    }

    void stopsAtALimit()
    {
        const QByteArray mebibyte(1024 * 1024, 'x');
        ServerSentEventParser line;
        QVERIFY(!line.feed(mebibyte + "x", [](const ServerSentEvent &) {}));
        QVERIFY(!line.feed("\n\n", [](const ServerSentEvent &) {}));
        ServerSentEventParser event;
        const QByteArray many = QByteArray("data: 0123456789\n").repeated(120'000);
        QVERIFY(!event.feed(many, [](const ServerSentEvent &) {}));
    }
};

QTEST_APPLESS_MAIN(TestServerSentEvents)
#include "tst_serversentevents.moc"
