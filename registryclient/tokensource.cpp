// SPDX-License-Identifier: Apache-2.0
#include "registryclient/tokensource.h"

#include "oci/qtconversions.h"
#include "registryclient/realm.h"
#include "registryclient/redirects.h"
#include "registryclient/replyerror.h"
#include "registryclient/transport.h"

#include <utility>

namespace quayside {

namespace {

using std::chrono::seconds;

constexpr seconds margin{5};            // a token must not expire on its way
constexpr std::size_t mostKept = 1'000; // tokens; one per repository and kind of use

const QByteArray clientId = QByteArrayLiteral("quayside");

void addField(QByteArray &form, const char *name, const QByteArray &value)
{
    if (!form.isEmpty())
        form += '&';
    form += name + QByteArray("=") + value.toPercentEncoding();
}

ClientRequest tokenRequest(const QUrl &realm, const TlsSettings &tls)
{
    ClientRequest request;
    request.url = realm;
    request.tls = tls;
    request.maxBody = limits::token;
    request.followsRedirects = false;
    request.headers.append(HttpHeader{QByteArrayLiteral("Accept"), QByteArrayLiteral("application/json")});
    return request;
}

/// Distribution, "Token Authentication Specification": GET, with the login as Basic.
ClientRequest getRequest(const QUrl &realm, const TokenRequest &ask, const TlsSettings &tls)
{
    auto request = tokenRequest(realm, tls);
    QByteArray query = realm.query(QUrl::FullyEncoded).toLatin1();
    if (!ask.service.isEmpty())
        addField(query, "service", ask.service);
    for (const QByteArray &entry : ask.scope.entries())
        addField(query, "scope", entry);
    if (ask.login) {
        const QString user = ask.login->user.isEmpty() ? QStringLiteral("<token>") : ask.login->user;
        addField(query, "account", user.toUtf8());
        request.authorization = basicAuthorization(
            user, ask.login->isIdentityToken() ? ask.login->identityToken : ask.login->password);
    }
    if (!query.isEmpty())
        request.url.setQuery(QString::fromLatin1(query), QUrl::StrictMode);
    return request;
}

/// Distribution, "OAuth2 Token Authentication": POST with the identity token.
ClientRequest postRequest(const QUrl &realm, const TokenRequest &ask, const TlsSettings &tls)
{
    auto request = tokenRequest(realm, tls);
    request.method = QByteArrayLiteral("POST");
    request.headers.append(HttpHeader{QByteArrayLiteral("Content-Type"),
                                      QByteArrayLiteral("application/x-www-form-urlencoded")});
    addField(request.body, "grant_type", "refresh_token");
    addField(request.body, "service", ask.service);
    addField(request.body, "client_id", clientId);
    if (!ask.scope.isEmpty())
        addField(request.body, "scope", ask.scope.entries().join(' '));
    addField(request.body, "refresh_token", ask.login->identityToken.toUtf8());
    return request;
}

} // namespace

TokenSource::TokenSource(Transport *transport, RegistryAddress registry, QStringList approved,
                         TlsSettings tls, Clock clock)
    : m_transport(transport)
    , m_registry(std::move(registry))
    , m_approved(std::move(approved))
    , m_tls(std::move(tls))
    , m_clock(std::move(clock))
{}

TokenSource::Key TokenSource::keyOf(const TokenRequest &request)
{
    const Login login = request.login.value_or(Login());
    const QString secret = login.isIdentityToken() ? login.identityToken : login.password;
    return {request.realm, request.service, request.scope.entries(), login.user, secret};
}

std::optional<TokenReply> TokenSource::kept(const TokenRequest &request) const
{
    const auto found = m_kept.find(keyOf(request));
    if (found == m_kept.end() || found->second.until <= m_clock())
        return std::nullopt;
    return found->second.reply;
}

void TokenSource::drop(const TokenRequest &request, const QByteArray &token)
{
    const auto found = m_kept.find(keyOf(request));
    if (found != m_kept.end() && found->second.reply.token == token)
        m_kept.erase(found);
}

void TokenSource::keep(const Key &key, const TokenReply &reply)
{
    const auto now = m_clock();
    std::erase_if(m_kept, [now](const auto &entry) { return entry.second.until <= now; });
    if (m_kept.size() >= mostKept)
        m_kept.clear();
    m_kept.insert_or_assign(key, Kept{reply, now + reply.lifetime - margin});
}

QCoro::Task<Result<TokenReply>> TokenSource::token(TokenRequest request, std::stop_token stop)
{
    if (const auto good = kept(request))
        co_return *good;
    const auto self = shared_from_this();
    const auto work = [self, request](std::stop_token nobodyWaits) {
        return self->fetch(request, std::move(nobodyWaits));
    };
    const auto reply = co_await m_underWay.join(keyOf(request), work, stop);
    if (!reply)
        co_return fail(ErrorKind::Cancelled, "stopped");
    co_return *reply;
}

QCoro::Task<Result<TokenReply>> TokenSource::fetch(TokenRequest request, std::stop_token stop)
{
    const auto self = shared_from_this();
    auto checking = checkRealm(m_transport, request.realm, m_registry, m_approved, stop);
    const auto realm = co_await checking;
    if (!realm)
        co_return tl::unexpected(realm.error());

    const auto tls = realm->host() == m_registry.host() ? m_tls : TlsSettings();
    Result<ClientReply> answer;
    const bool isIdentity = request.login && request.login->isIdentityToken();
    if (isIdentity)
        answer = co_await m_transport->send(postRequest(*realm, request, tls), stop);
    // Older token servers know no POST.
    if (!isIdentity || (answer && (answer->status == 404 || answer->status == 405)))
        answer = co_await m_transport->send(getRequest(*realm, request, tls), stop);
    if (!answer)
        co_return tl::unexpected(answer.error());
    const std::string subject = "a token for " + toStdString(m_registry.display());
    if (isRedirect(*answer))
        co_return tl::unexpected(badAnswer(*answer, subject, "a redirect, which is never followed"));
    if (!answer->isSuccess())
        co_return tl::unexpected(replyError(*answer, subject));
    auto reply = readTokenReply(answer->body);
    if (!reply)
        co_return tl::unexpected(badAnswer(*answer, subject, reply.error().message));
    keep(keyOf(request), *reply);
    co_return reply;
}

} // namespace quayside
