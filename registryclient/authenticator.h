// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"
#include "registryclient/capabilities.h"
#include "registryclient/challenge.h"
#include "registryclient/http.h"
#include "registryclient/login.h"
#include "registryclient/tokensource.h"

#include <QByteArray>
#include <QCoroTask>
#include <QList>
#include <QString>
#include <QStringList>

#include <map>
#include <memory>
#include <optional>
#include <stop_token>

namespace quayside {

class Transport;

/// How one registry may be logged in to.
struct Access
{
    /// Null: anonymous.
    std::shared_ptr<LoginSource> logins;
    /// Token servers on other hosts that the person has approved for this registry, as tokenServerOf() writes
    /// them.
    QStringList tokenServers;
    /// For the registry's host, whatever the port: its token server may be there too. Other hosts are judged
    /// by the system's authorities.
    TlsSettings tls = {};
};

/// What is known about logging in to one registry: its challenges, the logins for it, its tokens. Anonymous
/// first: nothing is sent before the registry has asked. LoginAttempt does the work.
class Authenticator : public std::enable_shared_from_this<Authenticator>
{
public:
    /// The transport must outlive every coroutine that uses this.
    Authenticator(Transport *transport, RegistryAddress registry, Access access);

    const Access &access() const { return m_access; }
    /// The user of the last login in use; empty while anonymous, or when an identity token does not say.
    QString user() const { return m_user; }
    bool hasLogin() const { return m_usesLogin; }
    /// The token server that the registry named and nobody has approved; empty if there is none.
    QString unknownTokenServer() const { return m_unknownTokenServer; }
    /// What the tokens so far have said.
    Permissions permissions(const RepositoryName &repository) const;
    /// Whether the registry works with tokens: only they tell permissions.
    bool usesTokens() const { return m_challenge && m_challenge->scheme == Challenge::Scheme::Bearer; }
    /// The service that the registry wants tokens for, e.g. "harbor-registry"; empty if it wants none.
    QByteArray service() const;
    /// Forgets logins, tokens and refusals, so that the next request asks for them again.
    void forget();

private:
    friend class LoginAttempt;
    using LoginResult = Result<std::optional<Login>>;

    QCoro::Task<LoginResult> loginFor(std::optional<RepositoryName> repository, std::stop_token stop);
    QCoro::Task<LoginResult> askSource(std::optional<RepositoryName> repository, std::stop_token stop);
    void learn(const TokenRequest &request, const Result<TokenReply> &reply);
    void refused(const Login &login);
    void accepted(const Login &login);

    Transport *m_transport;
    RegistryAddress m_registry;
    Access m_access;
    std::shared_ptr<TokenSource> m_tokens;
    /// The last one that could be answered: later requests need not be refused first.
    std::optional<Challenge> m_challenge;
    std::map<std::optional<RepositoryName>, std::optional<Login>> m_logins;
    SharedWorks<std::optional<RepositoryName>, LoginResult> m_asking;
    QList<Login> m_accepted;
    /// Never sent again: guessing on would lock the account.
    QList<Login> m_refused;
    std::map<QByteArray, Permissions> m_permissions; // by scopeResource()
    QString m_user;
    bool m_usesLogin = false;
    QString m_unknownTokenServer;
};

/// The logging in of one request: what to send with it, and what after each refusal. A refused token is
/// fetched anew once, and a scope that was too small is widened once. Used by one coroutine at a time, which
/// keeps it alive.
class LoginAttempt
{
public:
    LoginAttempt(std::shared_ptr<Authenticator> authenticator, Purpose purpose);

    /// The Authorization header's value for the first try; empty for none, also when the login was refused
    /// before. Errors: those of LoginSource and TokenSource::token().
    QCoro::Task<Result<QByteArray>> begin(std::stop_token stop);
    /// Looks at an answer of the registry itself to the request with the last value. The value to try again
    /// with; empty when the answer stands. Errors also: Unsupported (no challenge that is known), BadAnswer
    /// (an unreadable one), Forbidden (the login's token lacks what the registry wants).
    QCoro::Task<Result<QByteArray>> next(ClientReply answer, std::stop_token stop);

private:
    QCoro::Task<Result<QByteArray>> authorize(std::stop_token stop);
    QCoro::Task<Result<QByteArray>> basic(std::stop_token stop);
    QCoro::Task<Result<QByteArray>> bearer(std::stop_token stop);
    QCoro::Task<Result<void>> findLogin(std::stop_token stop);
    bool isRefused() const;
    TokenRequest tokenRequest() const;
    Result<bool> mayRepeat(const Challenge &challenge);
    Result<bool> mayRepeatToken(const Challenge &challenge);

    std::shared_ptr<Authenticator> m_authenticator;
    Purpose m_purpose;
    std::optional<Login> m_login;
    std::optional<Challenge> m_answered; ///< What the last value answers.
    std::optional<TokenReply> m_token;   ///< The last value, if it was a token.
    bool m_refreshed = false;
    bool m_widened = false;
};

} // namespace quayside
