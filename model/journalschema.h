// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"

#include <QSqlDatabase>
#include <QString>

class QSqlError;

namespace quayside {

/// Grows with the tables; an older file is migrated after a copy, a newer one is refused.
/// 1: operations and their items. 2: the program that started an operation; items that stay
/// (JournalItem::Role::Kept). 3: placeholders on tags. 4: full copies in Local.
inline constexpr int journalSchemaVersion = 4;

/// Sets an open database up: durable commits, two programs that write in turn, the tables of this version.
/// Errors: Storage, NoSpace, Unsupported (a newer version wrote it).
Result<void> prepareJournal(QSqlDatabase &database, const QString &path);

/// What SQLite said as an error of the journal.
tl::unexpected<Error> journalFailure(const QSqlError &sqlError);

} // namespace quayside
