// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/exittally.h"
#include "cli/registrycommand.h"
#include "model/restoreimages.h"

namespace quayside {

/// What `undo` and `restore` share: putting back, and telling what came back.
class RestoringCommand : public RegistryCommand
{
    Q_OBJECT
protected:
    using RegistryCommand::RegistryCommand;

    ExitTally &tally() { return m_tally; }
    /// Runs it, tells what came of it, and calls `then`.
    void restore(RegistrySession *session, std::unique_ptr<RestoreImages> operation,
                 std::function<void()> then);
    /// A registry that cannot be had, or an operation that failed as a whole.
    void refuse(const RegistrySession *session, const QString &repository, const Error &error);
    /// Ends between two operations: what is back stays.
    void stopped() override;

private:
    void findCopies(RegistrySession *session, const std::function<void()> &then);
    void runWaiting(RegistrySession *session, const std::function<void()> &then);
    void report(const RegistrySession *session, const RestoreImages &operation);
    void reportItem(const RegistrySession *session, const RestoreImages &operation,
                    const OperationItem &item);

    std::unique_ptr<RestoreImages> m_waiting; ///< Until it is known where full copies are.
    ExitTally m_tally;
    QStringList m_back; ///< Full references, of the operation that runs.
};

} // namespace quayside
