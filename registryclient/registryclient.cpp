// SPDX-License-Identifier: Apache-2.0
#include "registryclient/registryclient.h"

#include "oci/json.h"
#include "oci/qtconversions.h"
#include "registryclient/registryclient_call.h"
#include "registryclient/registrywarnings.h"
#include "registryclient/replyerror.h"

namespace quayside {

namespace {

constexpr const char *harborService = "harbor-registry";
constexpr const char *apiVersionHeader = "Docker-Distribution-Api-Version";

/// Whether a 200 answer to `/v2/` comes from a registry: it says so in a header or sends a JSON object or
/// nothing.
bool looksLikeRegistry(const ClientReply &reply)
{
    if (isWebPage(reply))
        return false;
    if (!reply.header(apiVersionHeader).isEmpty() || reply.body.trimmed().isEmpty())
        return true;
    const auto json = parseJson(toStringView(reply.body), JsonRules::Lenient);
    return json && json->is_object();
}

/// Whether the status of an answer to `/v2/` can only mean that there is no registry.
bool deniesRegistry(const ClientReply &reply)
{
    switch (reply.status) {
    case 401: // a registry asks for a login with a challenge
        return reply.header("WWW-Authenticate").isEmpty();
    case 403:
    case 429:
        return isWebPage(reply) && reply.header(apiVersionHeader).isEmpty();
    default:
        return reply.status >= 300 && reply.status < 500;
    }
}

} // namespace

std::shared_ptr<RegistryClient> RegistryClient::create(Transport *transport, RegistryAddress address,
                                                       Access access)
{
    return std::make_shared<RegistryClient>(Private(), transport, std::move(address), std::move(access));
}

std::shared_ptr<RegistryClient> RegistryClient::create(Transport *transport, RegistryAddress address,
                                                       std::optional<Login> login)
{
    Access access;
    access.logins = std::make_shared<KnownLogin>(std::move(login));
    return create(transport, std::move(address), std::move(access));
}

RegistryClient::RegistryClient(Private, Transport *transport, RegistryAddress address, Access access)
    : m_transport(transport)
    , m_address(std::move(address))
    , m_authenticator(std::make_shared<Authenticator>(m_transport, m_address, std::move(access)))
    , m_warnings(std::make_unique<RegistryWarnings>())
{}

RegistryClient::~RegistryClient() = default;

void RegistryClient::setAccess(Access access)
{
    m_authenticator = std::make_shared<Authenticator>(m_transport, m_address, std::move(access));
    m_capabilities = {};
}

void RegistryClient::setLogin(std::optional<Login> login)
{
    Access access = m_authenticator->access();
    access.logins = std::make_shared<KnownLogin>(std::move(login));
    setAccess(std::move(access));
}

Permissions RegistryClient::permissions(const RepositoryName &repository) const
{
    return m_authenticator->permissions(repository);
}

QCoro::Task<Result<Permissions>> RegistryClient::askPermissions(RepositoryName repository,
                                                                std::stop_token stop)
{
    const Call call(this);
    const auto authenticator = m_authenticator;
    if (authenticator->usesTokens()) {
        LoginAttempt attempt(authenticator, Purpose::remove(repository));
        auto beginning = attempt.begin(std::move(stop));
        const auto asked = co_await beginning;
        if (!asked)
            co_return tl::unexpected(asked.error());
    }
    co_return authenticator->permissions(repository);
}

QUrl RegistryClient::url(const QString &path) const
{
    QUrl url = m_address.base();
    url.setPath(QStringLiteral("/v2/") + path, QUrl::StrictMode);
    return url;
}

QUrl RegistryClient::manifestUrl(const RepositoryName &repository, const TagOrDigest &reference) const
{
    return url(toQString(repository.toString() + "/manifests/" + toString(reference)));
}

QUrl RegistryClient::blobUrl(const RepositoryName &repository, const Digest &digest) const
{
    return url(toQString(repository.toString() + "/blobs/" + digest.toString()));
}

QCoro::Task<Result<ClientReply>> RegistryClient::send(ClientRequest request, Purpose purpose,
                                                      std::stop_token stop)
{
    const Call call(this);
    request.tls = m_authenticator->access().tls;
    LoginAttempt attempt(m_authenticator, std::move(purpose));
    auto beginning = attempt.begin(stop);
    auto authorization = co_await beginning;
    Result<ClientReply> reply;
    do {
        if (!authorization)
            co_return tl::unexpected(authorization.error());
        request.authorization = *authorization;
        reply = co_await m_transport->send(request, stop);
        // A redirect's target may not ask for the login: it was meant for this registry alone.
        if (!reply || !sameOrigin(reply->url, m_address.base()))
            break;
        auto looking = attempt.next(*reply, stop);
        authorization = co_await looking;
    } while (!authorization || !authorization->isEmpty());
    if (reply && sameOrigin(reply->url, m_address.base()))
        m_warnings->take(reply->headers);
    if (reply && !reply->header("ratelimit-limit").isEmpty()) // Docker Hub's pull quota
        m_capabilities.countsPulls = true;
    if (m_authenticator->service() == harborService)
        m_capabilities.harbor = m_capabilities.countsPulls = true;
    co_return reply;
}

QCoro::Task<Result<void>> RegistryClient::ping(std::stop_token stop)
{
    const Call call(this);
    ClientRequest request;
    request.url = url(QString());
    request.maxBody = limits::errorBody;
    request.cutAtLimit = true;
    const auto reply = co_await send(std::move(request), Purpose::registry(), stop);
    if (!reply)
        co_return tl::unexpected(reply.error());
    const std::string subject = toStdString(m_address.display());
    if (deniesRegistry(*reply) || (reply->isSuccess() && !looksLikeRegistry(*reply))) {
        auto error = replyError(*reply, subject);
        error.kind = ErrorKind::NotARegistry;
        co_return tl::unexpected(std::move(error));
    }
    if (!reply->isSuccess())
        co_return tl::unexpected(replyError(*reply, subject));
    co_return Result<void>();
}

} // namespace quayside
