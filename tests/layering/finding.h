// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace quayside::layering {

/// A file of the tree; the path is relative to the project's root, with "/".
struct SourceFile
{
    std::string path;
    std::string text;
};

/// A line that breaks a rule.
struct Finding
{
    std::string path;
    std::size_t line = 0; ///< From 1.
    std::string text;     ///< The offending line as it is written.
    std::string rule;     ///< What it breaks, for people.
};

/// "ui/mainwindow.cpp:12: ui may not include registryclient\n    #include …"
std::string toString(const Finding &finding);

/// The finding for the line that holds the offset.
Finding findingAt(const SourceFile &file, std::size_t offset, std::string rule);

/// The first component of a path.
std::string_view topFolder(std::string_view path);

} // namespace quayside::layering
