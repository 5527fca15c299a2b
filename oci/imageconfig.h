// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/descriptor.h"
#include "oci/error.h"
#include "oci/timestamp.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace quayside {

/// An image's configuration (OCI Image Specification, "Image Configuration"; Docker's is the same for these
/// fields). All text is untrusted. A field that is absent or has the wrong shape is left empty: the image
/// still runs elsewhere, so its other fields are worth showing.
struct ImageConfig
{
    struct History
    {
        std::string createdBy;
        std::string comment;
        std::optional<Timestamp> created;
        bool emptyLayer = false;
    };

    Platform platform;
    std::optional<Timestamp> created;
    std::string author;
    std::string user;
    std::string workingDirectory;
    std::vector<std::string> entrypoint;
    std::vector<std::string> command;
    std::vector<std::string> environment;  ///< "NAME=value"
    std::vector<std::string> exposedPorts; ///< "8080/tcp"
    std::map<std::string, std::string> labels;
    std::vector<History> history;
    std::vector<std::string> diffIds;

    /// Errors: InvalidInput if the bytes are not a JSON object.
    static Result<ImageConfig> parse(std::string_view bytes);
};

} // namespace quayside
