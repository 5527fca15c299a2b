// SPDX-License-Identifier: Apache-2.0
#include "model/logins.h"

#include "registryclient/logins/keyring.h"
#include "registryclient/logins/ownlogins.h"

#include <utility>

namespace quayside {

Logins::Logins(OwnLogins *own, ForeignLogins foreign, QObject *parent)
    : QObject(parent)
    , m_own(own)
    , m_foreign(std::move(foreign))
{
    connect(m_own->keyring(), &Keyring::answeredLate, this, [this] {
        retryKeeping();
        emit keyringUnlocked();
    });
    connect(m_own, &OwnLogins::keyringRead, this, &Logins::keyringRead);
}

Logins::~Logins() = default;

std::shared_ptr<RegistryLogins> Logins::sourceFor(LoginChoice choice) const
{
    return std::make_shared<RegistryLogins>(m_own, m_foreign, choice);
}

void Logins::keep(const RegistryAddress &registry, const Login &login, bool remember)
{
    std::erase_if(m_unkept, [&](const Unkept &unkept) { return unkept.registry == registry; });
    m_own->keepForThisRun(registry, login);
    if (remember)
        keepNow(registry, login, m_lifetime.token());
}

QCoro::Task<> Logins::keepNow(RegistryAddress registry, Login login, std::stop_token stop)
{
    const auto kept = co_await m_own->keep(registry, login, stop);
    if (stop.stop_requested())
        co_return;
    if (!kept)
        m_unkept.push_back({registry, login});
    setKeyringError(m_unkept.empty() ? std::nullopt : kept ? m_keyringError : std::optional(kept.error()));
}

void Logins::retryKeeping()
{
    for (Unkept &unkept : std::exchange(m_unkept, {}))
        keepNow(unkept.registry, unkept.login, m_lifetime.token());
}

void Logins::forget(const RegistryAddress &registry)
{
    std::erase_if(m_unkept, [&](const Unkept &unkept) { return unkept.registry == registry; });
    forgetNow(registry, m_lifetime.token());
}

QCoro::Task<> Logins::forgetNow(RegistryAddress registry, std::stop_token stop)
{
    const auto forgotten = co_await m_own->forget(registry, stop);
    if (stop.stop_requested())
        co_return;
    if (!forgotten)
        setKeyringError(forgotten.error());
    else if (m_unkept.empty())
        setKeyringError({});
}

void Logins::setKeyringError(std::optional<Error> error)
{
    change(m_keyringError, std::move(error));
}

void Logins::keyringRead(const RegistryAddress &registry, const std::optional<Error> &error)
{
    const bool isHeldBack =
        error && (error->kind == ErrorKind::Forbidden || error->kind == ErrorKind::Timeout);
    const bool wasHeldBack = m_readError.has_value();
    if (isHeldBack)
        m_unread = registry;
    change(m_readError, isHeldBack ? error : std::nullopt);
    // Others may have been refused as well. Queued: they begin anew, and one of them is just asking.
    if (wasHeldBack && !error)
        QMetaObject::invokeMethod(this, &Logins::keyringUnlocked, Qt::QueuedConnection);
}

void Logins::retryReading()
{
    if (m_unread)
        readNow(*m_unread, m_lifetime.token());
}

/// keyringRead() hears what comes of it.
QCoro::Task<> Logins::readNow(RegistryAddress registry, std::stop_token stop)
{
    co_await m_own->find(registry, stop);
}

void Logins::change(std::optional<Error> &known, std::optional<Error> error)
{
    const bool same = error.has_value() == known.has_value() && (!error || error->kind == known->kind);
    known = std::move(error);
    if (!same)
        emit keyringErrorChanged();
}

} // namespace quayside
