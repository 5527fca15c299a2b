// SPDX-License-Identifier: Apache-2.0
#include "model/newtags.h"

namespace quayside {

QCoro::Task<Result<std::map<Digest, Tag>>> newlyTagged(std::shared_ptr<RegistryClient> client,
                                                       RepositoryName repository, std::set<Tag> known,
                                                       std::stop_token stop)
{
    std::map<Digest, Tag> images;
    PageCursor cursor;
    for (bool more = true; more;) {
        auto page = co_await client->listTags(repository, cursor, stop);
        if (!page)
            co_return tl::unexpected(page.error());
        if (page->cut)
            co_return tl::unexpected(*page->cut);
        for (const Tag &tag : page->rows) {
            if (known.contains(tag))
                continue;
            const auto resolved = co_await client->headManifest(repository, tag, stop);
            if (resolved)
                images.try_emplace(resolved->digest, tag);
            else if (resolved.error().kind != ErrorKind::NotFound) // gone again: nothing to protect
                co_return tl::unexpected(resolved.error());
        }
        more = page->next.has_value();
        if (more)
            cursor = std::move(*page->next);
    }
    co_return images;
}

} // namespace quayside
