// SPDX-License-Identifier: Apache-2.0
#include "tests/layering/linerules.h"

#include "tests/layering/sourcetext.h"

#include <algorithm>
#include <cctype>

namespace quayside::layering {

namespace {

enum class Use {
    Anywhere,
    Call,              ///< "(" follows.
    CallWithNoArgument ///< "()" follows; a variable that is initialised has arguments.
};

struct NameRule
{
    std::string_view name; ///< A whole word, or its beginning if it ends with "*".
    Use use;
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
    constexpr std::string_view listsErrors = "name the errors that are ignored, and why these";
    static const std::vector<NameRule> rules{
        {"instance", Use::CallWithNoArgument, everywhere, noSingletons},
        {"QEventLoop", Use::Anywhere, belowApp, noNestedLoops},
        {"processEvents", Use::Anywhere, belowApp, noNestedLoops},
        {"exec", Use::Call, {"ui"}, noNestedLoops},
        {"waitFor*", Use::Call, onGuiThread, noWaits},
        {"sleep_for", Use::Call, alsoTests, noSleeps},
        {"sleep_until", Use::Call, alsoTests, noSleeps},
        {"sleep", Use::Call, alsoTests, noSleeps},
        {"msleep", Use::Call, alsoTests, noSleeps},
        {"usleep", Use::Call, alsoTests, noSleeps},
        {"qSleep", Use::Call, alsoTests, noSleeps},
        {"ignoreSslErrors", Use::CallWithNoArgument, alsoTests, listsErrors},
        {"VerifyNone", Use::Anywhere, alsoTests, "certificates are always verified"},
        {"QueryPeer", Use::Anywhere, alsoTests, "certificates are always verified"},
        {"setHtml", Use::Anywhere, everywhere, noRichText},
        {"insertHtml", Use::Anywhere, everywhere, noRichText},
        {"appendHtml", Use::Anywhere, everywhere, noRichText},
        {"setMarkdown", Use::Anywhere, everywhere, noRichText},
        {"QTextBrowser", Use::Anywhere, everywhere, noRichText},
        {"RichText", Use::Anywhere, everywhere, noRichText},
        {"MarkdownText", Use::Anywhere, everywhere, noRichText},
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

// The first character that is no white space, from there on; a zero byte at the end.
char nextCharacter(std::string_view text, std::size_t from)
{
    const auto found = text.find_first_not_of(" \t\r\n", from);
    return found == std::string_view::npos ? '\0' : text[found];
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
        const bool isCall = nextCharacter(text, end) == '(';
        const bool hasNoArgument = isCall && nextCharacter(text, text.find('(', end) + 1) == ')';
        for (const auto &rule : nameRules()) {
            const bool isUsed = rule.use == Use::Anywhere || (rule.use == Use::Call ? isCall : hasNoArgument);
            if (isUsed && matches(word, rule.name) &&
                std::find(rule.folders.begin(), rule.folders.end(), folder) != rule.folders.end())
                findings.push_back(findingAt(file, at, std::string(word) + ": " + std::string(rule.reason)));
        }
        at = std::max(end, at + 1);
    }
    return findings;
}

} // namespace quayside::layering
