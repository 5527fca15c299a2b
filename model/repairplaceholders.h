// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/journalrecord.h"
#include "model/operation.h"
#include "oci/repositoryname.h"

#include <QCoroTask>

#include <memory>

namespace quayside {

class RegistrySession;
class UndoJournal;

/// Looks after the placeholders that a program has left on tags of one registry because it was killed: before
/// anything else is done there. One item per tag. Done: it names its image again. AlreadyGone: the delete had
/// gone through, and can be undone. Moved: somebody else has pushed it; it is left alone. Failed: still to be
/// done; the next start tries again. What another program is about is left to it. Ends without items if there
/// is nothing to do.
class RepairPlaceholders : public Operation
{
    Q_OBJECT
public:
    RepairPlaceholders(RegistrySession *session, UndoJournal *journal, QObject *parent = nullptr);
    ~RepairPlaceholders() override;

    /// "team/api" of an item.
    const QString &repositoryOf(int item) const { return m_repositories.at(item); }

signals:
    /// Tags of this repository may have changed.
    void repaired(const quayside::RepositoryName &repository);

protected:
    void run() override;

private:
    struct Run;
    QCoro::Task<> work(std::shared_ptr<Run> run);
    QCoro::Task<bool> repairOne(std::shared_ptr<Run> run, int index);
    QCoro::Task<> endOperation(std::shared_ptr<Run> run, QString operationId, bool isSettled);

    bool m_readOnly;
    QStringList m_repositories; // by item
    std::shared_ptr<Run> m_run;
};

} // namespace quayside
