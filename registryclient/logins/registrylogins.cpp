// SPDX-License-Identifier: Apache-2.0
#include "registryclient/logins/registrylogins.h"

#include "registryclient/logins/ownlogins.h"

#include <QFileInfo>

namespace quayside {

namespace {

LoginChoice choiceOf(const LoginFilePlace &place)
{
    return place.tool == QLatin1String("docker") ? LoginChoice::Docker : LoginChoice::Podman;
}

LoginOrigin originOf(const LoginFilePlace &place, const std::variant<Login, HelperQuestion> &found)
{
    LoginOrigin origin;
    origin.choice = choiceOf(place);
    origin.file = QFileInfo(place.path).fileName();
    if (const auto *question = std::get_if<HelperQuestion>(&found))
        origin.helper = QStringLiteral("docker-credential-") + question->suffix;
    else
        origin.user = std::get<Login>(found).user;
    return origin;
}

} // namespace

QList<LoginOrigin> ForeignLogins::offers(const RegistryAddress &registry) const
{
    QList<LoginOrigin> offers;
    for (const LoginFilePlace &place : files) {
        if (const auto found = LoginFile::read(place.path).find(registry, {}))
            offers.append(originOf(place, *found));
    }
    return offers;
}

QStringList ForeignLogins::warnings() const
{
    QStringList all;
    for (const LoginFilePlace &place : files) {
        const LoginFile file = LoginFile::read(place.path);
        for (const QString &warning : file.warnings())
            all.append(
                QStringLiteral("%1's %2: %3").arg(place.tool, QFileInfo(place.path).fileName(), warning));
    }
    return all;
}

RegistryLogins::RegistryLogins(OwnLogins *own, ForeignLogins foreign, LoginChoice choice)
    : m_own(own)
    , m_foreign(std::move(foreign))
    , m_choice(choice)
{}

bool RegistryLogins::wants(LoginChoice source) const
{
    return m_choice == LoginChoice::Automatic || m_choice == source;
}

QCoro::Task<RegistryLogins::Found> RegistryLogins::login(RegistryAddress registry,
                                                         std::optional<RepositoryName> repository,
                                                         std::stop_token stop)
{
    if (wants(LoginChoice::Own)) {
        const auto own = co_await findOwn(registry, stop);
        if (!own || *own)
            co_return own;
    }
    for (const LoginFilePlace &place : m_foreign.files) {
        if (!wants(choiceOf(place)))
            continue;
        const auto found = co_await findInFile(place, registry, repository, stop);
        if (!found || *found)
            co_return found;
    }
    co_return std::optional<Login>();
}

QCoro::Task<RegistryLogins::Found> RegistryLogins::findOwn(RegistryAddress registry, std::stop_token stop)
{
    const auto own = co_await m_own->find(registry, stop);
    if (!own && own.error().kind == ErrorKind::Cancelled)
        co_return tl::unexpected(own.error());
    m_keyringError = own ? std::nullopt : std::optional(own.error());
    if (own && *own) {
        m_origin = {LoginChoice::Own, {}, {}, (*own)->user};
        co_return own;
    }
    if (m_choice == LoginChoice::Automatic)
        co_return std::optional<Login>();
    co_return fail(ErrorKind::Unauthorized, own ? "the login is not in the keyring" : own.error().message);
}

QCoro::Task<RegistryLogins::Found> RegistryLogins::findInFile(LoginFilePlace place, RegistryAddress registry,
                                                              std::optional<RepositoryName> repository,
                                                              std::stop_token stop)
{
    const auto entry = LoginFile::read(place.path).find(registry, repository);
    if (!entry)
        co_return std::optional<Login>();
    LoginOrigin origin = originOf(place, *entry);
    std::optional<Login> login;
    if (const auto *question = std::get_if<HelperQuestion>(&*entry)) {
        const auto answer = co_await askHelper(*question, m_foreign.helpers, stop);
        if (!answer || !*answer)
            co_return answer;
        login = *answer;
        origin.user = login->user;
    } else {
        login = std::get<Login>(*entry);
    }
    m_origin = origin;
    const auto result = login;
    co_return result;
}

} // namespace quayside
