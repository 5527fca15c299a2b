// SPDX-License-Identifier: Apache-2.0
#include "cli/undocommand.h"

#include "model/undojournal.h"
#include "oci/qtconversions.h"

#include <QLocale>

#include <algorithm>

namespace quayside {

namespace {

const QString description = QStringLiteral(
    "Takes back deletes that were made from this computer, by quaysidectl or in the window. Without a\n"
    "number: the newest that quaysidectl made; its name is printed. Never asks.\n"
    "\n"
    "  quaysidectl undo         the newest delete by quaysidectl\n"
    "  quaysidectl undo 41      the one whose last line said \"Undo: quaysidectl undo 41\"\n"
    "  quaysidectl undo F.json  the one that an undo file tells of, also on another computer\n"
    "\n"
    "What undo promises:\n"
    "  Quayside's own registry   yes, until its retention ends, by anyone who may push\n"
    "  distribution, Harbor, zot from the computer that deleted, until that registry collects garbage\n"
    "  with a full copy kept     yes, by a login that may push, for 30 days, while Quayside runs here\n"
    "  Docker Hub, GHCR, ECR     not promised: they may drop the layers at once\n"
    "\n"
    "Elsewhere than on a Quayside registry the kept manifests are pushed again: same digest, new push date.\n"
    "One byte of every layer is read first; if one is gone and no copy has it, that image is not put back\n"
    "and the message says so. A tag that names another image by now is left there. The journal keeps\n"
    "entries for 180 days.\n"
    "Exit codes: 0 done, 1 some did not come back, 2 usage, 3 refused by a guard, 4 login,\n"
    "5 no such operation, or it cannot come back, 6 the registry cannot be reached.");

/// Nothing if the word is no number, and so the name of a file.
std::optional<qint64> numberOf(const QString &word)
{
    bool ok = false;
    const qint64 number = word.toLongLong(&ok);
    return ok ? std::optional(number) : std::nullopt;
}

/// "41: Delete 1 image in team/api on harbor.example, 26 Nov 2026 01:02"; without a number from a file.
QString nameOf(const JournalOperation &operation)
{
    const QString when =
        QLocale().toString(operation.started.toLocalTime(), QStringLiteral("d MMM yyyy HH:mm"));
    const QString number = operation.number == 0 ? QString() : QStringLiteral("%1: ").arg(operation.number);
    return number + QStringLiteral("%1 on %2, %3").arg(operation.title, operation.registry, when);
}

} // namespace

UndoCommand::UndoCommand(const CommandContext &context)
    : RestoringCommand(context,
                       {QStringLiteral("quaysidectl undo [options] [OPERATION|FILE...]"), description})
{
    parser().addPositionalArgument(QStringLiteral("OPERATION|FILE"),
                                   QStringLiteral("The number that the delete has printed, or an undo file."),
                                   QStringLiteral("[OPERATION|FILE...]"));
}

void UndoCommand::begin(const QStringList &words)
{
    std::vector<qint64> numbers;
    for (const QString &word : words) {
        if (const auto number = numberOf(word))
            numbers.push_back(*number);
        else if (!readFile(word))
            return;
    }
    if (numbers.empty() && !words.isEmpty())
        return undoNext();
    using Operations = Result<std::vector<JournalOperation>>;
    QCoro::connect(context().journal->operations(), this, [this, numbers](const Operations &all) {
        if (!all)
            return complain(toQString(all.error().message), exitFailed);
        choose(*all, numbers);
    });
}

/// False: the command has ended.
bool UndoCommand::readFile(const QString &path)
{
    auto record = loadUndoFile(path);
    if (!record) {
        complain(QStringLiteral("%1 is neither the number of a delete nor an undo file: %2")
                     .arg(path, toQString(record.error().message)),
                 exitUsage);
        return false;
    }
    const JournalOperation operation = record->operation;
    m_chosen.push_back({operation, std::move(*record)});
    return true;
}

void UndoCommand::choose(const std::vector<JournalOperation> &all, const std::vector<qint64> &numbers)
{
    for (const qint64 number : numbers) {
        if (!choose(all, number))
            return;
    }
    if (numbers.empty()) {
        const auto newest = std::find_if(all.begin(), all.end(), [](const JournalOperation &operation) {
            return operation.program == UndoJournal::commandLine && operation.canBeUndone();
        });
        if (newest == all.end())
            return complain(QStringLiteral("quaysidectl has deleted nothing here that can be taken back. "
                                           "\"quaysidectl deleted\" lists what can come back"),
                            exitNotFound);
        m_chosen.push_back({*newest, {}});
    }
    undoNext();
}

/// False: the command has ended.
bool UndoCommand::choose(const std::vector<JournalOperation> &all, qint64 number)
{
    const auto found = std::find_if(all.begin(), all.end(), [number](const JournalOperation &operation) {
        return operation.number == number;
    });
    if (found != all.end() && found->canBeUndone()) {
        m_chosen.push_back({*found, {}});
        return true;
    }
    const char *why = found == all.end()     ? "there is no operation %1"
                      : found->undone        ? "operation %1 is taken back already"
                      : !found->isFinished() ? "operation %1 is still running"
                                             : "operation %1 deleted nothing";
    complain(QString::fromUtf8(why).arg(number), exitNotFound);
    return false;
}

void UndoCommand::undoNext()
{
    if (m_next == m_chosen.size())
        return end(tally().code());
    if (isStopped())
        return stopped();
    const Chosen &chosen = m_chosen[m_next++];
    const JournalOperation &operation = chosen.operation;
    output().line((isDryRun() ? QStringLiteral("Would undo ") : QStringLiteral("Undo ")) + nameOf(operation));
    output().object(QStringLiteral("operation"),
                    {{QStringLiteral("number"), operation.number},
                     {QStringLiteral("title"), operation.title},
                     {QStringLiteral("registry"), operation.registry},
                     {QStringLiteral("repository"), operation.repository},
                     {QStringLiteral("started"), operation.started.toUTC().toString(Qt::ISODate)}});
    if (isDryRun())
        return undoNext();
    const auto session = sessionOf(chosen);
    if (!session)
        return complain(QStringLiteral("%1: %2").arg(operation.registry, toQString(session.error().message)),
                        exitUsage);
    whenConnected(*session, [this, &chosen, session = *session] { undo(chosen, session); });
}

/// An undo file knows its registry by the address alone: on another computer it has another id.
Result<RegistrySession *> UndoCommand::sessionOf(const Chosen &chosen) const
{
    HostSessions *sessions = context().sessions;
    return chosen.file ? sessions->at(chosen.operation.registry, plainHttp())
                       : sessions->of(chosen.operation, plainHttp());
}

void UndoCommand::undo(const Chosen &chosen, RegistrySession *session)
{
    if (session->state() != RegistrySession::State::Ready) {
        refuse(session, chosen.operation.repository, session->error().value_or(Error()));
        return undoNext();
    }
    auto operation = chosen.file
                         ? std::make_unique<RestoreImages>(session, context().journal, *chosen.file)
                         : std::make_unique<RestoreImages>(session, context().journal, chosen.operation);
    restore(session, std::move(operation), [this] { undoNext(); });
}

} // namespace quayside
