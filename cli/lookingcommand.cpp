// SPDX-License-Identifier: Apache-2.0
#include "cli/lookingcommand.h"

#include "cli/suggestion.h"

#include <utility>

namespace quayside {

LookingCommand::LookingCommand(const CommandContext &context, Words words)
    : RegistryCommand(context, std::move(words))
{}

LookingCommand::~LookingCommand()
{
    m_stop.request_stop();
}

void LookingCommand::stopped()
{
    m_stop.request_stop();
    complain(QStringLiteral("stopped"), exitFailed);
}

void LookingCommand::refuse(const RegistrySession *session, const QString &repository, const Error &error)
{
    complain(sentence(error, session, repository, {}, Verb::List), exitCodeOf(error.kind));
}

void LookingCommand::complainUnknown(const QString &host, const QString &typed,
                                     const std::vector<RepositoryName> &known)
{
    complain(noRepositoryText(host, typed, known), exitNotFound);
}

} // namespace quayside
