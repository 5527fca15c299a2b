// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/storechecker.h"

#include "localregistry/storage/layout.h"
#include "localregistry/storage/linkreading.h"
#include "localregistry/storage/needs.h"
#include "oci/hasher.h"

namespace quayside {

namespace {

enum class DataState { Good, Missing, Corrupt };

DataState stateOf(const StorageDriver &driver, const Digest &digest)
{
    Hasher hasher(digest.algorithm());
    const auto read = driver.readThrough(layout::blobData(digest),
                                         [&](std::span<const std::byte> bytes) { hasher.update(bytes); });
    if (!read && read.error().kind == ErrorKind::NotFound)
        return DataState::Missing;
    return read && hasher.digest() == digest ? DataState::Good : DataState::Corrupt;
}

} // namespace

void StoreChecker::add(CheckFinding::Kind kind, std::string text, bool isRepaired)
{
    m_result.findings.push_back({kind, std::move(text), isRepaired});
}

Result<CheckResult> StoreChecker::run()
{
    m_parts.repositories.visitFrom({}, [this](Repository &repository) {
        ++m_result.repositories;
        checkLinks(repository);
        checkTags(repository);
        checkNeeds(repository);
        return !m_options.stop.stop_requested();
    });
    for (const auto &[digest, size] : m_data) {
        if (m_options.stop.stop_requested())
            return fail(ErrorKind::Cancelled, "the check was stopped");
        checkData(digest);
        ++m_result.data;
        m_result.bytes += size;
        if (m_options.progress)
            m_options.progress(m_result.data, m_data.size());
    }
    return std::move(m_result);
}

void StoreChecker::checkLinks(Repository &repository)
{
    for (const auto &digest : repository.linkedManifests())
        checkLink(repository, digest, ContentRole::Manifest);
    for (const auto &digest : repository.linkedLayers())
        checkLink(repository, digest, ContentRole::Blob);
}

void StoreChecker::checkLink(Repository &repository, const Digest &digest, ContentRole role)
{
    const auto &name = repository.name();
    const auto digestLock = m_parts.keys.lockDigest(name, digest);
    const auto found = repository.state(digest);
    if (!found.isLinked(role) || (found.tombstone && found.tombstone->sweeping))
        return; // removed meanwhile
    const auto data = repository.dataOf(digest);
    const auto path =
        role == ContentRole::Manifest ? layout::revisionLink(name, digest) : layout::layerLink(name, digest);
    ++m_result.links;
    m_data.emplace(data, role == ContentRole::Manifest ? found.manifest->size : *found.blobSize);
    if (readLink(m_parts.driver, path) == data)
        return;
    const bool isRepaired = m_options.repair && m_parts.driver.put(path, data.toString());
    add(CheckFinding::Kind::Link, path + " is not what it was when the store was opened", isRepaired);
}

void StoreChecker::checkTags(const Repository &repository)
{
    const auto directory = layout::repository(repository.name()) + '/' + layout::tags;
    const auto entries = m_parts.driver.list(directory);
    if (!entries)
        return;
    for (const auto &entry : *entries) {
        const auto tag = Tag::parse(entry.name);
        if (!tag)
            continue; // told when the repository was loaded
        const auto tagLock = m_parts.keys.lockTags(repository.name(), {*tag});
        const auto current = repository.state(*tag).current;
        const auto path = layout::tagLink(repository.name(), *tag);
        if (!current || readLink(m_parts.driver, path) == *current)
            continue;
        const bool isRepaired = m_options.repair && m_parts.driver.put(path, current->toString());
        add(CheckFinding::Kind::Link, path + " is not what it was when the store was opened", isRepaired);
    }
}

void StoreChecker::checkNeeds(const Repository &repository)
{
    for (const auto &digest : repository.lostManifests())
        add(CheckFinding::Kind::Missing, "the data of " + digest.toString() + " in " +
                                             repository.name().toString() + " is lost: push it again");
    for (const auto &digest : repository.linkedManifests()) {
        if (!repository.isLive(digest, ContentRole::Manifest))
            continue;
        const auto bytes = m_parts.driver.read(layout::blobData(repository.dataOf(digest)), maxManifestSize);
        const auto manifest =
            bytes ? Manifest::parse(*bytes, std::nullopt, JsonRules::Lenient) : tl::unexpected(bytes.error());
        if (!manifest)
            continue; // its data is checked below
        for (const auto &needed : referencesOf(*manifest)) {
            // An index may have been pushed without some of its platforms.
            const bool mayBeMissing = needed.role == ContentRole::Manifest;
            if (!mayBeMissing && !repository.state(needed.digest).isLinked(needed.role))
                add(CheckFinding::Kind::Missing, digest.toString() + " in " + repository.name().toString() +
                                                     " needs " + needed.digest.toString() +
                                                     ", which is not there: push it again");
        }
    }
}

void StoreChecker::checkData(const Digest &digest)
{
    const auto state = stateOf(m_parts.driver, digest);
    if (state == DataState::Good)
        return;
    const auto done = m_options.repair ? quarantine(digest) : fail(ErrorKind::ReadOnly, {});
    if (state == DataState::Missing)
        add(CheckFinding::Kind::Missing, "the data of " + digest.toString() + " is not there: push it again");
    else
        add(CheckFinding::Kind::Corrupt, "the data of " + digest.toString() + " is corrupt: push it again",
            done.has_value());
}

// Whoever pushes the data holds its lock until it is live again.
Result<void> StoreChecker::quarantine(const Digest &digest)
{
    const auto dataLock = m_parts.data.exclude(digest);
    const auto state = stateOf(m_parts.driver, digest);
    if (state == DataState::Good)
        return {}; // pushed meanwhile
    if (state == DataState::Corrupt) {
        if (auto moved = m_parts.driver.move(layout::blobData(digest), layout::quarantined(digest)); !moved)
            return moved;
    }
    m_parts.lost.insert(digest);
    m_parts.repositories.visitFrom({}, [&](Repository &repository) {
        repository.publishLost(digest);
        return true;
    });
    return {};
}

} // namespace quayside
