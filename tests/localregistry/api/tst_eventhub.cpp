// SPDX-License-Identifier: Apache-2.0
#include "localregistry/api/eventhub.h"

#include <QTest>

#include <atomic>

using namespace quayside;

namespace {

StoreEvent push(const char *repository, const char *tag)
{
    return {StoreEventType::Push,
            *RepositoryName::parse(repository),
            std::nullopt,
            {*Tag::parse(tag)},
            Timestamp{}};
}

/// The id of the last event in `text`.
std::string lastIdIn(const std::string &text)
{
    const std::size_t start = text.rfind("id: ") + 4;
    return text.substr(start, text.find('\n', start) - start);
}

} // namespace

class TestEventHub : public QObject
{
    Q_OBJECT

private slots:
    void sendsWhatHappens();
    void joinsEventsOfOneRepository();
    void replaysWhatWasMissed();
    void resetsWhenTooMuchWasMissed();
    void dropsStreamsThatFallBehind();
    void limitsTheStreams();
};

void TestEventHub::sendsWhatHappens()
{
    EventHub hub;
    const auto stream = hub.subscribe(std::nullopt);
    std::atomic<int> woken = 0;
    stream->open([&woken] { ++woken; });
    hub.publish(push("a", "v1"));
    QTRY_COMPARE(woken.load(), 1); // by the hub's own timer
    const std::string text = *stream->take();
    QVERIFY(text.find("event: push\ndata: {\"type\":\"push\",\"repository\":\"a\",\"tags\":[\"v1\"],\"time\":"
                      "\"1970-01-01T00:00:00Z\"}\n\n") != std::string::npos);
    stream->close();
    hub.publish(push("a", "v1"));
    hub.flush();
    QCOMPARE(woken.load(), 1);
}

void TestEventHub::joinsEventsOfOneRepository()
{
    EventHub hub;
    const auto stream = hub.subscribe(std::nullopt);
    stream->take();
    hub.publish(push("a", "v1"));
    hub.publish(push("b", "v1"));
    hub.publish(push("a", "v2"));
    hub.publish(push("a", "v1"));
    hub.flush();
    const std::string text = *stream->take();
    QCOMPARE(QByteArray::fromStdString(text).count("event: push"), 2);
    QVERIFY(text.find("[\"v1\",\"v2\"]") != std::string::npos);
}

void TestEventHub::replaysWhatWasMissed()
{
    EventHub hub;
    const auto first = hub.subscribe(std::nullopt);
    first->take();
    hub.publish(push("a", "v1"));
    hub.flush();
    const std::string id = lastIdIn(*first->take());
    hub.publish(push("b", "v2"));
    hub.flush();
    const std::string missed = *hub.subscribe(id)->take();
    QCOMPARE(QByteArray::fromStdString(missed).count("event: push"), 1);
    QVERIFY(missed.find("\"b\"") != std::string::npos);
    QVERIFY(hub.subscribe(lastIdIn(missed))->take()->find("event:") == std::string::npos);
}

void TestEventHub::resetsWhenTooMuchWasMissed()
{
    EventHub hub;
    const auto stream = hub.subscribe(std::nullopt);
    hub.publish(push("a", "v1"));
    hub.flush();
    const std::string id = lastIdIn(*stream->take());
    for (std::size_t i = 0; i <= EventHub::ringSize; ++i) {
        hub.publish(push("a", "v2"));
        hub.flush();
    }
    for (const std::string &lost :
         {id, std::string("1-5"), std::string(), std::string("x"), id + "9999", id + "x"}) {
        const std::string text = *hub.subscribe(lost)->take();
        QVERIFY2(text.find("event: reset\n") != std::string::npos, lost.c_str());
        QVERIFY(hub.subscribe(lastIdIn(text))->take()->find("event:") == std::string::npos);
    }
}

void TestEventHub::dropsStreamsThatFallBehind()
{
    EventHub hub;
    const auto slow = hub.subscribe(std::nullopt);
    for (int i = 0; i < 4000; ++i) {
        hub.publish(push("a", "v1"));
        hub.flush();
    }
    QVERIFY(!slow->take());
}

void TestEventHub::limitsTheStreams()
{
    EventHub hub;
    std::vector<std::shared_ptr<EventSource>> streams;
    for (std::size_t i = 0; i < EventHub::maxSubscribers; ++i)
        streams.push_back(hub.subscribe(std::nullopt));
    QVERIFY(streams.back());
    QVERIFY(!hub.subscribe(std::nullopt));
    streams.pop_back();
    QVERIFY(hub.subscribe(std::nullopt));
}

QTEST_GUILESS_MAIN(TestEventHub)
#include "tst_eventhub.moc"
