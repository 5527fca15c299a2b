// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/registrycommand.h"
#include "oci/repositoryname.h"

#include <stop_token>
#include <vector>

namespace quayside {

/// A command that looks at a registry and changes nothing.
class LookingCommand : public RegistryCommand
{
    Q_OBJECT
protected:
    LookingCommand(const CommandContext &context, Words words);
    ~LookingCommand() override;

    /// Requests that are under way end with it.
    std::stop_token stopToken() const { return m_stop.get_token(); }
    void stopped() override;

    /// Ends: the registry cannot be had, or did not answer as it should.
    void refuse(const RegistrySession *session, const QString &repository, const Error &error);
    /// Ends: there is no such repository among `known`, but perhaps one that is spelled nearly so.
    void complainUnknown(const QString &host, const QString &typed, const std::vector<RepositoryName> &known);

private:
    std::stop_source m_stop;
};

} // namespace quayside
