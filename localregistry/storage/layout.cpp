// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/layout.h"

namespace quayside::layout {

namespace {

// "/sha256/<hex>/link"
std::string linkOf(const Digest &digest)
{
    return '/' + std::string(algorithmName(digest.algorithm())) + '/' + digest.hex() + "/link";
}

std::string in(const RepositoryName &name, const std::string &directory)
{
    return repository(name) + '/' + directory;
}

} // namespace

std::string blobData(const Digest &digest)
{
    const auto hex = digest.hex();
    return blobs + '/' + std::string(algorithmName(digest.algorithm())) + '/' + hex.substr(0, 2) + '/' + hex +
           "/data";
}

std::string repository(const RepositoryName &name)
{
    return repositories + '/' + name.toString();
}

std::string revisionLink(const RepositoryName &name, const Digest &digest)
{
    return in(name, revisions) + linkOf(digest);
}

std::string tagDirectory(const RepositoryName &name, const Tag &tag)
{
    return in(name, tags) + '/' + tag.toString();
}

std::string tagLink(const RepositoryName &name, const Tag &tag)
{
    return tagDirectory(name, tag) + "/current/link";
}

std::string tagIndex(const RepositoryName &name, const Tag &tag)
{
    return tagDirectory(name, tag) + "/index";
}

std::string tagIndexLink(const RepositoryName &name, const Tag &tag, const Digest &digest)
{
    return tagIndex(name, tag) + linkOf(digest);
}

std::string layerLink(const RepositoryName &name, const Digest &digest)
{
    return in(name, layers) + linkOf(digest);
}

std::string tombstone(const RepositoryName &name, const Digest &digest)
{
    return in(name, deleted) + linkOf(digest);
}

std::string tagTombstone(const RepositoryName &name, const Tag &tag)
{
    return in(name, deletedTags) + '/' + tag.toString() + "/link";
}

std::string upload(const RepositoryName &name, const std::string &id)
{
    return in(name, uploads) + '/' + id;
}

std::string uploadData(const RepositoryName &name, const std::string &id)
{
    return upload(name, id) + "/data";
}

std::string uploadStartedAt(const RepositoryName &name, const std::string &id)
{
    return upload(name, id) + "/startedat";
}

std::string quarantined(const Digest &digest)
{
    return "quayside.quarantine/" + std::string(algorithmName(digest.algorithm())) + '/' + digest.hex();
}

std::string uploadSynced(const RepositoryName &name, const std::string &id)
{
    return upload(name, id) + "/synced";
}

std::string directoryOf(const std::string &path)
{
    return path.substr(0, path.rfind('/'));
}

} // namespace quayside::layout
