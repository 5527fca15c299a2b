// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace quayside {

/// Which of the logins for a registry the person wants used.
enum class LoginChoice {
    Automatic, ///< The first that there is: Quayside's own, docker's, podman's.
    Own,
    Docker,
    Podman,
    Anonymous,
};

/// Where a login comes from, for people.
struct LoginOrigin
{
    LoginChoice choice = LoginChoice::Anonymous; ///< Own, Docker, Podman or Anonymous.
    QString file;                                ///< "config.json"; empty if it is none of a file.
    QString helper;                              ///< "docker-credential-pass"; empty for none.
    QString user;                                ///< Empty if it is not known (yet).

    bool operator==(const LoginOrigin &) const = default;
};

} // namespace quayside
