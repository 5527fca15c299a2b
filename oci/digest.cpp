// SPDX-License-Identifier: Apache-2.0
#include "oci/digest.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace quayside {

namespace {

constexpr std::string_view hexDigits = "0123456789abcdef";

// Upper case is refused: a digest has one spelling (OCI image-spec, "Digests").
int lowerHexValue(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

bool isLowerAlnum(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

// algorithm ::= component (separator component)*, component ::= [a-z0-9]+, separator ::= [+._-]
bool isAlgorithm(std::string_view text)
{
    bool afterSeparator = true;
    for (char c : text) {
        if (isLowerAlnum(c)) {
            afterSeparator = false;
        } else {
            if (afterSeparator || std::string_view("+._-").find(c) == std::string_view::npos)
                return false;
            afterSeparator = true;
        }
    }
    return !afterSeparator;
}

// encoded ::= [a-zA-Z0-9=_-]+
bool isEncoded(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return isLowerAlnum(c) || (c >= 'A' && c <= 'Z') || c == '=' || c == '_' || c == '-';
    });
}

} // namespace

std::string_view algorithmName(DigestAlgorithm algorithm)
{
    return algorithm == DigestAlgorithm::Sha256 ? "sha256" : "sha512";
}

std::size_t digestSize(DigestAlgorithm algorithm)
{
    return algorithm == DigestAlgorithm::Sha256 ? 32 : 64;
}

Result<Digest> Digest::parse(std::string_view text)
{
    const auto colon = text.find(':');
    if (colon == std::string_view::npos)
        return fail(ErrorKind::InvalidInput, "a digest has the form algorithm:hex");
    const auto algorithm = text.substr(0, colon);
    const auto encoded = text.substr(colon + 1);

    Digest digest;
    if (algorithm == "sha512")
        digest.m_algorithm = DigestAlgorithm::Sha512;
    else if (algorithm != "sha256") {
        if (isAlgorithm(algorithm) && isEncoded(encoded))
            return fail(ErrorKind::Unsupported, "digests are sha256 or sha512");
        return fail(ErrorKind::InvalidInput, "a digest has the form algorithm:hex");
    }

    const auto size = digestSize(digest.m_algorithm);
    if (encoded.size() != size * 2)
        return fail(ErrorKind::InvalidInput, "the digest has the wrong length");
    for (std::size_t i = 0; i < size; ++i) {
        const int high = lowerHexValue(encoded[2 * i]);
        const int low = lowerHexValue(encoded[2 * i + 1]);
        if (high < 0 || low < 0)
            return fail(ErrorKind::InvalidInput, "a digest is written in lower-case hex");
        digest.m_bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
    }
    return digest;
}

Digest Digest::fromBytes(DigestAlgorithm algorithm, std::span<const std::uint8_t> bytes)
{
    assert(bytes.size() == digestSize(algorithm));
    Digest digest;
    digest.m_algorithm = algorithm;
    std::copy_n(bytes.begin(), std::min(bytes.size(), digestSize(algorithm)), digest.m_bytes.begin());
    return digest;
}

std::string Digest::hex() const
{
    std::string text;
    text.reserve(digestSize(m_algorithm) * 2);
    for (const std::uint8_t byte : bytes()) {
        text += hexDigits[byte >> 4];
        text += hexDigits[byte & 0xf];
    }
    return text;
}

std::string Digest::toString() const
{
    return std::string(algorithmName(m_algorithm)) + ':' + hex();
}

std::string Digest::abbreviated() const
{
    const auto text = hex();
    return text.substr(0, 4) + "\xe2\x80\xa6" + text.substr(text.size() - 2);
}

} // namespace quayside

std::size_t std::hash<quayside::Digest>::operator()(const quayside::Digest &digest) const noexcept
{
    // The digest is itself a hash: its first bytes are as good as any mix of all of them.
    std::size_t value = 0;
    std::memcpy(&value, digest.bytes().data(), sizeof value);
    return value;
}
