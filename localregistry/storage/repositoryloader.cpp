// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/repositoryloader.h"

#include "localregistry/storage/layout.h"
#include "localregistry/storage/sweeping.h"
#include "oci/hasher.h"

#include <algorithm>
#include <charconv>

namespace quayside {

namespace {

// A link is a digest; a tombstone may list as many hidden tags as its manifest had.
constexpr std::size_t maxLinkSize = 4096;
constexpr std::size_t maxTombstoneSize = std::size_t(64) << 20;
// Between the clock that stamps files and the one that dates tombstones.
constexpr std::chrono::seconds clockTolerance{2};

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
        text.remove_suffix(1);
    return text;
}

} // namespace

RepositoryLoader::RepositoryLoader(StorageDriver &driver, StringPool &strings, Settings settings,
                                   UploadSink uploads, ProblemSink problems)
    : m_driver(driver)
    , m_strings(strings)
    , m_settings(std::move(settings))
    , m_uploads(std::move(uploads))
    , m_problems(std::move(problems))
{}

Result<void> RepositoryLoader::load(Repository &repository) const
{
    using Step = Result<void> (RepositoryLoader::*)(Repository &) const;
    // Tags refer to manifests, tombstones of tags to the tags.
    for (const Step step : {&RepositoryLoader::loadManifests, &RepositoryLoader::loadLayers,
                            &RepositoryLoader::loadTombstones, &RepositoryLoader::loadTags,
                            &RepositoryLoader::loadTagTombstones, &RepositoryLoader::finishSweeps}) {
        if (auto done = (this->*step)(repository); !done)
            return done;
    }
    return loadUploads(repository);
}

ContentReader RepositoryLoader::contentReader() const
{
    return [&driver = m_driver](const Digest &digest) -> std::optional<std::string> {
        auto bytes = driver.read(layout::blobData(digest), maxManifestSize);
        return bytes ? std::optional(std::move(*bytes)) : std::nullopt;
    };
}

Result<void> RepositoryLoader::skip(const Error &error) const
{
    if (error.kind == ErrorKind::TooManyRequests)
        return tl::unexpected(error);
    m_problems(error.message);
    return {};
}

Result<std::vector<StorageDriver::Entry>> RepositoryLoader::listDirectories(const std::string &path) const
{
    auto entries = m_driver.list(path);
    if (!entries && entries.error().kind == ErrorKind::NotFound)
        return std::vector<StorageDriver::Entry>();
    if (entries)
        std::erase_if(*entries, [](const auto &entry) { return !entry.isDirectory; });
    return entries;
}

Result<void> RepositoryLoader::visitLinks(Repository &repository, const std::string &directory,
                                          const LinkVisitor &visit) const
{
    for (const auto algorithm : {DigestAlgorithm::Sha256, DigestAlgorithm::Sha512}) {
        const std::string prefix(algorithmName(algorithm));
        const auto path = directory + '/' + prefix;
        const auto entries = listDirectories(path);
        if (!entries)
            return tl::unexpected(entries.error());
        for (const auto &entry : *entries) {
            const auto digest = Digest::parse(prefix + ':' + entry.name);
            if (!digest) {
                m_problems(path + '/' + entry.name + " is not named like a digest");
                repository.publishDefect(entry.name);
                continue;
            }
            if (auto done = visit(*digest, path + '/' + entry.name + "/link"); !done) {
                if (auto skipped = skip(done.error()); !skipped)
                    return skipped;
                repository.publishDefect(digest->toString());
            }
        }
    }
    return {};
}

Result<std::optional<Digest>> RepositoryLoader::readLink(const std::string &path, const Digest &name) const
{
    const auto text = m_driver.read(path, maxLinkSize);
    if (!text && text.error().kind == ErrorKind::NotFound)
        return std::nullopt;
    if (!text && text.error().kind != ErrorKind::TooLarge)
        return tl::unexpected(text.error());
    const auto digest = text ? Digest::parse(trimmed(*text)) : tl::unexpected(text.error());
    if (digest)
        return *digest;
    if (!dataHashesTo(name)) {
        return fail(ErrorKind::BadAnswer, path + " is garbled, and its data is not there to repair it");
    }
    if (m_settings.repairs) {
        if (auto put = m_driver.put(path, name.toString()); !put)
            return tl::unexpected(put.error());
    }
    return name;
}

