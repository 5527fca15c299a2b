// SPDX-License-Identifier: Apache-2.0
#include "model/samplearchive.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace quayside {

namespace {

constexpr qsizetype tarBlock = 512;

/// Writes an octal number with leading zeros and a NUL into a header's field.
void putOctal(QByteArray &header, qsizetype offset, int width, qint64 value)
{
    const QByteArray digits = QByteArray::number(value, 8).rightJustified(width - 1, '0');
    header.replace(offset, digits.size(), digits);
}

QByteArray tarHeader(const QByteArray &path, qsizetype size)
{
    QByteArray header(tarBlock, '\0');
    header.replace(0, path.size(), path);
    putOctal(header, 100, 8, 0644);             // mode
    putOctal(header, 108, 8, 0);                // owner
    putOctal(header, 116, 8, 0);                // group
    putOctal(header, 124, 12, size);            // bytes
    putOctal(header, 136, 12, 0);               // time
    header.replace(148, 8, QByteArray(8, ' ')); // the checksum counts as spaces
    header[156] = '0';                          // a plain file
    header.replace(257, 8, QByteArray("ustar\00000", 8));
    qint64 sum = 0;
    for (const char byte : std::as_const(header))
        sum += std::uint8_t(byte);
    putOctal(header, 148, 7, sum);
    return header;
}

std::uint32_t crc32(const QByteArray &bytes)
{
    std::uint32_t crc = 0xffffffffU;
    for (const char byte : bytes) {
        crc ^= std::uint8_t(byte);
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0xedb88320U : 0U);
    }
    return ~crc;
}

void appendLittleEndian(QByteArray &bytes, std::uint32_t value, int count)
{
    for (int i = 0; i < count; ++i)
        bytes.append(char(value >> (8 * i)));
}

} // namespace

QByteArray tarOf(const QByteArray &path, const QByteArray &content)
{
    QByteArray tar = tarHeader(path, content.size()) + content;
    const qsizetype padding = (tarBlock - content.size() % tarBlock) % tarBlock;
    tar.append(padding + 2 * tarBlock, '\0'); // two empty blocks end an archive
    return tar;
}

QByteArray gzipOf(const QByteArray &content)
{
    constexpr qsizetype longestBlock = 65535;
    QByteArray gzip("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff",
                    10); // deflate, no name, no time, unknown system
    qsizetype offset = 0;
    do {
        const qsizetype length = std::min(longestBlock, content.size() - offset);
        const bool isLast = offset + length == content.size();
        gzip.append(isLast ? '\1' : '\0'); // a stored block (RFC 1951, section 3.2.4)
        appendLittleEndian(gzip, std::uint32_t(length), 2);
        appendLittleEndian(gzip, ~std::uint32_t(length), 2);
        gzip.append(content.mid(offset, length));
        offset += length;
    } while (offset < content.size());
    appendLittleEndian(gzip, crc32(content), 4);
    appendLittleEndian(gzip, std::uint32_t(content.size()), 4);
    return gzip;
}

} // namespace quayside
