// SPDX-License-Identifier: Apache-2.0
#include "localregistry/http/chunkeddecoder.h"

#include <QTest>

#include <string>

using namespace quayside;

class TestChunkedDecoder : public QObject
{
    Q_OBJECT

private slots:
    void returnsDataWithoutCopying();
    void stopsAtTheEnd();
    void takesTheLongestExtensionsAndTrailers();
};

void TestChunkedDecoder::returnsDataWithoutCopying()
{
    const std::string body = "A\r\n0123456789\r\n0\r\n\r\n";
    ChunkedDecoder decoder;
    std::string_view input = body;
    const std::string_view data = decoder.next(input);
    QCOMPARE(data.size(), std::size_t(10));
    QCOMPARE(data.data(), body.data() + 3);
    QVERIFY(!decoder.isDone());
    QVERIFY(decoder.next(input).empty());
    QVERIFY(decoder.isDone());
}

void TestChunkedDecoder::stopsAtTheEnd()
{
    ChunkedDecoder decoder;
    std::string_view input = "0\r\n\r\nGET / HTTP/1.1\r\n";
    QVERIFY(decoder.next(input).empty());
    QVERIFY(decoder.isDone());
    QVERIFY(input.starts_with("GET"));
}

void TestChunkedDecoder::takesTheLongestExtensionsAndTrailers()
{
    const std::string extension = ";" + std::string(ChunkedDecoder::maxExtension - 1, 'x');
    const std::string trailer = "X: " + std::string(ChunkedDecoder::maxTrailers - 4, 'x'); // with its CR
    const std::string body =
        "1" + extension + "\r\na\r\n1" + extension + "\r\nb\r\n0\r\n" + trailer + "\r\n\r\n";
    ChunkedDecoder decoder;
    std::string_view input = body;
    std::string data;
    while (!input.empty() && !decoder.hasFailed())
        data += decoder.next(input);
    QVERIFY(!decoder.hasFailed());
    QVERIFY(decoder.isDone());
    QCOMPARE(data, std::string("ab"));
}

QTEST_APPLESS_MAIN(TestChunkedDecoder)
#include "tst_chunkeddecoder.moc"
