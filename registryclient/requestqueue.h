// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registryclient/http.h"

#include <QCoroTask>
#include <QDeadlineTimer>
#include <QObject>
#include <QString>

#include <array>
#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <stop_token>
#include <utility>

namespace quayside {

class Wakeup;

/// Lets a limited number of requests per host run at once, clicks before background work, none while the host
/// is paused.
class RequestQueue : public QObject
{
    Q_OBJECT
public:
    explicit RequestQueue(int perHost);
    ~RequestQueue() override;

    /// The right to have one request in flight; given back on destruction.
    class Slot
    {
    public:
        Slot(RequestQueue *queue, QString host)
            : m_queue(queue)
            , m_host(std::move(host))
        {}
        Slot(Slot &&other) noexcept { swap(other); }
        Slot &operator=(Slot &&other) noexcept
        {
            swap(other);
            return *this;
        }
        ~Slot();

    private:
        void swap(Slot &other) noexcept
        {
            std::swap(m_queue, other.m_queue);
            m_host.swap(other.m_host);
        }
        RequestQueue *m_queue = nullptr;
        QString m_host;
    };

    /// Waits for a slot; nothing if `stop` came first. `host` is any key, e.g. scheme, host and port.
    QCoro::Task<std::optional<Slot>> enter(QString host, Priority priority, std::stop_token stop);
    /// Starts nothing on this host for that long; what is in flight goes on.
    void pause(const QString &host, std::chrono::milliseconds time);
    /// Starts at most so many requests in a second on this host, evenly spread; 0: no limit.
    void limitRate(const QString &host, int perSecond);

private:
    struct Host
    {
        int inFlight = 0;
        std::array<std::deque<Wakeup *>, 2> waiting; // by Priority
        QDeadlineTimer pausedUntil;
        std::chrono::milliseconds interval{0}; // between two starts
        bool isFree(int perHost) const { return inFlight < perHost && pausedUntil.hasExpired(); }
    };
    void begin(const QString &host, Host &state);
    void startWaiting(const QString &host);

    int m_perHost;
    std::map<QString, Host> m_hosts;
};

} // namespace quayside
