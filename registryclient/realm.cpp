// SPDX-License-Identifier: Apache-2.0
#include "registryclient/realm.h"

#include "oci/qtconversions.h"
#include "registryclient/addressreach.h"
#include "registryclient/transport.h"

namespace quayside {

namespace {

/// The one pair that everybody uses: other hosts, same owner.
bool isDockerHubPair(const QUrl &realm, const RegistryAddress &registry)
{
    static const QStringList hubNames{QStringLiteral("docker.io"), QStringLiteral("index.docker.io"),
                                      QStringLiteral("registry-1.docker.io")};
    return hubNames.contains(registry.host()) && registry.isEncrypted() && registry.port() == 443 &&
           tokenServerOf(realm) == QLatin1String("https://auth.docker.io");
}

tl::unexpected<Error> badRealm(const char *why)
{
    return tl::unexpected(
        Error{ErrorKind::BadAnswer, 401, {}, std::string("the registry's token server has ") + why});
}

} // namespace

Result<QUrl> parseRealm(const QByteArray &realm, const RegistryAddress &registry)
{
    QUrl url = QUrl::fromEncoded(realm, QUrl::StrictMode);
    const bool encrypted = url.scheme() == QLatin1String("https");
    if (!url.isValid() || url.host().isEmpty() || (!encrypted && url.scheme() != QLatin1String("http")))
        return badRealm("no web address");
    if (!url.userInfo().isEmpty() || url.hasFragment())
        return badRealm("a login or a fragment in its address");
    if (!encrypted && registry.isEncrypted())
        return badRealm("no encryption, but the registry has");
    if (url.port() == (encrypted ? 443 : 80))
        url.setPort(-1);
    return url;
}

QString tokenServerOf(const QUrl &realm)
{
    return realm.toString(QUrl::RemovePath | QUrl::RemoveQuery | QUrl::RemoveFragment | QUrl::RemoveUserInfo);
}

bool isTrustedRealm(const QUrl &realm, const RegistryAddress &registry, const QStringList &approved)
{
    return realm.host() == registry.host() || isDockerHubPair(realm, registry) ||
           approved.contains(tokenServerOf(realm));
}

QCoro::Task<Result<QUrl>> checkRealm(Transport *transport, QByteArray realm, RegistryAddress registry,
                                     QStringList approved, std::stop_token stop)
{
    const auto url = parseRealm(realm, registry);
    if (!url)
        co_return tl::unexpected(url.error());
    if (!isTrustedRealm(*url, registry, approved))
        co_return tl::unexpected(Error{
            ErrorKind::TokenServerUnknown,
            401,
            {},
            toStdString(registry.display() + QLatin1String(" sends logins to ") + tokenServerOf(*url))});
    const auto named = co_await transport->addressesOf(url->host(), stop);
    const auto own = co_await transport->addressesOf(registry.host(), stop);
    if (stop.stop_requested())
        co_return fail(ErrorKind::Cancelled, "stopped");
    if (!mayPointTo(own, named))
        co_return badRealm("an address inside this network, but the registry is outside");
    co_return *url;
}

} // namespace quayside
