// SPDX-License-Identifier: Apache-2.0
#include "model/undojournal.h"

#include "model/journaldatabase.h"
#include "registryclient/wakeup.h"

#include <QDir>
#include <QFile>
#include <QLockFile>

#include <algorithm>
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

/// Operations without an end whose program is gone: stopped in the middle.
Result<void> closeAbandoned(JournalDatabase &database, const QString &lockDirectory)
{
    auto operations = database.operations();
    if (!operations)
        return tl::unexpected(operations.error());
    for (JournalOperation &operation : *operations) {
        if (operation.isFinished())
            continue;
        QLockFile lock(lockDirectory + u'/' + operation.id + QStringLiteral(".lock"));
        lock.setStaleLockTime(0);
        if (!lock.tryLock(0))
            continue; // runs in another program
        const auto items = database.items(operation.id);
        if (!items)
            return tl::unexpected(items.error());
        // What was in flight may have been deleted: putting it back does no harm if it was not.
        operation.done = int(std::count_if(items->begin(), items->end(), [](const JournalItem &item) {
            return item.outcome == Outcome::Done || item.outcome == Outcome::Pending;
        }));
        operation.finished = QDateTime::currentDateTimeUtc();
        operation.state = Operation::State::Stopped;
        if (auto done = database.finish(operation); !done)
            return done;
    }
    return {};
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
    const QString locks = directory + QStringLiteral("/operations");
    if (!makePrivateDirectory(directory) || !makePrivateDirectory(locks))
        return fail(ErrorKind::Storage, "journal: its directory cannot be created");
    auto done = database.open();
    if (done)
        done = database.dropBefore(QDateTime::currentDateTimeUtc().addDays(-keptDays));
    if (done)
        done = closeAbandoned(database, locks);
    return done;
}

QString UndoJournal::lockPath(const QString &operationId) const
{
    return m_directory + QStringLiteral("/operations/") + operationId + QStringLiteral(".lock");
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
    auto lock = std::make_unique<QLockFile>(lockPath(operation.id));
    lock->setStaleLockTime(0);
    if (!lock->tryLock(0))
        co_return fail(ErrorKind::Storage, "journal: the operation cannot be locked");
    m_locks.insert_or_assign(operation.id, std::move(lock));
    operation.program = m_program;
    const std::function<Result<void>(JournalDatabase &)> work = [=](JournalDatabase &database) {
        return database.begin(operation, items);
    };
    co_return co_await written(work);
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

QCoro::Task<Result<void>> UndoJournal::forget(QString operationId, int index)
{
    const std::function<Result<void>(JournalDatabase &)> work = [=](JournalDatabase &database) {
        return database.forget(operationId, index);
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
