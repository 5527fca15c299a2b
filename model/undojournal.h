// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/journalrecord.h"
#include "oci/error.h"

#include <QCoroTask>
#include <QObject>
#include <QPointer>
#include <QString>
#include <QThreadPool>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

class QLockFile;

namespace quayside {

class JournalDatabase;

/// What was deleted from this computer, kept so that it can be put back: `journal.sqlite` in the directory
/// of the user's data. Durable when begin() succeeds. The database lives on a thread of its own, since a
/// flush to the disk may take long. Two programs may share it.
/// Errors of all: Storage (cannot be read or written), NoSpace, Unsupported (written by a newer version).
class UndoJournal : public QObject
{
    Q_OBJECT
public:
    /// Entries are kept this many days.
    static constexpr int keptDays = 180;
    /// The programs that write to it, as they note who has started an operation.
    static constexpr auto desktop = QLatin1String("desktop");
    static constexpr auto commandLine = QLatin1String("ctl");

    /// `directory` is created if it is not there. `program` is the one that writes.
    explicit UndoJournal(QString directory, QLatin1String program = desktop, QObject *parent = nullptr);
    /// Waits for writes that have begun.
    ~UndoJournal() override;

    /// Of the journal's files; this user's alone.
    const QString &directory() const { return m_directory; }

    /// Opens the database, migrates it, drops what is too old, and marks operations that a program left
    /// unfinished as stopped. The other functions do it by themselves.
    QCoro::Task<Result<void>> open();

    /// Writes an operation with all its items. Nothing may be deleted before this has succeeded. The
    /// operation counts as running until finish(), or until this program ends.
    QCoro::Task<Result<void>> begin(JournalOperation operation, std::vector<JournalItem> items);
    QCoro::Task<Result<void>> setOutcome(QString operationId, int index, Outcome outcome, QString error);
    /// Notes that a placeholder will stand on these items' tags, before it is pushed. Until setOutcome() says
    /// anything but Pending of them, the next program that talks to the registry looks after them.
    QCoro::Task<Result<void>> notePlaceholder(QString operationId, std::vector<int> indexes,
                                              Digest placeholder);
    /// The ids of the registries with such items, of operations that still run too.
    QCoro::Task<Result<std::set<QString>>> registriesWithPlaceholders();
    /// The items on whose tags a program that is gone may have left a placeholder, with their bytes. Their
    /// operations are locked until release(). What still runs, here or in another program, is not among them.
    QCoro::Task<Result<std::vector<JournalEntry>>> takePlaceholders(QString registryId);
    /// Counts again what an operation of takePlaceholders() has done, and unlocks it.
    QCoro::Task<Result<void>> release(QString operationId);
    /// Notes that the copy of a running operation (JournalOperation::copy) is whole, and how long it is kept.
    QCoro::Task<Result<void>> setCopyUntil(QString operationId, QDateTime until);
    /// Operations that have ended and whose copy is of no use by now: too old, never whole, or nothing of
    /// what it was made for is deleted any more. They are locked until unlock(). What still runs, here or in
    /// another program, is not among them.
    QCoro::Task<Result<std::vector<JournalOperation>>> takeUselessCopies(QDateTime now);
    /// Notes that an operation has no copy any more.
    QCoro::Task<Result<void>> dropCopy(QString operationId);
    void unlock(const QString &operationId);
    /// Writes an operation's end: times, state and counts.
    QCoro::Task<Result<void>> finish(JournalOperation operation);
    /// Marks items as put back; an operation whose deleted items are all back is undone.
    QCoro::Task<Result<void>> setRestored(QString operationId, std::vector<int> indexes);
    /// Forgets how to put items back; not those that a placeholder may stand for.
    QCoro::Task<Result<void>> forget(QString operationId, std::vector<int> indexes);

    /// Newest first.
    QCoro::Task<Result<std::vector<JournalOperation>>> operations();
    QCoro::Task<Result<std::vector<JournalItem>>> items(QString operationId);
    /// What is deleted on a registry and neither restored nor forgotten, newest first; without the bytes.
    QCoro::Task<Result<std::vector<JournalEntry>>> deleted(QString registryId);

signals:
    /// Something was written.
    void changed();

private:
    template <typename T>
    QCoro::Task<Result<T>> onThread(std::function<Result<T>(JournalDatabase &)> work);
    QCoro::Task<Result<void>> written(std::function<Result<void>(JournalDatabase &)> work);
    static Result<void> prepared(JournalDatabase &database, const QString &directory);
    bool lock(const QString &operationId);
    void releaseOthers(const std::set<QString> &locked, const std::vector<JournalEntry> &taken);

    QString m_directory;
    QLatin1String m_program;
    QThreadPool m_thread; // one thread: SQLite connections belong to a thread
    std::shared_ptr<JournalDatabase> m_database;
    std::map<QString, std::unique_ptr<QLockFile>> m_locks;
};

} // namespace quayside
