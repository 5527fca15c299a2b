// SPDX-License-Identifier: Apache-2.0
#include "tests/layering/finding.h"

#include <algorithm>

namespace quayside::layering {

std::string toString(const Finding &finding)
{
    return finding.path + ':' + std::to_string(finding.line) + ": " + finding.rule + "\n    " + finding.text;
}

Finding findingAt(const SourceFile &file, std::size_t offset, std::string rule)
{
    const std::string_view text = file.text;
    const auto newlineBefore = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
    const auto begin = newlineBefore == std::string_view::npos ? 0 : newlineBefore + 1;
    const auto end = std::min(text.find('\n', begin), text.size());
    const auto line = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(begin), '\n') + 1;
    return {file.path, static_cast<std::size_t>(line), std::string(text.substr(begin, end - begin)),
            std::move(rule)};
}

std::string_view topFolder(std::string_view path)
{
    return path.substr(0, path.find('/'));
}

} // namespace quayside::layering
