// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace quayside {

/// The registered algorithms of the OCI Image Specification ("Digests").
enum class DigestAlgorithm : std::uint8_t { Sha256, Sha512 };

/// "sha256" or "sha512".
std::string_view algorithmName(DigestAlgorithm algorithm);
/// The length of the binary digest in bytes: 32 or 64.
std::size_t digestSize(DigestAlgorithm algorithm);

/// The content address of a blob or manifest: `sha256:` and 64, or `sha512:` and 128 lower-case hex digits.
/// Kept in binary, so a digest is small, cheap to compare and always valid.
class Digest
{
public:
    /// Parses the canonical text form.
    /// Errors: InvalidInput for text that is no digest, Unsupported for a well-formed digest of another
    /// algorithm.
    static Result<Digest> parse(std::string_view text);
    /// Builds one from hash output. `bytes` must have `digestSize(algorithm)` elements.
    static Digest fromBytes(DigestAlgorithm algorithm, std::span<const std::uint8_t> bytes);

    DigestAlgorithm algorithm() const { return m_algorithm; }
    std::span<const std::uint8_t> bytes() const { return {m_bytes.data(), digestSize(m_algorithm)}; }
    /// Lower-case hex without the algorithm.
    std::string hex() const;
    /// The canonical text, e.g. "sha256:4f2c…".
    std::string toString() const;
    /// The form the window shows, "4f2c…91": the first four and the last two hex digits (UTF-8).
    std::string abbreviated() const;

    auto operator<=>(const Digest &) const = default;

private:
    Digest() = default;

    DigestAlgorithm m_algorithm = DigestAlgorithm::Sha256;
    std::array<std::uint8_t, 64> m_bytes{}; // sha256 uses the first 32, the rest stays zero
};

} // namespace quayside

template <>
struct std::hash<quayside::Digest>
{
    std::size_t operator()(const quayside::Digest &digest) const noexcept;
};
