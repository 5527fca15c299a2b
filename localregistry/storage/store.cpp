// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/store.h"

namespace quayside {

class Store::Private
{
public:
    StoreOptions options;
};

namespace {
tl::unexpected<Error> later()
{
    return fail(ErrorKind::Unsupported, "not built yet");
}
} // namespace

Store::Store(std::unique_ptr<Private> p) : d(std::move(p)) {}
Store::~Store() = default;
Result<std::unique_ptr<Store>> Store::open(StoreOptions) { return later(); }
const StoreOptions &Store::options() const { return d->options; }
Result<void> Store::announce(const std::string &) { return later(); }
void Store::setEventListener(std::function<void(const StoreEvent &)>) {}
Result<ManifestInfo> Store::manifest(const RepositoryName &, const TagOrDigest &) const { return later(); }
Result<BlobInfo> Store::blob(const RepositoryName &, const Digest &) const { return later(); }
Result<NamePage> Store::tags(const RepositoryName &, const std::string &, std::size_t) const { return later(); }
NamePage Store::repositories(const std::string &, std::size_t) const { return {}; }
Result<ContentPage> Store::content(const RepositoryName &, const std::string &, std::size_t) const { return later(); }
TrashPage Store::trash(const std::optional<RepositoryName> &, const std::string &, std::size_t) const { return {}; }
std::vector<ManifestInfo> Store::referrers(const RepositoryName &, const Digest &) const { return {}; }
Result<std::shared_ptr<const std::string>> Store::manifestBytes(const RepositoryName &, const Digest &) const { return later(); }
Result<BlobFile> Store::openBlob(const RepositoryName &, const Digest &) const { return later(); }
Result<PutManifestResult> Store::putManifest(const RepositoryName &, const TagOrDigest &, const std::vector<Tag> &, Manifest, const Actor &) { return later(); }
Result<void> Store::deleteManifest(const RepositoryName &, const Digest &, const Actor &) { return later(); }
Result<void> Store::deleteTag(const RepositoryName &, const Tag &, const Actor &) { return later(); }
Result<void> Store::deleteBlob(const RepositoryName &, const Digest &, const Actor &) { return later(); }
Result<RestoreResult> Store::restore(const RepositoryName &, const TagOrDigest &, const RestoreOptions &, const Actor &) { return later(); }
Result<UploadStatus> Store::startUpload(const RepositoryName &, DigestAlgorithm) { return later(); }
Result<UploadStatus> Store::uploadStatus(const RepositoryName &, const UploadId &) const { return later(); }
Result<std::unique_ptr<UploadWriter>> Store::openUpload(const RepositoryName &, const UploadId &) { return later(); }
Result<BlobInfo> Store::finishUpload(const RepositoryName &, const UploadId &, const Digest &) { return later(); }
Result<void> Store::cancelUpload(const RepositoryName &, const UploadId &) { return later(); }
Result<BlobInfo> Store::mountBlob(const RepositoryName &, const Digest &, const std::optional<RepositoryName> &) { return later(); }
bool isUploadId(std::string_view) { return false; }
std::string TrashEntry::key() const { return {}; }

} // namespace quayside
