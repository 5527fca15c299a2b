// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/tagresolver.h"

#include <QCoroTask>
#include <QDateTime>
#include <QStringList>

#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace quayside {

/// An image as a list tells of it, with one of its tags; without a tag it has none.
struct ListedImage
{
    std::optional<Tag> tag;
    std::optional<Digest> digest; ///< Nothing where the list has names alone.
    std::optional<MediaType> mediaType;
    std::optional<qint64> size; ///< Bytes with config and layers; of an index: of all platforms.
    std::optional<QDateTime> pushed;
};

/// What is in a repository, for one look at it.
struct TagListing
{
    std::vector<ListedImage> tags;
    /// Images without a tag that no other image needs. Only where the registry lists them.
    std::vector<ListedImage> untagged;
    bool tellsAll = false; ///< A Quayside registry: dates, sizes and untagged images too.
    bool unknownRepository = false;
    QStringList invalid; ///< Names that are no tags; untrusted.
};

/// Reads it with as few requests as there are: a Quayside registry tells everything in one list; elsewhere
/// the names are listed, and with `digests` each is resolved by HEAD, which no registry counts as a pull.
/// Errors: those of RegistryClient::contentList(), listTags() and resolveAllTags().
QCoro::Task<Result<TagListing>> readTagListing(std::shared_ptr<RegistryClient> client,
                                               RepositoryName repository, bool digests,
                                               ResolveProgress progress, std::stop_token stop);

/// The registry's repositories, to the end of its catalog. Errors: those of
/// RegistryClient::listRepositories(), and why the list was cut.
QCoro::Task<Result<std::vector<RepositoryName>>> readCatalog(std::shared_ptr<RegistryClient> client,
                                                             std::stop_token stop);

} // namespace quayside
