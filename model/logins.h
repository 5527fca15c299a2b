// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/lifetime.h"
#include "registryclient/logins/registrylogins.h"

#include <QCoroTask>
#include <QObject>

#include <memory>
#include <optional>
#include <vector>

namespace quayside {

class OwnLogins;

/// The logins of this run of the window: where sessions get them, and whether the keyring keeps those that
/// the person gives.
class Logins : public QObject
{
    Q_OBJECT
public:
    /// `own` must outlive this and every session.
    Logins(OwnLogins *own, ForeignLogins foreign, QObject *parent = nullptr);
    ~Logins() override;

    /// Where a session gets its login.
    std::shared_ptr<RegistryLogins> sourceFor(LoginChoice choice) const;
    /// What docker's and podman's files have for a registry, and what of them could not be read.
    QList<LoginOrigin> offers(const RegistryAddress &registry) const { return m_foreign.offers(registry); }
    QStringList warnings() const { return m_foreign.warnings(); }

    /// Keeps a login that the person has given: at once for this run, and in the keyring if it is to be
    /// remembered.
    void keep(const RegistryAddress &registry, const Login &login, bool remember);
    /// Forgets it everywhere but in docker's and podman's files.
    void forget(const RegistryAddress &registry);

    /// Why the keyring did not take or give up a login; nothing if it did what it was asked.
    std::optional<Error> keyringError() const { return m_keyringError; }
    /// Why the logins in the keyring could not be read: Forbidden (it is locked) or Timeout. Nothing where
    /// there is none: then there is no login in it either.
    std::optional<Error> readError() const { return m_readError; }
    /// Whether a login that was to be remembered is kept for this run only.
    bool hasUnkept() const { return !m_unkept.empty(); }
    /// Tries again to remember them: the keyring asks the person to unlock it.
    void retryKeeping();
    /// Tries again to read: the same. keyringUnlocked() follows if it answers.
    void retryReading();

signals:
    /// keyringError() or readError() is another one now.
    void keyringErrorChanged();
    /// The keyring has been unlocked: a login may be found now that was not before.
    void keyringUnlocked();

private:
    QCoro::Task<> keepNow(RegistryAddress registry, Login login, std::stop_token stop);
    QCoro::Task<> forgetNow(RegistryAddress registry, std::stop_token stop);
    QCoro::Task<> readNow(RegistryAddress registry, std::stop_token stop);
    void setKeyringError(std::optional<Error> error);
    void keyringRead(const RegistryAddress &registry, const std::optional<Error> &error);
    void change(std::optional<Error> &known, std::optional<Error> error);

    struct Unkept
    {
        RegistryAddress registry;
        Login login;
    };
    OwnLogins *m_own;
    ForeignLogins m_foreign;
    std::vector<Unkept> m_unkept; ///< To be remembered, but in memory only.
    std::optional<Error> m_keyringError;
    std::optional<Error> m_readError;
    std::optional<RegistryAddress> m_unread; ///< The registry of m_readError.
    Lifetime m_lifetime;
};

} // namespace quayside
