// SPDX-License-Identifier: Apache-2.0
#include "cli/restorecommand.h"

#include "model/trashmodel.h"
#include "oci/qtconversions.h"

#include <algorithm>

namespace quayside {

namespace {

const QString description = QStringLiteral(
    "Puts back single tags or images that \"quaysidectl deleted\" lists. An image comes back with the tags\n"
    "that it had, unless they name another image by now. Never asks.\n"
    "\n"
    "  quaysidectl restore harbor.example/team/api:1.10.0\n"
    "  quaysidectl deleted -q localhost:5000/demo/app | quaysidectl restore -\n"
    "\n"
    "\"quaysidectl help undo\" says what can be promised.\n"
    "Exit codes: 0 done, 1 some did not come back, 2 usage, 3 refused by a guard, 4 login,\n"
    "5 nothing of that name is deleted, or it cannot come back, 6 the registry cannot be reached.");

bool matches(const RestoreItem &item, const RepositoryName &repository, const Reference &reference)
{
    if (item.repository != repository || (reference.digest && *reference.digest != item.digest))
        return false;
    if (!reference.tag)
        return std::holds_alternative<Digest>(item.reference);
    return std::find(item.tags.begin(), item.tags.end(), *reference.tag) != item.tags.end();
}

} // namespace

RestoreCommand::RestoreCommand(const CommandContext &context)
    : RestoringCommand(context, {QStringLiteral("quaysidectl restore [options] REF..."), description})
{
    addReferenceArgument();
}

void RestoreCommand::begin(const QStringList &words)
{
    auto groups = readReferences(words);
    if (!groups)
        return;
    m_groups = std::move(*groups);
    restoreNext();
}

void RestoreCommand::restoreNext()
{
    if (m_next == m_groups.size())
        return end(tally().code());
    if (isStopped())
        return stopped();
    const ReferenceGroup &group = m_groups[m_next++];
    const auto session = context().sessions->at(group.host, plainHttp());
    if (!session)
        return complain(
            QStringLiteral("%1 is no registry: %2").arg(group.host, toQString(session.error().message)),
            exitUsage);
    whenConnected(*session, [this, &group, session = *session] {
        if (session->state() == RegistrySession::State::Ready)
            return whenTrashRead(session, [this, &group, session] { restoreGroup(group, session); });
        refuse(session, toQString(group.repository.toString()), session->error().value_or(Error()));
        restoreNext();
    });
}

void RestoreCommand::restoreGroup(const ReferenceGroup &group, RegistrySession *session)
{
    if (const auto error = session->trash()->error()) {
        refuse(session, toQString(group.repository.toString()), *error);
        return restoreNext();
    }
    auto items = find(group, session);
    if (isDryRun()) {
        for (const RestoreItem &item : items) {
            tally().addDone();
            output().line(QStringLiteral("Would restore ") + group.host + u'/' + item.target());
        }
    }
    if (items.empty() || isDryRun())
        return restoreNext();
    restore(session, std::make_unique<RestoreImages>(session, context().journal, std::move(items)),
            [this] { restoreNext(); });
}

/// The newest delete of each name counts.
std::vector<RestoreItem> RestoreCommand::find(const ReferenceGroup &group, const RegistrySession *session)
{
    std::vector<RestoreItem> items;
    const TrashModel *trash = session->trash();
    for (const Reference &reference : group.references) {
        int row = 0;
        while (row < trash->rowCount() && !matches(trash->entryAt(row).restore, group.repository, reference))
            ++row;
        if (row == trash->rowCount()) {
            tally().addFailed(exitNotFound);
            output().error(
                QStringLiteral("nothing deleted is called %1").arg(toQString(reference.toString())),
                exitNotFound);
            continue;
        }
        const RestoreItem &item = trash->entryAt(row).restore;
        if (std::find(items.begin(), items.end(), item) == items.end())
            items.push_back(item);
    }
    return items;
}

} // namespace quayside
