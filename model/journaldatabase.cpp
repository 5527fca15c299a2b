// SPDX-License-Identifier: Apache-2.0
#include "model/journaldatabase.h"

#include "model/journalschema.h"
#include "model/journaltext.h"
#include "oci/qtconversions.h"

#include <QSqlError>
#include <QSqlQuery>
#include <QUuid>

#include <utility>

namespace quayside {

namespace {

constexpr auto operationColumns =
    "id, kind, title, registry_id, registry, login, repository, started, finished, "
    "state, error, total, done, failed, undone, program";
constexpr auto itemColumns = "position, role, digest, media_type, tags, siblings, children, outcome, error, "
                             "restored, forgotten";

QString timeText(const QDateTime &time)
{
    return time.isValid() ? time.toUTC().toString(Qt::ISODateWithMs) : QString();
}

QDateTime timeOf(const QVariant &text)
{
    return QDateTime::fromString(text.toString(), Qt::ISODateWithMs);
}

JournalOperation readOperation(const QSqlQuery &query, int column)
{
    const auto next = [&] { return query.value(column++); };
    JournalOperation operation;
    operation.id = next().toString();
    operation.kind = Operation::Kind(next().toInt());
    operation.title = next().toString();
    operation.registryId = next().toString();
    operation.registry = next().toString();
    operation.login = next().toString();
    operation.repository = next().toString();
    operation.started = timeOf(next());
    operation.finished = timeOf(next());
    operation.state = Operation::State(next().toInt());
    operation.error = next().toString();
    operation.total = next().toInt();
    operation.done = next().toInt();
    operation.failed = next().toInt();
    operation.undone = next().toBool();
    operation.program = next().toString();
    operation.number = next().toLongLong();
    return operation;
}

/// Nothing for a row whose digest this version cannot read. `index` gets its position.
std::optional<JournalItem> readItem(const QSqlQuery &query, int column, int &index)
{
    const auto next = [&] { return query.value(column++); };
    index = next().toInt();
    const auto role = JournalItem::Role(next().toInt());
    const auto digest = Digest::parse(toStdString(next().toString()));
    if (!digest)
        return {};
    JournalItem item{role, *digest};
    if (const auto type = MediaType::parse(toStdString(next().toString())))
        item.mediaType = *type;
    item.tags = tagsFromText(next().toString());
    item.siblings = tagsFromText(next().toString());
    item.children = digestsFromText(next().toString());
    item.outcome = Outcome(next().toInt());
    item.error = next().toString();
    item.restored = next().toBool();
    item.forgotten = next().toBool();
    return item;
}

} // namespace

JournalDatabase::JournalDatabase(QString path)
    : m_path(std::move(path))
    , m_connection(QStringLiteral("journal-") + QUuid::createUuid().toString(QUuid::WithoutBraces))
{}

JournalDatabase::~JournalDatabase()
{
    m_database = QSqlDatabase(); // the last handle: removeDatabase() wants none in use
    QSqlDatabase::removeDatabase(m_connection);
}

Result<void> JournalDatabase::open()
{
    if (m_database.isOpen())
        return {};
    if (!m_database.isValid())
        m_database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), m_connection);
    m_database.setDatabaseName(m_path);
    if (!m_database.open())
        return journalFailure(m_database.lastError());
    const auto ready = prepareJournal(m_database, m_path);
    if (!ready)
        m_database.close();
    return ready;
}

