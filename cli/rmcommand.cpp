// SPDX-License-Identifier: Apache-2.0
#include "cli/rmcommand.h"

#include "cli/sheettext.h"
#include "cli/suggestion.h"
#include "cli/terminal.h"
#include "model/plandelete.h"
#include "model/plantext.h"
#include "model/taglisting.h"
#include "oci/qtconversions.h"

#include <QCoroTask>
#include <QLocale>

#include <algorithm>

namespace quayside {

namespace {

const QString description = QStringLiteral(
    "Removes tags. An image goes with its last tag, like a file with its last name; tags that you do not\n"
    "name stay. Shows first what would go, and asks.\n"
    "\n"
    "  quaysidectl rm harbor.example/team/api:1.10.0       its siblings stay\n"
    "  quaysidectl rm -n harbor.example/team/api:1.10.0    only says what would happen\n"
    "  quaysidectl rm -y - <list.txt                       references from standard input\n"
    "  quaysidectl rm --all-tags harbor.example/team/api@sha256:4f2c...\n"
    "  quaysidectl rm --recursive harbor.example/team/api  the whole repository\n"
    "  quaysidectl rm --undo-file F.json REF...            what \"quaysidectl undo F.json\" takes back\n"
    "\n"
    "The last line names the command that takes it back; \"quaysidectl help undo\" says what undo promises.\n"
    "Without a terminal, -y is needed. The registry's guards that are set up in the window hold here too.\n"
    "Exit codes: 0 done, 1 some failed, 2 usage, 3 refused by a guard and nothing changed, 4 login,\n"
    "5 not found, 6 the registry cannot be reached.");

ExitCode codeOf(LeftAloneReason reason)
{
    switch (reason) {
    case LeftAloneReason::Protected:
    case LeftAloneReason::ImageProtected:
    case LeftAloneReason::Moved:
    case LeftAloneReason::InUse:
    case LeftAloneReason::PartOfImage:
    case LeftAloneReason::PartUnknown:
        return exitRefused;
    case LeftAloneReason::Gone:
        return exitNotFound;
    case LeftAloneReason::SharedImage:
    case LeftAloneReason::Unresolved:
        break;
    }
    return exitFailed;
}

bool findsNothing(const DeletePlan &plan)
{
    return plan.isEmpty() && std::all_of(plan.leftAlone.begin(), plan.leftAlone.end(), [](const auto &left) {
               return left.reason == LeftAloneReason::Gone;
           });
}

/// A repository that was emptied is not listed either; it may be named as a whole.
bool isMistyped(const ReferenceGroup &group, const std::vector<RepositoryName> &known)
{
    const bool isListed = std::find(known.begin(), known.end(), group.repository) != known.end();
    return !isListed && (!group.references.empty() || suggestion(group.repository, known));
}

} // namespace

DeleteRequest RmCommand::requestOf(const ReferenceGroup &group)
{
    DeleteRequest request{group.repository, {}, {}, isSet("all-tags")};
    request.usePlaceholder = isSet("placeholder");
    request.inUseFiles = parser().values(QStringLiteral("in-use"));
    request.wholeRepository = group.references.empty();
    for (const Reference &reference : group.references) {
        if (reference.tag)
            request.tags.push_back({*reference.tag, reference.digest});
        else
            request.images.push_back(*reference.digest);
    }
    return request;
}

RmCommand::RmCommand(const CommandContext &context)
    : RegistryCommand(context, {QStringLiteral("quaysidectl rm [options] REF..."), description})
{
    parser().addOptions(
        {{QStringLiteral("all-tags"), QStringLiteral("Delete the images with all tags that they have.")},
         {QStringLiteral("confirm"),
          QStringLiteral(
              "The repository's name, as a registry marked production or set to ask wants it typed."),
          QStringLiteral("REPO")},
         {QStringLiteral("in-use"),
          QStringLiteral("Leave alone what this list of references and digests names, e.g. the output of "
                         "kubectl get pods -A -o jsonpath='{..image} {..imageID}'."),
          QStringLiteral("FILE")},
         {QStringLiteral("keep-copy"),
          QStringLiteral(
              "Keep a full copy of what goes in the window's own registry first, for 30 days: undo works "
              "then also after the registry has collected garbage. That registry must run.")},
         {QStringLiteral("placeholder"),
          QStringLiteral("Where a registry deletes images but no single tag: point the tags at an empty "
                         "placeholder and delete that. For a few seconds whoever pulls them gets an empty "
                         "image, and webhooks or replication may see it.")},
         {QStringLiteral("recursive"), QStringLiteral("REF is HOST/REPO: delete everything that is in it.")},
         {QStringLiteral("undo-file"),
          QStringLiteral("Also write what \"undo\" needs to FILE, before the first change."),
          QStringLiteral("FILE")}});
    addReferenceArgument();
}

void RmCommand::begin(const QStringList &words)
{
    auto groups = isSet("recursive") ? readRepositories(words) : readReferences(words);
    if (!groups)
        return;
    if (isSet("undo-file") && groups->size() > 1)
        return complain(
            QStringLiteral("one undo file is for one repository, and %1 are named").arg(groups->size()),
            exitUsage);
    for (ReferenceGroup &group : *groups)
        m_jobs.push_back({std::move(group), nullptr, {}, {}});
    if (isSet("keep-copy"))
        return findLocal();
    planNext();
}

/// Where the copies go.
void RmCommand::findLocal()
{
    RegistrySession *local = context().sessions->local();
    const auto complainAboutIt = [this] {
        complain(
            QStringLiteral("the window's own registry, where the copy would be kept, does not run. Start "
                           "Quayside and try again. Nothing was deleted"),
            exitUnreachable);
    };
    if (!local)
        return complainAboutIt();
    whenConnected(local, [=, this] {
        if (local->state() != RegistrySession::State::Ready)
            return complainAboutIt();
        m_local = local;
        planNext();
    });
}

void RmCommand::planNext()
{
    if (isStopped())
        return stopped();
    if (m_next == m_jobs.size())
        return review();
    Job &job = m_jobs[m_next++];
    const auto session = context().sessions->at(job.group.host, plainHttp());
    if (!session)
        return complain(job.group.host + QStringLiteral(" is no registry: ") +
                            toQString(session.error().message),
                        exitUsage);
    job.session = *session;
    whenConnected(job.session, [this, &job] { plan(job); });
}

void RmCommand::plan(Job &job)
{
    if (job.session->state() != RegistrySession::State::Ready) {
        refuse(job, job.session->error().value_or(Error()));
        return planNext();
    }
    auto planning = std::make_unique<PlanDelete>(job.session, requestOf(job.group));
    PlanDelete *running = planning.get();
    connect(running, &Operation::progressed, this, [this](qint64 done, qint64 total) {
        const QLocale locale;
        output().progress(QStringLiteral("Looking for tags that share these images: %1 of %2")
                              .arg(locale.toString(done), locale.toString(total)));
    });
    run(std::move(planning), [this, &job, running] {
        job.plan = running->plan();
        if (job.plan && m_local && !job.session->isQuayside() && !job.plan->deletedImages.empty()) {
            job.plan->keepCopy = true;
            job.plan->undo = UndoPromise::FullCopy;
        }
        const auto error = running->error();
        if (error ? error->kind == ErrorKind::NotFound : findsNothing(*job.plan))
            return explainNothing(job, error);
        if (error)
            refuse(job, *error);
        planNext();
    });
}

/// Nothing of what was named is there: perhaps the repository's name is mistyped.
void RmCommand::explainNothing(Job &job, const std::optional<Error> &error)
{
    using Names = Result<std::vector<RepositoryName>>;
    const auto explain = [this, &job, error](const Names &names) {
        if (isStopped())
            return;
        if (names && isMistyped(job.group, *names))
            refuseUnknown(job, *names);
        else if (error)
            refuse(job, *error);
        planNext();
    };
    QCoro::connect(readCatalog(job.session->client(), m_looking.get_token()), this, explain);
}

void RmCommand::refuseUnknown(Job &job, const std::vector<RepositoryName> &known)
{
    job.plan.reset();
    m_tally.addFailed(exitNotFound);
    output().error(noRepositoryText(job.group.host, job.group.repositoryText(), known), exitNotFound);
}

/// Nothing can be deleted in this repository.
void RmCommand::refuse(const Job &job, const Error &error)
{
    const ExitCode code = exitCodeOf(error.kind);
    output().error(sentence(error, job.session, job.group.repositoryText(), {}, Verb::Look), code);
    m_tally.addFailed(code);
}

void RmCommand::review()
{
    std::vector<DeletePlan> plans;
    for (const Job &job : m_jobs) {
        if (!job.plan)
            continue;
        if (!sparesTagged(job))
            return end(exitRefused);
        tellLeftAlone(job);
        if (job.group.references.empty() && job.plan->isEmpty()) {
            m_tally.addFailed(exitNotFound);
            output().error(QStringLiteral("there is nothing in %1").arg(job.group.name()), exitNotFound);
        }
        if (!job.plan->isEmpty())
            plans.push_back(*job.plan);
    }
    if (plans.empty())
        return end(m_tally.code());
    showPlans(plans);
    if (isDryRun()) {
        m_tally.addDone();
        output().line(QStringLiteral("Dry run: nothing was changed."));
        return end(m_tally.code());
    }
    if (!isConfirmed(plans))
        return;
    m_next = 0;
    deleteNext();
}

/// An image that was named by its digest keeps its tags, unless somebody has said that all shall go.
bool RmCommand::sparesTagged(const Job &job)
{
    const DeleteRequest request = requestOf(job.group);
    const auto isNamed = [&](const Tag &tag) {
        return std::any_of(request.tags.begin(), request.tags.end(),
                           [&](const auto &chosen) { return chosen.tag == tag; });
    };
    for (const auto &image : job.plan->deletedImages) {
        const bool byDigest =
            std::find(request.images.begin(), request.images.end(), image.digest) != request.images.end();
        if (!byDigest || request.wholeImages || std::all_of(image.tags.begin(), image.tags.end(), isNamed))
            continue;
        output().error(
            QStringLiteral("%1 has %2: %3. Name the tags that shall go, or add --all-tags. Nothing "
                           "was deleted.")
                .arg(digestReference(job.group.host, job.group.repository, image.digest),
                     tagCountText(int(image.tags.size())), tagNames(image.tags, QStringLiteral(", "))),
            exitRefused);
        return false;
    }
    return true;
}

/// What was asked for and will not happen.
void RmCommand::tellLeftAlone(const Job &job)
{
    for (const auto &left : job.plan->leftAlone) {
        const ExitCode code = codeOf(left.reason);
        m_tally.addFailed(code);
        const QString reference = left.tag
                                      ? tagReference(job.group.host, job.group.repository, *left.tag)
                                      : digestReference(job.group.host, job.group.repository, *left.digest);
        QString text = QStringLiteral("%1 is left alone: it %2").arg(reference, leftAloneNote(left));
        if (left.reason == LeftAloneReason::Gone)
            text = QStringLiteral("there is no %1").arg(reference);
        if (left.reason == LeftAloneReason::InUse)
            text = QStringLiteral("%1 %2. Not deleted.").arg(reference, leftAloneNote(left));
        output().error(text, code);
    }
}

void RmCommand::showPlans(const std::vector<DeletePlan> &plans)
{
    const bool asks = !isDryRun() && !isAgreed();
    for (const Job &job : m_jobs) {
        if (!job.plan || job.plan->isEmpty())
            continue;
        output().object(QStringLiteral("sheet"), sheetJson(*job.plan, job.group.host));
        if (asks || output().form() == CommandOutput::Form::Text)
            output().sheet(sheetText(*job.plan, job.group.host));
        if (isDryRun()) {
            for (const auto &image : job.plan->deletedImages)
                tellDeleted(job, image.tags, image.digest);
            for (const auto &removal : job.plan->tagsRemoved)
                tellDeleted(job, std::vector<Tag>(1, removal.tag), removal.digest);
        }
    }
    if (plans.size() > 1)
        output().line(QStringLiteral("Altogether: %1").arg(deleteQuestion(plans)));
}

/// Whether the guards of every registry have what they want. Else the command has ended.
bool RmCommand::satisfiesGuards()
{
    for (const Job &job : m_jobs) {
        if (!job.plan || job.plan->isEmpty())
            continue;
        const auto missing =
            missingConfirmation(job.session->config(), job.plan->repository, job.confirmation);
        if (!missing)
            continue;
        complain(QStringLiteral("%1. Add \"--confirm %2\" if you mean it. Nothing was deleted")
                     .arg(toQString(missing->message), job.group.repositoryText()),
                 exitRefused);
        return false;
    }
    return true;
}

/// False: the command has ended.
bool RmCommand::isConfirmed(const std::vector<DeletePlan> &plans)
{
    const QStringList typed = parser().values(QStringLiteral("confirm"));
    for (Job &job : m_jobs) {
        if (typed.contains(job.group.repositoryText()))
            job.confirmation.typedName = job.group.repositoryText();
    }
    if (!isAgreed() && !askOnTerminal(plans))
        return false;
    return satisfiesGuards();
}

/// Asks on the terminal. False: the command has ended.
bool RmCommand::askOnTerminal(const std::vector<DeletePlan> &plans)
{
    const Terminal *terminal = context().terminal;
    if (!terminal->isInteractive()) {
        complain(QStringLiteral("there is no terminal to ask on. Add -y to delete. Nothing was deleted"),
                 exitUsage);
        return false;
    }
    context().out.flush();
    const QString question = deleteQuestion(plans);
    bool agreed = true;
    bool wasTyped = false;
    for (Job &job : m_jobs) {
        const QString name = job.group.repositoryText();
        const bool wantsName = job.plan && !job.plan->isEmpty() && job.plan->friction == Friction::TypeName;
        if (!wantsName || !agreed)
            continue;
        if (job.confirmation.typedName != name)
            job.confirmation.typedName =
                terminal->ask(QStringLiteral("%1? Type %2 if you mean it: ").arg(question, name))
                    .value_or(QString());
        agreed = job.confirmation.typedName == name;
        wasTyped = true;
    }
    if (!wasTyped) {
        const QString answer = terminal->ask(question + QStringLiteral("? [y/N] ")).value_or(QString());
        agreed = answer.compare(u'y', Qt::CaseInsensitive) == 0 ||
                 answer.compare(QStringLiteral("yes"), Qt::CaseInsensitive) == 0;
    }
    for (Job &job : m_jobs)
        job.confirmation.asked = agreed;
    if (!agreed)
        complain(QStringLiteral("nothing was deleted"), exitFailed);
    return agreed;
}

} // namespace quayside
