// SPDX-License-Identifier: Apache-2.0
#pragma once

/// The values of the `_quayside` extension (docs/http-api.md). Text in them comes from a registry: untrusted.

#include "oci/digest.h"
#include "oci/mediatype.h"
#include "oci/reference.h"
#include "oci/timestamp.h"
#include "registryclient/pages.h"

#include <QString>

#include <optional>
#include <vector>

namespace quayside {

/// One live manifest of a repository, tagged or not: a row of `content/list`.
struct ContentRow
{
    Digest digest;
    std::optional<MediaType> mediaType;
    QString artifactType;
    qint64 size = 0; ///< Bytes, with config and layers.
    std::optional<Timestamp> built;
    std::optional<Timestamp> pushed;
    std::vector<QString> platforms; ///< "linux/amd64"
    std::vector<Tag> tags;
    std::optional<Digest> subject;
};
using ContentRowPage = Page<ContentRow>;

/// One tombstone: a row of `trash/list`.
struct TrashRow
{
    enum class Role { Manifest, Blob, Tag };

    RepositoryName repository;
    Role role;
    /// What restore takes: the deleted tag for Role::Tag, else the digest.
    TagOrDigest reference;
    /// The digest; for a tag the one that it named, if the registry knows.
    std::optional<Digest> digest;
    std::optional<MediaType> mediaType;
    std::optional<qint64> size; ///< Bytes.
    std::vector<Tag> tags;      ///< Names that the manifest had.
    std::optional<Timestamp> deletedAt;
    std::optional<Timestamp> expiresAt;
    QString by; ///< "api", "desktop" or "ctl"
    QString user;
    std::vector<QString> heldBy; ///< What keeps it from being purged.
};
using TrashRowPage = Page<TrashRow>;

/// What a restore has done.
struct RestoreOutcome
{
    struct TagLeft
    {
        Tag tag;
        QString reason; ///< E.g. that it names another image now.
    };
    struct Missing
    {
        Digest digest;
        bool inTrash; ///< Else it is gone for good.
    };

    std::vector<Digest> restored;
    std::vector<Tag> tags;
    std::vector<TagLeft> tagsLeft;
    std::vector<Missing> missing;
};

/// One line of `store/events`.
struct RegistryEvent
{
    enum class Type { Push, Pull, Delete, Restore, Sweep };

    Type type;
    RepositoryName repository;
    std::optional<Digest> digest;
    std::vector<Tag> tags;
    std::optional<Timestamp> time;
};

} // namespace quayside
