// SPDX-License-Identifier: Apache-2.0
#include "model/tagentry.h"

namespace quayside {

bool isSignatureTag(const Tag &tag)
{
    std::string_view text = tag.toString();
    for (const std::string_view suffix : {".sig", ".att", ".sbom"}) {
        if (text.ends_with(suffix)) {
            text.remove_suffix(suffix.size());
            break;
        }
    }
    for (const auto algorithm : {DigestAlgorithm::Sha256, DigestAlgorithm::Sha512}) {
        const auto name = algorithmName(algorithm);
        if (!text.starts_with(name) || text.size() <= name.size() || text[name.size()] != '-')
            continue;
        const auto hex = text.substr(name.size() + 1);
        return hex.size() == 2 * digestSize(algorithm) &&
               hex.find_first_not_of("0123456789abcdef") == std::string_view::npos;
    }
    return false;
}

std::optional<Digest> subjectOfTag(const Tag &tag)
{
    if (!isSignatureTag(tag))
        return {};
    std::string text = tag.toString().substr(0, tag.toString().find('.'));
    text[text.find('-')] = ':';
    const auto digest = Digest::parse(text);
    return digest ? std::optional(*digest) : std::nullopt;
}

} // namespace quayside