bool RepositoryLoader::dataHashesTo(const Digest &digest) const
{
    Hasher hasher(digest.algorithm());
    const auto read = m_driver.readThrough(layout::blobData(digest),
                                           [&](std::span<const std::byte> bytes) { hasher.update(bytes); });
    return read && hasher.digest() == digest;
}

Result<void> RepositoryLoader::loadManifests(Repository &repository) const
{
    const auto directory = layout::repository(repository.name()) + '/' + layout::revisions;
    return visitLinks(repository, directory, [&](const Digest &digest, const std::string &path) {
        return loadManifest(repository, digest, path);
    });
}

Result<void> RepositoryLoader::loadManifest(Repository &repository, const Digest &digest,
                                            const std::string &path) const
{
    const auto data = readLink(path, digest);
    if (!data)
        return tl::unexpected(data.error());
    if (!*data)
        return {};
    const auto info = m_driver.info(path);
    if (!info)
        return tl::unexpected(info.error());
    auto bytes = m_driver.read(layout::blobData(**data), maxManifestSize);
    if (!bytes)
        return tl::unexpected(bytes.error());
    const auto manifest = Manifest::parse(*bytes, std::nullopt, JsonRules::Lenient);
    auto record = manifest ? makeManifestRecord(*manifest, info->modified, m_strings, contentReader())
                           : makeOpaqueRecord(*bytes, info->modified, m_strings);
    if (!manifest)
        m_problems(digest.toString() + " in " + repository.name().toString() +
                   " is served as it is: " + manifest.error().message);
    repository.publishManifest(digest, std::move(record), nullptr);
    repository.publishDataOf(digest, **data);
    return {};
}

Result<void> RepositoryLoader::loadLayers(Repository &repository) const
{
    const auto directory = layout::repository(repository.name()) + '/' + layout::layers;
    return visitLinks(repository, directory,
                      [&](const Digest &digest, const std::string &path) -> Result<void> {
                          const auto data = readLink(path, digest);
                          if (!data)
                              return tl::unexpected(data.error());
                          if (!*data)
                              return {};
                          const auto info = m_driver.info(layout::blobData(**data));
                          if (!info && info.error().kind == ErrorKind::NotFound)
                              return skip(info.error()); // lost, but it was no more than a layer
                          if (!info)
                              return tl::unexpected(info.error());
                          repository.publishLayer(digest, info->size, nullptr);
                          repository.publishDataOf(digest, **data);
                          return {};
                      });
}

Result<void> RepositoryLoader::loadTombstones(Repository &repository) const
{
    const auto directory = layout::repository(repository.name()) + '/' + layout::deleted;
    return visitLinks(
        repository, directory, [&](const Digest &digest, const std::string &path) -> Result<void> {
            const auto text = m_driver.read(path, maxTombstoneSize);
            if (!text && text.error().kind == ErrorKind::NotFound)
                return {};
            if (!text && text.error().kind == ErrorKind::TooManyRequests)
                return tl::unexpected(text.error());
            // Presence means deleted, even if nobody can read why.
            auto tombstone = Tombstone::parse(text ? *text : std::string());
            if (!tombstone.readable)
                m_problems(path + " cannot be read: the content stays deleted");
            tombstone.isOutdated = isOutdated(repository, digest, tombstone);
            if (tombstone.isOutdated)
                m_problems(digest.toString() + " in " + repository.name().toString() +
                           " was pushed by another program after it had been deleted here: it stays deleted "
                           "until it is restored");
            repository.publishTombstone(digest, std::make_shared<const Tombstone>(std::move(tombstone)));
            return {};
        });
}

bool RepositoryLoader::isNewer(const std::string &path, const std::optional<Timestamp> &deletion) const
{
    const auto info =
        m_settings.comparesTimes && deletion ? m_driver.info(path) : fail(ErrorKind::NotFound, {});
    return info && info->modified > *deletion + clockTolerance;
}

bool RepositoryLoader::isOutdated(const Repository &repository, const Digest &digest,
                                  const Tombstone &tombstone) const
{
    const auto &name = repository.name();
    return isNewer(layout::revisionLink(name, digest), tombstone.deletedAt(ContentRole::Manifest)) ||
           isNewer(layout::layerLink(name, digest), tombstone.deletedAt(ContentRole::Blob));
}