Result<void> JournalDatabase::begin(const JournalOperation &operation, const std::vector<JournalItem> &items)
{
    return inTransaction([&]() -> Result<void> {
        auto query =
            prepare(QStringLiteral("INSERT INTO operations (%1) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")
                        .arg(QLatin1String(operationColumns)));
        if (!query)
            return tl::unexpected(query.error());
        for (const QVariant &value :
             {QVariant(operation.id), QVariant(int(operation.kind)), QVariant(operation.title),
              QVariant(operation.registryId), QVariant(operation.registry), QVariant(operation.login),
              QVariant(operation.repository), QVariant(timeText(operation.started)),
              QVariant(timeText(operation.finished)), QVariant(int(operation.state)),
              QVariant(operation.error), QVariant(operation.total), QVariant(operation.done),
              QVariant(operation.failed), QVariant(operation.undone), QVariant(operation.program)})
            query->addBindValue(notNull(value));
        if (auto done = execute(*query); !done)
            return done;
        for (std::size_t i = 0; i < items.size(); ++i) {
            if (auto done = insertItem(operation.id, int(i), items[i]); !done)
                return done;
        }
        return {};
    });
}

Result<void> JournalDatabase::insertItem(const QString &operationId, int index, const JournalItem &item)
{
    auto query = prepare(
        QStringLiteral("INSERT INTO items (operation, %1, manifest) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)")
            .arg(QLatin1String(itemColumns)));
    if (!query)
        return tl::unexpected(query.error());
    const QString mediaType = item.mediaType ? toQString(item.mediaType->toString()) : QString();
    for (const QVariant &value :
         {QVariant(operationId), QVariant(index), QVariant(int(item.role)),
          QVariant(toQString(item.digest.toString())), QVariant(mediaType), QVariant(textOf(item.tags)),
          QVariant(textOf(item.siblings)), QVariant(textOf(item.children)), QVariant(int(item.outcome)),
          QVariant(item.error), QVariant(item.restored), QVariant(item.forgotten), QVariant(item.manifest)})
        query->addBindValue(notNull(value));
    return execute(*query);
}

Result<void> JournalDatabase::setOutcome(const QString &operationId, int index, Outcome outcome,
                                         const QString &error)
{
    auto query =
        prepare(QStringLiteral("UPDATE items SET outcome=?, error=? WHERE operation=? AND position=?"));
    if (!query)
        return tl::unexpected(query.error());
    for (const QVariant &value :
         {QVariant(int(outcome)), QVariant(error), QVariant(operationId), QVariant(index)})
        query->addBindValue(notNull(value));
    return execute(*query);
}

Result<void> JournalDatabase::finish(const JournalOperation &operation)
{
    auto query = prepare(QStringLiteral(
        "UPDATE operations SET finished=?, state=?, error=?, total=?, done=?, failed=? WHERE id=?"));
    if (!query)
        return tl::unexpected(query.error());
    for (const QVariant &value :
         {QVariant(timeText(operation.finished)), QVariant(int(operation.state)), QVariant(operation.error),
          QVariant(operation.total), QVariant(operation.done), QVariant(operation.failed),
          QVariant(operation.id)})
        query->addBindValue(notNull(value));
    return execute(*query);
}

Result<void> JournalDatabase::setRestored(const QString &operationId, const std::vector<int> &indexes)
{
    return inTransaction([&]() -> Result<void> {
        for (const int index : indexes) {
            auto query =
                prepare(QStringLiteral("UPDATE items SET restored=1 WHERE operation=? AND position=?"));
            if (!query)
                return tl::unexpected(query.error());
            query->addBindValue(operationId);
            query->addBindValue(index);
            if (auto done = execute(*query); !done)
                return done;
        }
        auto query =
            prepare(QStringLiteral("UPDATE operations SET undone=1 WHERE id=? AND NOT EXISTS (SELECT 1 FROM "
                                   "items WHERE operation=id AND outcome IN (?,?) AND restored=0)"));
        if (!query)
            return tl::unexpected(query.error());
        query->addBindValue(operationId);
        query->addBindValue(int(Outcome::Done));
        query->addBindValue(int(Outcome::Pending));
        return execute(*query);
    });
}

Result<void> JournalDatabase::forget(const QString &operationId, int index)
{
    auto query = prepare(
        QStringLiteral("UPDATE items SET forgotten=1, manifest=x'' WHERE operation=? AND position=?"));
    if (!query)
        return tl::unexpected(query.error());
    query->addBindValue(operationId);
    query->addBindValue(index);
    return execute(*query);
}

