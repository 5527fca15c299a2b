// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registryclient/registryclient.h"

#include <QByteArray>
#include <QCoroTask>

#include <memory>
#include <vector>

namespace quayside::test {

/// A value that must parse: for literals in tests. Ends the test program otherwise.
RepositoryName repositoryName(const char *text);
Tag tagName(const char *text);

/// An image of one layer, made in memory. Equal seeds give equal bytes.
struct TestImage
{
    QByteArray config;
    QByteArray layer;
    QByteArray manifest;
    Digest configDigest;
    Digest layerDigest;
    Digest digest; ///< Of the manifest.
    MediaType mediaType;

    static TestImage make(const QByteArray &seed);
    /// One that says that it is attached to another one.
    static TestImage attachedTo(const Digest &subject, const QByteArray &seed);
};

/// Pushes blobs, the manifest by digest, then the tags.
QCoro::Task<Result<void>> push(std::shared_ptr<RegistryClient> client, RepositoryName repository,
                               TestImage image, std::vector<Tag> tags);

} // namespace quayside::test
