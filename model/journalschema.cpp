// SPDX-License-Identifier: Apache-2.0
#include "model/journalschema.h"

#include "oci/qtconversions.h"

#include <QFile>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>

#include <array>
#include <span>
#include <vector>

namespace quayside {

namespace {

constexpr std::array currentTables{
    "CREATE TABLE operations (id TEXT PRIMARY KEY, kind INTEGER NOT NULL, title TEXT NOT NULL, "
    "registry_id TEXT NOT NULL, registry TEXT NOT NULL, login TEXT NOT NULL, repository TEXT NOT NULL, "
    "started TEXT NOT NULL, finished TEXT NOT NULL, state INTEGER NOT NULL, error TEXT NOT NULL, "
    "total INTEGER NOT NULL, done INTEGER NOT NULL, failed INTEGER NOT NULL, undone INTEGER NOT NULL, "
    "program TEXT NOT NULL DEFAULT '', copy TEXT NOT NULL DEFAULT '', copy_until TEXT NOT NULL DEFAULT '')",
    "CREATE TABLE items (operation TEXT NOT NULL REFERENCES operations(id) ON DELETE CASCADE, "
    "position INTEGER NOT NULL, role INTEGER NOT NULL, digest TEXT NOT NULL, media_type TEXT NOT NULL, "
    "tags TEXT NOT NULL, siblings TEXT NOT NULL, children TEXT NOT NULL, outcome INTEGER NOT NULL, "
    "error TEXT NOT NULL, restored INTEGER NOT NULL, forgotten INTEGER NOT NULL, manifest BLOB NOT NULL, "
    "placeholder TEXT NOT NULL DEFAULT '', copy_bytes INTEGER NOT NULL DEFAULT -1, PRIMARY KEY (operation, "
    "position))",
    "CREATE INDEX operations_started ON operations(registry_id, started)"};

/// A statement on the way to a version.
struct Migration
{
    int version;
    const char *statement;
};
constexpr std::array migrations{
    Migration{2, "ALTER TABLE operations ADD COLUMN program TEXT NOT NULL DEFAULT ''"},
    Migration{3, "ALTER TABLE items ADD COLUMN placeholder TEXT NOT NULL DEFAULT ''"},
    Migration{4, "ALTER TABLE operations ADD COLUMN copy TEXT NOT NULL DEFAULT ''"},
    Migration{4, "ALTER TABLE operations ADD COLUMN copy_until TEXT NOT NULL DEFAULT ''"},
    Migration{4, "ALTER TABLE items ADD COLUMN copy_bytes INTEGER NOT NULL DEFAULT -1"}};
static_assert(migrations.back().version == journalSchemaVersion);

Result<void> run(const QSqlDatabase &database, const QString &statement)
{
    QSqlQuery query(database);
    if (!query.exec(statement))
        return journalFailure(query.lastError());
    return {};
}

Result<void> runAll(const QSqlDatabase &database, std::span<const char *const> statements)
{
    for (const char *statement : statements) {
        if (auto done = run(database, QString::fromLatin1(statement)); !done)
            return done;
    }
    return run(database, QStringLiteral("PRAGMA user_version=%1").arg(journalSchemaVersion));
}

Result<int> versionOf(const QSqlDatabase &database)
{
    QSqlQuery query(database);
    if (!query.exec(QStringLiteral("PRAGMA user_version")) || !query.next())
        return journalFailure(query.lastError());
    return query.value(0).toInt();
}

/// Keeps the file as the older version left it, as journal.sqlite.1.
Result<void> copyFile(const QSqlDatabase &database, const QString &path, int version)
{
    const QString copy = path + u'.' + QString::number(version);
    QFile::remove(copy); // half a copy of a start that was interrupted
    auto copied = run(
        database, QStringLiteral("VACUUM INTO '%1'").arg(QString(copy).replace(u'\'', QStringLiteral("''"))));
    if (copied)
        QFile::setPermissions(copy, QFile::ReadOwner | QFile::WriteOwner);
    return copied;
}

/// The tables may have been made or changed by another program since they were looked at.
Result<void> updateLocked(const QSqlDatabase &database)
{
    const auto version = versionOf(database);
    if (!version)
        return tl::unexpected(version.error());
    if (*version == 0)
        return runAll(database, currentTables);
    if (*version >= journalSchemaVersion)
        return {};
    std::vector<const char *> statements;
    for (const Migration &migration : migrations) {
        if (migration.version > *version)
            statements.push_back(migration.statement);
    }
    return runAll(database, statements);
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
    for (const auto *pragma : {"PRAGMA busy_timeout=5000", "PRAGMA journal_mode=WAL",
                               "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON"}) {
        if (auto done = run(database, QString::fromLatin1(pragma)); !done)
            return done;
    }
    const auto version = versionOf(database);
    if (!version)
        return tl::unexpected(version.error());
    if (*version == journalSchemaVersion)
        return {};
    if (*version > journalSchemaVersion)
        return fail(ErrorKind::Unsupported, "the journal was written by a newer version of Quayside");
    if (*version > 0) {
        if (auto copied = copyFile(database, path, *version); !copied)
            return copied;
    }
    if (auto begun = run(database, QStringLiteral("BEGIN IMMEDIATE")); !begun)
        return begun;
    auto done = updateLocked(database);
    if (done)
        done = run(database, QStringLiteral("COMMIT"));
    if (!done)
        run(database, QStringLiteral("ROLLBACK"));
    return done;
}

} // namespace quayside