Result<void> JournalDatabase::dropBefore(const QDateTime &limit)
{
    auto query = prepare(QStringLiteral("DELETE FROM operations WHERE started < ?"));
    if (!query)
        return tl::unexpected(query.error());
    query->addBindValue(timeText(limit));
    return execute(*query);
}

Result<std::vector<JournalOperation>> JournalDatabase::operations()
{
    auto query = prepare(QStringLiteral("SELECT %1, rowid FROM operations ORDER BY started DESC, rowid DESC")
                             .arg(QLatin1String(operationColumns)));
    if (!query)
        return tl::unexpected(query.error());
    if (auto done = execute(*query); !done)
        return tl::unexpected(done.error());
    std::vector<JournalOperation> operations;
    while (query->next())
        operations.push_back(readOperation(*query, 0));
    return operations;
}

Result<std::vector<JournalItem>> JournalDatabase::items(const QString &operationId)
{
    auto query = prepare(QStringLiteral("SELECT manifest, %1 FROM items WHERE operation=? ORDER BY position")
                             .arg(QLatin1String(itemColumns)));
    if (!query)
        return tl::unexpected(query.error());
    query->addBindValue(operationId);
    if (auto done = execute(*query); !done)
        return tl::unexpected(done.error());
    std::vector<JournalItem> items;
    while (query->next()) {
        int index = 0;
        auto item = readItem(*query, 1, index);
        if (!item || index != int(items.size()))
            return fail(ErrorKind::Storage, "journal: an entry cannot be read");
        item->manifest = query->value(0).toByteArray();
        items.push_back(std::move(*item));
    }
    return items;
}

Result<std::vector<JournalEntry>> JournalDatabase::deleted(const QString &registryId)
{
    auto query = prepare(
        QStringLiteral(
            "SELECT %1, operations.rowid, %2 FROM operations JOIN items ON operation=id WHERE registry_id=? "
            "AND outcome IN (?,?) AND restored=0 AND forgotten=0 AND finished<>'' "
            "ORDER BY started DESC, position")
            .arg(qualified(QLatin1String("operations"), QLatin1String(operationColumns)),
                 qualified(QLatin1String("items"), QLatin1String(itemColumns))));
    if (!query)
        return tl::unexpected(query.error());
    query->addBindValue(registryId);
    query->addBindValue(int(Outcome::Done));
    query->addBindValue(int(Outcome::Pending));
    if (auto done = execute(*query); !done)
        return tl::unexpected(done.error());
    constexpr int operationColumnCount = 17;
    std::vector<JournalEntry> entries;
    while (query->next()) {
        int index = 0;
        if (auto item = readItem(*query, operationColumnCount, index))
            entries.push_back(JournalEntry{readOperation(*query, 0), index, std::move(*item)});
    }
    return entries;
}

Result<void> JournalDatabase::execute(const QString &statement)
{
    QSqlQuery query(m_database);
    if (!query.exec(statement))
        return journalFailure(query.lastError());
    return {};
}

Result<void> JournalDatabase::execute(QSqlQuery &query)
{
    if (!query.exec())
        return journalFailure(query.lastError());
    return {};
}

Result<QSqlQuery> JournalDatabase::prepare(const QString &statement)
{
    QSqlQuery query(m_database);
    if (!query.prepare(statement))
        return journalFailure(query.lastError());
    return query;
}

template <typename Work>
Result<void> JournalDatabase::inTransaction(Work work)
{
    if (auto begun = execute(QStringLiteral("BEGIN IMMEDIATE")); !begun)
        return begun;
    Result<void> done = work();
    if (done)
        done = execute(QStringLiteral("COMMIT"));
    if (!done)
        execute(QStringLiteral("ROLLBACK"));
    return done;
}

} // namespace quayside
