// SPDX-License-Identifier: Apache-2.0
#include "localregistry/localregistry.h"
#include "oci/hasher.h"
#include "tests/localregistry/http/rawclient.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <nlohmann/json.hpp>

#include <map>
#include <memory>
#include <string>

using namespace quayside;
using nlohmann::json;

namespace {

constexpr std::size_t hexDigits = 64;

std::string headerOf(const json &message, const std::string &name)
{
    for (const auto &header : message["headers"]) {
        const std::string key = header[0];
        if (QByteArray::fromStdString(key).compare(QByteArray::fromStdString(name), Qt::CaseInsensitive) == 0)
            return header[1];
    }
    return {};
}

/// The path of "METHOD PATH HTTP/1.1".
std::string targetOf(const json &request)
{
    const std::string line = request["line"];
    const std::size_t start = line.find(' ') + 1;
    return line.substr(start, line.rfind(' ') - start);
}

std::string methodOf(const json &request)
{
    const std::string line = request["line"];
    return line.substr(0, line.find(' '));
}

bool isManifest(const std::string &target)
{
    return target.find("/manifests/") != std::string::npos;
}

/// The id of an upload session in a path; empty if it names none.
std::string sessionOf(const std::string &target)
{
    const std::size_t start = target.find("/blobs/uploads/");
    if (start == std::string::npos)
        return {};
    const std::string rest = target.substr(start + 15);
    return rest.substr(0, rest.find('?'));
}

std::string queryValue(const std::string &target, const std::string &name)
{
    std::size_t start = target.find(name + "=");
    if (start == std::string::npos)
        return {};
    start += name.size() + 1;
    return target.substr(start, target.find('&', start) - start);
}

/// A recorded exchange with contents of our own: blobs are made up with the sizes that were recorded, and
/// every digest is that of the content it stands for now.
class Trace
{
public:
    explicit Trace(const QString &path)
    {
        QFile file(path);
        if (!file.open(QIODevice::ReadOnly))
            qFatal("%s is not there", qPrintable(path));
        while (!file.atEnd())
            m_entries.push_back(json::parse(file.readLine().toStdString()));
        for (const json &entry : m_entries)
            learn(entry);
    }

    const std::vector<json> &entries() const { return m_entries; }

    /// The text with its digests replaced, plain ones and percent-encoded ones.
    std::string translated(std::string text)
    {
        for (const std::string_view prefix : {"sha256:", "sha256%3A"}) {
            for (std::size_t at = text.find(prefix); at != std::string::npos;
                 at = text.find(prefix, at + 1)) {
                const std::size_t start = at + prefix.size();
                const std::string hex = text.substr(start, hexDigits);
                if (hex.size() == hexDigits && hex.find_first_not_of("0123456789abcdef") == std::string::npos)
                    text.replace(start, hexDigits, contentOf(hex).second);
            }
        }
        return text;
    }

    /// The bytes that a session takes in all.
    std::string upload(const std::string &session) { return contentOf(m_digests[session]).first; }

private:
    void learn(const json &entry)
    {
        if (!entry.contains("request"))
            return;
        const json &request = entry["request"];
        const std::string target = targetOf(request);
        if (isManifest(target)) {
            for (const json &message : {request, entry["response"]}) {
                if (message.contains("body") && message["body_bytes"] > 0) {
                    const std::string body = message["body"];
                    m_manifests[Hasher::hash(body).hex()] = body;
                }
            }
        }
        const std::string session = sessionOf(target);
        if (session.empty())
            return;
        m_sizes[session] += request["body_bytes"].get<std::size_t>();
        if (const std::string digest = queryValue(target, "digest"); !digest.empty()) {
            const std::string hex = digest.substr(digest.size() - hexDigits);
            m_digests[session] = hex;
            m_blobs[hex] = m_sizes[session];
        }
    }

    /// What stands for the content of a recorded digest, and its hex.
    const std::pair<std::string, std::string> &contentOf(const std::string &hex)
    {
        if (const auto known = m_contents.find(hex); known != m_contents.end())
            return known->second;
        std::string content;
        if (const auto manifest = m_manifests.find(hex); manifest != m_manifests.end()) {
            content = translated(manifest->second);
        } else {
            while (content.size() < m_blobs[hex])
                content += hex;
            content.resize(m_blobs[hex]);
        }
        std::string digest = Hasher::hash(content).hex();
        return m_contents[hex] = {std::move(content), std::move(digest)};
    }

