// SPDX-License-Identifier: Apache-2.0
// What follows once the person has agreed: the deletes, what came of them, and the last line.
#include "cli/rmcommand.h"
#include "model/deleteimages.h"
#include "model/deleteresult.h"
#include "model/keptcopy.h"
#include "model/undojournal.h"
#include "oci/qtconversions.h"

#include <utility>

namespace quayside {

namespace {

QString outcomeName(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Done:
        return QStringLiteral("deleted");
    case Outcome::AlreadyGone:
        return QStringLiteral("gone");
    case Outcome::LeftAlone:
        return QStringLiteral("left-alone");
    case Outcome::Moved:
        return QStringLiteral("moved");
    case Outcome::Failed:
        return QStringLiteral("failed");
    case Outcome::NotSent:
        return QStringLiteral("not-sent");
    case Outcome::Pending:
        break;
    }
    return QStringLiteral("unknown");
}

} // namespace

void RmCommand::deleteNext()
{
    while (m_next < m_jobs.size() && (!m_jobs[m_next].plan || m_jobs[m_next].plan->isEmpty()))
        ++m_next;
    if (m_next == m_jobs.size() || isStopped())
        return tellUndo();
    const Job &job = m_jobs[m_next++];
    auto deleting =
        std::make_unique<DeleteImages>(job.session, context().journal, *job.plan, job.confirmation);
    DeleteImages *running = deleting.get();
    deleting->setUndoFile(parser().value(QStringLiteral("undo-file")));
    deleting->setCopyTarget(m_local ? m_local->client() : nullptr);
    connect(running, &Operation::stateChanged, this, [this, running] {
        if (running->state() != Operation::State::Paused)
            return;
        output().note(QStringLiteral("Ten deletes in a row have failed: stopping."));
        running->stop();
    });
    run(std::move(deleting), [this, &job, running] {
        report(job, *running);
        deleteNext();
    });
}

void RmCommand::report(const Job &job, const DeleteImages &operation)
{
    if (operation.count(Outcome::Done) > 0)
        m_changed.append(operation.id());
    if (const auto &error = operation.error())
        reportEnd(job, *error);
    for (qsizetype i = 0; i < operation.items().size(); ++i)
        reportItem(job, operation, i);
    const int notSent = operation.count(Outcome::NotSent);
    if (notSent > 0) {
        if (!operation.error()) // else that is the reason
            m_tally.addFailed(exitFailed);
        output().note(
            QStringLiteral("%1 of %2 were not touched.").arg(notSent).arg(operation.items().size()));
    }
    output().line(QStringLiteral("%1 from %2.").arg(deletedText(operation), job.group.name()));
}

/// Why a delete ended as a whole. What could not be kept for an undo is not deleted.
void RmCommand::reportEnd(const Job &job, const Error &error)
{
    const bool isFile = error.kind == ErrorKind::Storage || error.kind == ErrorKind::NoSpace ||
                        error.kind == ErrorKind::Conflict;
    const bool isUndoFile = isFile && isSet("undo-file") && error.code != copyFailed;
    const ExitCode code = isUndoFile ? exitRefused : exitCodeOf(error.kind);
    m_tally.addFailed(code);
    output().error(isUndoFile ? toQString(error.message) + QStringLiteral(". Nothing was deleted.")
                              : sentence(error, job.session, job.group.repositoryText(), {}, Verb::Delete),
                   code);
}

void RmCommand::reportItem(const Job &job, const DeleteImages &operation, qsizetype index)
{
    const OperationItem &item = operation.items()[index];
    const DeleteStep &step = operation.steps()[std::size_t(index)];
    const bool ownWish = step.kind != DeleteStep::Kind::Also;
    const QJsonObject object{{QStringLiteral("registry"), job.group.host},
                             {QStringLiteral("repository"), job.group.repositoryText()},
                             {QStringLiteral("what"), item.what},
                             {QStringLiteral("digest"), toQString(step.digest.toString())},
                             {QStringLiteral("outcome"), outcomeName(item.outcome)}};
    if (item.outcome == Outcome::Done) {
        m_tally.addDone();
        if (ownWish)
            tellDeleted(job, step.tags, step.digest);
    } else if (item.outcome == Outcome::AlreadyGone && ownWish) {
        m_tally.addFailed(exitNotFound);
        output().error(QStringLiteral("%1 was already gone").arg(item.what), exitNotFound);
    } else if (item.error && !operation.error()) {
        // Protected by the person's own settings, unlike the registry's "forbidden".
        const bool guarded = item.outcome == Outcome::LeftAlone && item.error->kind == ErrorKind::Forbidden;
        const ExitCode code = guarded ? exitRefused : exitCodeOf(item.error->kind);
        m_tally.addFailed(code);
        output().error(
            guarded ? QStringLiteral("%1 is %2. Not deleted.").arg(item.what, toQString(item.error->message))
                    : whyNot(job, item, step.usePlaceholder),
            code);
    }
    output().object(QStringLiteral("item"), object);
}

QString RmCommand::whyNot(const Job &job, const OperationItem &item, bool usesPlaceholder)
{
    if (item.outcome == Outcome::LeftAlone && item.error->kind == ErrorKind::Unsupported)
        return QStringLiteral(
                   "%1 is left alone: this registry deletes images, not single tags. \"--all-tags\" "
                   "deletes its image with all of them; \"--placeholder\" removes the tag another way.")
            .arg(item.what);
    const QString why =
        sentence(*item.error, job.session, job.group.repositoryText(), item.what, Verb::Delete);
    if (usesPlaceholder && item.outcome == Outcome::Pending)
        return QStringLiteral(
                   "%1 may name an empty placeholder now. The next quaysidectl command that reaches "
                   "%2 puts it right. %3")
            .arg(item.what, job.group.host, why);
    return why;
}

void RmCommand::tellDeleted(const Job &job, const std::vector<Tag> &tags, const Digest &digest)
{
    for (const Tag &tag : tags)
        output().name(tagReference(job.group.host, job.group.repository, tag));
    if (tags.empty())
        output().name(digestReference(job.group.host, job.group.repository, digest));
}

void RmCommand::stopped()
{
    m_looking.request_stop();
    if (m_changed.isEmpty())
        return RegistryCommand::stopped();
    tellUndo();
}

void RmCommand::tellUndo()
{
    if (std::exchange(m_tellsUndo, true))
        return; // Ctrl+C while the journal is asked
    if (m_changed.isEmpty())
        return end(m_tally.code());
    QCoro::connect(context().journal->operations(), this,
                   [this](const Result<std::vector<JournalOperation>> &all) {
                       std::map<QString, qint64> numbers;
                       for (const JournalOperation &operation : all.value_or(std::vector<JournalOperation>()))
                           numbers.emplace(operation.id, operation.number);
                       finish(numbers);
                   });
}

/// The last line.
void RmCommand::finish(const std::map<QString, qint64> &numbers)
{
    QString undo = QStringLiteral("quaysidectl undo");
    for (const QString &id : m_changed) {
        const auto number = numbers.find(id);
        if (number != numbers.end())
            undo += u' ' + QString::number(number->second);
    }
    const QString line = QStringLiteral("Undo: ") + undo;
    output().object(QStringLiteral("result"), {{QStringLiteral("undo"), undo}});
    if (output().form() == CommandOutput::Form::Text)
        output().line(line);
    else
        output().note(line);
    end(m_tally.code());
}

} // namespace quayside
