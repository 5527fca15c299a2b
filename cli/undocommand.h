// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/restoringcommand.h"
#include "model/journalrecord.h"
#include "model/undofile.h"

#include <vector>

namespace quayside {

/// `quaysidectl undo [OPERATION|FILE...]`: takes back deletes of this computer's journal, and those that undo
/// files tell of.
class UndoCommand final : public RestoringCommand
{
    Q_OBJECT
public:
    explicit UndoCommand(const CommandContext &context);

protected:
    void begin(const QStringList &words) override;

private:
    /// A delete to take back; with what it deleted if an undo file says so, else the journal knows.
    struct Chosen
    {
        JournalOperation operation;
        std::optional<UndoRecord> file;
    };

    bool readFile(const QString &path);
    void choose(const std::vector<JournalOperation> &all, const std::vector<qint64> &numbers);
    bool choose(const std::vector<JournalOperation> &all, qint64 number);
    void undoNext();
    Result<RegistrySession *> sessionOf(const Chosen &chosen) const;
    void undo(const Chosen &chosen, RegistrySession *session);

    std::vector<Chosen> m_chosen;
    std::size_t m_next = 0;
};

} // namespace quayside
