// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registryclient/registryclient.h"

#include <QCoroTask>
#include <QString>

#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace quayside {

/// A repository of a registry: where a copy comes from, or goes to.
struct CopyPlace
{
    std::shared_ptr<RegistryClient> client;
    RepositoryName repository;

    /// "reg.example:5000/team/api@sha256:…", for messages.
    std::string nameOf(const TagOrDigest &reference) const;
};

/// Blobs on their way from one repository to another.
struct BlobCopy
{
    CopyPlace source;
    CopyPlace target;
    std::map<Digest, qint64> blobs; ///< With their sizes in bytes.
    /// Where each blob lies while it is on its way: in files without a name, which nothing can leave behind.
    QString directory;
    /// What the target says by HEAD that it has is not sent. Not for registries whose cache promises what a
    /// garbage collection has removed.
    bool skipsKnown = false;
    ByteProgress progress; ///< Bytes that have arrived, of all.
};

/// Copies them, several at once: each is read whole, its digest compared, and then uploaded. The first
/// failure ends the others. Errors: those of RegistryClient::downloadBlob() and uploadBlob(), Storage,
/// NoSpace; the message begins with the registry, repository and digest that failed.
QCoro::Task<Result<void>> copyBlobs(BlobCopy job, std::stop_token stop);

/// A manifest that is to be put somewhere, as its exact bytes.
struct ManifestCopy
{
    Digest digest;
    MediaType mediaType;
    QByteArray bytes;
    std::vector<Tag> tags;
};

/// Puts manifests by digest in this order, what one needs before it, and then all tags: a failure leaves no
/// tag. Errors: those of RegistryClient::putManifest(); the message begins with the registry, repository and
/// digest.
QCoro::Task<Result<void>> putManifests(CopyPlace target, std::vector<ManifestCopy> manifests,
                                       std::stop_token stop);

} // namespace quayside
