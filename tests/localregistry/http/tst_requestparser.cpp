// SPDX-License-Identifier: Apache-2.0
#include "localregistry/http/requestparser.h"

#include <QTest>

#include <string>

using namespace quayside;

namespace {

/// Everything that can be seen of one request, as text, so that two runs can be compared.
struct Outcome
{
    std::string text;
    int status = 0; ///< 0: parsed.

    bool operator==(const Outcome &) const = default;
};

/// Feeds `input` in pieces of at most `step` bytes, the first of them `first` bytes.
Outcome parse(const std::string &input, std::size_t first, std::size_t step)
{
    const HttpLimits limits;
    RequestParser parser(limits);
    Outcome outcome;
    std::string pending;
    for (std::size_t at = 0; at < input.size();) {
        const std::size_t length = at == 0 ? first : step;
        pending += input.substr(at, length);
        at += length;
        std::string_view rest = pending;
        for (bool more = true; more;) {
            more = false;
            if (parser.state() == RequestParser::State::Header) {
                const std::size_t header = parser.readHeader(rest);
                rest.remove_prefix(header);
                if (header > 0) {
                    const HttpRequest &request = parser.request();
                    outcome.text += std::string(request.method()) + "|" + std::string(request.path()) + "|" +
                                    std::string(request.query()) + "|" + std::string(request.host()) + "|";
                    more = true;
                }
            } else if (parser.state() == RequestParser::State::Body && !rest.empty()) {
                outcome.text += parser.readBody(rest);
                more = true;
            }
            if (parser.state() == RequestParser::State::Complete) {
                outcome.text += parser.request().keepAlive ? "|keep\n" : "|close\n";
                parser.reset();
                more = !rest.empty();
            }
            if (parser.state() == RequestParser::State::Failed) {
                outcome.status = parser.errorStatus();
                return outcome;
            }
        }
        pending.erase(0, pending.size() - rest.size());
    }
    outcome.text += pending;
    return outcome;
}

std::string manyFields(int count)
{
    std::string text = "GET /v2/ HTTP/1.1\r\nHost: a\r\n";
    for (int i = 1; i < count; ++i)
        text += "X: 1\r\n";
    return text + "\r\n";
}

std::string withHeader(const std::string &line)
{
    return "PUT /v2/ HTTP/1.1\r\nHost: a\r\n" + line + "\r\n\r\n";
}

std::string targetOfLineLength(std::size_t length)
{
    const std::string start = "GET /";
    const std::string end = " HTTP/1.1";
    return start + std::string(length - start.size() - end.size(), 'x') + end + "\r\nHost: a\r\n\r\n";
}

/// A header section of exactly `length` bytes.
std::string sectionOfLength(std::size_t length)
{
    const std::string start = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
    return start + std::string(length - start.size() - 4, 'x') + "\r\n\r\n";
}

} // namespace

class TestRequestParser : public QObject
{
    Q_OBJECT

private slots:
    void readsRequests_data();
    void readsRequests();
    void refuses_data();
    void refuses();
    void refusesGarbageWithItsFirstByte();
};

