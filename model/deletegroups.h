// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/deleteplan.h"
#include "registryclient/capabilities.h"

#include <map>
#include <optional>
#include <vector>

namespace quayside {

/// What is known of a repository when a delete is planned.
struct RepositoryContent
{
    struct Image
    {
        std::optional<MediaType> mediaType;
        std::vector<Digest> children;
        std::optional<Digest> subject;
    };
    /// Every tag of the repository. Nothing: the registry did not say what it names.
    std::map<Tag, std::optional<Digest>> tags;
    /// The images known, tagged or not.
    std::map<Digest, Image> images;
    /// Whether all indexes were read: only then platform images may go along.
    bool indexesComplete = false;
};

/// Divides what a person chose into the groups of the sheet. Pure.
DeletePlan groupDelete(const DeleteRequest &request, const RepositoryContent &content,
                       const Capabilities &capabilities, const RegistryConfig &registry);

} // namespace quayside
