// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registryclient/login.h"
#include "registryclient/logins/loginfile.h"

#include <QCoroTask>
#include <QStringList>

#include <chrono>
#include <optional>
#include <stop_token>

namespace quayside {

/// How helpers are found and how long they are waited for; tests shorten the figures.
struct HelperOptions
{
    /// Directories that are searched; those that are not absolute are left out.
    QStringList path = defaultPath();
    std::chrono::milliseconds timeout = std::chrono::seconds(10);
    qint64 maxBytes = 64 * 1024;

    /// $PATH
    static QStringList defaultPath();
};

/// Asks `docker-credential-<suffix> get` for the login of a server (docker's credential helper protocol): no
/// shell, the server on stdin, the answer read as it comes, the program killed when it is too slow or says
/// too much. Nothing: it knows no login for this server ("credentials not found").
/// Errors: Unauthorized with httpStatus 0 and a message that names the helper and quotes nothing that it
/// said; Cancelled.
QCoro::Task<Result<std::optional<Login>>> askHelper(HelperQuestion question, HelperOptions options = {},
                                                    std::stop_token stop = {});

} // namespace quayside
