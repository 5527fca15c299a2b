// SPDX-License-Identifier: Apache-2.0
#include "oci/tag.h"

namespace quayside {

namespace {

bool isWordCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

} // namespace

Result<Tag> Tag::parse(std::string_view text)
{
    if (text.empty())
        return fail(ErrorKind::InvalidInput, "the tag is empty");
    if (text.size() > maxLength)
        return fail(ErrorKind::InvalidInput, "a tag has at most 128 characters");
    if (!isWordCharacter(text.front()))
        return fail(ErrorKind::InvalidInput, "a tag begins with a letter, a digit or _");
    for (char c : text) {
        if (!isWordCharacter(c) && c != '.' && c != '-')
            return fail(ErrorKind::InvalidInput, "a tag has letters, digits, . _ and - only");
    }
    return Tag(text);
}

} // namespace quayside
