// SPDX-License-Identifier: Apache-2.0
#include "localregistry/api/eventhub.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>

namespace quayside {

namespace {

constexpr std::chrono::milliseconds coalescing{100};
constexpr std::chrono::seconds commentInterval{25};
constexpr std::size_t maxBehind = 256 * 1024; // bytes
constexpr std::size_t maxTags = 100;

std::string_view typeName(StoreEventType type)
{
    switch (type) {
    case StoreEventType::Push:
        return "push";
    case StoreEventType::Delete:
        return "delete";
    case StoreEventType::Restore:
        return "restore";
    case StoreEventType::Sweep:
        return "sweep";
    }
    return "push";
}

std::string makeEpoch()
{
    return std::to_string(std::chrono::system_clock::now().time_since_epoch().count());
}

} // namespace

/// The end of one stream.
class EventSubscriber final : public EventSource
{
public:
    explicit EventSubscriber(std::string first)
        : m_text(std::move(first))
    {}

    void open(std::function<void()> wake) override
    {
        const std::lock_guard lock(m_mutex);
        m_wake = std::move(wake);
    }
    void close() override
    {
        const std::lock_guard lock(m_mutex);
        m_wake = nullptr;
    }
    std::optional<std::string> take() override
    {
        const std::lock_guard lock(m_mutex);
        if (m_dropped)
            return std::nullopt;
        return std::exchange(m_text, {});
    }
    void append(std::string_view text)
    {
        const std::lock_guard lock(m_mutex);
        m_dropped = m_dropped || m_text.size() + text.size() > maxBehind;
        if (!m_dropped)
            m_text.append(text);
        if (m_wake)
            m_wake();
    }

private:
    std::mutex m_mutex;
    std::string m_text;
    std::function<void()> m_wake;
    bool m_dropped = false;
};

EventHub::EventHub(QObject *parent)
    : QObject(parent)
    , m_epoch(makeEpoch())
{
    m_flushTimer.setSingleShot(true);
    m_flushTimer.setInterval(coalescing);
    connect(&m_flushTimer, &QTimer::timeout, this, &EventHub::flush);
    m_commentTimer.setInterval(commentInterval);
    connect(&m_commentTimer, &QTimer::timeout, this, &EventHub::sendComment);
}

EventHub::~EventHub() = default;

void EventHub::publish(const StoreEvent &event)
{
    const std::lock_guard lock(m_mutex);
    const bool isFirst = m_pending.empty();
    const auto same = std::find_if(m_pending.begin(), m_pending.end(), [&](const Pending &pending) {
        return pending.event.type == event.type && pending.event.repository == event.repository;
    });
    if (same == m_pending.end()) {
        m_pending.push_back({event, false});
        std::vector<Tag> &tags = m_pending.back().event.tags;
        tags.erase(tags.begin() + static_cast<std::ptrdiff_t>(std::min(tags.size(), maxTags)), tags.end());
    } else {
        same->manyDigests = same->manyDigests || same->event.digest != event.digest;
        same->event.time = event.time;
        std::vector<Tag> &tags = same->event.tags;
        for (const Tag &tag : event.tags) {
            if (tags.size() < maxTags && std::find(tags.begin(), tags.end(), tag) == tags.end())
                tags.push_back(tag);
        }
    }
    if (isFirst) {
        QMetaObject::invokeMethod(
            this, [this] { m_flushTimer.start(); }, Qt::QueuedConnection);
    }
}

void EventHub::flush()
{
    const std::lock_guard lock(m_mutex);
    std::string text;
    for (const Pending &pending : std::exchange(m_pending, {})) {
        const quint64 number = ++m_lastNumber;
        m_ring.push_back({number, render(pending, number)});
        text += m_ring.back().text;
        if (m_ring.size() > ringSize)
            m_ring.pop_front();
    }
    if (!text.empty())
        send(text);
}

void EventHub::send(std::string_view text)
{
    std::erase_if(m_subscribers, [](const auto &subscriber) { return subscriber.expired(); });
    for (const auto &weak : m_subscribers) {
        if (const auto subscriber = weak.lock())
            subscriber->append(text);
    }
}

/// Keeps proxies and clients from taking a quiet stream for a dead one.
void EventHub::sendComment()
{
    const std::lock_guard lock(m_mutex);
    send(":\n\n");
    if (m_subscribers.empty())
        m_commentTimer.stop();
}

std::shared_ptr<EventSource> EventHub::subscribe(std::optional<std::string_view> lastId)
{
    const std::lock_guard lock(m_mutex);
    std::erase_if(m_subscribers, [](const auto &subscriber) { return subscriber.expired(); });
    if (m_subscribers.size() >= maxSubscribers)
        return nullptr;
    auto subscriber = std::make_shared<EventSubscriber>(lastId ? missedSince(*lastId) : std::string(":\n\n"));
    m_subscribers.push_back(subscriber);
    QMetaObject::invokeMethod(
        this, [this] { m_commentTimer.start(); }, Qt::QueuedConnection);
    return subscriber;
}

std::string EventHub::missedSince(std::string_view lastId) const
{
    const std::string prefix = m_epoch + "-";
    quint64 number = 0;
    bool known = lastId.starts_with(prefix);
    if (known) {
        const std::string_view digits = lastId.substr(prefix.size());
        const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), number);
        known = parsed.ec == std::errc() && parsed.ptr == digits.data() + digits.size() &&
                number <= m_lastNumber && (m_ring.empty() || number + 1 >= m_ring.front().number);
    }
    if (!known)
        return "id: " + prefix + std::to_string(m_lastNumber) + "\nevent: reset\ndata: {}\n\n";
    std::string text = ":\n\n";
    for (const Entry &entry : m_ring) {
        if (entry.number > number)
            text += entry.text;
    }
    return text;
}

std::string EventHub::render(const Pending &pending, quint64 number) const
{
    const StoreEvent &event = pending.event;
    nlohmann::ordered_json json{{"type", typeName(event.type)}, {"repository", event.repository.toString()}};
    if (event.digest && !pending.manyDigests)
        json["digest"] = event.digest->toString();
    json["tags"] = nlohmann::ordered_json::array();
    for (const Tag &tag : event.tags)
        json["tags"].push_back(tag.toString());
    json["time"] = formatRfc3339(event.time);
    return "id: " + m_epoch + "-" + std::to_string(number) + "\nevent: " + std::string(typeName(event.type)) +
           "\ndata: " + json.dump() + "\n\n";
}

} // namespace quayside
