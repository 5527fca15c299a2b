// SPDX-License-Identifier: Apache-2.0
#include "cli/deletedcommand.h"

#include "cli/referencelist.h"
#include "model/journalrecord.h"
#include "model/undojournal.h"
#include "model/visibletext.h"
#include "oci/qtconversions.h"

#include <QJsonArray>
#include <QLocale>

#include <algorithm>

namespace quayside {

namespace {

const QString description = QStringLiteral(
    "Lists what was deleted and can come back, the newest first. A Quayside registry tells what anybody has\n"
    "deleted there, and until when it keeps that; elsewhere it is what was deleted from this computer.\n"
    "Without an argument: all registries that something was deleted on from here.\n"
    "\n"
    "  quaysidectl deleted harbor.example/team/api\n"
    "  quaysidectl deleted -q localhost:5000/demo/app | quaysidectl restore -\n"
    "\n"
    "\"Not checked\": it can come back until the registry collects garbage; \"quaysidectl restore\" looks\n"
    "for every layer before it puts anything back.\n"
    "Exit codes: 0 done, 2 usage, 4 login, 6 a registry cannot be reached (its list is from this computer).");

QJsonArray jsonTags(const std::vector<Tag> &tags)
{
    QJsonArray names;
    for (const Tag &tag : tags)
        names.append(toQString(tag.toString()));
    return names;
}

QJsonValue jsonDate(const std::optional<QDateTime> &date)
{
    return date ? QJsonValue(date->toUTC().toString(Qt::ISODate)) : QJsonValue();
}

} // namespace

DeletedCommand::DeletedCommand(const CommandContext &context)
    : RegistryCommand(context,
                      {QStringLiteral("quaysidectl deleted [options] [REGISTRY|REPO]"), description, false})
{
    parser().addPositionalArgument(QStringLiteral("REGISTRY|REPO"), QStringLiteral("HOST or HOST/REPO."),
                                   QStringLiteral("[REGISTRY|REPO]"));
}

void DeletedCommand::begin(const QStringList &words)
{
    if (words.size() > 1)
        return complain(QStringLiteral("deleted takes one registry or repository"), exitUsage);
    if (words.isEmpty())
        return readJournal();
    QString host = words.first();
    if (host.contains(u'/')) {
        const auto reference = Reference::parse(toStdString(host));
        if (!reference || reference->host.empty() || reference->tag || reference->digest)
            return complain(QStringLiteral("%1 is neither HOST nor HOST/REPO").arg(host), exitUsage);
        m_repository = reference->repository;
        host = toQString(reference->host);
    }
    const auto session = context().sessions->at(host, plainHttp());
    if (!session)
        return complain(QStringLiteral("%1 is no registry: %2").arg(host, toQString(session.error().message)),
                        exitUsage);
    m_sessions.push_back(*session);
    listNext();
}

void DeletedCommand::readJournal()
{
    using Operations = Result<std::vector<JournalOperation>>;
    QCoro::connect(context().journal->operations(), this, [this](const Operations &all) {
        if (!all)
            return complain(toQString(all.error().message), exitFailed);
        for (const JournalOperation &operation : *all) {
            const auto session = context().sessions->of(operation, plainHttp());
            if (session && std::find(m_sessions.begin(), m_sessions.end(), *session) == m_sessions.end())
                m_sessions.push_back(*session);
        }
        listNext();
    });
}

void DeletedCommand::listNext()
{
    if (m_next == m_sessions.size())
        return finish();
    if (isStopped())
        return stopped();
    RegistrySession *session = m_sessions[m_next++];
    whenConnected(session, [this, session] {
        if (session->state() != RegistrySession::State::Ready) {
            const Error error = session->error().value_or(Error());
            m_tally.addFailed(exitCodeOf(error.kind));
            output().error(sentence(error, session, {}, {}, Verb::List), exitCodeOf(error.kind));
        }
        whenTrashRead(session, [this, session] { list(session); });
    });
}

void DeletedCommand::list(RegistrySession *session)
{
    const TrashModel *trash = session->trash();
    if (const auto error = trash->error()) {
        m_tally.addFailed(exitCodeOf(error->kind));
        output().error(sentence(*error, session, {}, {}, Verb::List), exitCodeOf(error->kind));
    }
    m_missesOthers = m_missesOthers || !trash->coversEverybody();
    for (int row = 0; row < trash->rowCount(); ++row) {
        const DeletedEntry &entry = trash->entryAt(row);
        if (!m_repository || *m_repository == entry.restore.repository)
            tell(session, entry);
    }
    listNext();
}

void DeletedCommand::tell(const RegistrySession *session, const DeletedEntry &entry)
{
    ++m_count;
    m_tally.addDone();
    const RestoreItem &item = entry.restore;
    const QString repository = session->displayAddress() + u'/' + toQString(item.repository.toString());
    const auto *tag = std::get_if<Tag>(&item.reference);
    const QString reference = tag ? tagReference(session->displayAddress(), item.repository, *tag)
                                  : digestReference(session->displayAddress(), item.repository, item.digest);
    output().name(reference);
    output().object(QStringLiteral("deleted"), {{QStringLiteral("reference"), reference},
                                                {QStringLiteral("digest"), toQString(item.digest.toString())},
                                                {QStringLiteral("tags"), jsonTags(item.tags)},
                                                {QStringLiteral("deleted"), jsonDate(entry.deletedAt)},
                                                {QStringLiteral("expires"), jsonDate(entry.expiresAt)},
                                                {QStringLiteral("by"), entry.by},
                                                {QStringLiteral("canBeRestored"), restorableText(entry)}});
    const QString name = repository + (item.tags.empty() ? QStringLiteral("@") : QStringLiteral(":"));
    const QString when = entry.deletedAt ? QLocale().toString(entry.deletedAt->toLocalTime(),
                                                              QStringLiteral("d MMM yyyy HH:mm"))
                                         : QStringLiteral("–");
    const QString by = entry.by.isEmpty() ? QString() : QStringLiteral(" by ") + visibleText(entry.by);
    output().line(QStringLiteral("%1  %2  deleted %3%4  %5")
                      .arg((name + item.what()).leftJustified(40),
                           tag ? QStringLiteral("tag  ") : QStringLiteral("image"), when, by,
                           restorableText(entry)));
}

void DeletedCommand::finish()
{
    if (output().form() == CommandOutput::Form::Text) {
        if (m_count == 0)
            output().note(QStringLiteral("Nothing deleted."));
        else if (m_missesOthers)
            output().note(
                QStringLiteral("Where a registry keeps no list of its own, this is what was deleted "
                               "from this computer; deletes by others do not appear."));
    }
    end(m_tally.code());
}

} // namespace quayside
