// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/http/httpresponse.h"
#include "localregistry/storage/storetypes.h"

#include <QObject>
#include <QTimer>

#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quayside {

class EventSubscriber;

/// Collects the store's events and sends them to the streams that listen, as Server-Sent Events. Events of
/// one repository and type within 100 ms are sent as one.
class EventHub : public QObject
{
    Q_OBJECT

public:
    static constexpr std::size_t maxSubscribers = 16;
    static constexpr std::size_t ringSize = 1000;

    explicit EventHub(QObject *parent = nullptr);
    ~EventHub() override;

    /// Any thread.
    void publish(const StoreEvent &event);
    /// A new stream, which begins with what followed the event `lastId`, or with `reset` if that is not known
    /// any more. Null when there are too many. Any thread.
    std::shared_ptr<EventSource> subscribe(std::optional<std::string_view> lastId);
    /// Sends what was collected, without waiting.
    void flush();

private:
    struct Pending
    {
        StoreEvent event;
        bool manyDigests = false;
    };
    struct Entry
    {
        quint64 number;
        std::string text;
    };
    void sendComment();
    std::string missedSince(std::string_view lastId) const;
    std::string render(const Pending &pending, quint64 number) const;
    /// Calls `action` for each stream that still exists, and forgets the others.
    void send(std::string_view text);

    std::mutex m_mutex; ///< Guards all below but the timers.
    std::vector<Pending> m_pending;
    std::deque<Entry> m_ring;
    std::vector<std::weak_ptr<EventSubscriber>> m_subscribers;
    quint64 m_lastNumber = 0;
    const std::string m_epoch; ///< Tells the ids of this run from those of earlier ones.
    QTimer m_flushTimer;
    QTimer m_commentTimer;
};

} // namespace quayside
