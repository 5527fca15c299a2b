// SPDX-License-Identifier: Apache-2.0
#include "tests/support/testindex.h"

#include "oci/hasher.h"
#include "oci/qtconversions.h"

namespace quayside::test {

TestIndex TestIndex::of(const std::vector<Child> &children)
{
    QByteArray list;
    for (const Child &child : children) {
        list += (list.isEmpty() ? "" : ",") + QByteArray("{\"mediaType\":\"") +
                toQByteArray(child.mediaType.toString()) + "\",\"digest\":\"" +
                toQByteArray(child.digest.toString()) + "\",\"size\":" + QByteArray::number(child.size) + '}';
    }
    const QByteArray bytes = "{\"schemaVersion\":2,\"mediaType\":\"" + toQByteArray(mediatype::ociIndex) +
                             "\",\"manifests\":[" + list + "]}";
    return {bytes, Hasher::hash(toStringView(bytes)), MediaType::parse(mediatype::ociIndex).value()};
}

QCoro::Task<Result<void>> push(std::shared_ptr<RegistryClient> client, RepositoryName repository,
                               TestIndex index, std::vector<Tag> tags)
{
    std::vector<TagOrDigest> names = {index.digest};
    names.insert(names.end(), tags.begin(), tags.end());
    for (const TagOrDigest &name : names) {
        const auto put = co_await client->putManifest(repository, name, index.bytes, index.mediaType);
        if (!put)
            co_return tl::unexpected(put.error());
    }
    co_return Result<void>();
}

} // namespace quayside::test
