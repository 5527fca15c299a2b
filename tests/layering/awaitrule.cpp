// SPDX-License-Identifier: Apache-2.0
#include "tests/layering/awaitrule.h"

#include "tests/layering/sourcetext.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

namespace quayside::layering {

namespace {

bool isWord(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

bool isSpace(char c)
{
    return std::isspace(static_cast<unsigned char>(c));
}

// What stands before a position, read backwards.
class Before
{
public:
    Before(std::string_view text, std::size_t at)
        : m_text(text)
        , m_at(at)
    {
        skipSpace();
    }

    char last() const { return m_at == 0 ? '\0' : m_text[m_at - 1]; }

    std::string_view word() const
    {
        auto start = m_at;
        while (start > 0 && isWord(m_text[start - 1]))
            --start;
        return m_text.substr(start, m_at - start);
    }

    void skipWord()
    {
        m_at -= word().size();
        skipSpace();
    }

    // Skips "(...)" or "[...]" that ends here.
    bool skipGroup(char open, char close)
    {
        if (last() != close)
            return false;
        int depth = 0;
        while (m_at > 0) {
            const char c = m_text[--m_at];
            depth += c == close ? 1 : c == open ? -1 : 0;
            if (depth == 0)
                break;
        }
        skipSpace();
        return true;
    }

    // Skips "-> Type" that ends here; a comma belongs to the type only between angle brackets.
    bool skipTrailingReturn()
    {
        int angles = 0;
        for (auto at = m_at; at > 0; --at) {
            const char c = m_text[at - 1];
            if (c == '>' && at > 1 && m_text[at - 2] == '-') {
                m_at = at - 2;
                skipSpace();
                return true;
            }
            angles += c == '>' ? 1 : c == '<' ? -1 : 0;
            const bool inType =
                isWord(c) || isSpace(c) || std::string_view(":<>&*").find(c) != std::string_view::npos;
            if (!inType && !(c == ',' && angles > 0))
                return false;
        }
        return false;
    }

private:
    void skipSpace()
    {
        while (m_at > 0 && isSpace(m_text[m_at - 1]))
            --m_at;
    }

    std::string_view m_text;
    std::size_t m_at;
};

bool isLambdaBody(std::string_view text, std::size_t brace)
{
    Before before(text, brace);
    before.skipTrailingReturn();
    while (before.word() == "mutable" || before.word() == "noexcept")
        before.skipWord();
    before.skipGroup('(', ')');
    return before.last() == ']';
}

// A brace outside of parentheses that opens a block, not a list of initialisers.
bool isBlock(std::string_view text, std::size_t statement, std::size_t brace)
{
    static constexpr std::array beforeBlock{"else", "do", "try", "const", "noexcept", "override", "final"};
    static constexpr std::array declarations{"namespace", "struct", "class",   "enum",
                                             "union",     "extern", "template"};
    Before before(text, brace);
    if (std::string_view(")};:{").find(before.last()) != std::string_view::npos || before.last() == '\0')
        return true;
    if (std::find(beforeBlock.begin(), beforeBlock.end(), before.word()) != beforeBlock.end())
        return true;
    while (statement < brace && !isWord(text[statement]))
        ++statement;
    const auto end =
        std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(statement), text.end(), isWord);
    const std::string_view first(text.begin() + static_cast<std::ptrdiff_t>(statement), end);
    if (std::find(declarations.begin(), declarations.end(), first) != declarations.end())
        return true;
    return before.skipTrailingReturn();
}

class Scanner
{
public:
    explicit Scanner(const SourceFile &file)
        : m_file(file)
        , m_text(withoutDirectives(withoutCommentsAndLiterals(file.text)))
    {}

    std::vector<Finding> run()
    {
        for (std::size_t i = 0; i < m_text.size(); ++i) {
            const char c = m_text[i];
            if (isWord(c))
                i = readWord(i) - 1;
            else if (c == '{')
                openBrace(i);
            else if (c == '(' || c == '[')
                open(c, i);
            else if (c == '}' || c == ')' || c == ']')
                close(i);
            else if (c == ';' || (c == ':' && endsAccessLabel(i)))
                endStatement(i + 1);
        }
        endStatement(m_text.size());
        return std::move(m_findings);
    }

private:
    struct Statement
    {
        std::size_t begin = 0;
        std::optional<std::size_t> await;
        bool braced = false;
    };
    enum class Bracket { Round, Square, Initialiser, Block, LambdaBody };
    struct Open
    {
        Bracket bracket;
        Statement outer; // of a lambda's body: the statement that goes on behind it
    };

    std::size_t readWord(std::size_t begin)
    {
        auto end = begin;
        while (end < m_text.size() && isWord(m_text[end]))
            ++end;
        if (std::string_view(m_text).substr(begin, end - begin) == "co_await")
            m_statement.await = begin;
        return end;
    }

    // "public:", "signals:", "private slots:"
    bool endsAccessLabel(std::size_t colon) const
    {
        static constexpr std::array labels{"public",    "protected", "private", "signals",
                                           "Q_SIGNALS", "slots",     "Q_SLOTS"};
        return std::find(labels.begin(), labels.end(), Before(m_text, colon).word()) != labels.end();
    }

    bool insideExpression() const
    {
        return !m_open.empty() &&
               (m_open.back().bracket == Bracket::Round || m_open.back().bracket == Bracket::Square ||
                m_open.back().bracket == Bracket::Initialiser);
    }

    void open(char c, std::size_t at)
    {
        const auto isAttribute = [&](std::size_t i) { return i + 1 < m_text.size() && m_text[i + 1] == '['; };
        const bool secondOfAttribute = at > 0 && m_text[at - 1] == '[';
        if (c == '[' && !isAttribute(at) && !secondOfAttribute)
            m_statement.braced = true;
        m_open.push_back({c == '(' ? Bracket::Round : Bracket::Square, {}});
    }

    void openBrace(std::size_t at)
    {
        if (isLambdaBody(m_text, at)) {
            m_statement.braced = true;
            m_open.push_back({Bracket::LambdaBody, m_statement});
            m_statement = {at + 1, std::nullopt, false};
        } else if (!insideExpression() && isBlock(m_text, m_statement.begin, at)) {
            endStatement(at + 1);
            m_open.push_back({Bracket::Block, {}});
        } else {
            m_statement.braced = true;
            m_open.push_back({Bracket::Initialiser, {}});
        }
    }

    void close(std::size_t at)
    {
        if (m_open.empty())
            return;
        const Open closed = m_open.back();
        m_open.pop_back();
        if (closed.bracket == Bracket::Block || closed.bracket == Bracket::LambdaBody)
            endStatement(at + 1);
        if (closed.bracket == Bracket::LambdaBody)
            m_statement = closed.outer;
    }

    void endStatement(std::size_t next)
    {
        if (m_statement.await && m_statement.braced)
            m_findings.push_back(
                findingAt(m_file, *m_statement.await,
                          "a statement with co_await may not contain { or [ (GCC 12 destroys "
                          "what is made there twice); name it before"));
        m_statement = {next, std::nullopt, false};
    }

    const SourceFile &m_file;
    std::string m_text;
    std::vector<Open> m_open;
    Statement m_statement;
    std::vector<Finding> m_findings;
};

} // namespace

std::vector<Finding> findBracedAwaits(const SourceFile &file)
{
    return Scanner(file).run();
}

} // namespace quayside::layering
