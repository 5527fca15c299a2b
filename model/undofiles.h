// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/journalrecord.h"
#include "model/lifetime.h"
#include "model/undofile.h"

#include <QCoroTask>
#include <QObject>

#include <memory>

namespace quayside {

class Transport;
class UndoJournal;

/// Writes and reads undo files for a window, which must not wait for a disk. Errors: those of saveUndoFile()
/// and of the journal, and NotFound: the journal no longer has the operation; those of loadUndoFile().
class UndoFiles : public QObject
{
    Q_OBJECT
public:
    /// Both must outlive this; the transport counts what is under way.
    UndoFiles(UndoJournal *journal, Transport *transport, QObject *parent = nullptr);

    /// Writes what the journal keeps of a delete; saved() or failed() follows.
    void save(const JournalOperation &operation, const QString &path);
    /// Reads one; opened() or unreadable() follows.
    void open(const QString &path);

signals:
    void saved(const QString &path);
    void failed(const QString &path, const quayside::Error &error);
    void opened(std::shared_ptr<const quayside::UndoRecord> record);
    void unreadable(const QString &path, const quayside::Error &error);

private:
    QCoro::Task<> openNow(QString path, std::stop_token stop);
    QCoro::Task<> saveNow(JournalOperation operation, QString path, std::stop_token stop);

    UndoJournal *m_journal;
    Transport *m_transport;
    Lifetime m_lifetime;
};

} // namespace quayside