bool RepositoryLoader::isAbsent(const std::string &path) const
{
    const auto info = m_driver.info(path);
    return !info && info.error().kind == ErrorKind::NotFound;
}

Result<void> RepositoryLoader::loadTags(Repository &repository) const
{
    const auto directory = layout::repository(repository.name()) + '/' + layout::tags;
    const auto entries = listDirectories(directory);
    if (!entries)
        return tl::unexpected(entries.error());
    for (const auto &entry : *entries) {
        const auto tag = Tag::parse(entry.name);
        if (!tag) {
            m_problems(directory + '/' + entry.name + " is not named like a tag");
            continue;
        }
        if (auto done = loadTag(repository, *tag); !done) {
            if (auto skipped = skip(done.error()); !skipped)
                return skipped;
        }
    }
    return {};
}

Result<void> RepositoryLoader::loadTag(Repository &repository, const Tag &tag) const
{
    const auto path = layout::tagLink(repository.name(), tag);
    const auto text = m_driver.read(path, maxLinkSize);
    if (!text && text.error().kind == ErrorKind::NotFound)
        return {}; // an interrupted push, or a delete by another program
    if (!text)
        return tl::unexpected(text.error());
    const auto digest = Digest::parse(trimmed(*text));
    if (digest)
        repository.publishTag(tag, *digest);
    else
        m_problems(path + " is garbled: the tag is lost, push it again");
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
    const auto text = m_driver.read(path, maxTombstoneSize);
    if (!text && text.error().kind == ErrorKind::NotFound)
        return {};
    if (!text && text.error().kind == ErrorKind::TooManyRequests)
        return tl::unexpected(text.error());
    auto tombstone = TagTombstone::parse(text ? *text : std::string());
    const auto current = repository.state(tag).current;
    // The push that moved the tag on, or the sweep of the manifest, was interrupted before it removed this.
    const bool isInert = current ? !tombstone.appliesTo(*current)
                                 : tombstone.digest && isAbsent(layout::tagLink(name, tag)) &&
                                       isAbsent(layout::revisionLink(name, *tombstone.digest));
    if (isInert && m_settings.repairs && m_driver.remove(path))
        return {};
    tombstone.isOutdated = current && isNewer(layout::tagLink(name, tag), tombstone.deletedAt);
    if (tombstone.isOutdated)
        m_problems("the tag " + tag.toString() + " in " + name.toString() +
                   " was pushed by another program after it had been deleted here: it stays deleted until it "
                   "is restored");
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

Result<void> RepositoryLoader::loadUploads(const Repository &repository) const
{
    const auto entries = listDirectories(layout::repository(repository.name()) + '/' + layout::uploads);
    if (!entries)
        return tl::unexpected(entries.error());
    for (const auto &entry : *entries) {
        if (!isUploadId(entry.name))
            continue;
        if (auto done = loadUpload(repository.name(), entry.name); !done) {
            if (auto skipped = skip(done.error()); !skipped)
                return skipped;
        }
    }
    return {};
}

Result<void> RepositoryLoader::loadUpload(const RepositoryName &name, const std::string &id) const
{
    const auto data = m_driver.info(layout::uploadData(name, id));
    if (!data && data.error().kind != ErrorKind::NotFound)
        return tl::unexpected(data.error());
    const auto started = m_driver.info(layout::uploadStartedAt(name, id));
    // Without either it is the rest of a session that has ended.
    const auto active = data ? data->modified : started ? started->modified : Timestamp();
    if (m_settings.now() - active > m_settings.uploadRetention) {
        if (m_settings.repairs)
            m_driver.removeTree(layout::upload(name, id));
        return {};
    }
    m_uploads(name, {id, trustedUploadSize(name, id, data ? data->size : 0)});
    return {};
}

std::int64_t RepositoryLoader::trustedUploadSize(const RepositoryName &name, const std::string &id,
                                                 std::int64_t size) const
{
    if (!m_settings.endedWithMachine)
        return size;
    const auto text = m_driver.read(layout::uploadSynced(name, id), maxLinkSize);
    const auto values = text ? KeyValues::parse(*text) : tl::unexpected(text.error());
    const auto offset = values ? values->value("offset").value_or("") : std::string();
    std::int64_t synced = 0;
    std::from_chars(offset.data(), offset.data() + offset.size(), synced);
    return std::min(size, synced);
}

} // namespace quayside
