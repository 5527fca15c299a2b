// SPDX-License-Identifier: Apache-2.0
// Resolves every tag of a repository to its digest, as a delete does, against a real docker-registry at hand
// and far away, beside a bare loop of six parallel HEADs. Prints tables for docs/performance.md.
#include "model/tagresolver.h"
#include "oci/qtconversions.h"
#include "registryclient/transport.h"
#include "tests/bench/bareloop.h"
#include "tests/support/await.h"
#include "tests/support/dockerregistry.h"
#include "tests/support/faultproxy.h"
#include "tests/support/testimage.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QSemaphore>
#include <QThread>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

using namespace quayside;
using namespace quayside::test;

namespace {

constexpr int tagCount = 1'000;
constexpr int rounds = 3;
constexpr double allowance = 1.3;

[[noreturn]] void giveUp(const std::string &why)
{
    std::fprintf(stderr, "resolvebench: %s\n", why.c_str());
    std::exit(1);
}

double seconds(const QElapsedTimer &timer)
{
    return double(timer.nsecsElapsed()) / 1e9;
}

/// A way of this length to a server on this computer, there and back, on a thread of its own: it must not
/// take turns with the client.
class LongWay : public QThread
{
public:
    LongWay(quint16 port, std::chrono::milliseconds roundTrip)
        : m_port(port)
        , m_roundTrip(roundTrip)
    {
        start();
        m_ready.acquire();
    }
    ~LongWay() override
    {
        quit();
        wait();
    }
    QUrl url() const { return m_url; }
    int milliseconds() const { return int(m_roundTrip.count()); }

private:
    void run() override
    {
        FaultProxy proxy(m_port);
        FaultProxy::Faults faults;
        faults.latency = m_roundTrip / 2; // in each direction
        proxy.setFaults(faults);
        m_url = proxy.url();
        m_ready.release();
        exec();
    }

    quint16 m_port;
    std::chrono::milliseconds m_roundTrip;
    QUrl m_url;
    QSemaphore m_ready;
};

/// A repository in which every tag names another image.
class ManyTags
{
public:
    /// Pushes them.
    explicit ManyTags(const QUrl &url)
    {
        Transport transport;
        const auto client = RegistryClient::create(&transport, *RegistryAddress::parse(url.toString()));
        const TestImage image = TestImage::make("bench");
        if (!await(push(client, m_repository, image, {})))
            giveUp("the image cannot be pushed");
        const QByteArray begin = image.manifest.chopped(1); // its last brace
        for (int i = 0; i < tagCount; ++i) {
            const Tag tag = tagName(("v" + std::to_string(i)).c_str());
            const QByteArray bytes = begin + R"(,"annotations":{"n":")" + QByteArray::number(i) + "\"}}";
            const auto digest = await(client->putManifest(m_repository, tag, bytes, image.mediaType));
            if (!digest)
                giveUp(digest.error().message);
            m_digests.emplace(tag, *digest);
        }
    }

    /// Reads the list of tags and resolves each; seconds.
    double resolveByClient(const QUrl &url) const
    {
        Transport transport;
        const auto client = RegistryClient::create(&transport, *RegistryAddress::parse(url.toString()));
        QElapsedTimer timer;
        timer.start();
        const auto content = await(resolveAllTags(client, m_repository, [](qint64, qint64) {}, {}));
        const double time = seconds(timer);
        if (!content)
            giveUp(content.error().message);
        if (content->tags != m_digests)
            giveUp("the client found other digests than were pushed");
        return time;
    }

    /// The same HEADs without a list: the names are known; seconds.
    double resolveBare(const QUrl &url) const
    {
        std::vector<QUrl> urls;
        for (const auto &[tag, digest] : m_digests) {
            const auto path = "v2/" + m_repository.toString() + "/manifests/" + tag.toString();
            urls.push_back(url.resolved(QUrl(toQString(path))));
        }
        BareLoop loop;
        QElapsedTimer timer;
        timer.start();
        if (loop.run(urls) != m_digests.size())
            giveUp("the bare loop did not get every digest");
        return seconds(timer);
    }

private:
    const RepositoryName m_repository = repositoryName("bench/tags");
    std::map<Tag, Digest> m_digests;
};

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

struct Medians
{
    double client;
    double bare;
};

/// In turns, so that whatever else the machine does meets both.
Medians measure(const ManyTags &tags, const QUrl &url)
{
    std::vector<double> client;
    std::vector<double> bare;
    for (int round = 0; round < rounds; ++round) {
        client.push_back(tags.resolveByClient(url));
        bare.push_back(tags.resolveBare(url));
    }
    return {median(client), median(bare)};
}

/// Six requests at once take as long as one: a way on which they wait for each other is no network.
void printWay(const QUrl &url)
{
    const QUrl ping = url.resolved(QUrl(QStringLiteral("v2/")));
    BareLoop loop;
    std::vector<double> alone;
    std::vector<double> together;
    for (int round = 0; round <= rounds; ++round) {
        QElapsedTimer timer;
        timer.start();
        loop.run(std::vector<QUrl>(BareLoop::parallel, ping));
        if (round > 0) // the first one opens the connections
            together.push_back(seconds(timer));
        timer.start();
        loop.run({ping});
        alone.push_back(seconds(timer));
    }
    std::printf("one request takes %.1f ms, six at once %.1f ms\n", median(alone) * 1000,
                median(together) * 1000);
}

void printRow(const char *way, const Medians &medians, double most)
{
    std::printf("| %s | %.2f s | %.2f s | %.2f s | %s |\n", way, medians.client, medians.bare, most,
                medians.client <= most ? "yes" : "**no**");
}

} // namespace

int main(int argc, char *argv[])
{
    const QCoreApplication application(argc, argv);
    DockerRegistry registry;
    if (!DockerRegistry::isInstalled() || !registry.start({}))
        giveUp("docker-registry does not start: " + registry.log().toStdString());
    const ManyTags tags(registry.url());

    const auto port = static_cast<quint16>(registry.url().port());
    LongWay near(port, std::chrono::milliseconds(20));
    LongWay far(port, std::chrono::milliseconds(100));
    for (const LongWay *way : {&near, &far}) {
        std::printf("%d ms: ", way->milliseconds());
        printWay(way->url());
    }

    std::printf("\n| %d tags, round trip | client | bare loop | at most | holds |\n|---|---|---|---|---|\n",
                tagCount);
    const Medians here = measure(tags, registry.url());
    printRow("none added", here, here.bare * allowance);
    for (const LongWay *way : {&near, &far}) {
        const double roundTrips = double(tagCount) / BareLoop::parallel * way->milliseconds() / 1000;
        const auto name = std::to_string(way->milliseconds()) + " ms";
        printRow(name.c_str(), measure(tags, way->url()), roundTrips * allowance);
    }
    return 0;
}
