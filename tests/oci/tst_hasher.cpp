// SPDX-License-Identifier: Apache-2.0
#include "oci/hasher.h"

#include <gtest/gtest.h>
#include <utility>

namespace quayside {

namespace {

// Known answers of FIPS 180-4.
struct Vector
{
    DigestAlgorithm algorithm;
    std::string input;
    std::string_view hex;
};

const Vector vectors[] = {
    {DigestAlgorithm::Sha256, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {DigestAlgorithm::Sha256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {DigestAlgorithm::Sha256, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {DigestAlgorithm::Sha256, std::string(1'000'000, 'a'),
     "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
    {DigestAlgorithm::Sha512, "",
     "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
     "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"},
    {DigestAlgorithm::Sha512, "abc",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
     "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
    {DigestAlgorithm::Sha512, std::string(1'000'000, 'a'),
     "e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973eb"
     "de0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b"},
};

} // namespace

TEST(Hasher, GivesTheKnownAnswers)
{
    for (const auto &[algorithm, input, hex] : vectors) {
        EXPECT_EQ(Hasher::hash(input, algorithm).hex(), hex) << input.substr(0, 20);
        EXPECT_EQ(Hasher::hash(input, algorithm).algorithm(), algorithm);
    }
}

TEST(Hasher, DoesNotDependOnTheSlices)
{
    for (const auto &[algorithm, input, hex] : vectors) {
        for (const std::size_t slice :
             {std::size_t(1), std::size_t(63), std::size_t(64), std::size_t(65), std::size_t(4096)}) {
            if (slice == 1 && input.size() > 1000)
                continue;
            Hasher hasher(algorithm);
            for (std::size_t at = 0; at < input.size(); at += slice)
                hasher.update(std::string_view(input).substr(at, slice));
            EXPECT_EQ(hasher.digest().hex(), hex) << slice;
        }
    }
}

TEST(Hasher, GoesOnAfterADigestWasTaken)
{
    Hasher hasher;
    hasher.update("a");
    EXPECT_EQ(hasher.digest(), Hasher::hash("a"));
    EXPECT_EQ(hasher.digest(), Hasher::hash("a"));
    hasher.update("bc");
    EXPECT_EQ(hasher.digest(), Hasher::hash("abc"));
}

TEST(Hasher, IsMovedWithItsState)
{
    Hasher first(DigestAlgorithm::Sha512);
    first.update("ab");
    Hasher second(std::move(first));
    Hasher third;
    third = std::move(second);
    third.update(std::as_bytes(std::span(std::string_view("c"))));
    EXPECT_EQ(third.digest(), Hasher::hash("abc", DigestAlgorithm::Sha512));
}

} // namespace quayside
