// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/lifetime.h"

#include <QCoroTask>
#include <QObject>
#include <QTimer>

#include <memory>

namespace quayside {

class RegistryClient;
class SessionManager;
class UndoJournal;
struct JournalOperation;

/// Removes full copies from Local that are of no use any more: too old, never whole since a program was
/// killed, or what they were made for is back or forgotten. Looks when Local answers, when the journal
/// changes, and every day.
class CopyKeeper : public QObject
{
    Q_OBJECT
public:
    /// Both must outlive this.
    CopyKeeper(SessionManager *sessions, UndoJournal *journal, QObject *parent = nullptr);
    ~CopyKeeper() override;

private:
    void look();
    QCoro::Task<> lookNow(std::shared_ptr<RegistryClient> local, std::stop_token stop);
    QCoro::Task<bool> remove(std::shared_ptr<RegistryClient> local, JournalOperation operation,
                             std::stop_token stop);

    SessionManager *m_sessions;
    UndoJournal *m_journal;
    QTimer m_soon; // many changes of the journal cause one look
    QTimer m_daily;
    bool m_looking = false;
    Lifetime m_lifetime;
};

} // namespace quayside