void TestRequestParser::readsRequests_data()
{
    QTest::addColumn<QByteArray>("input");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("get") << QByteArray("GET /v2/ HTTP/1.1\r\nHost: a:1\r\n\r\n")
                         << QByteArray("GET|/v2/||a:1||keep\n");
    QTest::newRow("query") << QByteArray("GET /a?n=1&x=%20 HTTP/1.1\r\nHost: a\r\n\r\n")
                           << QByteArray("GET|/a|n=1&x=%20|a||keep\n");
    QTest::newRow("close") << QByteArray("GET / HTTP/1.1\r\nHost: a\r\nConnection: Close\r\n\r\n")
                           << QByteArray("GET|/||a||close\n");
    QTest::newRow("old") << QByteArray("GET / HTTP/1.0\r\n\r\n") << QByteArray("GET|/||||close\n");
    QTest::newRow("old, kept") << QByteArray("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                               << QByteArray("GET|/||||keep\n");
    QTest::newRow("absolute") << QByteArray("GET http://b:2/x?y HTTP/1.1\r\nHost: a\r\n\r\n")
                              << QByteArray("GET|/x|y|b:2||keep\n");
    QTest::newRow("body") << QByteArray("PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")
                          << QByteArray("PUT|/x||a|hello|keep\n");
    QTest::newRow("empty body") << QByteArray("PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
                                << QByteArray("PUT|/x||a||keep\n");
    QTest::newRow("chunks") << QByteArray("PATCH /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
                                          "3;a=b\r\nhel\r\n2\r\nlo\r\n0\r\nX: 1\r\n\r\n")
                            << QByteArray("PATCH|/x||a|hello|keep\n");
    QTest::newRow("pipelined") << QByteArray("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"
                                             "PUT /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"
                                             "GET /3 HTTP/1.1\r\nHost: a\r\n\r\n")
                               << QByteArray("GET|/1||a||keep\nPUT|/2||a|hi|keep\nGET|/3||a||keep\n");
    QTest::newRow("100 fields") << QByteArray::fromStdString(manyFields(100))
                                << QByteArray("GET|/v2/||a||keep\n");
    QTest::newRow("longest length")
        << QByteArray("PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 000000000000000003\r\n\r\nabc")
        << QByteArray("PUT|/x||a|abc|keep\n");
}

void TestRequestParser::readsRequests()
{
    QFETCH(QByteArray, input);
    QFETCH(QByteArray, expected);
    const std::string bytes = input.toStdString();
    const Outcome whole = parse(bytes, bytes.size(), bytes.size());
    QCOMPARE(QByteArray::fromStdString(whole.text), expected);
    QCOMPARE(whole.status, 0);
    for (std::size_t first = 1; first < bytes.size(); ++first)
        QVERIFY2(parse(bytes, first, bytes.size()) == whole, qPrintable(QString::number(first)));
    QVERIFY(parse(bytes, 1, 1) == whole);
}

void TestRequestParser::refuses_data()
{
    QTest::addColumn<std::string>("input");
    QTest::addColumn<int>("status");
    const auto row = [](const char *name, const std::string &input, int status) {
        QTest::newRow(name) << input << status;
    };
    row("CL and TE", withHeader("Content-Length: 5\r\nTransfer-Encoding: chunked"), 400);
    row("TE and CL 0", withHeader("Transfer-Encoding: chunked\r\nContent-Length: 0"), 400);
    row("TE gzip", withHeader("Transfer-Encoding: gzip"), 501);
    row("TE chunked, gzip", withHeader("Transfer-Encoding: chunked, gzip"), 400);
    row("TE gzip, chunked", withHeader("Transfer-Encoding: gzip, chunked"), 501);
    row("TE xchunked", withHeader("Transfer-Encoding: xchunked"), 501);
    row("two TE", withHeader("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"), 400);
    row("two TE, one gzip", withHeader("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked"), 400);
    row("TE on 1.0", "PUT / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400);
    for (const char *length : {"+5", "5 ", "5,5", "5, 5", "0x5", "-1", "", "5 5", "9223372036854775808",
                               "18446744073709551616", "0000000000000000003"})
        QTest::addRow("CL '%s'", length) << withHeader(std::string("Content-Length: ") + length) << 400;
    row("two CL", withHeader("Content-Length: 5\r\nContent-Length: 5"), 400);
    row("bare LF", "GET / HTTP/1.1\nHost: a\n\n", 400);
    row("bare LF in the middle", "GET / HTTP/1.1\r\nHost: a\nX: 1\r\n\r\n", 400);
    row("bare CR", "GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n", 400);
    row("folded line", withHeader("X: 1\r\n  2"), 400);
    row("NUL", withHeader(std::string("X: 1\0", 5)), 400);
    row("ESC", withHeader("X: \x1b"), 400);
    row("DEL", withHeader("X: \x7f"), 400);
    row("space before colon", withHeader("X : 1"), 400);
    row("empty name", withHeader(": 1"), 400);
    row("no colon", withHeader("X"), 400);
    row("101 fields", manyFields(101), 431);
    row("line of 8193", targetOfLineLength(8193), 414);
    row("section over 64 KiB", sectionOfLength(64 * 1024 + 1), 431);
    row("no Host", "GET / HTTP/1.1\r\n\r\n", 400);
    row("two Hosts", withHeader("Host: b"), 400);
    row("TLS", std::string("\x16\x03\x01\x02\x00", 5), 400);
    row("empty line first", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    row("non-ASCII target", "GET /\xc3\xa4 HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    row("space in target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    row("HTTP/2", "PRI * HTTP/2.0\r\n\r\n", 400);
    row("HTTP/0.9", "GET /\r\n\r\n", 400);
    row("lower-case version", "GET / http/1.1\r\nHost: a\r\n\r\n", 400);
    row("unknown expectation", withHeader("Expect: cookies"), 417);
    const std::string chunked = withHeader("Transfer-Encoding: chunked");
    row("chunk without size", chunked + "\r\n", 400);
    row("chunk size of 16 digits", chunked + "0000000000000001\r\na\r\n0\r\n\r\n", 400);
    row("chunk with 0x", chunked + "0x1\r\na\r\n0\r\n\r\n", 400);
    row("chunk ended by LF", chunked + "1\na\r\n0\r\n\r\n", 400);
    row("chunk too long", chunked + "1\r\nab\r\n0\r\n\r\n", 400);
    row("chunk extension of 257", chunked + "1;" + std::string(256, 'x') + "\r\na\r\n0\r\n\r\n", 400);
    row("trailers over 8 KiB", chunked + "0\r\nX: " + std::string(8200, 'x') + "\r\n\r\n", 400);
    row("control character in a trailer", chunked + "0\r\nX: \x01\r\n\r\n", 400);
}

void TestRequestParser::refuses()
{
    QFETCH(std::string, input);
    QFETCH(int, status);
    const Outcome whole = parse(input, input.size(), input.size());
    QCOMPARE(whole.status, status);
    QVERIFY(parse(input, 1, 1) == whole);
    const std::size_t stride = input.size() > 1000 ? 997 : 1;
    for (std::size_t first = 1; first < input.size(); first += stride)
        QVERIFY2(parse(input, first, input.size()) == whole, qPrintable(QString::number(first)));
}

/// A client that tries TLS first waits for this answer.
void TestRequestParser::refusesGarbageWithItsFirstByte()
{
    const HttpLimits limits;
    for (const char c : {'\x16', '\0', ' ', '\r', '\n', '(', '\xff'}) {
        RequestParser parser(limits);
        parser.readHeader(std::string_view(&c, 1));
        QCOMPARE(parser.state(), RequestParser::State::Failed);
        QCOMPARE(parser.errorStatus(), 400);
    }
}

QTEST_APPLESS_MAIN(TestRequestParser)
#include "tst_requestparser.moc"
