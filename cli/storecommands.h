// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStringList>
#include <QTextStream>

namespace quayside {

class StoreMaintenance;

/// `quaysidectl check` and `quaysidectl purge`: work on a store that nobody serves.
/// Exit codes: 0 done and nothing left to do, 1 something is wrong with the store or it could not be opened,
/// 2 wrong usage.
class StoreCommands
{
public:
    /// `defaultRoot` is the desktop's own store.
    StoreCommands(StoreMaintenance &maintenance, QString defaultRoot, QTextStream &out, QTextStream &err);

    /// `arguments`: the words after the command.
    int check(const QStringList &arguments);
    int purge(const QStringList &arguments);

private:
    int complain(const QString &message, int code);

    StoreMaintenance &m_maintenance;
    const QString m_defaultRoot;
    QTextStream &m_out;
    QTextStream &m_err;
};

} // namespace quayside
