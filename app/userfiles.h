// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace quayside {

/// Where the programs keep a user's files (XDG Base Directory Specification). The directories exist
/// afterwards, with mode 0700.
struct UserFiles
{
    QString settings; ///< $XDG_CONFIG_HOME/quayside/quayside.conf
    QString data;     ///< $XDG_DATA_HOME/quayside, for the journal
    QString store;    ///< $XDG_DATA_HOME/quayside/store
    QString runtime;  ///< $XDG_RUNTIME_DIR, or the data directory without one

    static UserFiles locate();
};

} // namespace quayside
