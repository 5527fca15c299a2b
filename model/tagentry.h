// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/imagefacts.h"
#include "oci/tag.h"

#include <QString>

#include <memory>
#include <optional>

namespace quayside {

/// What happens to a row at the moment.
enum class RowState {
    Normal,
    Pending,   ///< Being deleted.
    Failed,    ///< It was to be deleted and is still there; a reason says why.
    Protected, ///< The rules of this registry's configuration forbid deleting it.
};

/// One tag as TagListModel keeps it. Tags of one image share its facts.
struct TagEntry
{
    Tag tag;
    std::optional<Digest> digest;
    std::shared_ptr<const ImageFacts> facts; ///< Null while not known.
    RowState state = RowState::Normal;
    QString reason; ///< Of Failed and Protected; plain text.
    bool loading = false;
    bool isSignature = false; ///< `sha256-….sig` and the like: hidden by default.
};

/// Whether a tag is one that tools make for signatures, attestations, SBOMs and referrers:
/// `<algorithm>-<hex>` with or without `.sig`, `.att`, `.sbom`.
bool isSignatureTag(const Tag &tag);
/// The image that such a tag was made for: `sha256-4f2c….sig` belongs to `sha256:4f2c…`.
std::optional<Digest> subjectOfTag(const Tag &tag);

} // namespace quayside
