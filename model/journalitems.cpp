// SPDX-License-Identifier: Apache-2.0
#include "model/journalitems.h"

#include <set>

namespace quayside {

namespace {

JournalItem::Role roleOf(DeleteStep::Kind kind)
{
    switch (kind) {
    case DeleteStep::Kind::Image:
        return JournalItem::Role::Image;
    case DeleteStep::Kind::Also:
        return JournalItem::Role::Also;
    case DeleteStep::Kind::Tag:
        break;
    }
    return JournalItem::Role::Tag;
}

JournalItem itemOf(const KeptManifests &kept, JournalItem::Role role, const Digest &digest,
                   const std::vector<Tag> &tags)
{
    const RawManifest &raw = kept.manifests.at(digest);
    JournalItem item{role, digest, raw.mediaType, raw.bytes, tags};
    item.children = kept.children(digest);
    return item;
}

} // namespace

std::vector<JournalItem> journalItems(const std::vector<DeleteStep> &steps,
                                      const std::vector<DeletePlan::Also> &also, const KeptManifests &kept)
{
    std::vector<JournalItem> items;
    std::set<Digest> written;
    std::set<Digest> below;
    for (const DeleteStep &step : steps) {
        JournalItem item = itemOf(kept, roleOf(step.kind), step.digest, step.tags);
        item.siblings = step.siblings;
        item.outcome = Outcome::NotSent; // Pending only while its request is under way
        items.push_back(std::move(item));
        written.insert(step.digest);
        below.merge(kept.below(step.digest));
    }
    const auto keep = [&](const Digest &digest, const std::vector<Tag> &tags) {
        if (!kept.manifests.contains(digest) || !written.insert(digest).second)
            return;
        JournalItem item = itemOf(kept, JournalItem::Role::Kept, digest, tags);
        item.outcome = Outcome::LeftAlone;
        items.push_back(std::move(item));
    };
    for (const DeletePlan::Also &other : also) {
        keep(other.digest, other.tags);
        below.merge(kept.below(other.digest));
    }
    for (const Digest &digest : below)
        keep(digest, {});
    return items;
}

} // namespace quayside
