// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/repositoryloader.h"

#include "localregistry/storage/layout.h"
#include "localregistry/storage/linkreading.h"
#include "oci/hasher.h"

#include <algorithm>
#include <charconv>

namespace quayside {

namespace {

constexpr std::size_t maxRecordSize = 4096; // of `synced`

} // namespace

RepositoryLoader::RepositoryLoader(StorageDriver &driver, StringPool &strings, LostData &lost,
                                   Settings settings, UploadSink uploads, ProblemSink problems)
    : m_driver(driver)
    , m_strings(strings)
    , m_lost(lost)
    , m_settings(std::move(settings))
    , m_uploads(std::move(uploads))
    , m_problems(std::move(problems))
{}

Result<void> RepositoryLoader::load(Repository &repository) const
{
    using Step = Result<void> (RepositoryLoader::*)(Repository &) const;
    // Tags refer to manifests, tombstones of tags to the tags.
    for (const Step step :
         {&RepositoryLoader::loadManifests, &RepositoryLoader::loadLayers, &RepositoryLoader::loadTombstones,
          &RepositoryLoader::loadTags, &RepositoryLoader::noteForeignTags,
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
                repository.publishOddName(entry.name);
                continue;
            }
            if (auto done = visit(*digest, path + '/' + entry.name + "/link"); !done)
                return done;
        }
    }
    return {};
}

Result<void> RepositoryLoader::orFault(Result<void> done, Repository &repository, const Digest &digest,
                                       ContentRole role) const
{
    if (done)
        return done;
    repository.publishFault(digest, role, LinkFault::Unreadable);
    return skip(done.error());
}

Result<void> RepositoryLoader::noteLost(Repository &repository, const Digest &digest, ContentRole role,
                                        const Digest &data, const std::string &what) const
{
    m_problems("the data of " + digest.toString() + " in " + repository.name().toString() + " is " + what +
               ": push it again");
    m_lost.insert(data);
    repository.publishDataOf(digest, data);
    repository.publishFault(digest, role, LinkFault::Lost);
    return {};
}

Result<void> RepositoryLoader::reload(Repository &repository, const Digest &digest, ContentRole role) const
{
    const auto &name = repository.name();
    return role == ContentRole::Manifest
               ? loadManifest(repository, digest, layout::revisionLink(name, digest))
               : loadLayer(repository, digest, layout::layerLink(name, digest));
}

Result<std::optional<Digest>> RepositoryLoader::repairedLink(const std::string &path,
                                                             const Digest &name) const
{
    const auto digest = readLink(m_driver, path);
    if (digest)
        return *digest;
    if (digest.error().kind == ErrorKind::NotFound)
        return std::nullopt;
    if (digest.error().kind != ErrorKind::BadAnswer)
        return tl::unexpected(digest.error());
    if (!dataHashesTo(m_driver, name))
        return fail(ErrorKind::BadAnswer, path + " is garbled, and its data is not there to repair it");
    if (m_settings.repairs) {
        if (auto put = m_driver.put(path, name.toString()); !put)
            return tl::unexpected(put.error());
    }
    return name;
}

Result<void> RepositoryLoader::loadManifests(Repository &repository) const
{
    const auto directory = layout::repository(repository.name()) + '/' + layout::revisions;
    return visitLinks(repository, directory, [&](const Digest &digest, const std::string &path) {
        return orFault(loadManifest(repository, digest, path), repository, digest, ContentRole::Manifest);
    });
}

Result<void> RepositoryLoader::loadManifest(Repository &repository, const Digest &digest,
                                            const std::string &path) const
{
    const auto data = repairedLink(path, digest);
    if (!data)
        return tl::unexpected(data.error());
    if (!*data)
        return {};
    const auto info = m_driver.info(path);
    if (!info)
        return tl::unexpected(info.error());
    auto bytes = m_driver.read(layout::blobData(**data), maxManifestSize);
    if (!bytes && bytes.error().kind == ErrorKind::NotFound)
        return noteLost(repository, digest, ContentRole::Manifest, **data, "missing");
    if (!bytes)
        return tl::unexpected(bytes.error());
    const auto manifest = Manifest::parse(*bytes, std::nullopt, JsonRules::Lenient);
    // A registry that does not sync leaves empty files after a power cut.
    if (!manifest && Hasher::hash(*bytes, (*data)->algorithm()) != **data)
        return noteLost(repository, digest, ContentRole::Manifest, **data, "damaged");
    auto record = manifest ? makeManifestRecord(*manifest, info->modified, m_strings, contentReader())
                           : makeOpaqueRecord(*bytes, info->modified, m_strings);
    if (!manifest)
        m_problems(digest.toString() + " in " + repository.name().toString() +
                   " is served as it is: " + manifest.error().message);
    repository.publishDataOf(digest, **data);
    repository.publishManifest(digest, std::move(record), repository.state(digest).tombstone);
    return {};
}

