// SPDX-License-Identifier: Apache-2.0
#include "oci/hasher.h"

#include <openssl/evp.h>

#include <array>
#include <new>
#include <stdexcept>

namespace quayside {

namespace {

// OpenSSL fails here only without memory or with a provider configuration that lacks SHA-2: nothing can go
// on.
void require(int ok)
{
    if (ok != 1)
        throw std::runtime_error("OpenSSL cannot compute SHA-2 digests");
}

} // namespace

void Hasher::Free::operator()(evp_md_ctx_st *context) const
{
    EVP_MD_CTX_free(context);
}

Hasher::Hasher(DigestAlgorithm algorithm)
    : m_algorithm(algorithm)
    , m_context(EVP_MD_CTX_new())
{
    if (!m_context)
        throw std::bad_alloc();
    const auto *type = algorithm == DigestAlgorithm::Sha256 ? EVP_sha256() : EVP_sha512();
    require(EVP_DigestInit_ex(m_context.get(), type, nullptr));
}

Hasher::Hasher(Hasher &&) noexcept = default;
Hasher &Hasher::operator=(Hasher &&) noexcept = default;
Hasher::~Hasher() = default;

void Hasher::update(std::span<const std::byte> bytes)
{
    require(EVP_DigestUpdate(m_context.get(), bytes.data(), bytes.size()));
}

void Hasher::update(std::string_view bytes)
{
    update(std::as_bytes(std::span(bytes)));
}

Digest Hasher::digest() const
{
    // Finalising a copy lets the running hash go on: an upload is checked and may still be resumed.
    const std::unique_ptr<evp_md_ctx_st, Free> copy(EVP_MD_CTX_new());
    if (!copy)
        throw std::bad_alloc();
    require(EVP_MD_CTX_copy_ex(copy.get(), m_context.get()));
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> bytes{};
    require(EVP_DigestFinal_ex(copy.get(), bytes.data(), nullptr));
    return Digest::fromBytes(m_algorithm, std::span(bytes).first(digestSize(m_algorithm)));
}

Digest Hasher::hash(std::string_view bytes, DigestAlgorithm algorithm)
{
    Hasher hasher(algorithm);
    hasher.update(bytes);
    return hasher.digest();
}

} // namespace quayside
