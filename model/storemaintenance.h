// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"

#include <QString>
#include <QStringList>

namespace quayside {

/// Work on a store that nobody serves, for the command line. `app` implements it. It blocks.
/// Errors of all: Conflict (the store is served; the message says by whom), Storage, Unsupported.
class StoreMaintenance
{
public:
    struct Check
    {
        qint64 repositories = 0;
        qint64 links = 0;
        qint64 data = 0;      ///< Files that were hashed.
        qint64 bytes = 0;     ///< Of these.
        QStringList repaired; ///< What was wrong, in words.
        QStringList left;
    };
    struct Purge
    {
        qint64 purged = 0;
        qint64 kept = 0; ///< Pushed by another program after they had been deleted here.
    };

    virtual ~StoreMaintenance() = default;
    /// Looks for damage; changes nothing without `repair`.
    virtual Result<Check> check(const QString &root, bool repair) = 0;
    /// Removes everything in the trash for good, so that another program can serve the store.
    virtual Result<Purge> purgeAll(const QString &root) = 0;
};

} // namespace quayside
