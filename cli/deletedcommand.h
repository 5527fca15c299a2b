// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/exittally.h"
#include "cli/registrycommand.h"
#include "model/trashmodel.h"

#include <vector>

namespace quayside {

/// `quaysidectl deleted [REGISTRY|REPO]`: what can come back, and until when.
class DeletedCommand final : public RegistryCommand
{
    Q_OBJECT
public:
    explicit DeletedCommand(const CommandContext &context);

protected:
    void begin(const QStringList &words) override;

private:
    void readJournal();
    void listNext();
    void list(RegistrySession *session);
    void tell(const RegistrySession *session, const DeletedEntry &entry);
    void finish();

    std::vector<RegistrySession *> m_sessions;
    std::optional<RepositoryName> m_repository;
    std::size_t m_next = 0;
    qsizetype m_count = 0;
    bool m_missesOthers = false;
    ExitTally m_tally;
};

} // namespace quayside
