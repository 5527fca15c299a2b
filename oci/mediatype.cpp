// SPDX-License-Identifier: Apache-2.0
#include "oci/mediatype.h"

#include <algorithm>

namespace quayside {

namespace {

bool isAlnum(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// restricted-name of RFC 6838: a letter or digit, then up to 126 of the characters below.
bool isRestrictedName(std::string_view text)
{
    if (text.empty() || text.size() > 127 || !isAlnum(text.front()))
        return false;
    return std::all_of(text.begin(), text.end(), [](char c) {
        return isAlnum(c) || std::string_view("!#$&-^_.+").find(c) != std::string_view::npos;
    });
}

} // namespace

Result<MediaType> MediaType::parse(std::string_view text)
{
    const auto slash = text.find('/');
    if (slash == std::string_view::npos || !isRestrictedName(text.substr(0, slash)) ||
        !isRestrictedName(text.substr(slash + 1)))
        return fail(ErrorKind::InvalidInput, "not a media type");
    return MediaType(text);
}

Result<MediaType> MediaType::fromContentType(std::string_view header)
{
    auto text = header.substr(0, header.find(';'));
    const auto begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos)
        return fail(ErrorKind::InvalidInput, "not a media type");
    text = text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
    return parse(text);
}

bool MediaType::isImageManifest() const
{
    return m_text == mediatype::ociManifest || m_text == mediatype::dockerManifest;
}

bool MediaType::isIndex() const
{
    return m_text == mediatype::ociIndex || m_text == mediatype::dockerManifestList;
}

bool MediaType::isSchema1() const
{
    return m_text == mediatype::dockerSchema1 || m_text == mediatype::dockerSchema1Signed;
}

bool MediaType::isNondistributableLayer() const
{
    return m_text.starts_with("application/vnd.oci.image.layer.nondistributable.v1.") ||
           m_text.starts_with("application/vnd.docker.image.rootfs.foreign.");
}

} // namespace quayside
