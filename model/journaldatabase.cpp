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
    "state, error, total, done, failed, undone, program, copy, copy_until";
constexpr auto itemColumns = "position, role, digest, media_type, tags, siblings, children, outcome, error, "
                             "restored, forgotten, placeholder, copy_bytes";

// operations.undone, once nothing is left to put back.
constexpr int allIsBack = 1;
constexpr int restIsForgotten = 2;

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
    const int undone = next().toInt();
    operation.undone = undone == allIsBack;
    operation.forgotten = undone == restIsForgotten;
    operation.program = next().toString();
    operation.copy = next().toString();
    operation.copyUntil = timeOf(next());
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
    if (const auto placeholder = Digest::parse(toStdString(next().toString())))
        item.placeholder = *placeholder;
    if (const qint64 bytes = next().toLongLong(); bytes >= 0)
        item.copyBytes = bytes;
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
        auto done = execute(
            QStringLiteral("INSERT INTO operations (%1) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")
                .arg(QLatin1String(operationColumns)),
            {operation.id, int(operation.kind), operation.title, operation.registryId, operation.registry,
             operation.login, operation.repository, timeText(operation.started), timeText(operation.finished),
             int(operation.state), operation.error, operation.total, operation.done, operation.failed,
             operation.undone, operation.program, operation.copy, timeText(operation.copyUntil)});
        for (std::size_t i = 0; done && i < items.size(); ++i)
            done = insertItem(operation.id, int(i), items[i]);
        return done;
    });
}

Result<void> JournalDatabase::insertItem(const QString &operationId, int index, const JournalItem &item)
{
    const QString placeholder = item.placeholder ? toQString(item.placeholder->toString()) : QString();
    const QString mediaType = item.mediaType ? toQString(item.mediaType->toString()) : QString();
    return execute(
        QStringLiteral("INSERT INTO items (operation, %1, manifest) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")
            .arg(QLatin1String(itemColumns)),
        {operationId, index, int(item.role), toQString(item.digest.toString()), mediaType, textOf(item.tags),
         textOf(item.siblings), textOf(item.children), int(item.outcome), item.error, item.restored,
         item.forgotten, placeholder, item.copyBytes.value_or(-1), item.manifest});
}

Result<void> JournalDatabase::setOutcome(const QString &operationId, int index, Outcome outcome,
                                         const QString &error)
{
    return execute(QStringLiteral("UPDATE items SET outcome=?, error=? WHERE operation=? AND position=?"),
                   {int(outcome), error, operationId, index});
}

Result<void> JournalDatabase::notePlaceholder(const QString &operationId, const std::vector<int> &indexes,
                                              const Digest &placeholder)
{
    return inTransaction([&]() -> Result<void> {
        Result<void> done;
        for (std::size_t i = 0; done && i < indexes.size(); ++i)
            done = execute(
                QStringLiteral(
                    "UPDATE items SET placeholder=?, outcome=?, error='' WHERE operation=? AND position=?"),
                {toQString(placeholder.toString()), int(Outcome::Pending), operationId, indexes[i]});
        return done;
    });
}

Result<void> JournalDatabase::finish(const JournalOperation &operation)
{
    return execute(
        QStringLiteral(
            "UPDATE operations SET finished=?, state=?, error=?, total=?, done=?, failed=? WHERE id=?"),
        {timeText(operation.finished), int(operation.state), operation.error, operation.total, operation.done,
         operation.failed, operation.id});
}

/// What was in flight counts as done: putting it back does no harm if it was not.
Result<void> JournalDatabase::endAbandoned(const QString &operationId)
{
    return inTransaction([&]() -> Result<void> {
        const auto ended =
            execute(QStringLiteral("UPDATE operations SET finished=?, state=? WHERE id=? AND finished=''"),
                    {timeText(QDateTime::currentDateTimeUtc()), int(Operation::State::Stopped), operationId});
        if (!ended)
            return ended;
        return execute(
            QStringLiteral(
                "UPDATE operations SET "
                "done=(SELECT COUNT(*) FROM items WHERE operation=operations.id AND outcome IN (?,?)), "
                "failed=(SELECT COUNT(*) FROM items WHERE operation=operations.id AND outcome=?) WHERE id=?"),
            {int(Outcome::Done), int(Outcome::Pending), int(Outcome::Failed), operationId});
    });
}

Result<void> JournalDatabase::setRestored(const QString &operationId, const std::vector<int> &indexes)
{
    return inTransaction([&]() -> Result<void> {
        Result<void> done;
        for (std::size_t i = 0; done && i < indexes.size(); ++i)
            done = execute(QStringLiteral("UPDATE items SET restored=1 WHERE operation=? AND position=?"),
                           {operationId, indexes[i]});
        if (!done)
            return done;
        return noteIfNothingIsLeft(operationId, allIsBack);
    });
}

/// Not what a placeholder may stand for: it is needed to put that right.
Result<void> JournalDatabase::forget(const QString &operationId, const std::vector<int> &indexes)
{
    return inTransaction([&]() -> Result<void> {
        Result<void> done;
        for (std::size_t i = 0; done && i < indexes.size(); ++i)
            done = execute(QStringLiteral("UPDATE items SET forgotten=1, manifest=x'' WHERE operation=? AND "
                                          "position=? AND NOT (placeholder<>'' AND outcome=?)"),
                           {operationId, indexes[i], int(Outcome::Pending)});
        if (!done)
            return done;
        return noteIfNothingIsLeft(operationId, restIsForgotten);
    });
}

