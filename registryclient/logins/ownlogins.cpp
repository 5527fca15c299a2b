// SPDX-License-Identifier: Apache-2.0
#include "registryclient/logins/ownlogins.h"

#include "oci/json.h"
#include "oci/qtconversions.h"
#include "registryclient/logins/keyring.h"
#include "registryclient/logins/loginkey.h"

namespace quayside {

namespace {

/// "https://reg.example:5000": what a person sees in the keyring's own window, too.
QString keyOf(const RegistryAddress &registry)
{
    const QString server = serverName(registry);
    return server.contains(QLatin1String("://")) ? server
                                                 : registry.base().scheme() + QLatin1String("://") + server;
}

QString toText(const Login &login)
{
    nlohmann::json json;
    json["user"] = toStdString(login.user);
    if (login.isIdentityToken())
        json["identityToken"] = toStdString(login.identityToken);
    else
        json["password"] = toStdString(login.password);
    return toQString(json.dump());
}

/// Nothing if the text is not of toText().
std::optional<Login> fromText(const QString &text)
{
    const auto json = parseJson(toStdString(text), JsonRules::Strict);
    const auto user = json ? stringAt(*json, "user") : std::nullopt;
    if (!user)
        return std::nullopt;
    if (const auto token = stringAt(*json, "identityToken"); token && !token->empty())
        return Login{toQString(*user), {}, toQString(*token)};
    const auto password = stringAt(*json, "password");
    return password ? std::optional(Login{toQString(*user), toQString(*password)}) : std::nullopt;
}

} // namespace

OwnLogins::OwnLogins(Keyring *keyring, QObject *parent)
    : QObject(parent)
    , m_keyring(keyring)
{}

QCoro::Task<Result<void>> OwnLogins::keep(RegistryAddress registry, Login login, std::stop_token stop)
{
    keepForThisRun(registry, login);
    const auto kept = co_await m_keyring->write(keyOf(registry), toText(login), stop);
    co_return kept;
}

void OwnLogins::keepForThisRun(const RegistryAddress &registry, const Login &login)
{
    m_memory.insert_or_assign(keyOf(registry), login);
}

QCoro::Task<Result<std::optional<Login>>> OwnLogins::find(RegistryAddress registry, std::stop_token stop)
{
    if (const auto found = m_memory.find(keyOf(registry)); found != m_memory.end()) {
        const auto login = std::optional(found->second);
        co_return login;
    }
    const auto text = co_await m_keyring->read(keyOf(registry), stop);
    if (!text && text.error().kind == ErrorKind::Cancelled)
        co_return tl::unexpected(text.error());
    emit keyringRead(registry, text ? std::nullopt : std::optional(text.error()));
    if (!text)
        co_return tl::unexpected(text.error());
    const auto login = *text ? fromText(**text) : std::nullopt;
    co_return login;
}

QCoro::Task<Result<void>> OwnLogins::forget(RegistryAddress registry, std::stop_token stop)
{
    m_memory.erase(keyOf(registry));
    const auto removed = co_await m_keyring->remove(keyOf(registry), stop);
    if (!removed && removed.error().kind != ErrorKind::Unsupported)
        co_return tl::unexpected(removed.error());
    co_return Result<void>();
}

} // namespace quayside
