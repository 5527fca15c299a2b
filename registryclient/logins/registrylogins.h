// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registryclient/login.h"
#include "registryclient/logins/credentialhelper.h"
#include "registryclient/logins/loginchoice.h"
#include "registryclient/logins/loginfile.h"

#include <QList>
#include <QStringList>

#include <optional>

namespace quayside {

class OwnLogins;

/// The places where logins of other tools are; tests have their own.
struct ForeignLogins
{
    QList<LoginFilePlace> files = loginFilePlaces(QProcessEnvironment::systemEnvironment());
    HelperOptions helpers = {};

    /// The logins that docker's and podman's files have for this whole registry, in the order in which they
    /// are asked. Reads files, asks no helper.
    QList<LoginOrigin> offers(const RegistryAddress &registry) const;
    /// What of the files could not be read: "docker's config.json: …". Untrusted text without secrets.
    QStringList warnings() const;
};

/// Finds the login for one registry: what the person chose, or the first there is. A helper that fails is an
/// error and not a reason to try the next; so is a keyring, unless the choice is Automatic.
class RegistryLogins final : public LoginSource
{
public:
    /// `own` must outlive every coroutine that was not stopped.
    RegistryLogins(OwnLogins *own, ForeignLogins foreign, LoginChoice choice);

    LoginChoice choice() const { return m_choice; }
    /// Of the newest login that was found; Anonymous before that.
    const LoginOrigin &origin() const { return m_origin; }
    /// Why the keyring could not be read when it was asked last, e.g. Forbidden: it is locked; nothing if it
    /// answered. With Automatic it is no error of login(): other logins, or none, may do.
    const std::optional<Error> &keyringError() const { return m_keyringError; }

    /// Errors: Unauthorized with httpStatus 0 and a message that names what failed; Cancelled.
    QCoro::Task<Result<std::optional<Login>>>
    login(RegistryAddress registry, std::optional<RepositoryName> repository, std::stop_token stop) override;

private:
    using Found = Result<std::optional<Login>>;
    bool wants(LoginChoice source) const;
    QCoro::Task<Found> findOwn(RegistryAddress registry, std::stop_token stop);
    QCoro::Task<Found> findInFile(LoginFilePlace place, RegistryAddress registry,
                                  std::optional<RepositoryName> repository, std::stop_token stop);

    OwnLogins *m_own;
    ForeignLogins m_foreign;
    LoginChoice m_choice;
    LoginOrigin m_origin;
    std::optional<Error> m_keyringError;
};

} // namespace quayside
