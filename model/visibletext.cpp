// SPDX-License-Identifier: Apache-2.0
#include "model/visibletext.h"

#include <QStringView>
#include <QTextBoundaryFinder>

namespace quayside {

namespace {

/// One cluster can be endless (a letter under a million accents), so code units are limited as well.
constexpr qsizetype unitLimit = 4096;

bool isInvisible(char32_t c)
{
    switch (QChar::category(c)) {
    case QChar::Other_Control:
    case QChar::Other_Format:
    case QChar::Other_Surrogate:
    case QChar::Other_PrivateUse:
    case QChar::Other_NotAssigned:
    case QChar::Separator_Line:
    case QChar::Separator_Paragraph:
        return true;
    default:
        // Letters and marks by their category, but nothing is drawn for them.
        return c == 0x034F || c == 0x115F || c == 0x1160 || c == 0x17B4 || c == 0x17B5 || c == 0x3164 ||
               c == 0xFFA0 || (c >= 0x180B && c <= 0x180F) || (c >= 0xFE00 && c <= 0xFE0F) ||
               (c >= 0xE0100 && c <= 0xE01EF);
    }
}

QString escaped(char32_t c)
{
    if (c == U'\n')
        return QStringLiteral("\\n");
    if (c == U'\r')
        return QStringLiteral("\\r");
    if (c == U'\t')
        return QStringLiteral("\\t");
    return QStringLiteral("\\u{%1}")
        .arg(static_cast<uint>(c), 4, 16, QLatin1Char('0'))
        .toUpper()
        .replace(QStringLiteral("\\U"), QStringLiteral("\\u"));
}

template <typename Keep>
QString escapeInvisible(QStringView text, Keep keep)
{
    QString result;
    result.reserve(text.size());
    for (qsizetype i = 0; i < text.size(); ++i) {
        char32_t c = text[i].unicode();
        if (text[i].isHighSurrogate() && i + 1 < text.size() && text[i + 1].isLowSurrogate()) {
            c = QChar::surrogateToUcs4(text[i], text[i + 1]);
            ++i;
        }
        if (isInvisible(c) && !keep(c))
            result += escaped(c);
        else
            result += QString::fromUcs4(&c, 1);
    }
    return result;
}

/// The index behind the last cluster that is shown.
qsizetype visibleEnd(const QString &text)
{
    const QString head = text.left(unitLimit);
    if (head.size() <= untrustedTextLimit)
        return head.size();
    QTextBoundaryFinder finder(QTextBoundaryFinder::Grapheme, head);
    for (int clusters = 0; clusters < untrustedTextLimit; ++clusters) {
        const qsizetype next = finder.toNextBoundary();
        if (next < 0)
            return head.size();
    }
    return finder.position();
}

} // namespace

QString visibleText(const QString &untrusted)
{
    const qsizetype end = visibleEnd(untrusted);
    QString result = escapeInvisible(QStringView(untrusted).left(end), [](char32_t) { return false; });
    if (end < untrusted.size())
        result += u'…';
    return result;
}

QString visibleDocument(const QString &untrusted)
{
    return escapeInvisible(untrusted, [](char32_t c) { return c == U'\n' || c == U'\t'; });
}

} // namespace quayside
