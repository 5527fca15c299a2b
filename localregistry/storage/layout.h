// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/digest.h"
#include "oci/repositoryname.h"
#include "oci/tag.h"

#include <string>

/// Where things are below the store's root: the v2 layout of distribution, and `_deleted` for the tombstones.
namespace quayside::layout {

inline const std::string lockFile = "quayside.lock";
inline const std::string stateFile = "quayside.state";
inline const std::string untaggedFile = "quayside.untagged";
inline const std::string blobs = "docker/registry/v2/blobs";
inline const std::string repositories = "docker/registry/v2/repositories";

// Directories of a repository, below `repository(name)`.
inline const std::string manifests = "_manifests";
inline const std::string revisions = "_manifests/revisions";
inline const std::string tags = "_manifests/tags";
inline const std::string layers = "_layers";
inline const std::string uploads = "_uploads";
inline const std::string deleted = "_deleted";
inline const std::string deletedTags = "_deleted/_tags"; // an algorithm cannot begin with "_"

std::string blobData(const Digest &digest);
std::string repository(const RepositoryName &name);
std::string revisionLink(const RepositoryName &name, const Digest &digest);
std::string tagDirectory(const RepositoryName &name, const Tag &tag);
std::string tagLink(const RepositoryName &name, const Tag &tag);
std::string tagIndex(const RepositoryName &name, const Tag &tag);
std::string tagIndexLink(const RepositoryName &name, const Tag &tag, const Digest &digest);
std::string layerLink(const RepositoryName &name, const Digest &digest);
std::string tombstone(const RepositoryName &name, const Digest &digest);
std::string tagTombstone(const RepositoryName &name, const Tag &tag);
std::string upload(const RepositoryName &name, const std::string &id);
std::string uploadData(const RepositoryName &name, const std::string &id);
std::string uploadStartedAt(const RepositoryName &name, const std::string &id);
std::string quarantined(const Digest &digest);
std::string uploadSynced(const RepositoryName &name, const std::string &id);
/// The directory that a link or data has for itself.
std::string directoryOf(const std::string &path);

} // namespace quayside::layout
