// SPDX-License-Identifier: Apache-2.0
#include "model/deletestep.h"

#include "model/imageparts.h"
#include "oci/qtconversions.h"

#include <QStringList>

#include <algorithm>
#include <set>

namespace quayside {

namespace {

/// Whether an error to the first request means that the others would meet the same.
bool concernsAll(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::DeletesDisabled:
    case ErrorKind::Unauthorized:
    case ErrorKind::TokenServerUnknown:
    case ErrorKind::Forbidden:
    case ErrorKind::CertificateExpired:
    case ErrorKind::CertificateUntrusted:
    case ErrorKind::CertificateWrongHost:
    case ErrorKind::ClientCertificate:
    case ErrorKind::Refused:
    case ErrorKind::UnknownHost:
        return true;
    default:
        return false;
    }
}

StepResult failed(const Error &error)
{
    // DENIED with 405 protects this one item; 403 is about the login.
    const bool itemOnly = error.kind == ErrorKind::Forbidden && error.httpStatus == 405;
    const Outcome outcome = error.kind == ErrorKind::Cancelled ? Outcome::NotSent : Outcome::Failed;
    return StepResult{outcome, error, !itemOnly && concernsAll(error.kind)};
}

Error movedError(const Tag &tag, const Digest &now)
{
    return Error{ErrorKind::Moved, 0, {}, tag.toString() + " names " + now.toString() + " now"};
}

/// The outcome of a DELETE. 404 on what was just seen means that it is done: the network layer may have sent
/// the request twice. After a broken connection nobody knows, so the registry is asked again.
QCoro::Task<StepResult> settled(std::shared_ptr<RegistryClient> client, RepositoryName repository,
                                TagOrDigest reference, Result<void> deleted, std::stop_token stop)
{
    StepResult done;
    done.outcome = Outcome::Done;
    if (deleted || deleted.error().kind == ErrorKind::NotFound)
        co_return done;
    const ErrorKind kind = deleted.error().kind;
    if (kind == ErrorKind::Disconnected || kind == ErrorKind::Timeout) {
        const auto there = co_await client->headManifest(repository, reference, stop);
        if (!there && there.error().kind == ErrorKind::NotFound)
            co_return done;
        if (!there) {
            StepResult unknown;
            unknown.error = deleted.error();
            co_return unknown; // still Pending
        }
    }
    co_return failed(deleted.error());
}

/// A result if there is nothing to delete: a tag names another image by now, or all tags are gone.
QCoro::Task<Result<std::optional<StepResult>>> checkTags(std::shared_ptr<RegistryClient> client,
                                                         RepositoryName repository, DeleteStep step,
                                                         std::stop_token stop)
{
    bool anyThere = step.tags.empty();
    for (const Tag &tag : step.tags) {
        const auto now = co_await client->headManifest(repository, tag, stop);
        if (now && now->digest != step.digest) {
            StepResult moved;
            moved.outcome = Outcome::Moved;
            moved.error = movedError(tag, now->digest);
            co_return moved;
        }
        if (!now && now.error().kind != ErrorKind::NotFound)
            co_return tl::unexpected(now.error());
        anyThere = anyThere || now.has_value();
    }
    std::optional<StepResult> nothing;
    if (anyThere)
        co_return nothing;
    StepResult gone;
    gone.outcome = Outcome::AlreadyGone;
    co_return gone;
}

QCoro::Task<StepResult> deleteImage(std::shared_ptr<RegistryClient> client, RepositoryName repository,
                                    DeleteStep step, std::stop_token stop)
{
    const auto there = co_await client->headManifest(repository, step.digest, stop);
    if (!there && there.error().kind == ErrorKind::NotFound) {
        StepResult gone;
        gone.outcome = Outcome::AlreadyGone;
        co_return gone;
    }
    if (!there)
        co_return failed(there.error());
    const auto deleted = co_await client->deleteManifest(repository, step.digest, stop);
    auto settling = settled(client, repository, step.digest, deleted, stop);
    co_return co_await settling;
}

/// The siblings are read after the first try on a registry: some untag all of them and call it a success.
QCoro::Task<StepResult> checkSiblings(std::shared_ptr<RegistryClient> client, RepositoryName repository,
                                      DeleteStep step, std::stop_token stop)
{
    StepResult result;
    result.outcome = Outcome::Done;
    for (const Tag &sibling : step.siblings) {
        const auto there = co_await client->headManifest(repository, sibling, stop);
        if (there || there.error().kind != ErrorKind::NotFound)
            continue;
        result.error = Error{ErrorKind::Conflict, 0, {}, sibling.toString() + " went along"};
        result.endsBatch = true;
        break;
    }
    co_return result;
}

QCoro::Task<StepResult> deleteTag(std::shared_ptr<RegistryClient> client, RepositoryName repository,
                                  DeleteStep step, std::stop_token stop)
{
    if (client->capabilities().deleteTag.isNo() && !client->capabilities().quayside.isYes()) {
        StepResult left;
        left.outcome = Outcome::LeftAlone;
        left.error = Error{ErrorKind::Unsupported, 0, {}, "this registry cannot remove one tag"};
        co_return left;
    }
    const Tag tag = step.tags.front();
    const auto deleted = co_await client->deleteTag(repository, tag, stop);
    if (!deleted && deleted.error().kind == ErrorKind::Unsupported) {
        StepResult left;
        left.outcome = Outcome::LeftAlone;
        left.error = deleted.error();
        co_return left;
    }
    if (deleted && step.firstTry) {
        auto checking = checkSiblings(client, repository, step, stop);
        co_return co_await checking;
    }
    auto settling = settled(client, repository, tag, deleted, stop);
    co_return co_await settling;
}

} // namespace