    std::vector<json> m_entries;
    std::map<std::string, std::string> m_manifests; // by their recorded digests
    std::map<std::string, std::size_t> m_blobs;
    std::map<std::string, std::size_t> m_sizes;   // by session
    std::map<std::string, std::string> m_digests; // by session
    std::map<std::string, std::pair<std::string, std::string>> m_contents;
};

} // namespace

/// The request shapes of real clients against a running registry: headers, their order, connections, chunks,
/// encodings.
class TestClientTraces : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void replays_data();
    void replays();

private:
    RawClient &connection(int number);
    QByteArray requestFor(const json &request, const std::string &target, const std::string &body) const;
    std::string bodyFor(const json &request, const std::string &target);
    std::string targetFor(const json &request);
    void check(const json &entry, const RawAnswer &answer);
    void checkBody(const json &entry, const RawAnswer &answer);

    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<LocalRegistry> m_registry;
    std::unique_ptr<Trace> m_trace;
    std::map<int, std::unique_ptr<RawClient>> m_connections;
    std::map<std::string, std::string> m_sessions; // recorded id → our path
    std::map<std::string, std::size_t> m_sent;     // recorded id → bytes
};

void TestClientTraces::init()
{
    m_connections.clear();
    m_sessions.clear();
    m_sent.clear();
    m_registry.reset();
    m_directory = std::make_unique<QTemporaryDir>();
    LocalRegistryOptions options;
    options.store.root = m_directory->filePath(QStringLiteral("store")).toStdString();
    options.listen = {{std::nullopt, 0}};
    m_registry = std::make_unique<LocalRegistry>(options);
    QVERIFY(m_registry->start());
}

void TestClientTraces::replays_data()
{
    QTest::addColumn<QString>("file");
    for (const char *name : {"crane-0.20", "docker-20.10", "podman-4.3", "regctl-0.11", "skopeo-1.9.3"})
        QTest::newRow(name)
            << QStringLiteral(QUAYSIDE_TEST_DATA "/client-traces/%1.jsonl").arg(QLatin1String(name));
}

void TestClientTraces::replays()
{
    QFETCH(QString, file);
    m_trace = std::make_unique<Trace>(file);
    for (const json &entry : m_trace->entries()) {
        const std::string number = "request " + entry["seq"].dump();
        RawClient &client = connection(entry["connection"]);
        if (!entry.contains("request")) { // the client tries TLS first
            const RawAnswer answer = client.ask(QByteArray::fromHex("16030100a5010000a10303"));
            QCOMPARE(answer.status, 400);
            QVERIFY(client.isClosed());
            continue;
        }
        const json &request = entry["request"];
        const std::string target = targetFor(request);
        const std::string body = bodyFor(request, targetOf(request));
        const RawAnswer answer = client.ask(requestFor(request, target, body), methodOf(request) == "HEAD");
        check(entry, answer);
        if (QTest::currentTestFailed())
            QFAIL((number + ": " + request["line"].get<std::string>()).c_str());
    }
}

RawClient &TestClientTraces::connection(int number)
{
    auto &client = m_connections[number];
    if (!client)
        client = std::make_unique<RawClient>(static_cast<quint16>(m_registry->url().port()));
    return *client;
}

/// Follows the `Location` that our registry gave: its session, without the other one's state.
std::string TestClientTraces::targetFor(const json &request)
{
    const std::string target = targetOf(request);
    const auto session = m_sessions.find(sessionOf(target));
    if (session == m_sessions.end())
        return m_trace->translated(target);
    const std::string digest = queryValue(target, "digest");
    return session->second + (digest.empty() ? std::string() : "?digest=" + m_trace->translated(digest));
}

