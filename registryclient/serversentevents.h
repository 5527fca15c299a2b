// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <functional>
#include <utility>

namespace quayside {

/// One event of a text/event-stream.
struct ServerSentEvent
{
    QByteArray type; ///< "message" if the stream names none.
    QByteArray data; ///< Lines joined by "\n".
    QByteArray id;   ///< The last id seen so far, this event's or an earlier one's.

    bool operator==(const ServerSentEvent &) const = default;
};

/// Parses text/event-stream (WHATWG HTML, section 9.2.6) from bytes cut anywhere. Lines end with CR LF, LF or
/// CR.
class ServerSentEventParser
{
public:
    using Handler = std::function<void(const ServerSentEvent &)>;

    /// `lastId`: what an earlier stream ended with.
    explicit ServerSentEventParser(QByteArray lastId = {})
        : m_lastId(std::move(lastId))
    {}

    /// Feeds bytes; calls `handler` for each event that they complete.
    /// Returns false, for good, once a line or an event is longer than 1 MiB.
    bool feed(QByteArrayView bytes, const Handler &handler);
    /// Forgets a half-read event, as after a broken connection. The last id stays.
    void restart();
    const QByteArray &lastId() const { return m_lastId; }

private:
    void takeLine(const Handler &handler);

    QByteArray m_line;
    QByteArray m_type;
    QByteArray m_data;
    QByteArray m_lastId;
    bool m_hasData = false;
    bool m_afterCr = false;
    bool m_atStart = true;
    bool m_broken = false;
};

} // namespace quayside
