// SPDX-License-Identifier: Apache-2.0
// Tombstones, what another program pushed after they were written, sweeps that were interrupted.
#include "localregistry/storage/layout.h"
#include "localregistry/storage/linkreading.h"
#include "localregistry/storage/repositoryloader.h"
#include "localregistry/storage/sweeping.h"

namespace quayside {

namespace {

// Between the clock that stamps files and the one that dates tombstones.
constexpr std::chrono::seconds clockTolerance{2};

} // namespace

Result<void> RepositoryLoader::loadTombstones(Repository &repository) const
{
    const auto directory = layout::repository(repository.name()) + '/' + layout::deleted;
    return visitLinks(
        repository, directory, [&](const Digest &digest, const std::string &path) -> Result<void> {
            auto read = readTombstone(m_driver, path);
            if (!read)
                return tl::unexpected(read.error());
            if (!*read)
                return {};
            auto &tombstone = **read;
            if (!tombstone.readable)
                m_problems(path + " cannot be read: the content stays deleted");
            noteForeignPushes(repository, digest, tombstone);
            if (tombstone.keepsForeignPush()) {
                tombstone.sweeping = false; // what came back is not swept
                reportForeignPush(repository, digest.toString());
            }
            repository.publishTombstone(digest, std::make_shared<const Tombstone>(std::move(tombstone)));
            return {};
        });
}

bool RepositoryLoader::isNewer(const std::string &path, const std::optional<Timestamp> &deletion) const
{
    const auto info =
        m_settings.comparesTimes && deletion ? m_driver.info(path) : fail(ErrorKind::NotFound, {});
    const auto since = std::max(deletion, m_settings.timesFrom);
    return info && info->modified > *since + clockTolerance;
}

void RepositoryLoader::noteForeignPushes(const Repository &repository, const Digest &digest,
                                         Tombstone &tombstone) const
{
    const auto &name = repository.name();
    if (auto &deletion = tombstone.manifest)
        deletion->isOutdated = isNewer(layout::revisionLink(name, digest), deletion->since);
    if (auto &deletion = tombstone.blob)
        deletion->isOutdated = isNewer(layout::layerLink(name, digest), deletion->since);
}

bool RepositoryLoader::isAbsent(const std::string &path) const
{
    const auto info = m_driver.info(path);
    return !info && info.error().kind == ErrorKind::NotFound;
}

void RepositoryLoader::reportForeignPush(const Repository &repository, const std::string &what) const
{
    m_problems(what + " in " + repository.name().toString() +
               " was pushed by another program after it had been deleted here: it stays deleted until it is "
               "restored");
}

// A sweep of a digest takes along the tags that name it or that its record hides.
Result<void> RepositoryLoader::noteForeignTags(Repository &repository) const
{
    if (!m_settings.comparesTimes)
        return {};
    for (const auto &[digest, before] : repository.tombstones()) {
        const bool namesManifest = before->names(ContentRole::Manifest);
        const auto deleted = namesManifest ? before->deletedAt(ContentRole::Manifest) : before->hiddenSince;
        std::vector<std::string> outdated;
        for (const auto &name : repository.tagsNaming(digest, false)) {
            const bool isSweptAlong = namesManifest || before->hides(name);
            if (!isSweptAlong || !isNewer(layout::tagLink(repository.name(), *Tag::parse(name)), deleted))
                continue;
            reportForeignPush(repository, "the tag " + name);
            outdated.push_back(name);
        }
        if (outdated.empty())
            continue;
        auto next = *before;
        next.sweeping = false;
        next.outdatedTags = std::move(outdated);
        repository.publishTombstone(digest, std::make_shared<const Tombstone>(std::move(next)));
    }
    return {};
}

Result<void> RepositoryLoader::loadTagTombstones(Repository &repository) const
{
    const auto directory = layout::repository(repository.name()) + '/' + layout::deletedTags;
    const auto entries = listDirectories(directory);
    if (!entries)
        return tl::unexpected(entries.error());
    for (const auto &entry : *entries) {
        const auto tag = Tag::parse(entry.name);
        if (!tag)
            continue;
        if (auto done = loadTagTombstone(repository, *tag); !done)
            return done;
    }
    return {};
}

Result<void> RepositoryLoader::loadTagTombstone(Repository &repository, const Tag &tag) const
{
    const auto &name = repository.name();
    const auto path = layout::tagTombstone(name, tag);
    auto read = readTagTombstone(m_driver, path);
    if (!read)
        return tl::unexpected(read.error());
    if (!*read)
        return {};
    auto &tombstone = **read;
    const auto current = repository.state(tag).current;
    // The push that moved the tag on, or the sweep of the manifest, was interrupted before it removed this.
    const bool isInert = current ? !tombstone.appliesTo(*current)
                                 : tombstone.digest && isAbsent(layout::tagLink(name, tag)) &&
                                       isAbsent(layout::revisionLink(name, *tombstone.digest));
    if (isInert && m_settings.repairs && m_driver.remove(path))
        return {};
    if (!tombstone.digest)
        m_problems(path + " cannot be read: the tag stays deleted");
    tombstone.isOutdated = current && isNewer(layout::tagLink(name, tag), tombstone.deletedAt);
    if (tombstone.isOutdated) {
        tombstone.sweeping = false;
        reportForeignPush(repository, "the tag " + tag.toString());
    }
    repository.publishTagTombstone(tag, std::make_shared<const TagTombstone>(std::move(tombstone)));
    return {};
}

// Nobody else sees the repository yet, so no locks are needed.
Result<void> RepositoryLoader::finishSweeps(Repository &repository) const
{
    if (!m_settings.repairs)
        return {};
    for (const auto &[tag, tombstone] : repository.tagTombstones()) {
        if (!tombstone->sweeping)
            continue;
        if (auto done = finishSweep(m_driver, repository, tag); !done)
            return skip(done.error());
    }
    for (const auto &[digest, tombstone] : repository.tombstones()) {
        if (!tombstone->sweeping)
            continue;
        auto done = deleteReferrers(repository, digest);
        if (done)
            done = finishSweep(m_driver, repository, digest, repository.tagsSweptWith(digest));
        if (!done)
            return skip(done.error());
    }
    return {};
}

Result<void> RepositoryLoader::deleteReferrers(Repository &repository, const Digest &subject) const
{
    if (!repository.state(subject).isDeleted(ContentRole::Manifest))
        return {};
    for (const auto &referrer : repository.referrers(subject)) {
        auto tombstone =
            repository.deletion(referrer.digest, ContentRole::Manifest, m_settings.now(), {}, causeSubject);
        const auto path = layout::tombstone(repository.name(), referrer.digest);
        if (auto put = m_driver.put(path, tombstone.toString(referrer.digest)); !put)
            return put;
        repository.publishTombstone(referrer.digest, std::make_shared<const Tombstone>(std::move(tombstone)));
    }
    return {};
}

} // namespace quayside
