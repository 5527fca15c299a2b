// SPDX-License-Identifier: Apache-2.0
#include "cli/restoringcommand.h"

#include "model/counted.h"
#include "model/plantext.h"
#include "model/undojournal.h"
#include "oci/qtconversions.h"

#include <algorithm>

namespace quayside {

void RestoringCommand::restore(RegistrySession *session, std::unique_ptr<RestoreImages> operation,
                               std::function<void()> then)
{
    m_waiting = std::move(operation);
    using Operations = Result<std::vector<JournalOperation>>;
    QCoro::connect(context().journal->operations(), this, [=, this](const Operations &all) {
        const auto operations = all.value_or(std::vector<JournalOperation>());
        if (std::any_of(operations.begin(), operations.end(),
                        [](const auto &known) { return known.hasWholeCopy(); }))
            findCopies(session, then);
        else
            runWaiting(session, then);
    });
}

/// The embedded registry is asked only where it may have a copy. It may stand still.
void RestoringCommand::findCopies(RegistrySession *session, const std::function<void()> &then)
{
    RegistrySession *local = context().sessions->local();
    if (!local)
        return runWaiting(session, then);
    whenConnected(local, [=, this] {
        if (local->state() == RegistrySession::State::Ready)
            m_waiting->setCopySource(local->client());
        runWaiting(session, then);
    });
}

void RestoringCommand::runWaiting(RegistrySession *session, const std::function<void()> &then)
{
    if (isStopped())
        return;
    m_back.clear();
    RestoreImages *running = m_waiting.get();
    const QString host = session->displayAddress();
    connect(running, &RestoreImages::tagsRestored, this,
            [this, host](const QString &repository, const std::vector<Tag> &tags) {
                for (const Tag &tag : tags)
                    m_back.append(host + u'/' + repository + u':' + toQString(tag.toString()));
            });
    run(std::move(m_waiting), [this, session, running, then] {
        report(session, *running);
        then();
    });
}

void RestoringCommand::refuse(const RegistrySession *session, const QString &repository, const Error &error)
{
    const ExitCode code = exitCodeOf(error.kind);
    m_tally.addFailed(code);
    output().error(sentence(error, session, repository, {}, Verb::Look), code);
}

void RestoringCommand::stopped()
{
    complain(QStringLiteral("stopped; what is back stays"), exitFailed);
}

void RestoringCommand::report(const RegistrySession *session, const RestoreImages &operation)
{
    if (operation.error())
        return refuse(session, operation.repository(), *operation.error());
    for (const OperationItem &item : operation.items())
        reportItem(session, operation, item);
    if (!operation.tagsLeft().empty()) {
        m_tally.addFailed(exitFailed);
        output().error(QStringLiteral("left where they are, since they name another image now: %1")
                           .arg(tagNames(operation.tagsLeft(), QStringLiteral(", "))),
                       exitFailed);
    }
    for (const QString &reference : std::as_const(m_back)) {
        output().name(reference);
        output().line(QStringLiteral("Restored %1").arg(reference));
    }
    const int done = operation.count(Outcome::Done);
    if (m_back.isEmpty() && done > 0)
        output().line(counted(done, QStringLiteral("Restored 1 image without a tag"),
                              QStringLiteral("Restored %1 images without a tag")));
}

void RestoringCommand::reportItem(const RegistrySession *session, const RestoreImages &operation,
                                  const OperationItem &item)
{
    const bool done = item.outcome == Outcome::Done;
    output().object(
        QStringLiteral("item"),
        {{QStringLiteral("registry"), session->displayAddress()},
         {QStringLiteral("repository"), operation.repository()},
         {QStringLiteral("what"), item.what},
         {QStringLiteral("outcome"), done ? QStringLiteral("restored") : QStringLiteral("not-restored")}});
    if (done)
        return m_tally.addDone();
    const ExitCode code = item.error ? exitCodeOf(item.error->kind) : exitFailed;
    m_tally.addFailed(code);
    if (!item.error)
        return output().error(QStringLiteral("%1 was not put back").arg(item.what), code);
    const QString details = toQString(item.error->message);
    output().error(sentence(*item.error, session, operation.repository(), item.what, Verb::Restore) +
                       (details.isEmpty() ? QString() : QStringLiteral(" (%1)").arg(details)),
                   code);
}

} // namespace quayside
