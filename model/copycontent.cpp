// SPDX-License-Identifier: Apache-2.0
#include "model/copycontent.h"

#include "oci/qtconversions.h"

#include <QFile>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <unistd.h>
#include <utility>

namespace quayside {

namespace {

constexpr int workers = 3;

/// What the coroutines of one call share.
struct Copying
{
    BlobCopy job;
    std::stop_source stop;                            // by the caller, or by the first failure
    std::vector<std::pair<Digest, qint64>> open = {}; // taken from the back
    std::map<Digest, qint64> moved = {};              // bytes read, and bytes sent
    qint64 movedInAll = 0;
    qint64 total = 0;
    std::optional<Error> error = {};

    void fail(Error why)
    {
        if (!error)
            error = std::move(why);
        stop.request_stop(); // the others have nothing left to do
    }
    /// Half of a blob's way is reading it, half is sending it.
    void advance(const Digest &digest, qint64 bytes)
    {
        movedInAll += bytes - moved[digest];
        moved[digest] = bytes;
        if (job.progress)
            job.progress(movedInAll / 2, total);
    }
};

Error about(const std::string &what, Error error)
{
    error.message = what + ": " + error.message;
    return error;
}

/// A file without a name, for this user alone: it is gone when it is closed, however the program ends.
Result<std::shared_ptr<QFile>> openNameless(const QString &directory)
{
    const QByteArray path = QFile::encodeName(directory);
    int descriptor = ::open(path.constData(), O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (descriptor < 0 && (errno == EOPNOTSUPP || errno == EISDIR)) { // not on this file system
        QByteArray name = path + "/copy-XXXXXX";
        descriptor = ::mkostemp(name.data(), O_CLOEXEC);
        if (descriptor >= 0)
            ::unlink(name.constData());
    }
    if (descriptor < 0) {
        const ErrorKind kind = errno == ENOSPC || errno == EDQUOT ? ErrorKind::NoSpace : ErrorKind::Storage;
        return fail(kind, "a temporary file cannot be made: " + std::string(std::strerror(errno)));
    }
    auto file = std::make_shared<QFile>();
    file->open(descriptor, QIODevice::ReadWrite | QIODevice::Unbuffered, QFileDevice::AutoCloseHandle);
    return file;
}

QCoro::Task<Result<void>> copyBlob(std::shared_ptr<Copying> work, Digest digest, qint64 size)
{
    const CopyPlace source = work->job.source;
    const CopyPlace target = work->job.target;
    const std::stop_token stop = work->stop.get_token();
    if (work->job.skipsKnown) {
        const auto known = co_await target.client->hasBlob(target.repository, digest, stop);
        if (!known)
            co_return tl::unexpected(about(target.nameOf(digest), known.error()));
        if (*known) {
            work->advance(digest, 2 * size);
            co_return Result<void>();
        }
    }
    const auto file = openNameless(work->job.directory);
    if (!file)
        co_return tl::unexpected(about(source.nameOf(digest), file.error()));
    const ByteProgress reading = [work, digest](qint64 received, qint64) { work->advance(digest, received); };
    const auto read =
        co_await source.client->downloadBlob(source.repository, digest, size, *file, reading, stop);
    if (!read)
        co_return tl::unexpected(about(source.nameOf(digest), read.error()));
    const ByteProgress sending = [work, digest, size](qint64 sent, qint64) {
        work->advance(digest, size + sent);
    };
    const auto sent =
        co_await target.client->uploadBlob(target.repository, digest, *file, size, sending, stop);
    if (!sent)
        co_return tl::unexpected(about(target.nameOf(digest), sent.error()));
    work->advance(digest, 2 * size);
    co_return Result<void>();
}

QCoro::Task<> copySome(std::shared_ptr<Copying> work)
{
    while (!work->open.empty() && !work->stop.stop_requested()) {
        const auto [digest, size] = work->open.back();
        work->open.pop_back();
        auto copying = copyBlob(work, digest, size);
        const auto copied = co_await copying;
        if (!copied)
            work->fail(copied.error());
    }
}

QCoro::Task<Result<void>> put(CopyPlace target, ManifestCopy manifest, TagOrDigest name, std::stop_token stop)
{
    const auto done = co_await target.client->putManifest(target.repository, name, manifest.bytes,
                                                          manifest.mediaType, stop);
    if (!done)
        co_return tl::unexpected(about(target.nameOf(name), done.error()));
    co_return Result<void>();
}

} // namespace

std::string CopyPlace::nameOf(const TagOrDigest &reference) const
{
    const char *separator = std::holds_alternative<Tag>(reference) ? ":" : "@";
    return toStdString(client->address().display()) + '/' + repository.toString() + separator +
           toString(reference);
}

QCoro::Task<Result<void>> copyBlobs(BlobCopy job, std::stop_token stop)
{
    const auto work = std::make_shared<Copying>(Copying{std::move(job), {}});
    for (const auto &[digest, size] : work->job.blobs) {
        work->open.emplace_back(digest, size);
        work->total += size;
    }
    const std::stop_callback forward(stop, [work] { work->stop.request_stop(); });
    std::vector<QCoro::Task<>> tasks;
    for (int i = 0; i < workers; ++i)
        tasks.push_back(copySome(work));
    for (auto &task : tasks)
        co_await task;
    if (stop.stop_requested())
        co_return fail(ErrorKind::Cancelled, "stopped");
    if (work->error) {
        const Error error = *work->error;
        co_return tl::unexpected(error);
    }
    co_return Result<void>();
}

QCoro::Task<Result<void>> putManifests(CopyPlace target, std::vector<ManifestCopy> manifests,
                                       std::stop_token stop)
{
    for (const ManifestCopy &manifest : manifests) {
        auto putting = put(target, manifest, manifest.digest, stop);
        auto done = co_await putting;
        if (!done)
            co_return done;
    }
    for (const ManifestCopy &manifest : manifests) {
        for (const Tag &tag : manifest.tags) {
            auto putting = put(target, manifest, tag, stop);
            auto done = co_await putting;
            if (!done)
                co_return done;
        }
    }
    co_return Result<void>();
}

} // namespace quayside
