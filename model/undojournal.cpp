// SPDX-License-Identifier: Apache-2.0
#include "model/undojournal.h"

#include "model/journaldatabase.h"
#include "oci/qtconversions.h"
#include "registryclient/wakeup.h"

#include <QDir>
#include <QFile>
#include <QLockFile>

#include <algorithm>
#include <set>
#include <utility>

namespace quayside {

namespace {

bool makePrivateDirectory(const QString &path)
{
    if (!QDir().mkpath(path))
        return false;
    constexpr auto ownerOnly = QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner;
    return QFile::setPermissions(path, ownerOnly);
}

QString lockPath(const QString &directory, const QString &operationId)
{
    return directory + QStringLiteral("/operations/") + operationId + QStringLiteral(".lock");
}

/// Null if the operation runs in another program.
std::unique_ptr<QLockFile> lockOperation(const QString &directory, const QString &operationId)
{
    auto lock = std::make_unique<QLockFile>(lockPath(directory, operationId));
    lock->setStaleLockTime(0); // only of a program that is gone
    if (!lock->tryLock(0))
        lock.reset();
    return lock;
}

/// Operations without an end whose program is gone: stopped in the middle.
Result<void> closeAbandoned(JournalDatabase &database, const QString &directory)
{
    const auto operations = database.operations();
    if (!operations)
        return tl::unexpected(operations.error());
    for (const JournalOperation &operation : *operations) {
        const auto lock = operation.isFinished() ? nullptr : lockOperation(directory, operation.id);
        if (!lock)
            continue;
        if (auto done = database.endAbandoned(operation.id); !done)
            return done;
    }
    return {};
}

/// Of these items those on which a placeholder may still stand, with their bytes. Read while their operations
/// are locked: another program may just have looked after them.
Result<std::vector<JournalEntry>> readPlaceholders(JournalDatabase &database, const QString &registryId,
                                                   const std::set<QString> &operationIds)
{
    auto entries = database.withPlaceholder(registryId);
    if (!entries)
        return entries;
    std::erase_if(*entries, [&](const auto &entry) { return !operationIds.contains(entry.operation.id); });
    std::map<QString, std::vector<JournalItem>> items;
    for (JournalEntry &entry : *entries) {
        const QString &id = entry.operation.id;
        if (!items.contains(id)) {
            auto read = database.items(id);
            if (!read)
                return tl::unexpected(read.error());
            items.emplace(id, std::move(*read));
        }
        entry.item = items.at(id).at(std::size_t(entry.index));
    }
    std::erase_if(*entries, [](const auto &entry) { // not written by this program
        return entry.item.tags.size() != 1 || !RepositoryName::parse(toStdString(entry.operation.repository));
    });
    return entries;
}

} // namespace

UndoJournal::UndoJournal(QString directory, QLatin1String program, QObject *parent)
    : QObject(parent)
    , m_directory(std::move(directory))
    , m_program(program)
    , m_database(std::make_shared<JournalDatabase>(m_directory + QStringLiteral("/journal.sqlite")))
{
    m_thread.setMaxThreadCount(1);
    m_thread.setExpiryTimeout(-1); // a connection must stay on its thread
}

UndoJournal::~UndoJournal()
{
    m_thread.start([database = std::exchange(m_database, nullptr)]() mutable { database.reset(); });
}

/// Runs `work` on the database's thread, opening the database first.
template <typename T>
QCoro::Task<Result<T>> UndoJournal::onThread(std::function<Result<T>(JournalDatabase &)> work)
{
    auto database = m_database;
    const QString directory = m_directory;
    Wakeup finished;
    std::optional<Result<T>> result;
    std::function<void()> job = [&finished, &result, database = std::move(database), directory,
                                 work = std::move(work)] {
        result.emplace(prepared(*database, directory).and_then([&] { return work(*database); }));
        QMetaObject::invokeMethod(&finished, &Wakeup::wake, Qt::QueuedConnection);
    };
    m_thread.start(std::move(job)); // with the reference: the last one must go on the database's thread
    co_await finished;
    co_return std::move(*result);
}

Result<void> UndoJournal::prepared(JournalDatabase &database, const QString &directory)
{
    if (database.isOpen())
        return {};
    if (!makePrivateDirectory(directory) || !makePrivateDirectory(directory + QStringLiteral("/operations")))
        return fail(ErrorKind::Storage, "journal: its directory cannot be created");
    auto done = database.open();
    if (done)
        done = database.dropBefore(QDateTime::currentDateTimeUtc().addDays(-keptDays));
    if (done)
        done = closeAbandoned(database, directory);
    return done;
}

/// False if the operation runs, here or in another program.
bool UndoJournal::lock(const QString &operationId)
{
    if (m_locks.contains(operationId))
        return false;
    auto lock = lockOperation(m_directory, operationId);
    if (!lock)
        return false;
    m_locks.emplace(operationId, std::move(lock));
    return true;
}

QCoro::Task<Result<void>> UndoJournal::open()
{
    const std::function<Result<void>(JournalDatabase &)> work = [](JournalDatabase &) {
        return Result<void>();
    };
    return onThread<void>(work);
}

QCoro::Task<Result<void>> UndoJournal::begin(JournalOperation operation, std::vector<JournalItem> items)
{
    const QPointer<UndoJournal> self = this;
    if (auto opened = co_await open(); !opened || !self)
        co_return opened;
    if (!lock(operation.id))
        co_return fail(ErrorKind::Storage, "journal: the operation cannot be locked");
    operation.program = m_program;
    const std::function<Result<void>(JournalDatabase &)> work = [=](JournalDatabase &database) {
        return database.begin(operation, items);
    };
    const auto done = co_await written(work);
    if (!done && self)
        m_locks.erase(operation.id); // there is no such operation
    co_return done;
}

/// Runs `work` and tells that something was written.
QCoro::Task<Result<void>> UndoJournal::written(std::function<Result<void>(JournalDatabase &)> work)
{
    const QPointer<UndoJournal> self = this;
    auto done = co_await onThread<void>(std::move(work));
    if (done && self)
        emit changed();
    co_return done;
}

QCoro::Task<Result<void>> UndoJournal::setOutcome(QString operationId, int index, Outcome outcome,
                                                  QString error)
{
    const std::function<Result<void>(JournalDatabase &)> work = [=](JournalDatabase &database) {
        return database.setOutcome(operationId, index, outcome, error);
    };
    return onThread<void>(work);
}

QCoro::Task<Result<void>> UndoJournal::notePlaceholder(QString operationId, std::vector<int> indexes,
                                                       Digest placeholder)
{
    const std::function<Result<void>(JournalDatabase &)> work = [=](JournalDatabase &database) {
        return database.notePlaceholder(operationId, indexes, placeholder);
    };
    return onThread<void>(work);
}

QCoro::Task<Result<std::set<QString>>> UndoJournal::registriesWithPlaceholders()
{
    using Ids = std::set<QString>;
    const std::function<Result<Ids>(JournalDatabase &)> work = [](JournalDatabase &database) {
        return database.registriesWithPlaceholders();
    };
    return onThread<Ids>(work);
}

QCoro::Task<Result<std::vector<JournalEntry>>> UndoJournal::takePlaceholders(QString registryId)
{
    using Entries = std::vector<JournalEntry>;
    if (!QFile::exists(m_directory + QStringLiteral("/journal.sqlite"))) {
        const Result<Entries> nothing;
        co_return nothing; // who only looks leaves no file behind
    }
    const QPointer<UndoJournal> self = this;
    const std::function<Result<Entries>(JournalDatabase &)> look = [=](JournalDatabase &database) {
        return database.withPlaceholder(registryId);
    };
    const auto found = co_await onThread<Entries>(look);
    if (!found || found->empty() || !self)
        co_return found;
    std::set<QString> locked;
    for (const JournalEntry &entry : *found) {
        const QString &id = entry.operation.id;
        if (!locked.contains(id) && lock(id))
            locked.insert(id);
    }
    const std::function<Result<Entries>(JournalDatabase &)> read = [=](JournalDatabase &database) {
        return readPlaceholders(database, registryId, locked);
    };
    const auto taken = co_await onThread<Entries>(read);
    if (self)
        releaseOthers(locked, taken ? *taken : Entries());
    co_return taken;
}

/// Unlocks what there is nothing to do for.
void UndoJournal::releaseOthers(const std::set<QString> &locked, const std::vector<JournalEntry> &taken)
{
    for (const QString &id : locked) {
        const auto isIts = [&](const JournalEntry &entry) { return entry.operation.id == id; };
        if (std::none_of(taken.begin(), taken.end(), isIts))
            m_locks.erase(id);
    }
}

QCoro::Task<Result<void>> UndoJournal::release(QString operationId)
{
    const QPointer<UndoJournal> self = this;
    const std::function<Result<void>(JournalDatabase &)> work = [=](JournalDatabase &database) {
        return database.endAbandoned(operationId);
    };
    auto done = co_await written(work);
    if (self)
        m_locks.erase(operationId);
    co_return done;
}

QCoro::Task<Result<void>> UndoJournal::setCopyUntil(QString operationId, QDateTime until)
{
    const std::function<Result<void>(JournalDatabase &)> work = [=](JournalDatabase &database) {
        return database.setCopyUntil(operationId, until);
    };
    return written(work);
}

QCoro::Task<Result<void>> UndoJournal::dropCopy(QString operationId)
{
    const std::function<Result<void>(JournalDatabase &)> work = [=](JournalDatabase &database) {
        return database.dropCopy(operationId);
    };
    return written(work);
}

QCoro::Task<Result<std::vector<JournalOperation>>> UndoJournal::takeUselessCopies(QDateTime now)
{
    using Operations = std::vector<JournalOperation>;
    const QPointer<UndoJournal> self = this;
    const std::function<Result<Operations>(JournalDatabase &)> look = [=](JournalDatabase &database) {
        return database.withUselessCopy(now);
    };
    const auto found = co_await onThread<Operations>(look);
    if (!found || found->empty() || !self)
        co_return found;
    std::set<QString> locked;
    for (const JournalOperation &operation : *found) {
        if (lock(operation.id))
            locked.insert(operation.id);
    }
    // Again: another program may just have removed it.
    const auto still = co_await onThread<Operations>(look);
    Operations taken;
    for (const JournalOperation &operation : still.value_or(Operations())) {
        if (locked.erase(operation.id) > 0)
            taken.push_back(operation);
    }
    for (const QString &id : locked) {
        if (self)
            unlock(id);
    }
    const Result<Operations> all = std::move(taken);
    co_return all;
}

void UndoJournal::unlock(const QString &operationId)
{
    m_locks.erase(operationId);
}

QCoro::Task<Result<void>> UndoJournal::finish(JournalOperation operation)
{
    const QPointer<UndoJournal> self = this;
    const std::function<Result<void>(JournalDatabase &)> work = [=](JournalDatabase &database) {
        return database.finish(operation);
    };
    auto done = co_await written(work);
    if (self)
        m_locks.erase(operation.id);
    co_return done;
}

QCoro::Task<Result<void>> UndoJournal::setRestored(QString operationId, std::vector<int> indexes)
{
    const std::function<Result<void>(JournalDatabase &)> work = [=](JournalDatabase &database) {
        return database.setRestored(operationId, indexes);
    };
    return written(work);
}

QCoro::Task<Result<void>> UndoJournal::forget(QString operationId, std::vector<int> indexes)
{
    const std::function<Result<void>(JournalDatabase &)> work = [=](JournalDatabase &database) {
        return database.forget(operationId, indexes);
    };
    return written(work);
}

QCoro::Task<Result<std::vector<JournalOperation>>> UndoJournal::operations()
{
    using Operations = std::vector<JournalOperation>;
    const std::function<Result<Operations>(JournalDatabase &)> work = [](JournalDatabase &database) {
        return database.operations();
    };
    return onThread<Operations>(work);
}

QCoro::Task<Result<std::vector<JournalItem>>> UndoJournal::items(QString operationId)
{
    using Items = std::vector<JournalItem>;
    const std::function<Result<Items>(JournalDatabase &)> work = [=](JournalDatabase &database) {
        return database.items(operationId);
    };
    return onThread<Items>(work);
}

QCoro::Task<Result<std::vector<JournalEntry>>> UndoJournal::deleted(QString registryId)
{
    using Entries = std::vector<JournalEntry>;
    const std::function<Result<Entries>(JournalDatabase &)> work = [=](JournalDatabase &database) {
        return database.deleted(registryId);
    };
    return onThread<Entries>(work);
}

} // namespace quayside
