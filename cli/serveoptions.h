// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"

#include <QHostAddress>
#include <QString>
#include <QStringList>

#include <chrono>
#include <optional>
#include <vector>

namespace quayside {

/// What `quaysidectl serve` was asked for. Values are checked; nothing was opened yet.
struct ServeOptions
{
    /// An address of `--listen`. No address stands for the loopback pair 127.0.0.1 and [::1].
    struct Listen
    {
        std::optional<QHostAddress> address;
        quint16 port = 0; ///< 0: the system chooses a free one.
    };

    QString root;               ///< Empty: the desktop's own store.
    std::vector<Listen> listen; ///< Empty: the loopback pair, at the port that Local has, else 5000.
    QStringList allowedHosts;
    bool insecureLan = false;
    bool readOnly = false;
    bool noDelete = false;
    bool allowPurge = false;
    bool allowSparseIndex = false;
    int maxConnections = 256;
    int threads = 0; ///< 0: one for each core.
    std::chrono::days trashRetention{30};
    std::optional<std::chrono::days> trashUntagged; ///< Nothing: images without a tag are kept.

    /// Parses the words after `serve`. Errors: InvalidInput; the message names the option and what it takes.
    static Result<ServeOptions> parse(const QStringList &arguments);
    /// The text of `quaysidectl serve --help`.
    static QString help();
};

} // namespace quayside
