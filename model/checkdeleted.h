// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/operation.h"
#include "model/trashmodel.h"

#include <QCoroTask>

#include <memory>
#include <vector>

namespace quayside {

class RegistrySession;
class UndoJournal;

/// Looks whether what was deleted from this computer could come back: reads one byte of every distinct layer
/// that it needs, as a restore does first. Changes nothing. Progress is in layers. Errors: those of the
/// journal and of missingContent(); then nothing was found out.
class CheckDeleted : public Operation
{
    Q_OBJECT
public:
    /// Of `items` only those count that this computer keeps.
    CheckDeleted(RegistrySession *session, UndoJournal *journal, std::vector<RestoreItem> items,
                 QObject *parent = nullptr);
    ~CheckDeleted() override;

    /// What was found out, once it has finished.
    const std::vector<CheckedItem> &results() const { return m_results; }

protected:
    void run() override;

private:
    struct Run;
    QCoro::Task<> work(std::shared_ptr<Run> run);

    std::shared_ptr<Run> m_run;
    std::vector<CheckedItem> m_results;
};

} // namespace quayside
