// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/journalrecord.h"
#include "oci/error.h"

#include <QSqlDatabase>
#include <QString>

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
    Result<void> finish(const JournalOperation &operation);
    Result<void> setRestored(const QString &operationId, const std::vector<int> &indexes);
    Result<void> forget(const QString &operationId, int index);
    /// Drops operations that began before `limit`.
    Result<void> dropBefore(const QDateTime &limit);

    Result<std::vector<JournalOperation>> operations();
    Result<std::vector<JournalItem>> items(const QString &operationId);
    Result<std::vector<JournalEntry>> deleted(const QString &registryId);

private:
    Result<void> insertItem(const QString &operationId, int index, const JournalItem &item);
    Result<void> execute(const QString &statement);
    Result<void> execute(QSqlQuery &query);
    Result<QSqlQuery> prepare(const QString &statement);
    template <typename Work>
    Result<void> inTransaction(Work work);

    QString m_path;
    QString m_connection;
    QSqlDatabase m_database;
};

} // namespace quayside
