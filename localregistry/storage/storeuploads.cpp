// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/layout.h"
#include "localregistry/storage/storeerrors.h"
#include "localregistry/storage/storeprivate.h"

namespace quayside {

namespace {

class SessionWriter final : public UploadWriter
{
public:
    SessionWriter(std::shared_ptr<UploadSession> session, StorageDriver &driver, std::uint64_t number)
        : m_session(std::move(session))
        , m_driver(driver)
        , m_number(number)
    {}
    ~SessionWriter() override { m_session->endWriting(m_number); }

    std::int64_t offset() const override { return m_session->status().offset; }
    Result<void> write(std::span<const std::byte> bytes) override
    {
        return m_session->write(m_driver, m_number, bytes);
    }

private:
    std::shared_ptr<UploadSession> m_session;
    StorageDriver &m_driver;
    std::uint64_t m_number;
};

tl::unexpected<Error> notMountable(const Digest &digest)
{
    return failWithCode(ErrorKind::NotFound, "BLOB_UNKNOWN",
                        "no such blob can be mounted: " + digest.toString());
}

} // namespace

Result<UploadStatus> Store::startUpload(const RepositoryName &repository, DigestAlgorithm algorithm)
{
    if (auto writable = d->checkWritable(); !writable)
        return tl::unexpected(writable.error());
    if (const auto loaded = d->repositories->findOrMake(repository); !loaded)
        return tl::unexpected(loaded.error());
    const auto session = std::make_shared<UploadSession>(repository, makeUploadId(), algorithm, 0);
    const auto status = session->status();
    // A session promises its bytes to kill -9, not to a power cut: nothing is synced yet.
    const auto startedAt = formatRfc3339(d->now());
    auto started = d->driver->append(layout::uploadStartedAt(repository, status.id), 0);
    auto done =
        started ? (*started)->append(std::as_bytes(std::span(startedAt))) : tl::unexpected(started.error());
    if (done) {
        const auto data = d->driver->append(layout::uploadData(repository, status.id), 0);
        done = data ? Result<void>() : tl::unexpected(data.error());
    }
    // Known only now: the hourly pass ends sessions without files.
    if (done)
        done = d->uploads.insert(session);
    if (!done) {
        d->driver->removeTree(layout::upload(repository, status.id));
        return tl::unexpected(done.error());
    }
    return status;
}

Result<UploadStatus> Store::uploadStatus(const RepositoryName &repository, const UploadId &id) const
{
    const auto session = d->findUpload(repository, id);
    if (!session)
        return tl::unexpected(session.error());
    return (*session)->status();
}

Result<std::unique_ptr<UploadWriter>> Store::openUpload(const RepositoryName &repository, const UploadId &id)
{
    if (auto writable = d->checkWritable(); !writable)
        return tl::unexpected(writable.error());
    auto session = d->findUpload(repository, id);
    if (!session)
        return tl::unexpected(session.error());
    const auto writer = (*session)->beginWriting(*d->driver, d->options.uploadWriterIdle);
    if (!writer)
        return tl::unexpected(writer.error());
    return std::make_unique<SessionWriter>(std::move(*session), *d->driver, *writer);
}

Result<BlobInfo> Store::finishUpload(const RepositoryName &repository, const UploadId &id,
                                     const Digest &digest)
{
    if (auto writable = d->checkWritable(); !writable)
        return tl::unexpected(writable.error());
    const auto session = d->findUpload(repository, id);
    if (!session)
        return tl::unexpected(session.error());
    const auto taken = (*session)->take();
    if (!taken)
        return tl::unexpected(taken.error());
    const auto found = (*session)->seal(*d->driver, digest.algorithm(), d->options.uploadWriterIdle);
    if (!found)
        return tl::unexpected(found.error());
    if (*found != digest) {
        static_cast<void>(d->endUpload(**session)); // else it goes on, and ends with the day
        return failWithCode(ErrorKind::DigestMismatch, "DIGEST_INVALID",
                            "the upload hashes to " + found->toString() + ", not to " + digest.toString());
    }
    auto committed = d->commitUpload(**session, digest);
    if (committed)
        d->bringBack(digest, ContentRole::Blob);
    return committed;
}

Result<BlobInfo> Store::Private::commitUpload(UploadSession &session, const Digest &digest)
{
    const auto &name = session.repository();
    const auto repository = repositories->findOrMake(name);
    if (!repository)
        return tl::unexpected(repository.error());
    const auto status = session.status();
    const auto digestLock = keys.lockDigest(name, digest);
    const auto dataLock = data.share(digest);
    auto lease = leases->hold({digest});
    if (auto moved = driver->move(layout::uploadData(name, status.id), layout::blobData(digest)); !moved)
        return tl::unexpected(moved.error());
    auto committed = commitLayer(**repository, digest, digest, status.offset);
    forgetUpload(session); // also after an error: its bytes have left it
    if (committed)
        lease.keep();
    return committed;
}

// One step: what is left of a session without its data is no session, see RepositoryLoader.
Result<void> Store::Private::endUpload(UploadSession &session)
{
    const auto path = layout::uploadData(session.repository(), session.status().id);
    if (auto removed = driver->remove(path); !removed)
        return removed;
    forgetUpload(session);
    return {};
}

void Store::Private::forgetUpload(UploadSession &session)
{
    const auto id = session.status().id;
    session.end();
    uploads.erase(id);
    driver->removeTree(layout::upload(session.repository(), id));
}

std::size_t Store::Private::endIdleUploads()
{
    const auto &loader = repositories->loader();
    std::size_t ended = 0;
    for (const auto &session : uploads.all()) {
        if (!loader.isIdleUpload(session->repository(), session->status().id))
            continue;
        const auto taken = session->take(); // not from who writes to it right now, or has just done so
        if (taken && loader.isIdleUpload(session->repository(), session->status().id) && endUpload(*session))
            ++ended;
    }
    for (const auto &name : repositories->unloaded())
        ended += loader.removeIdleUploads(name);
    return ended;
}

Result<std::shared_ptr<UploadSession>> Store::Private::findUpload(const RepositoryName &repository,
                                                                  const UploadId &id) const
{
    // Sessions of an earlier process come with their repository.
    if (const auto loaded = find(repository, "BLOB_UPLOAD_UNKNOWN"); !loaded)
        return tl::unexpected(loaded.error());
    return uploads.find(repository, id);
}

Result<void> Store::cancelUpload(const RepositoryName &repository, const UploadId &id)
{
    if (auto writable = d->checkWritable(); !writable)
        return writable;
    const auto session = d->findUpload(repository, id);
    if (!session)
        return tl::unexpected(session.error());
    const auto taken = (*session)->take();
    if (!taken)
        return tl::unexpected(taken.error());
    return d->endUpload(**session);
}

void Store::dropUpload(const RepositoryName &repository, const UploadId &id)
{
    const auto session = d->uploads.find(repository, id);
    if (!session)
        return;
    if (const auto taken = (*session)->take())
        d->forgetUpload(**session);
}

Result<BlobInfo> Store::mountBlob(const RepositoryName &repository, const Digest &digest,
                                  const std::optional<RepositoryName> &from)
{
    if (auto writable = d->checkWritable(); !writable)
        return tl::unexpected(writable.error());
    const auto digestLock = d->keys.lockDigest(repository, digest);
    auto lease = d->leases->hold({digest});
    const auto source = d->findMountSource(digest, from);
    if (!source)
        return tl::unexpected(source.error());
    const auto target = d->repositories->findOrMake(repository);
    if (!target)
        return tl::unexpected(target.error());
    const auto data = (*source)->dataOf(digest);
    auto dataLease = d->leases->hold({data});
    auto dataLock = d->data.share(data);
    const auto info = d->driver->info(layout::blobData(data));
    const auto size = (*source)->blobSize(digest);
    if (!info && info.error().kind != ErrorKind::NotFound)
        return tl::unexpected(info.error());
    if (!size || !info || info->size != *size) {
        dataLock.unlock();
        if (size)
            d->noteLost(data, *size);
        return notMountable(digest);
    }
    auto committed = d->commitLayer(**target, digest, data, info->size);
    if (committed) {
        lease.keep();
        dataLease.keep();
    }
    return committed;
}

Result<std::shared_ptr<Repository>>
Store::Private::findMountSource(const Digest &digest, const std::optional<RepositoryName> &from) const
{
    std::vector<std::shared_ptr<Repository>> candidates;
    if (!from) {
        candidates = repositories->loaded();
    } else if (auto found = find(*from, "BLOB_UNKNOWN"); found) {
        candidates = {*found};
    } else {
        return found;
    }
    for (auto &candidate : candidates) {
        if (candidate->isLive(digest, ContentRole::Blob))
            return candidate;
    }
    return notMountable(digest);
}

} // namespace quayside
