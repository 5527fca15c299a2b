// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/garbagecollector.h"

#include "localregistry/storage/layout.h"
#include "localregistry/storage/needs.h"

#include <array>

namespace quayside {

namespace {

constexpr std::array algorithms{DigestAlgorithm::Sha256, DigestAlgorithm::Sha512};

// Of a missing directory: nothing.
Result<std::vector<StorageDriver::Entry>> listOf(const StorageDriver &driver, const std::string &path)
{
    auto entries = driver.list(path);
    if (!entries && entries.error().kind == ErrorKind::NotFound)
        return std::vector<StorageDriver::Entry>();
    return entries;
}

} // namespace

GarbageCollector::GarbageCollector(Parts parts, Timestamp youngest, const CollectionOptions &options)
    : m_parts(parts)
    , m_youngest(youngest)
    , m_options(options)
    , m_number(parts.leases.beginCollection())
{}

Result<CollectionResult> GarbageCollector::run()
{
    // The data is listed first: what is pushed while the needs are found out is no candidate.
    if (auto done = listData(); !done)
        return tl::unexpected(done.error());
    if (auto done = mark(); !done)
        return tl::unexpected(done.error());
    listGarbage();
    if (m_options.dryRun)
        return std::move(m_result);
    if (auto done = remove(); !done)
        return tl::unexpected(done.error());
    return std::move(m_result);
}

Result<void> GarbageCollector::goOn(CollectionProgress::Phase phase)
{
    m_progress.phase = phase;
    if (m_options.progress)
        m_options.progress(m_progress);
    if (m_options.stop.stop_requested())
        return fail(ErrorKind::Cancelled, "the collection was stopped");
    return {};
}

Result<void> GarbageCollector::listData()
{
    for (const auto algorithm : algorithms) {
        if (auto done = listData(algorithm); !done)
            return done;
    }
    return {};
}

Result<void> GarbageCollector::listData(DigestAlgorithm algorithm)
{
    const std::string prefix(algorithmName(algorithm));
    const auto root = layout::blobs + '/' + prefix;
    const auto groups = listOf(m_parts.driver, root);
    if (!groups)
        return tl::unexpected(groups.error());
    for (const auto &group : *groups) {
        if (auto on = goOn(CollectionProgress::Phase::Listing); !on)
            return on;
        const auto entries = listOf(m_parts.driver, root + '/' + group.name);
        if (!entries)
            return tl::unexpected(entries.error());
        for (const auto &entry : *entries) {
            const auto digest = Digest::parse(prefix + ':' + entry.name);
            const auto info =
                digest ? m_parts.driver.info(layout::blobData(*digest)) : tl::unexpected(digest.error());
            if (!info && digest && info.error().kind != ErrorKind::NotFound)
                return tl::unexpected(info.error());
            if (!info)
                continue;
            ++m_progress.scanned;
            if (info->modified <= m_youngest)
                m_candidates.emplace(*digest, info->size);
        }
    }
    return {};
}

Result<void> GarbageCollector::mark()
{
    return m_parts.repositories.forEach([this](Repository &repository) {
        if (auto on = goOn(CollectionProgress::Phase::Marking); !on)
            return on;
        return mark(repository);
    });
}

Result<void> GarbageCollector::mark(Repository &repository)
{
    const auto name = repository.name().toString();
    if (const auto obstacle = repository.obstacle())
        return fail(ErrorKind::BadAnswer, "nothing is collected while " + *obstacle);
    // A manifest by an algorithm that this program does not know may need anything.
    const auto known =
        listOf(m_parts.driver, layout::repository(repository.name()) + '/' + layout::revisions);
    if (!known)
        return tl::unexpected(known.error());
    for (const auto &entry : *known) {
        if (entry.name != algorithmName(algorithms[0]) && entry.name != algorithmName(algorithms[1]))
            return fail(ErrorKind::BadAnswer, "nothing is collected while " + name +
                                                  " has manifests of the unknown algorithm " + entry.name);
    }
    std::unordered_set<Digest> needed;
    for (const auto &digest : repository.linkedManifests()) {
        const auto data = repository.dataOf(digest);
        const auto bytes = m_parts.driver.read(layout::blobData(data), maxManifestSize);
        if (!bytes)
            return tl::unexpected(bytes.error());
        m_needed.insert(data);
        const auto digests = digestsIn(*bytes);
        needed.insert(digests.begin(), digests.end());
    }
    m_needed.insert(needed.begin(), needed.end()); // also what has no link here
    for (const auto &digest : repository.lostManifests())
        m_needed.insert(repository.dataOf(digest)); // it may be there, damaged
    return markLayers(repository, needed);
}

Result<void> GarbageCollector::markLayers(Repository &repository, const std::unordered_set<Digest> &needed)
{
    for (const auto &digest : repository.linkedLayers()) {
        const auto data = repository.dataOf(digest);
        const auto dead = needed.contains(digest) ? Result<bool>(false) : isDead(repository, digest, data);
        if (!dead)
            return tl::unexpected(dead.error());
        if (*dead)
            m_deadLinks.push_back({&repository, digest, data});
        else
            m_needed.insert(data);
    }
    return {};
}

Result<bool> GarbageCollector::isDead(const Repository &repository, const Digest &digest,
                                      const Digest &data) const
{
    if (repository.state(digest).isDeleted(ContentRole::Blob) || isInUse(repository.name(), digest, data))
        return false;
    const auto link = m_parts.driver.info(layout::layerLink(repository.name(), digest));
    if (!link && link.error().kind == ErrorKind::NotFound)
        return false; // swept meanwhile
    if (!link)
        return tl::unexpected(link.error());
    return link->modified <= m_youngest;
}

bool GarbageCollector::isInUse(const RepositoryName &name, const Digest &digest, const Digest &data) const
{
    return m_parts.uploads.hasAny(name) || m_parts.leases.isProtected(digest, m_number) ||
           m_parts.leases.isProtected(data, m_number);
}

void GarbageCollector::listGarbage()
{
    for (const auto &link : m_deadLinks)
        m_result.items.push_back({link.digest, link.repository->name(), 0});
    m_result.links = m_deadLinks.size();
    std::erase_if(m_candidates, [this](const auto &candidate) {
        return m_needed.contains(candidate.first) || m_parts.leases.isProtected(candidate.first, m_number);
    });
    for (const auto &[digest, size] : m_candidates) {
        m_result.items.push_back({digest, std::nullopt, size});
        m_result.bytes += size;
    }
    m_result.blobs = m_candidates.size();
    m_progress.candidates = m_result.items.size();
    m_progress.bytes = m_result.bytes;
}

// All links first: each is durably gone before any data goes.
Result<void> GarbageCollector::remove()
{
    m_result = {};
    for (const auto &link : m_deadLinks) {
        auto done = goOn(CollectionProgress::Phase::Removing);
        if (done)
            done = removeLink(link);
        if (!done)
            return done;
    }
    for (const auto &[digest, size] : m_candidates) {
        auto done = goOn(CollectionProgress::Phase::Removing);
        if (done && !m_needed.contains(digest))
            done = removeData(digest);
        if (!done)
            return done;
    }
    return {};
}

Result<void> GarbageCollector::removeLink(const DeadLink &link)
{
    auto &repository = *link.repository;
    const auto digestLock = m_parts.keys.lockDigest(repository.name(), link.digest);
    const auto before = repository.state(link.digest);
    if (!before.isLive(ContentRole::Blob)) {
        m_needed.insert(link.data);
        return {};
    }
    // Hidden first, then looked at again: see Leases.
    repository.hideLayer(link.digest);
    const bool isUsed = isInUse(repository.name(), link.digest, link.data);
    const auto gone = isUsed ? Result<void>()
                             : m_parts.driver.discard(
                                   {layout::directoryOf(layout::layerLink(repository.name(), link.digest))});
    if (isUsed || !gone) {
        repository.publishLayer(link.digest, *before.blobSize, before.tombstone);
        m_needed.insert(link.data);
        return gone;
    }
    if (!before.manifest)
        repository.publishDataOf(link.digest, link.digest);
    m_result.items.push_back({link.digest, repository.name(), 0});
    ++m_result.links;
    return {};
}

// Whoever links the data holds this lock shared and its lease from before he looks for it: he is done, and
// then the lease says so, or he will not find it.
Result<void> GarbageCollector::removeData(const Digest &digest)
{
    const auto dataLock = m_parts.data.exclude(digest);
    if (m_parts.leases.isProtected(digest, m_number))
        return {};
    if (auto gone = m_parts.driver.discard({layout::directoryOf(layout::blobData(digest))}); !gone)
        return gone;
    const auto size = m_candidates.at(digest);
    m_result.items.push_back({digest, std::nullopt, size});
    m_result.bytes += size;
    ++m_result.blobs;
    return {};
}

} // namespace quayside
