// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/deleteplan.h"
#include "model/inuse.h"
#include "registryclient/capabilities.h"

#include <map>
#include <memory>
#include <optional>
#include <set>
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
    /// Every tag of the repository and what it names.
    std::map<Tag, Digest> tags;
    /// Tags that are listed although the registry has no image for them: leftovers.
    std::set<Tag> unresolved;
    /// The images known, tagged or not.
    std::map<Digest, Image> images;
    /// Whether all indexes were read: only then platform images and what is attached may go along.
    bool indexesComplete = false;
    /// Some of what is attached to images could not be found out. What is not known stays.
    bool attachedUnknown = false;
};

/// What is known of the registry then.
struct DeleteSurroundings
{
    RegistryConfig registry;
    Capabilities capabilities;
    Permissions permissions;
    bool usesTokens = false; ///< Then permissions that are not told may lack something.
    QString login;           ///< The user; empty: none, or not known.
    QString host;    ///< Lower-case, without port.
    QString address; ///< RegistryAddress::display()
    QDateTime now;
    std::shared_ptr<const InUse> inUse; ///< Null: nothing is known to be in use.
};

/// Divides what a person chose into the groups of the sheet. Pure.
DeletePlan groupDelete(const DeleteRequest &request, const RepositoryContent &content,
                       const DeleteSurroundings &surroundings);

} // namespace quayside
