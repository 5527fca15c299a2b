// SPDX-License-Identifier: Apache-2.0
#include "model/proberegistry.h"

#include "registryclient/transport.h"

namespace quayside {

namespace {

ProbeResult::Kind kindOf(const Error &error)
{
    switch (error.kind) {
    case ErrorKind::Unauthorized:
        return ProbeResult::Kind::NeedsLogin;
    case ErrorKind::PlainHttp:
        return ProbeResult::Kind::PlainHttpNeedsPermission;
    case ErrorKind::NotARegistry:
    case ErrorKind::NotFound:
        return ProbeResult::Kind::NotARegistry;
    default:
        return ProbeResult::Kind::Error;
    }
}

/// The shortest text that parse() takes for the same address.
QString configured(const RegistryAddress &address, RegistryAddress::PlainHttp plainHttp)
{
    const auto again = RegistryAddress::parse(address.display(), plainHttp);
    if (again && *again == address)
        return address.display();
    return address.base().toString(QUrl::RemovePath);
}

} // namespace

ProbeRegistry::ProbeRegistry(Transport *transport, QObject *parent)
    : QObject(parent)
    , m_transport(transport)
{}

ProbeRegistry::~ProbeRegistry() = default;

void ProbeRegistry::probe(const ProbeQuestion &question)
{
    cancel();
    m_running = true;
    const auto plainHttp =
        question.allowPlainHttp ? RegistryAddress::PlainHttp::Allowed : RegistryAddress::PlainHttp::Refused;
    const auto address = RegistryAddress::parse(question.typed, plainHttp);
    ProbeResult result;
    result.typed = question.typed;
    if (!address) {
        const bool isHttp = address.error().kind == ErrorKind::PlainHttp;
        result.kind = isHttp ? ProbeResult::Kind::PlainHttpNeedsPermission : ProbeResult::Kind::Invalid;
        result.error = address.error();
        report(result);
        return;
    }
    result.name = address->display();
    result.address = configured(*address, plainHttp);
    Access access{std::make_shared<KnownLogin>(question.login), question.tokenServers, question.tls};
    auto client = RegistryClient::create(m_transport, *address, std::move(access));
    work(std::move(client), std::move(result), m_lifetime.token());
}

void ProbeRegistry::cancel()
{
    m_lifetime.restart();
    m_running = false;
}

QCoro::Task<> ProbeRegistry::work(std::shared_ptr<RegistryClient> client, ProbeResult result,
                                  std::stop_token stop)
{
    const auto ping = co_await client->ping(stop);
    if (stop.stop_requested())
        co_return;
    if (!ping) {
        result.kind = kindOf(ping.error());
        result.error = ping.error();
        result.tokenServer = client->unknownTokenServer();
        report(result);
        co_return;
    }
    const auto quayside = co_await client->discoverExtensions(stop);
    if (stop.stop_requested())
        co_return;
    result.kind = ProbeResult::Kind::Ok;
    result.isQuayside = quayside.value_or(false);
    report(result);
}

void ProbeRegistry::report(const ProbeResult &result)
{
    m_running = false;
    emit finished(result);
}

} // namespace quayside