std::string TestClientTraces::bodyFor(const json &request, const std::string &target)
{
    if (request.contains("body"))
        return m_trace->translated(request["body"]);
    const std::string session = sessionOf(target);
    const auto length = request["body_bytes"].get<std::size_t>();
    if (session.empty() || length == 0)
        return {};
    std::size_t &sent = m_sent[session];
    sent += length;
    return m_trace->upload(session).substr(sent - length, length);
}

QByteArray TestClientTraces::requestFor(const json &request, const std::string &target,
                                        const std::string &body) const
{
    std::string text = methodOf(request) + ' ' + target + " HTTP/1.1\r\n";
    for (const auto &header : request["headers"]) {
        const std::string name = header[0];
        const std::string value = header[1];
        text += name + ": " + (name == "Host" ? "localhost" : value) + "\r\n";
    }
    text += "\r\n";
    if (!request.contains("chunks"))
        return QByteArray::fromStdString(text + body);
    std::size_t at = 0;
    for (const std::size_t size : request["chunks"]) {
        text +=
            QByteArray::number(qulonglong(size), 16).toStdString() + "\r\n" + body.substr(at, size) + "\r\n";
        at += size;
    }
    return QByteArray::fromStdString(text + "0\r\n\r\n");
}

/// What the answer means: the same status, digests, types, places and contents as recorded.
void TestClientTraces::check(const json &entry, const RawAnswer &answer)
{
    const json &recorded = entry["response"];
    const std::string target = targetOf(entry["request"]);
    if (target.starts_with("/v2/_catalog")) { // that registry has none
        QCOMPARE(answer.status, 200);
        return;
    }
    QCOMPARE(answer.status, recorded["status"].get<int>());
    for (const char *name : {"Docker-Content-Digest", "OCI-Subject"}) {
        if (const std::string value = headerOf(recorded, name); !value.empty())
            QCOMPARE(answer.header(name).toStdString(), m_trace->translated(value));
    }
    if (answer.status == 202 || answer.status == 204) {
        if (const std::string range = headerOf(recorded, "Range"); !range.empty())
            QCOMPARE(answer.header("Range").toStdString(), range);
    }
    if (answer.status == 202 && methodOf(entry["request"]) == "POST") {
        const std::string location = answer.header("Location").toStdString();
        QVERIFY(location.starts_with("/v2/"));
        QVERIFY(!answer.header("Docker-Upload-UUID").isEmpty());
        m_sessions[sessionOf(headerOf(recorded, "Location"))] = location;
    }
    if (answer.status == 201)
        QCOMPARE(answer.header("Location").toStdString(),
                 m_trace->translated(headerOf(recorded, "Location")));
    const bool isClosed = headerOf(entry["request"], "Connection") == "close";
    QCOMPARE(answer.header("Connection").toLower(), QByteArray(isClosed ? "close" : ""));
    if (answer.status == 200)
        checkBody(entry, answer);
}

void TestClientTraces::checkBody(const json &entry, const RawAnswer &answer)
{
    const json &recorded = entry["response"];
    const std::string target = targetOf(entry["request"]);
    if (isManifest(target) || target.find("/referrers/") != std::string::npos)
        QCOMPARE(answer.header("Content-Type").toStdString(), headerOf(recorded, "Content-Type"));
    if (isManifest(target) || target.find("/blobs/") != std::string::npos)
        QCOMPARE(answer.header("Content-Length").toStdString(), headerOf(recorded, "Content-Length"));
    if (methodOf(entry["request"]) == "HEAD") {
        QVERIFY(answer.body.isEmpty());
        return;
    }
    QCOMPARE(qsizetype(answer.header("Content-Length").toLongLong()), answer.body.size());
    if (!recorded.contains("body")) { // a blob: its bytes are what the digest says
        QCOMPARE(Hasher::hash(answer.body.toStdString()).toString(),
                 m_trace->translated(target).substr(target.rfind('/') + 1));
        return;
    }
    const std::string expected = m_trace->translated(recorded["body"]);
    if (isManifest(target))
        QCOMPARE(answer.body.toStdString(), expected);
    else
        QCOMPARE(json::parse(answer.body.toStdString()).dump(), json::parse(expected).dump());
}

QTEST_GUILESS_MAIN(TestClientTraces)
#include "tst_clienttraces.moc"
