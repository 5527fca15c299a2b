// SPDX-License-Identifier: Apache-2.0
#pragma once

/// The values of the `_quayside` extension (docs/http-api.md). Text in them comes from a registry: untrusted.

#include "oci/digest.h"
#include "oci/mediatype.h"
#include "oci/reference.h"
#include "oci/timestamp.h"
#include "registryclient/pages.h"

#include <QString>
#include <QStringList>

#include <chrono>
#include <optional>
#include <vector>

namespace quayside {

/// What a Quayside registry says of itself.
struct QuaysideExtension
{
    std::optional<std::chrono::seconds> trashRetention; ///< How long it keeps what is deleted.
};

/// One live manifest of a repository, tagged or not: a row of `content/list`.
struct ContentRow
{
    Digest digest;
    std::optional<MediaType> mediaType;
    QString artifactType;
    qint64 size = 0;         ///< Bytes of the manifest itself.
    qint64 downloadSize = 0; ///< Bytes with config and layers; of an index: of all platforms, each blob once.
    std::optional<Timestamp> built;
    std::optional<Timestamp> pushed;
    QStringList platforms; ///< "linux/amd64"
    std::vector<Tag> tags;
    std::vector<Digest> children; ///< Of an index.
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
    /// The digest; for a tag the one that it named.
    Digest digest;
    std::optional<MediaType> mediaType;
    std::optional<qint64> size; ///< Bytes.
    QStringList platforms;
    std::vector<Tag> tags;              ///< The first 100 names that the manifest had.
    qint64 tagCount = 0;                ///< How many it had.
    std::optional<Timestamp> deletedAt; ///< Nothing: the age is unknown.
    std::optional<Timestamp> expiresAt; ///< Nothing: never swept by itself.
    QString by;                         ///< "api", "desktop" or "ctl"
    QString user;
    QStringList heldBy; ///< The digests of the manifests that need it, deleted ones too.
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

    Type type = Type::Push;
    RepositoryName repository;
    std::optional<Digest> digest;
    std::vector<Tag> tags;
    std::optional<Timestamp> time;
};

} // namespace quayside
