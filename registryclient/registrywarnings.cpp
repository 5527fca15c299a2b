// SPDX-License-Identifier: Apache-2.0
#include "registryclient/registrywarnings.h"

#include <optional>

namespace quayside {

namespace {

constexpr qsizetype mostBytes = 4096;
constexpr qsizetype mostCharacters = 256;
constexpr QByteArrayView prefix("299 - \"");

/// Reads one Warning header from the left.
class WarningReader
{
public:
    explicit WarningReader(QByteArrayView header)
        : m_rest(header)
    {}

    /// The next text; nothing at the end or where the grammar ends.
    std::optional<QByteArray> next()
    {
        while (m_rest.startsWith(' ') || m_rest.startsWith('\t') || m_rest.startsWith(','))
            m_rest = m_rest.sliced(1);
        if (!m_rest.startsWith(prefix))
            return std::nullopt;
        m_rest = m_rest.sliced(prefix.size());
        const auto text = readQuoted();
        skipSpace();
        const bool isWhole = m_rest.isEmpty() || m_rest.startsWith(','); // a date is not allowed
        if (!isWhole)
            m_rest = {};
        return isWhole ? text : std::nullopt;
    }

private:
    void skipSpace()
    {
        while (m_rest.startsWith(' ') || m_rest.startsWith('\t'))
            m_rest = m_rest.sliced(1);
    }

    /// Behind the first quotation mark; nothing without the second one.
    std::optional<QByteArray> readQuoted()
    {
        QByteArray text;
        for (qsizetype at = 0; at < m_rest.size(); ++at) {
            if (m_rest[at] == '"') {
                m_rest = m_rest.sliced(at + 1);
                return text;
            }
            if (m_rest[at] == '\\' && ++at == m_rest.size())
                break;
            text += m_rest[at];
        }
        m_rest = {};
        return std::nullopt;
    }

    QByteArrayView m_rest;
};

/// At most so many characters, and no half of a pair.
QString cut(const QByteArray &text)
{
    QString shown = QString::fromUtf8(text).trimmed();
    if (shown.size() <= mostCharacters)
        return shown;
    shown.truncate(mostCharacters - 1);
    if (shown.back().isHighSurrogate())
        shown.chop(1);
    return shown + u'…';
}

} // namespace

QStringList warningTexts(const HttpHeaders &headers)
{
    QStringList texts;
    qsizetype left = mostBytes;
    for (const HttpHeader &header : headers) {
        if (header.name.compare("Warning", Qt::CaseInsensitive) != 0)
            continue;
        if (header.value.size() > left)
            return texts;
        left -= header.value.size();
        WarningReader reader(header.value);
        while (const auto text = reader.next()) {
            const QString shown = cut(*text);
            if (!shown.isEmpty())
                texts.append(shown);
        }
    }
    return texts;
}

void RegistryWarnings::take(const HttpHeaders &headers)
{
    for (const QString &text : warningTexts(headers)) {
        if (m_texts.size() >= most)
            return;
        if (m_texts.contains(text))
            continue;
        m_texts.append(text);
        emit added(text);
    }
}

} // namespace quayside
