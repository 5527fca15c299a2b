// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/digest.h"

#include <memory>
#include <span>
#include <string_view>

struct evp_md_ctx_st;

namespace quayside {

/// Streaming sha256 or sha512. Built on OpenSSL's EVP, which uses the processor's SHA instructions.
class Hasher
{
public:
    explicit Hasher(DigestAlgorithm algorithm = DigestAlgorithm::Sha256);
    Hasher(Hasher &&) noexcept;
    Hasher &operator=(Hasher &&) noexcept;
    ~Hasher();

    void update(std::span<const std::byte> bytes);
    void update(std::string_view bytes);
    /// The digest of everything so far. The hasher can go on afterwards.
    Digest digest() const;
    DigestAlgorithm algorithm() const { return m_algorithm; }

    /// The digest of `bytes` in one call.
    static Digest hash(std::string_view bytes, DigestAlgorithm algorithm = DigestAlgorithm::Sha256);

private:
    struct Free
    {
        void operator()(evp_md_ctx_st *context) const;
    };
    DigestAlgorithm m_algorithm;
    std::unique_ptr<evp_md_ctx_st, Free> m_context;
};

} // namespace quayside
