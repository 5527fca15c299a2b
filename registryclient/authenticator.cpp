// SPDX-License-Identifier: Apache-2.0
#include "registryclient/authenticator.h"

#include "oci/qtconversions.h"
#include "registryclient/realm.h"

#include <utility>

namespace quayside {

namespace {

using Scheme = Challenge::Scheme;

Ability ability(bool yes)
{
    return Ability{yes ? Ability::State::Yes : Ability::State::No, {}};
}

/// The registry says that the token is good, but does not grant enough (RFC 6750, section 3.1).
bool saysInsufficient(const Challenge &challenge)
{
    return challenge.parameter("error") == QByteArray("insufficient_scope");
}

} // namespace

Authenticator::Authenticator(Transport *transport, RegistryAddress registry, Access access)
    : m_transport(transport)
    , m_registry(std::move(registry))
    , m_access(std::move(access))
{
    forget();
}

void Authenticator::forget()
{
    m_tokens = std::make_shared<TokenSource>(m_transport, m_registry, m_access.tokenServers, m_access.tls);
    m_logins.clear();
    m_accepted.clear();
    m_refused.clear();
    m_permissions.clear();
    m_unknownTokenServer.clear();
}

QByteArray Authenticator::service() const
{
    return usesTokens() ? m_challenge->parameter("service").value_or(QByteArray()) : QByteArray();
}

Permissions Authenticator::permissions(const RepositoryName &repository) const
{
    const auto found = m_permissions.find(scopeResource(repository));
    return found == m_permissions.end() ? Permissions() : found->second;
}

QCoro::Task<Authenticator::LoginResult> Authenticator::loginFor(std::optional<RepositoryName> repository,
                                                                std::stop_token stop)
{
    const auto known = m_logins.find(repository);
    if (known != m_logins.end()) {
        const auto login = known->second;
        co_return login;
    }
    const auto self = shared_from_this();
    const auto ask = [self, repository](std::stop_token nobodyWaits) {
        return self->askSource(repository, std::move(nobodyWaits));
    };
    const auto login = co_await m_asking.join(repository, ask, std::move(stop));
    if (!login)
        co_return fail(ErrorKind::Cancelled, "stopped");
    if (*login)
        m_logins.insert_or_assign(repository, **login);
    co_return *login;
}

QCoro::Task<Authenticator::LoginResult> Authenticator::askSource(std::optional<RepositoryName> repository,
                                                                 std::stop_token stop)
{
    const auto source = m_access.logins;
    if (!source)
        co_return std::optional<Login>();
    auto login = co_await source->login(m_registry, std::move(repository), std::move(stop));
    co_return login;
}

void Authenticator::learn(const TokenRequest &request, const Result<TokenReply> &reply)
{
    if (!reply && reply.error().kind == ErrorKind::TokenServerUnknown)
        m_unknownTokenServer = tokenServerOf(QUrl::fromEncoded(request.realm));
    if (!reply && reply.error().kind == ErrorKind::Unauthorized && request.login)
        refused(*request.login);
    if (!reply)
        return;
    if (request.login)
        accepted(*request.login);
    if (!reply->granted)
        return;
    for (const QByteArray &entry : request.scope.entries()) {
        const QByteArray resource = entry.left(entry.lastIndexOf(':'));
        for (const auto &[action, known] :
             {std::pair("push", &Permissions::push), std::pair("delete", &Permissions::remove)}) {
            if (request.scope.contains(resource, action))
                m_permissions[resource].*known = ability(reply->granted->contains(resource, action));
        }
    }
}

void Authenticator::refused(const Login &login)
{
    // A login that has worked is good: the refusal is about one repository.
    if (!m_accepted.contains(login) && !m_refused.contains(login))
        m_refused.append(login);
}

void Authenticator::accepted(const Login &login)
{
    if (!m_accepted.contains(login))
        m_accepted.append(login);
}

LoginAttempt::LoginAttempt(std::shared_ptr<Authenticator> authenticator, Purpose purpose)
    : m_authenticator(std::move(authenticator))
    , m_purpose(std::move(purpose))
{}

QCoro::Task<Result<QByteArray>> LoginAttempt::begin(std::stop_token stop)
{
    if (!m_authenticator->m_challenge)
        co_return QByteArray();
    auto authorizing = authorize(std::move(stop));
    co_return co_await authorizing;
}

QCoro::Task<Result<QByteArray>> LoginAttempt::next(ClientReply answer, std::stop_token stop)
{
    const bool refused = answer.status == 401 || answer.status == 403;
    if (!refused && m_login)
        m_authenticator->accepted(*m_login);
    if (!refused || answer.header("WWW-Authenticate").isEmpty())
        co_return QByteArray();
    const auto challenge = strongestChallenge(answer.header("WWW-Authenticate"));
    if (!challenge)
        co_return tl::unexpected(challenge.error());
    if (!*challenge || (answer.status == 403 && !saysInsufficient(**challenge)))
        co_return QByteArray();
    const auto may = mayRepeat(**challenge);
    if (!may)
        co_return tl::unexpected(may.error());
    if (!*may)
        co_return QByteArray();
    m_authenticator->m_challenge = **challenge;
    auto authorizing = authorize(std::move(stop));
    co_return co_await authorizing;
}

/// Whether anything better than what was refused can be sent.
Result<bool> LoginAttempt::mayRepeat(const Challenge &challenge)
{
    if (!m_answered || m_answered->scheme != challenge.scheme) {
        // Twice the other scheme would be a game without an end.
        const bool first = !m_answered || !std::exchange(m_refreshed, true);
        return first;
    }
    if (challenge.scheme == Scheme::Bearer)
        return mayRepeatToken(challenge);
    if (m_login)
        m_authenticator->refused(*m_login);
    return false;
}

Result<bool> LoginAttempt::mayRepeatToken(const Challenge &challenge)
{
    const auto wanted = TokenScope::parse(challenge.parameter("scope").value_or(QByteArray()));
    if (!m_purpose.scope.contains(wanted)) {
        m_purpose.scope = m_purpose.scope.united(wanted);
        return !std::exchange(m_widened, true);
    }
    const bool grantsLess = m_token && m_token->granted && !m_token->granted->contains(m_purpose.scope);
    if (saysInsufficient(challenge) || grantsLess) {
        if (!m_login)
            return false; // a login may help
        const QByteArray lacking = (wanted.isEmpty() ? m_purpose.scope : wanted).entries().join(' ');
        return tl::unexpected(
            Error{ErrorKind::Forbidden, 401, "DENIED", "the login does not grant " + lacking.toStdString()});
    }
    if (m_token)
        m_authenticator->m_tokens->drop(tokenRequest(), m_token->token);
    return !std::exchange(m_refreshed, true);
}

TokenRequest LoginAttempt::tokenRequest() const
{
    return TokenRequest{m_answered->parameter("realm").value_or(QByteArray()),
                        m_answered->parameter("service").value_or(QByteArray()), m_purpose.scope, m_login};
}

QCoro::Task<Result<QByteArray>> LoginAttempt::authorize(std::stop_token stop)
{
    m_answered = m_authenticator->m_challenge;
    auto authorizing = m_answered->scheme == Scheme::Bearer ? bearer(stop) : basic(stop);
    co_return co_await authorizing;
}

QCoro::Task<Result<void>> LoginAttempt::findLogin(std::stop_token stop)
{
    auto asking = m_authenticator->loginFor(m_purpose.repository, std::move(stop));
    const auto login = co_await asking;
    if (!login)
        co_return tl::unexpected(login.error());
    m_login = *login;
    m_authenticator->m_usesLogin = m_login.has_value();
    m_authenticator->m_user = m_login ? m_login->user : QString();
    co_return Result<void>();
}

bool LoginAttempt::isRefused() const
{
    return m_login && m_authenticator->m_refused.contains(*m_login);
}

QCoro::Task<Result<QByteArray>> LoginAttempt::basic(std::stop_token stop)
{
    auto finding = findLogin(std::move(stop));
    const auto found = co_await finding;
    if (!found)
        co_return tl::unexpected(found.error());
    if (!m_login || isRefused())
        co_return QByteArray();
    if (m_login->isIdentityToken())
        co_return tl::unexpected(Error{ErrorKind::Unauthorized,
                                       401,
                                       {},
                                       "the registry wants a password, and an identity token is none"});
    co_return basicAuthorization(m_login->user, m_login->password);
}

QCoro::Task<Result<QByteArray>> LoginAttempt::bearer(std::stop_token stop)
{
    auto finding = findLogin(stop);
    const auto found = co_await finding;
    if (!found)
        co_return tl::unexpected(found.error());
    if (isRefused())
        co_return QByteArray();
    const auto request = tokenRequest();
    auto fetching = m_authenticator->m_tokens->token(request, std::move(stop));
    const auto reply = co_await fetching;
    m_authenticator->learn(request, reply);
    if (!reply)
        co_return tl::unexpected(reply.error());
    m_token = *reply;
    co_return "Bearer " + m_token->token;
}

} // namespace quayside
