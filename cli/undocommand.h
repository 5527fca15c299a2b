// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/restoringcommand.h"
#include "model/journalrecord.h"

#include <vector>

namespace quayside {

/// `quaysidectl undo [OPERATION...]`: takes back deletes of this computer's journal.
class UndoCommand final : public RestoringCommand
{
    Q_OBJECT
public:
    explicit UndoCommand(const CommandContext &context);

protected:
    void begin(const QStringList &words) override;

private:
    void choose(const std::vector<JournalOperation> &all, const std::vector<qint64> &numbers);
    bool choose(const std::vector<JournalOperation> &all, qint64 number);
    void undoNext();
    void undo(const JournalOperation &operation, RegistrySession *session);

    std::vector<JournalOperation> m_chosen;
    std::size_t m_next = 0;
};

} // namespace quayside
