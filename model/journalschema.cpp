// SPDX-License-Identifier: Apache-2.0
#include "model/journalschema.h"

#include "oci/qtconversions.h"

#include <QFile>
#include <QSqlError>
#include <QSqlQuery>

namespace quayside {

namespace {

constexpr auto operationsTable =
    "CREATE TABLE IF NOT EXISTS operations (id TEXT PRIMARY KEY, kind INTEGER NOT NULL, title TEXT NOT NULL, "
    "registry_id TEXT NOT NULL, registry TEXT NOT NULL, login TEXT NOT NULL, repository TEXT NOT NULL, "
    "started TEXT NOT NULL, finished TEXT NOT NULL, state INTEGER NOT NULL, error TEXT NOT NULL, "
    "total INTEGER NOT NULL, done INTEGER NOT NULL, failed INTEGER NOT NULL, undone INTEGER NOT NULL)";
constexpr auto itemsTable =
    "CREATE TABLE IF NOT EXISTS items (operation TEXT NOT NULL REFERENCES operations(id) ON DELETE CASCADE, "
    "position INTEGER NOT NULL, role INTEGER NOT NULL, digest TEXT NOT NULL, media_type TEXT NOT NULL, "
    "tags TEXT NOT NULL, siblings TEXT NOT NULL, children TEXT NOT NULL, outcome INTEGER NOT NULL, "
    "error TEXT NOT NULL, restored INTEGER NOT NULL, forgotten INTEGER NOT NULL, manifest BLOB NOT NULL, "
    "PRIMARY KEY (operation, position))";
constexpr auto startedIndex =
    "CREATE INDEX IF NOT EXISTS operations_started ON operations(registry_id, started)";

Result<void> execute(QSqlDatabase &database, const QString &statement)
{
    QSqlQuery query(database);
    if (!query.exec(statement))
        return journalFailure(query.lastError());
    return {};
}

Result<void> executeAll(QSqlDatabase &database, std::initializer_list<const char *> statements)
{
    for (const char *statement : statements) {
        if (auto done = execute(database, QString::fromLatin1(statement)); !done)
            return done;
    }
    return {};
}

/// Keeps the file as the older version left it, as journal.sqlite.1.
Result<void> copyAside(QSqlDatabase &database, const QString &path, int version)
{
    const QString copy = path + u'.' + QString::number(version);
    QFile::remove(copy); // half a copy of a start that was interrupted
    QSqlQuery query(database);
    if (!query.prepare(QStringLiteral("VACUUM INTO ?")))
        return journalFailure(query.lastError());
    query.addBindValue(copy);
    if (!query.exec())
        return journalFailure(query.lastError());
    QFile::setPermissions(copy, QFile::ReadOwner | QFile::WriteOwner);
    return {};
}

Result<void> createTables(QSqlDatabase &database)
{
    if (auto begun = execute(database, QStringLiteral("BEGIN IMMEDIATE")); !begun)
        return begun;
    auto done = executeAll(database, {operationsTable, itemsTable, startedIndex});
    if (done)
        done = execute(database, QStringLiteral("PRAGMA user_version=%1").arg(journalSchemaVersion));
    if (done)
        done = execute(database, QStringLiteral("COMMIT"));
    if (!done)
        execute(database, QStringLiteral("ROLLBACK"));
    return done;
}

Result<int> versionOf(QSqlDatabase &database)
{
    QSqlQuery query(database);
    if (!query.exec(QStringLiteral("PRAGMA user_version")) || !query.next())
        return journalFailure(query.lastError());
    return query.value(0).toInt();
}

} // namespace

tl::unexpected<Error> journalFailure(const QSqlError &sqlError)
{
    constexpr auto sqliteFull = "13"; // SQLITE_FULL
    const bool full = sqlError.nativeErrorCode() == QLatin1String(sqliteFull);
    return fail(full ? ErrorKind::NoSpace : ErrorKind::Storage, "journal: " + toStdString(sqlError.text()));
}

Result<void> prepareJournal(QSqlDatabase &database, const QString &path)
{
    // A commit is on the disk when it returns, also after a power cut; two programs may write in turn.
    const auto configured = executeAll(database, {"PRAGMA busy_timeout=5000", "PRAGMA journal_mode=WAL",
                                                  "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON"});
    if (!configured)
        return configured;
    const auto version = versionOf(database);
    if (!version)
        return tl::unexpected(version.error());
    if (*version == journalSchemaVersion)
        return {};
    if (*version > journalSchemaVersion)
        return fail(ErrorKind::Unsupported, "the journal was written by a newer version of Quayside");
    if (*version > 0) {
        if (auto copied = copyAside(database, path, *version); !copied)
            return copied;
    }
    return createTables(database);
}

} // namespace quayside
