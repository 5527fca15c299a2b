// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/journalrecord.h"
#include "model/operation.h"
#include "model/restorestep.h"

#include <QCoroTask>
#include <QPointer>

#include <map>
#include <set>
#include <stop_token>
#include <vector>

namespace quayside {

class RegistrySession;
class UndoJournal;

/// Forgets how to put back what was deleted from this computer. Nothing changes in the registry.
/// Errors: those of the journal; what was forgotten before stays forgotten.
class ForgetDeleted : public Operation
{
    Q_OBJECT
public:
    /// Of `items` only those count that this computer keeps.
    ForgetDeleted(RegistrySession *session, UndoJournal *journal, const std::vector<RestoreItem> &items,
                  QObject *parent = nullptr);

protected:
    void run() override;

private:
    QCoro::Task<> work(QPointer<UndoJournal> journal, std::stop_token gone);

    QPointer<UndoJournal> m_journal;
    std::map<QString, std::set<std::size_t>> m_asked; // indexes by operation
};

/// The items to forget with the chosen ones of an operation: what was kept only because of them.
std::set<std::size_t> withWhatIsOnlyAlong(const std::vector<JournalItem> &items,
                                          std::set<std::size_t> chosen);

} // namespace quayside
