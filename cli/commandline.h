// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"

#include <QString>

class QCommandLineParser;

namespace quayside {

/// Exit codes of quaysidectl: scripts depend on them.
enum ExitCode : int {
    exitDone = 0,
    exitFailed = 1, ///< Some or all of it failed.
    exitUsage = 2,
    exitRefused = 3, ///< A guard refused it, and nothing was changed.
    exitLogin = 4,
    exitNotFound = 5,
    exitUnreachable = 6,
};

/// The code for an error of a registry, or of the way to it.
ExitCode exitCodeOf(ErrorKind kind);

/// The parser's help under the words that people type: "quaysidectl login [options] HOST".
QString commandHelp(const QCommandLineParser &parser, const QString &usage);

} // namespace quayside
