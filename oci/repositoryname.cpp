// SPDX-License-Identifier: Apache-2.0
#include "oci/repositoryname.h"

namespace quayside {

namespace {

bool isLowerAlnum(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

// What stands between two runs of letters and digits: ".", "_", "__", or one or more "-".
bool isSeparator(std::string_view text)
{
    return text == "." || text == "_" || text == "__" ||
           text.find_first_not_of('-') == std::string_view::npos;
}

bool isComponent(std::string_view text)
{
    std::size_t at = 0;
    while (true) {
        const auto start = at;
        while (at < text.size() && isLowerAlnum(text[at]))
            ++at;
        if (at == start)
            return false; // empty, or a separator at the beginning or the end
        if (at == text.size())
            return true;
        const auto separator = at;
        while (at < text.size() && !isLowerAlnum(text[at]))
            ++at;
        if (!isSeparator(text.substr(separator, at - separator)))
            return false;
    }
}

} // namespace

Result<RepositoryName> RepositoryName::parse(std::string_view text)
{
    if (text.empty())
        return fail(ErrorKind::InvalidInput, "the repository name is empty");
    if (text.size() > maxLength)
        return fail(ErrorKind::InvalidInput, "a repository name has at most 255 bytes");
    std::size_t at = 0;
    while (true) {
        const auto slash = text.find('/', at);
        if (!isComponent(text.substr(at, slash - at)))
            return fail(ErrorKind::InvalidInput,
                        "a repository name has lower-case letters and digits, joined by . _ __ - or /");
        if (slash == std::string_view::npos)
            return RepositoryName(text);
        at = slash + 1;
    }
}

} // namespace quayside
