// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registryclient/login.h"

#include <QCoroTask>
#include <QObject>

#include <map>
#include <optional>
#include <stop_token>

namespace quayside {

class Keyring;

/// The logins that a person gave to Quayside: in the keyring or, where none answers, in memory until the
/// program ends. One login per registry; the names of Docker Hub are one registry, a host with and without
/// encryption are two.
class OwnLogins : public QObject
{
    Q_OBJECT
public:
    /// `keyring` must outlive this.
    explicit OwnLogins(Keyring *keyring, QObject *parent = nullptr);

    /// Keeps the login for this run, and in the keyring. Errors, those of Keyring: it is in memory only.
    QCoro::Task<Result<void>> keep(RegistryAddress registry, Login login, std::stop_token stop = {});
    /// Keeps it for this run alone; what the keyring has stays there.
    void keepForThisRun(const RegistryAddress &registry, const Login &login);
    /// Nothing if there is none. What is in memory goes first. Errors: those of Keyring. keyringRead() tells
    /// too.
    QCoro::Task<Result<std::optional<Login>>> find(RegistryAddress registry, std::stop_token stop = {});
    /// Forgets the login here and in the keyring. A missing keyring is none; a locked one is an error.
    QCoro::Task<Result<void>> forget(RegistryAddress registry, std::stop_token stop = {});

    Keyring *keyring() const { return m_keyring; }

signals:
    /// The keyring was asked for the login of this registry; nothing: it answered.
    void keyringRead(const quayside::RegistryAddress &registry, const std::optional<quayside::Error> &error);

private:
    Keyring *m_keyring;
    std::map<QString, Login> m_memory; ///< By the keyring's keys.
};

} // namespace quayside
