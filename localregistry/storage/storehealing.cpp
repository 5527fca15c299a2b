// SPDX-License-Identifier: Apache-2.0
// Data that is gone although the index said it was there, and its return.
#include "localregistry/storage/layout.h"
#include "localregistry/storage/storeprivate.h"

namespace quayside {

// Whoever pushes the data holds its lock until it is live, so what is marked here is not being pushed. The
// lock is only tried: this may run on a connection's thread, and a push waits for the disk.
bool Store::Private::noteLost(const Digest &digest, std::int64_t size)
{
    const auto dataLock = data.tryExclude(digest);
    if (!dataLock)
        return true; // being pushed or removed: not there now, who comes later sees what became of it
    const auto info = driver->info(layout::blobData(digest));
    if (info ? info->size == size : info.error().kind != ErrorKind::NotFound)
        return false;
    addProblem("the data of " + digest.toString() + " is " + (info ? "damaged" : "missing") +
               ": push it again");
    lost.insert(digest);
    for (const auto &repository : repositories->loaded())
        repository->publishLost(digest);
    return true;
}

// What a manifest needs is only known again once it was read, which a push of a blob does not do.
void Store::Private::bringBack(const Digest &digest, ContentRole pushed)
{
    if (!lost.contains(digest))
        return;
    bool isDone = true;
    for (const auto &repository : repositories->loaded()) {
        for (const auto &[name, role] : repository->lostLinks(digest)) {
            if (role == ContentRole::Manifest && pushed != ContentRole::Manifest) {
                isDone = false;
                continue;
            }
            const auto digestLock = keys.lockDigest(repository->name(), name);
            const auto dataLock = data.share(digest);
            if (repository->state(name).fault(role) == LinkFault::Lost)
                static_cast<void>(repositories->loader().reload(*repository, name, role));
            isDone = isDone && !repository->state(name).fault(role);
        }
    }
    if (isDone)
        lost.erase(digest);
}

} // namespace quayside