Result<void> JournalDatabase::noteIfNothingIsLeft(const QString &operationId, int how)
{
    return execute(QStringLiteral("UPDATE operations SET undone=? WHERE id=? AND undone=0 AND NOT EXISTS "
                                  "(SELECT 1 FROM items WHERE operation=operations.id AND outcome IN (?,?) "
                                  "AND restored=0 AND forgotten=0)"),
                   {how, operationId, int(Outcome::Done), int(Outcome::Pending)});
}

Result<void> JournalDatabase::setCopyUntil(const QString &operationId, const QDateTime &until)
{
    return execute(QStringLiteral("UPDATE operations SET copy_until=? WHERE id=?"),
                   {timeText(until), operationId});
}

Result<void> JournalDatabase::dropCopy(const QString &operationId)
{
    return execute(QStringLiteral("UPDATE operations SET copy='', copy_until='' WHERE id=?"), {operationId});
}

Result<std::vector<JournalOperation>> JournalDatabase::withUselessCopy(const QDateTime &now)
{
    return operationsWhere(
        QLatin1String("copy<>'' AND finished<>'' AND (copy_until<? OR NOT EXISTS (SELECT 1 FROM items WHERE "
                      "operation=operations.id AND copy_bytes>=0 AND outcome IN (?,?) AND restored=0 AND "
                      "forgotten=0))"),
        {timeText(now), int(Outcome::Done), int(Outcome::Pending)});
}

Result<void> JournalDatabase::dropBefore(const QDateTime &limit)
{
    return execute(
        QStringLiteral(
            "DELETE FROM operations WHERE started < ? AND copy='' AND NOT EXISTS (SELECT 1 FROM items WHERE "
            "operation=operations.id AND placeholder<>'' AND outcome=?)"),
        {timeText(limit), int(Outcome::Pending)});
}

Result<std::vector<JournalOperation>> JournalDatabase::operations()
{
    return operationsWhere(QLatin1String("1"), {});
}

/// Newest first.
Result<std::vector<JournalOperation>> JournalDatabase::operationsWhere(QLatin1String condition,
                                                                       const QVariantList &values)
{
    auto query =
        select(QStringLiteral("SELECT %1, rowid FROM operations WHERE %2 ORDER BY started DESC, rowid DESC")
                   .arg(QString(QLatin1String(operationColumns)), QString(condition)),
               values);
    if (!query)
        return tl::unexpected(query.error());
    std::vector<JournalOperation> operations;
    while (query->next())
        operations.push_back(readOperation(*query, 0));
    return operations;
}

Result<std::vector<JournalItem>> JournalDatabase::items(const QString &operationId)
{
    auto query = select(QStringLiteral("SELECT manifest, %1 FROM items WHERE operation=? ORDER BY position")
                            .arg(QLatin1String(itemColumns)),
                        {operationId});
    if (!query)
        return tl::unexpected(query.error());
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
    return entries(QLatin1String("outcome IN (?,?) AND restored=0 AND finished<>''"),
                   {int(Outcome::Done), int(Outcome::Pending), registryId});
}

Result<std::vector<JournalEntry>> JournalDatabase::withPlaceholder(const QString &registryId)
{
    return entries(QLatin1String("placeholder<>'' AND outcome=?"), {int(Outcome::Pending), registryId});
}

Result<std::set<QString>> JournalDatabase::registriesWithPlaceholders()
{
    auto query =
        select(QStringLiteral("SELECT DISTINCT registry_id FROM operations JOIN items ON operation=id "
                              "WHERE placeholder<>'' AND outcome=? AND forgotten=0"),
               {int(Outcome::Pending)});
    if (!query)
        return tl::unexpected(query.error());
    std::set<QString> ids;
    while (query->next())
        ids.insert(query->value(0).toString());
    return ids;
}

/// What is not forgotten of all operations on a registry, newest first. `values`: those of the condition,
/// then the registry.
Result<std::vector<JournalEntry>> JournalDatabase::entries(QLatin1String condition,
                                                           const QVariantList &values)
{
    auto query = select(
        QStringLiteral("SELECT %1, operations.rowid, %2 FROM operations JOIN items ON operation=id WHERE %3 "
                       "AND forgotten=0 AND registry_id=? ORDER BY started DESC, position")
            .arg(qualified(QLatin1String("operations"), QLatin1String(operationColumns)),
                 qualified(QLatin1String("items"), QLatin1String(itemColumns)), QString(condition)),
        values);
    if (!query)
        return tl::unexpected(query.error());
    constexpr int operationColumnCount = 19;
    std::vector<JournalEntry> entries;
    while (query->next()) {
        int index = 0;
        if (auto item = readItem(*query, operationColumnCount, index))
            entries.push_back(JournalEntry{readOperation(*query, 0), index, std::move(*item)});
    }
    return entries;
}

Result<QSqlQuery> JournalDatabase::select(const QString &statement, const QVariantList &values)
{
    QSqlQuery query(m_database);
    if (!query.prepare(statement))
        return journalFailure(query.lastError());
    for (const QVariant &value : values)
        query.addBindValue(notNull(value));
    if (!query.exec())
        return journalFailure(query.lastError());
    return query;
}

Result<void> JournalDatabase::execute(const QString &statement, const QVariantList &values)
{
    const auto done = select(statement, values);
    return done ? Result<void>() : tl::unexpected(done.error());
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
