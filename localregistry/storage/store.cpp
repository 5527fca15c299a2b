// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/store.h"

#include "localregistry/storage/filesystemprobe.h"
#include "localregistry/storage/storeerrors.h"
#include "localregistry/storage/storeprivate.h"

#include <algorithm>

namespace quayside {

namespace {

constexpr std::size_t maxProblems = 1000;

} // namespace

Result<std::unique_ptr<Store>> Store::open(StoreOptions options)
{
    auto p = std::make_unique<Private>();
    p->options = std::move(options);
    if (auto opened = p->openFiles(); !opened)
        return tl::unexpected(opened.error());
    p->repositories = std::make_unique<RepositoryIndex>(
        *p->driver, p->makeLoader(), [d = p.get()](const std::string &problem) { d->addProblem(problem); });
    return std::unique_ptr<Store>(new Store(std::move(p)));
}

Result<void> Store::Private::openFiles()
{
    auto opened = Files::open(options.root, options.fileObserver);
    if (!opened)
        return tl::unexpected(opened.error());
    files = std::move(*opened);
    auto locked = LockFile::acquire(*files);
    if (!locked)
        return tl::unexpected(locked.error());
    lock = std::move(*locked);
    if (auto fit = probeFileSystem(*files); !fit)
        return fit;
    auto made = FilesystemDriver::create(*files);
    if (!made)
        return tl::unexpected(made.error());
    driver = std::move(*made);
    auto loaded =
        StateFile::load(*driver, options.steadyNow ? options.steadyNow : std::chrono::steady_clock::now);
    if (!loaded)
        return tl::unexpected(loaded.error());
    state = std::move(*loaded);
    leases.emplace(options.leaseDuration, [this] { return now(); });
    leases->add(state->leases());
    comparesTimes = state->isInItsPlace();
    if (state->wasCopied())
        addProblem("the store is a copy: what another program pushed to it cannot be told by its time");
    if (options.readOnly)
        return {};
    // What such a process did is seen, and so would not be done again for a client that asks; without this a
    // power cut could undo it after the answer.
    if (state->mayBeUnsynced()) {
        if (auto synced = files->syncAll(); !synced)
            return synced;
    }
    driver->reserve();
    auto marked = state->markOpen(now());
    // On a full disk a person wants to delete; the next sweep writes the mark.
    return !marked && marked.error().kind == ErrorKind::NoSpace && !driver->isBroken() ? Result<void>()
                                                                                       : marked;
}

RepositoryLoader Store::Private::makeLoader()
{
    const RepositoryLoader::Settings settings{!options.readOnly,       state->endedWithMachine(),
                                              comparesTimes,           state->timesFrom(),
                                              options.uploadRetention, [this] { return now(); }};
    const auto addUpload = [this](const RepositoryName &name, const RepositoryLoader::FoundUpload &found) {
        uploads.insertFound(
            std::make_shared<UploadSession>(name, found.id, DigestAlgorithm::Sha256, found.size));
    };
    return {*driver,  strings,   lost,
            settings, addUpload, [this](const std::string &problem) { addProblem(problem); }};
}

Store::Store(std::unique_ptr<Private> p)
    : d(std::move(p))
{}

Store::~Store()
{
    d->repositories.reset();
    bool durable = !d->driver->isBroken() && !d->options.readOnly;
    for (const auto &session : d->uploads.all())
        durable = durable && session->makeDurable(*d->driver);
    // Without the mark the next start only trusts what was synced.
    if (durable)
        static_cast<void>(d->state->markClosed(d->leases->toString()));
}

const StoreOptions &Store::options() const
{
    return d->options;
}

Result<void> Store::announce(const std::string &url)
{
    return d->lock->announce(url);
}

void Store::setEventListener(std::function<void(const StoreEvent &)> listener)
{
    d->listener = std::move(listener);
}

std::vector<std::string> Store::problems() const
{
    const std::lock_guard lock(d->problemsMutex);
    return d->problems;
}

bool Store::isLoaded(const RepositoryName &repository) const
{
    return d->repositories->isLoaded(repository);
}

bool Store::isLoaded() const
{
    return d->repositories->isLoaded();
}

void Store::waitUntilLoaded() const
{
    d->repositories->visitFrom({}, [](const Repository &) { return true; });
}

void Store::stopLoading()
{
    d->repositories->stop();
}

Timestamp Store::Private::now() const
{
    return options.now ? options.now()
                       : std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
}

void Store::Private::addProblem(const std::string &problem)
{
    {
        const std::lock_guard guard(problemsMutex);
        if (problems.size() >= maxProblems)
            return;
        problems.push_back(problem);
    }
    if (options.problemListener)
        options.problemListener(problem);
}

void Store::Private::emitEvent(StoreEventType type, const RepositoryName &repository, const Digest &digest,
                               std::vector<Tag> tags) const
{
    if (listener)
        listener({type, repository, digest, std::move(tags), now()});
}

Result<void> Store::Private::checkWritable() const
{
    if (options.readOnly)
        return failWithCode(ErrorKind::ReadOnly, "UNSUPPORTED", "the store is open read-only");
    if (driver->isBroken())
        return failWithCode(
            ErrorKind::ReadOnly, "UNAVAILABLE",
            "the disk failed to store data; the store takes no changes until it is opened again");
    return {};
}

Result<void> Store::Private::checkDeletable() const
{
    if (auto writable = checkWritable(); !writable)
        return writable;
    if (!options.deletesEnabled)
        return failWithCode(ErrorKind::DeletesDisabled, "UNSUPPORTED", "deletes are switched off");
    return {};
}

Result<std::shared_ptr<Repository>> Store::Private::find(const RepositoryName &name, const char *code) const
{
    auto repository = repositories->find(name);
    if (!repository && repository.error().code == "NAME_UNKNOWN")
        return failWithCode(ErrorKind::NotFound, code, repository.error().message);
    return repository;
}

Result<void> Store::Private::writeLink(const std::string &path, const Digest &target, bool isThere)
{
    if (isThere) {
        auto kept = driver->makeDurable(path);
        if (kept || kept.error().kind != ErrorKind::NotFound)
            return kept;
    }
    return driver->put(path, target.toString());
}

// On a full disk the names of the tags, which are for display, may have to go to make it fit.
Result<void> Store::Private::putTombstone(const std::string &path, const Digest &digest, Tombstone &tombstone)
{
    auto put = driver->putReserved(path, tombstone.toString(digest));
    if (put || put.error().kind != ErrorKind::NoSpace || tombstone.tags.empty() || driver->isBroken())
        return put;
    tombstone.tags.clear();
    return driver->putReserved(path, tombstone.toString(digest));
}

Result<std::shared_ptr<const Tombstone>>
Store::Private::writeTombstone(const Repository &repository, const Digest &digest, Tombstone tombstone)
{
    const auto path = layout::tombstone(repository.name(), digest);
    const auto written = tombstone.isEmpty() ? driver->remove(path) : putTombstone(path, digest, tombstone);
    if (!written)
        return tl::unexpected(written.error());
    return tombstone.isEmpty() ? nullptr : std::make_shared<const Tombstone>(std::move(tombstone));
}

Tombstone withoutRoles(const Repository::DigestState &before, const std::vector<ContentRole> &roles)
{
    auto next = *before.tombstone;
    for (const auto role : roles)
        next.clear(role);
    for (const auto role : {ContentRole::Manifest, ContentRole::Blob}) {
        if (!before.tombstone->readable && !before.isLinked(role) && !before.fault(role))
            next.clear(role);
    }
    return next;
}

Result<BlobInfo> Store::Private::commitLayer(Repository &repository, const Digest &digest,
                                             const Digest &target, std::int64_t size)
{
    const auto before = repository.state(digest);
    const bool isThere = before.hasSoundLink(ContentRole::Blob) && repository.dataOf(digest) == target;
    if (auto linked = writeLink(layout::layerLink(repository.name(), digest), target, isThere); !linked)
        return tl::unexpected(linked.error());
    auto tombstone = before.tombstone;
    if (before.isDeleted(ContentRole::Blob)) {
        auto written = writeTombstone(repository, digest, withoutRoles(before, {ContentRole::Blob}));
        if (!written)
            return tl::unexpected(written.error());
        tombstone = std::move(*written);
    }
    repository.publishDataOf(digest, target);
    repository.publishLayer(digest, size, std::move(tombstone));
    return BlobInfo{digest, size};
}

} // namespace quayside
