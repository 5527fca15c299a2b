// SPDX-License-Identifier: Apache-2.0
#include "tests/layering/linerules.h"

#include "tests/layering/sourcetext.h"

#include <algorithm>
#include <cctype>

namespace quayside::layering {

namespace {

struct NameRule
{
    std::string_view name; ///< A whole word, or its beginning if it ends with "*".
    bool calledOnly;       ///< Only if "(" follows.
    std::vector<std::string_view> folders;
    std::string_view reason;
};

const std::vector<std::string_view> everywhere{"oci", "registryclient", "localregistry", "model", "ui", "cli",
                                               "app"};
const std::vector<std::string_view> belowApp{"oci", "registryclient", "localregistry", "model", "ui", "cli"};
// The server's threads and pool may wait; the GUI thread runs none of them.
const std::vector<std::string_view> onGuiThread{"oci", "registryclient", "model", "ui", "cli"};
const std::vector<std::string_view> alsoTests{"oci", "registryclient", "localregistry", "model", "ui", "cli",
                                              "app", "tests"};

const std::vector<NameRule> &nameRules()
{
    constexpr std::string_view noSingletons = "nothing here has instance(): pass the object";
    constexpr std::string_view noNestedLoops = "no nested event loops";
    constexpr std::string_view noWaits = "no blocking waits on the GUI thread";
    constexpr std::string_view noSleeps = "wait for a signal, not for time";
    constexpr std::string_view noRichText = "text may come from a registry: plain text only";
    static const std::vector<NameRule> rules{
        {"instance", true, everywhere, noSingletons},
        {"QEventLoop", false, belowApp, noNestedLoops},
        {"processEvents", false, belowApp, noNestedLoops},
        {"exec", true, {"ui"}, noNestedLoops},
        {"waitFor*", true, onGuiThread, noWaits},
        {"sleep_for", true, alsoTests, noSleeps},
        {"sleep_until", true, alsoTests, noSleeps},
        {"sleep", true, alsoTests, noSleeps},
        {"msleep", true, alsoTests, noSleeps},
        {"usleep", true, alsoTests, noSleeps},
        {"qSleep", true, alsoTests, noSleeps},
        {"setHtml", false, everywhere, noRichText},
        {"insertHtml", false, everywhere, noRichText},
        {"appendHtml", false, everywhere, noRichText},
        {"setMarkdown", false, everywhere, noRichText},
        {"QTextBrowser", false, everywhere, noRichText},
        {"RichText", false, everywhere, noRichText},
        {"MarkdownText", false, everywhere, noRichText},
    };
    return rules;
}

bool isWord(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

bool matches(std::string_view word, std::string_view pattern)
{
    if (pattern.ends_with('*'))
        return word.starts_with(pattern.substr(0, pattern.size() - 1));
    return word == pattern;
}

} // namespace

std::vector<Finding> findMissingLicense(const SourceFile &file)
{
    std::size_t end = 0;
    for (int line = 0; line < 3 && end != std::string::npos; ++line)
        end = file.text.find('\n', end == 0 ? 0 : end + 1);
    if (std::string_view(file.text).substr(0, end).find("SPDX-License-Identifier: Apache-2.0") !=
        std::string_view::npos)
        return {};
    return {findingAt(file, 0, "a file begins with SPDX-License-Identifier: Apache-2.0")};
}

std::vector<Finding> findForbiddenNames(const SourceFile &file)
{
    std::vector<Finding> findings;
    const auto text = withoutCommentsAndLiterals(file.text);
    const auto folder = topFolder(file.path);
    for (std::size_t at = 0; at < text.size();) {
        auto end = at;
        while (end < text.size() && isWord(text[end]))
            ++end;
        const auto word = std::string_view(text).substr(at, end - at);
        const auto next = text.find_first_not_of(" \t\n", end);
        const bool called = next != std::string::npos && text[next] == '(';
        for (const auto &rule : nameRules()) {
            if (matches(word, rule.name) && (called || !rule.calledOnly) &&
                std::find(rule.folders.begin(), rule.folders.end(), folder) != rule.folders.end())
                findings.push_back(findingAt(file, at, std::string(word) + ": " + std::string(rule.reason)));
        }
        at = std::max(end, at + 1);
    }
    return findings;
}

} // namespace quayside::layering
