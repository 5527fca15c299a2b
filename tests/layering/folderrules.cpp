// SPDX-License-Identifier: Apache-2.0
#include "tests/layering/folderrules.h"

#include <algorithm>
#include <cctype>
#include <optional>

namespace quayside::layering {

namespace {

using Names = std::vector<std::string_view>;

// What a folder may know. The first folder that a path begins with counts, so a subfolder stands before its
// parent.
struct FolderRule
{
    std::string_view folder;
    Names includes;  ///< Folders of the project.
    Names libraries; ///< Beginnings of #include <...> of libraries other than the standard's.
    Names targets;   ///< Beginnings of CMake targets.
};

const std::vector<FolderRule> &folderRules()
{
    static const std::vector<FolderRule> rules{
        {"oci",
         {"oci"},
         {"openssl/", "tl/", "nlohmann/"},
         {"OpenSSL::Crypto", "tl::expected", "nlohmann_json::"}},
        {"registryclient",
         {"oci", "registryclient"},
         {"tl/", "nlohmann/", "Q", "qt6keychain/", "archive"},
         {"quayside_oci", "Qt6::Core", "Qt6::Network", "QCoro6::", "qt6keychain", "Qt6Keychain",
          "LibArchive::"}},
        {"localregistry/storage",
         {"oci", "localregistry/storage"},
         {"openssl/", "tl/", "nlohmann/"},
         {"quayside_oci", "OpenSSL::", "Threads::"}},
        {"localregistry",
         {"oci", "localregistry"},
         {"openssl/", "tl/", "nlohmann/", "boost/", "Q", "crypt.h"},
         {"quayside_oci", "quayside_storage", "Qt6::Core", "Qt6::Network",
          "OpenSSL::", "Boost::", "Threads::", "crypt"}},
        {"model",
         {"oci", "registryclient", "model"},
         {"tl/", "nlohmann/", "Q"},
         {"quayside_oci", "quayside_registryclient", "Qt6::Core", "Qt6::Network", "Qt6::Sql",
          "Qt6::Concurrent", "QCoro6::"}},
        {"ui",
         {"oci", "model", "ui"},
         {"tl/", "Q"},
         {"quayside_oci", "quayside_model", "quayside_look", "quayside_icons", "Qt6::Core", "Qt6::Gui",
          "Qt6::Widgets", "Qt6::Svg", "QCoro6::"}},
        {"cli",
         {"oci", "model", "cli"},
         {"tl/", "Q"},
         {"quayside_oci", "quayside_model", "Qt6::Core", "Qt6::Network"}},
        {"icons", {}, {}, {"Qt6::Core"}},
        {"app",
         {"oci", "registryclient", "localregistry", "model", "ui", "cli", "app"},
         {"tl/", "Q"},
         {"quayside_", "Qt6::", "QCoro6::"}},
    };
    return rules;
}

const FolderRule *ruleFor(std::string_view path)
{
    for (const auto &rule : folderRules()) {
        if (path.starts_with(rule.folder) && path.substr(rule.folder.size()).starts_with('/'))
            return &rule;
    }
    return nullptr;
}

bool isUnder(std::string_view path, const Names &folders)
{
    return std::any_of(folders.begin(), folders.end(), [&](std::string_view folder) {
        return path.starts_with(folder) && path.substr(folder.size()).starts_with('/');
    });
}

bool beginsWithAny(std::string_view text, const Names &beginnings)
{
    return std::any_of(beginnings.begin(), beginnings.end(),
                       [&](std::string_view beginning) { return text.starts_with(beginning); });
}

// Headers of the libraries that the table knows; anything else is the standard's or the system's.
bool isLibraryHeader(std::string_view header)
{
    static const Names known{"openssl/", "tl/",          "nlohmann/", "boost/", "Q",
                             "Qt",       "qt6keychain/", "archive",   "crypt.h"};
    return beginsWithAny(header, known);
}

// Not a layer: conversions between std and Qt types for those that link Qt anyway.
bool isQtEdge(std::string_view path)
{
    return path == "oci/qtconversions.h";
}

struct Include
{
    std::string_view header;
    bool quoted = false;
};

std::optional<Include> parseInclude(std::string_view line)
{
    const auto skip = [&](std::string_view what) {
        while (line.starts_with(' ') || line.starts_with('\t'))
            line.remove_prefix(1);
        const bool there = line.starts_with(what);
        if (there)
            line.remove_prefix(what.size());
        return there;
    };
    if (!skip("#") || !skip("include"))
        return std::nullopt;
    const bool quoted = skip("\"");
    if (!quoted && !skip("<"))
        return std::nullopt;
    const auto end = line.find(quoted ? '"' : '>');
    if (end == std::string_view::npos)
        return std::nullopt;
    return Include{line.substr(0, end), quoted};
}

std::optional<std::string> whyForbidden(std::string_view path, const Include &include, const FolderRule &rule)
{
    static const Names folders{"oci", "registryclient", "localregistry", "model", "ui", "cli",
                               "app", "tests"};
    const auto header = include.header;
    const std::string folder(rule.folder);
    if (header.find("..") != std::string_view::npos || (include.quoted && !isUnder(header, folders)))
        return "an #include names the path from the project's root";
    if (isUnder(header, folders)) {
        if (!isUnder(header, rule.includes))
            return folder + " may not include " + std::string(topFolder(header));
        if (isQtEdge(header) && !beginsWithAny("QString", rule.libraries))
            return folder + " knows no Qt";
        return std::nullopt;
    }
    if (isQtEdge(path) && header.starts_with('Q'))
        return std::nullopt;
    if (isLibraryHeader(header) && !beginsWithAny(header, rule.libraries))
        return folder + " may not use the library of this header";
    return std::nullopt;
}

bool isTargetCharacter(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == ':';
}

// "Qt6::Widgets", "quayside_ui": what looks like a target of the project or an imported one.
bool looksLikeTarget(std::string_view word)
{
    return word.starts_with("quayside_") || word.find("::") != std::string_view::npos;
}

bool isOwnCommand(std::string_view word)
{
    static const Names own{"quayside_library", "quayside_flags", "quayside_test"};
    return std::find(own.begin(), own.end(), word) != own.end();
}

} // namespace

std::vector<Finding> findForbiddenIncludes(const SourceFile &file)
{
    std::vector<Finding> findings;
    const auto *rule = ruleFor(file.path);
    if (!rule)
        return findings;
    const std::string_view text = file.text;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        if (const auto include = parseInclude(text.substr(at, end - at))) {
            if (auto reason = whyForbidden(file.path, *include, *rule))
                findings.push_back(findingAt(file, at, std::move(*reason)));
        }
        at = end + 1;
    }
    return findings;
}

std::vector<Finding> findForbiddenLinks(const SourceFile &file)
{
    std::vector<Finding> findings;
    const auto *rule = ruleFor(file.path);
    if (!rule)
        return findings;
    const std::string_view text = file.text;
    std::string_view ownLibrary; // the first argument of quayside_library(...)
    std::string_view previous;
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == '#')
            at = std::min(text.find('\n', at), text.size());
        auto end = at;
        while (end < text.size() && isTargetCharacter(text[end]))
            ++end;
        const auto word = text.substr(at, end - at);
        if (previous == "quayside_library" || previous == "add_library" || previous == "add_executable")
            ownLibrary = word;
        if (looksLikeTarget(word) && !isOwnCommand(word) && word != ownLibrary &&
            !beginsWithAny(word, rule->targets))
            findings.push_back(
                findingAt(file, at, std::string(rule->folder) + " may not link " + std::string(word)));
        if (!word.empty())
            previous = word;
        at = std::max(end, at + 1);
    }
    return findings;
}

} // namespace quayside::layering