Result<void> RepositoryLoader::loadLayers(Repository &repository) const
{
    const auto directory = layout::repository(repository.name()) + '/' + layout::layers;
    return visitLinks(repository, directory, [&](const Digest &digest, const std::string &path) {
        return orFault(loadLayer(repository, digest, path), repository, digest, ContentRole::Blob);
    });
}

Result<void> RepositoryLoader::loadLayer(Repository &repository, const Digest &digest,
                                         const std::string &path) const
{
    const auto data = repairedLink(path, digest);
    if (!data)
        return tl::unexpected(data.error());
    if (!*data)
        return {};
    const auto info = m_driver.info(layout::blobData(**data));
    if (!info && info.error().kind == ErrorKind::NotFound)
        return noteLost(repository, digest, ContentRole::Blob, **data, "missing");
    if (!info)
        return tl::unexpected(info.error());
    if (isEmptied(**data, info->size))
        return noteLost(repository, digest, ContentRole::Blob, **data, "damaged");
    repository.publishDataOf(digest, **data);
    repository.publishLayer(digest, info->size, repository.state(digest).tombstone);
    return {};
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
    const auto digest = readLink(m_driver, path);
    if (digest)
        repository.publishTag(tag, *digest);
    else if (digest.error().kind == ErrorKind::BadAnswer)
        m_problems(path + " is garbled: the tag is lost, push it again");
    else if (digest.error().kind != ErrorKind::NotFound)
        return tl::unexpected(digest.error());
    return {}; // without a link: an interrupted push, or a delete by another program
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

bool RepositoryLoader::isIdle(Timestamp active) const
{
    return m_settings.now() - active > m_settings.uploadRetention;
}

bool RepositoryLoader::isIdleUpload(const RepositoryName &name, const std::string &id) const
{
    const auto data = m_driver.info(layout::uploadData(name, id));
    return data ? isIdle(data->modified) : data.error().kind == ErrorKind::NotFound;
}

std::size_t RepositoryLoader::removeIdleUploads(const RepositoryName &name) const
{
    std::size_t removed = 0;
    const auto entries = listDirectories(layout::repository(name) + '/' + layout::uploads);
    if (!entries)
        return removed;
    for (const auto &entry : *entries) {
        if (!isUploadId(entry.name) || !isIdleUpload(name, entry.name))
            continue;
        m_driver.removeTree(layout::upload(name, entry.name));
        ++removed;
    }
    return removed;
}

// A session is there as long as its data: without, it is what is left of one that has ended.
Result<void> RepositoryLoader::loadUpload(const RepositoryName &name, const std::string &id) const
{
    const auto data = m_driver.info(layout::uploadData(name, id));
    if (!data && data.error().kind != ErrorKind::NotFound)
        return tl::unexpected(data.error());
    if (!data || isIdle(data->modified)) {
        if (m_settings.repairs)
            m_driver.removeTree(layout::upload(name, id));
        return {};
    }
    m_uploads(name, {id, trustedUploadSize(name, id, data->size)});
    return {};
}

std::int64_t RepositoryLoader::trustedUploadSize(const RepositoryName &name, const std::string &id,
                                                 std::int64_t size) const
{
    if (!m_settings.endedWithMachine)
        return size;
    const auto text = m_driver.read(layout::uploadSynced(name, id), maxRecordSize);
    const auto values = text ? KeyValues::parse(*text) : tl::unexpected(text.error());
    const auto offset = values ? values->value("offset").value_or("") : std::string();
    std::int64_t synced = 0;
    std::from_chars(offset.data(), offset.data() + offset.size(), synced);
    return std::min(size, synced);
}

} // namespace quayside
