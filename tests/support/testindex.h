// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/testimage.h"

namespace quayside::test {

/// An index, as bytes that are pushed as they are.
struct TestIndex
{
    struct Child
    {
        Digest digest;
        MediaType mediaType;
        qsizetype size;
    };
    QByteArray bytes;
    Digest digest;
    MediaType mediaType;

    static TestIndex of(const std::vector<Child> &children);
};

/// Pushes it by digest, then the tags. The children must be there.
QCoro::Task<Result<void>> push(std::shared_ptr<RegistryClient> client, RepositoryName repository,
                               TestIndex index, std::vector<Tag> tags);

} // namespace quayside::test
