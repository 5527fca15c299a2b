// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/journalrecord.h"
#include "oci/error.h"

#include <QSqlDatabase>
#include <QString>
#include <QVariant>

#include <set>
#include <vector>

class QSqlQuery;

namespace quayside {

/// The SQLite file behind UndoJournal. Opened, used and destroyed on one and the same thread.
/// Errors: Storage, NoSpace, Unsupported (a newer version wrote it).
class JournalDatabase
{
public:
    explicit JournalDatabase(QString path);
    ~JournalDatabase();
    JournalDatabase(const JournalDatabase &) = delete;
    JournalDatabase &operator=(const JournalDatabase &) = delete;

    Result<void> open();
    bool isOpen() const { return m_database.isOpen(); }

    Result<void> begin(const JournalOperation &operation, const std::vector<JournalItem> &items);
    Result<void> setOutcome(const QString &operationId, int index, Outcome outcome, const QString &error);
    /// Notes that this placeholder will stand on the items' tags; their outcome is Pending from here on.
    Result<void> notePlaceholder(const QString &operationId, const std::vector<int> &indexes,
                                 const Digest &placeholder);
    Result<void> finish(const JournalOperation &operation);
    /// Ends an operation whose program is gone, unless it has ended, and counts what its items say it did.
    Result<void> endAbandoned(const QString &operationId);
    Result<void> setRestored(const QString &operationId, const std::vector<int> &indexes);
    Result<void> forget(const QString &operationId, const std::vector<int> &indexes);
    Result<void> setCopyUntil(const QString &operationId, const QDateTime &until);
    Result<void> dropCopy(const QString &operationId);
    /// Operations that have ended and whose copy in Local nobody needs: too old, never whole, or nothing of
    /// what it was made for is deleted any more.
    Result<std::vector<JournalOperation>> withUselessCopy(const QDateTime &now);
    /// Drops operations that began before `limit`; not those that have left a placeholder or a copy.
    Result<void> dropBefore(const QDateTime &limit);

    Result<std::vector<JournalOperation>> operations();
    Result<std::vector<JournalItem>> items(const QString &operationId);
    Result<std::vector<JournalEntry>> deleted(const QString &registryId);
    /// The ids of registries with such items as withPlaceholder() gives.
    Result<std::set<QString>> registriesWithPlaceholders();
    /// Items on whose tags a placeholder may stand, without the bytes; those of running operations too.
    Result<std::vector<JournalEntry>> withPlaceholder(const QString &registryId);

private:
    Result<std::vector<JournalOperation>> operationsWhere(QLatin1String condition,
                                                          const QVariantList &values);
    Result<void> insertItem(const QString &operationId, int index, const JournalItem &item);
    Result<std::vector<JournalEntry>> entries(QLatin1String condition, const QVariantList &values);
    /// The query after it was run.
    Result<void> noteIfNothingIsLeft(const QString &operationId, int how);
    Result<QSqlQuery> select(const QString &statement, const QVariantList &values = {});
    Result<void> execute(const QString &statement, const QVariantList &values = {});
    template <typename Work>
    Result<void> inTransaction(Work work);

    QString m_path;
    QString m_connection;
    QSqlDatabase m_database;
};

} // namespace quayside
