// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/lookingcommand.h"

namespace quayside {

/// `quaysidectl ls [REGISTRY[/PATH]]`: the repositories of a registry; alone: the registries.
class LsCommand final : public LookingCommand
{
    Q_OBJECT
public:
    explicit LsCommand(const CommandContext &context);

protected:
    void begin(const QStringList &words) override;

private:
    void listRegistries();
    void readNames(RegistrySession *session);
    void listRepositories(const std::vector<RepositoryName> &all);

    QString m_host;
    QString m_path; ///< "team/api"; empty for all.
};

} // namespace quayside
