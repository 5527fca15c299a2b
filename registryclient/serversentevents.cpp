// SPDX-License-Identifier: Apache-2.0
#include "registryclient/serversentevents.h"

#include <utility>

namespace quayside {

namespace {
constexpr qsizetype maxSize = 1024 * 1024; // bytes of a line and of an event
constexpr QByteArrayView byteOrderMark("\xEF\xBB\xBF");
} // namespace

bool ServerSentEventParser::feed(QByteArrayView bytes, const Handler &handler)
{
    for (const char c : bytes) {
        if (m_broken)
            break;
        const bool secondOfPair = c == '\n' && m_afterCr;
        m_afterCr = c == '\r';
        if (secondOfPair)
            continue;
        if (c == '\r' || c == '\n')
            takeLine(handler);
        else
            m_line += c;
        m_broken = m_line.size() + m_data.size() > maxSize;
    }
    return !m_broken;
}

void ServerSentEventParser::restart()
{
    *this = ServerSentEventParser(std::move(m_lastId));
}

void ServerSentEventParser::takeLine(const Handler &handler)
{
    QByteArray line = std::exchange(m_line, {});
    if (std::exchange(m_atStart, false) && line.startsWith(byteOrderMark))
        line.remove(0, byteOrderMark.size());
    if (line.isEmpty()) {
        const ServerSentEvent event{m_type.isEmpty() ? QByteArrayLiteral("message") : m_type, m_data,
                                    m_lastId};
        m_type.clear();
        m_data.clear();
        if (std::exchange(m_hasData, false))
            handler(event);
        return;
    }
    const qsizetype colon = line.indexOf(':'); // at 0: a comment, whose name matches nothing
    const QByteArray name = colon < 0 ? line : line.left(colon);
    QByteArray value = colon < 0 ? QByteArray() : line.mid(colon + 1);
    if (value.startsWith(' '))
        value.remove(0, 1);
    if (name == "event") {
        m_type = value;
    } else if (name == "data") {
        if (std::exchange(m_hasData, true))
            m_data += '\n';
        m_data += value;
    } else if (name == "id" && !value.contains('\0')) {
        m_lastId = value;
    }
}

} // namespace quayside
