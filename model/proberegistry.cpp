// SPDX-License-Identifier: Apache-2.0
#include "model/proberegistry.h"

#include "registryclient/transport.h"

namespace quayside {

namespace {

ProbeResult::Kind kindOf(const Error &error)
{
    switch (error.kind) {
    case ErrorKind::InvalidInput:
        return ProbeResult::Kind::Invalid;
    case ErrorKind::Unauthorized:
        return ProbeResult::Kind::NeedsLogin;
    case ErrorKind::PlainHttp:
        return ProbeResult::Kind::PlainHttpNeedsPermission;
    case ErrorKind::NotARegistry:
        return ProbeResult::Kind::NotARegistry;
    default:
        return ProbeResult::Kind::Error;
    }
}

} // namespace

ProbeRegistry::ProbeRegistry(Transport *transport, QObject *parent)
    : QObject(parent)
    , m_transport(transport)
{}

ProbeRegistry::~ProbeRegistry() = default;

void ProbeRegistry::probe(const QString &typed, std::optional<Login> login, bool allowPlainHttp)
{
    cancel();
    m_running = true;
    ProbeResult result;
    result.typed = typed;
    const auto permission =
        allowPlainHttp ? RegistryAddress::PlainHttp::Allowed : RegistryAddress::PlainHttp::Refused;
    const auto address = RegistryAddress::parse(typed, permission);
    if (!address) {
        result.kind = kindOf(address.error());
        result.error = address.error();
        report(result);
        return;
    }
    result.address = address->display();
    auto client = RegistryClient::create(m_transport, *address, std::move(login));
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
    const auto answered = co_await client->ping(stop);
    if (stop.stop_requested())
        co_return;
    if (!answered) {
        result.kind = kindOf(answered.error());
        result.error = answered.error();
        report(result);
        co_return;
    }
    const auto extensions = co_await client->discoverExtensions(stop);
    if (stop.stop_requested())
        co_return;
    result.kind = ProbeResult::Kind::Ok;
    result.isQuayside = extensions.value_or(false);
    report(result);
}

void ProbeRegistry::report(const ProbeResult &result)
{
    m_running = false;
    emit finished(result);
}

} // namespace quayside