QString DeleteStep::what() const
{
    if (tags.empty())
        return toQString(digest.abbreviated());
    QStringList names;
    for (const Tag &tag : tags)
        names.append(toQString(tag.toString()));
    return names.join(QStringLiteral(" + "));
}

std::vector<DeleteStep> deleteSteps(const DeletePlan &plan)
{
    std::vector<DeleteStep> steps;
    for (const auto &image : plan.deletedImages)
        steps.push_back({DeleteStep::Kind::Image, image.digest, image.tags, {}, false, {}});
    const auto firstAlso = std::ptrdiff_t(steps.size());
    std::map<Digest, int> depths; // the plan has each one after what it belongs to
    for (std::size_t i = 0; plan.includeAlso && i < plan.also.size(); ++i) {
        const auto &also = plan.also[i];
        const auto owner = depths.find(also.because);
        const int depth = owner == depths.end() ? 0 : owner->second + 1;
        depths.emplace(also.digest, depth);
        steps.push_back(
            {DeleteStep::Kind::Also, also.digest, also.tags, {}, false, also.because, depth});
    }
    std::stable_sort(steps.begin() + firstAlso, steps.end(),
                     [](const DeleteStep &a, const DeleteStep &b) { return a.depth < b.depth; });
    const auto addTag = [&](const DeletePlan::TagRemoval &removal, bool firstTry) {
        const std::vector<Tag> tags(1, removal.tag);
        steps.push_back({DeleteStep::Kind::Tag, removal.digest, tags, removal.siblings, firstTry, {}});
    };
    for (const auto &removal : plan.tagsRemoved)
        addTag(removal, false);
    for (const auto &removal : plan.tagsUncertain)
        addTag(removal, true);
    for (const auto &removal : plan.tagsByPlaceholder) {
        addTag(removal, true);
        steps.back().usePlaceholder = true;
    }
    return steps;
}

std::map<std::size_t, std::string> namedAgain(const std::vector<DeleteStep> &steps,
                                              const RepositoryContent &now)
{
    std::map<std::size_t, std::string> spared;
    std::set<Digest> going;
    for (const DeleteStep &step : steps) {
        if (step.kind != DeleteStep::Kind::Tag)
            going.insert(step.digest);
    }
    const auto spare = [&](std::size_t i, const std::string &why) {
        spared.emplace(i, why);
        going.erase(steps[i].digest);
    };
    std::map<Digest, std::vector<Tag>> tags;
    for (const auto &[tag, digest] : now.tags)
        tags[digest].push_back(tag);
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const auto &known = steps[i].tags;
        const auto &its = tags[steps[i].digest];
        const auto isNew = [&](const Tag &tag) {
            return std::find(known.begin(), known.end(), tag) == known.end();
        };
        const auto other = std::find_if(its.begin(), its.end(), isNew);
        if (steps[i].kind != DeleteStep::Kind::Tag && other != its.end())
            spare(i, other->toString() + " names it since then");
    }
    for (std::size_t before = going.size() + 1; before != going.size();) {
        before = going.size();
        const auto parts = partsOfStaying(now, going);
        for (std::size_t i = 0; i < steps.size(); ++i) {
            const bool isGoing = steps[i].kind != DeleteStep::Kind::Tag && going.contains(steps[i].digest);
            if (isGoing && parts.contains(steps[i].digest))
                spare(i, "another image needs it");
        }
        std::set<Digest> needed;
        for (const auto &[digest, image] : now.images) {
            if (!going.contains(digest))
                needed.insert(image.children.begin(), image.children.end());
        }
        for (std::size_t i = 0; i < steps.size(); ++i) {
            const bool isPart = steps[i].kind == DeleteStep::Kind::Also && steps[i].tags.empty();
            if (!isPart || !going.contains(steps[i].digest))
                continue;
            if (!now.indexesComplete)
                spare(i, "the other images that might need it could not be read");
            else if (needed.contains(steps[i].digest))
                spare(i, "another image needs it");
        }
    }
    return spared;
}

QCoro::Task<StepResult> performStep(std::shared_ptr<RegistryClient> client, RepositoryName repository,
                                    DeleteStep step, std::stop_token stop)
{
    auto checking = checkTags(client, repository, step, stop);
    const auto checked = co_await checking;
    if (!checked)
        co_return failed(checked.error());
    if (*checked)
        co_return **checked;
    auto deleting = step.kind == DeleteStep::Kind::Tag ? deleteTag(client, repository, step, stop)
                                                       : deleteImage(client, repository, step, stop);
    co_return co_await deleting;
}

} // namespace quayside
