// SPDX-License-Identifier: Apache-2.0
#include "cli/lookingcommand.h"

#include "cli/suggestion.h"
#include "oci/qtconversions.h"

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
    QString message = QStringLiteral("no repository %1 on %2").arg(typed, host);
    if (const auto name = RepositoryName::parse(toStdString(typed))) {
        if (const auto meant = suggestion(*name, known))
            message += QStringLiteral(". Did you mean %1?").arg(toQString(meant->toString()));
    }
    complain(message, exitNotFound);
}

} // namespace quayside
