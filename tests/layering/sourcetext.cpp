// SPDX-License-Identifier: Apache-2.0
#include "tests/layering/sourcetext.h"

#include <algorithm>
#include <cctype>

namespace quayside::layering {

namespace {

bool isWord(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

class Blanker
{
public:
    explicit Blanker(std::string_view text)
        : m_in(text)
        , m_out(text)
    {}

    std::string run()
    {
        while (m_at < m_in.size()) {
            if (startsWith("//"))
                blank(m_at, m_in.find('\n', m_at));
            else if (startsWith("/*"))
                blank(m_at, after("*/", m_at + 2));
            else if (startsWith("R\"") && !isPartOfWord())
                blankRawString();
            else if (m_in[m_at] == '"' || (m_in[m_at] == '\'' && !isDigitSeparator()))
                blankQuoted(m_in[m_at]);
            else
                ++m_at;
        }
        return std::move(m_out);
    }

private:
    bool startsWith(std::string_view start) const { return m_in.substr(m_at).starts_with(start); }

    // The position behind the next `end`, or the end of the text.
    std::size_t after(std::string_view end, std::size_t from) const
    {
        const auto found = m_in.find(end, from);
        return found == std::string_view::npos ? m_in.size() : found + end.size();
    }

    void blank(std::size_t from, std::size_t to)
    {
        to = std::min(to, m_in.size());
        for (auto i = from; i < to; ++i) {
            if (m_out[i] != '\n')
                m_out[i] = ' ';
        }
        m_at = std::max(to, m_at + 1);
    }

    // "R" that ends a longer word is no raw string, but the prefixes u8R, uR, UR and LR are.
    bool isPartOfWord() const
    {
        auto start = m_at;
        while (start > 0 && isWord(m_in[start - 1]))
            --start;
        const auto prefix = m_in.substr(start, m_at - start);
        return !prefix.empty() && prefix != "u8" && prefix != "u" && prefix != "U" && prefix != "L";
    }

    // The "'" of 1'000, as opposed to the one of u'x'.
    bool isDigitSeparator() const
    {
        auto start = m_at;
        while (start > 0 && (isWord(m_in[start - 1]) || m_in[start - 1] == '\''))
            --start;
        return start < m_at && std::isdigit(static_cast<unsigned char>(m_in[start]));
    }

    void blankRawString()
    {
        const auto quote = m_at + 1;
        const auto open = m_in.find('(', quote);
        if (open == std::string_view::npos)
            return blank(m_at, m_in.size());
        const auto end = after(")" + std::string(m_in.substr(quote + 1, open - quote - 1)) + "\"", open);
        blank(quote + 1, end - 1);
        m_at = end;
    }

    // The quotes stay, so that a literal is still a token.
    void blankQuoted(char quote)
    {
        auto end = m_at + 1;
        while (end < m_in.size() && m_in[end] != quote && m_in[end] != '\n')
            end += m_in[end] == '\\' ? 2 : 1;
        blank(m_at + 1, end);
        m_at = std::min(end + 1, m_in.size());
    }

    std::string_view m_in;
    std::string m_out;
    std::size_t m_at = 0;
};

} // namespace

std::string withoutCommentsAndLiterals(std::string_view text)
{
    return Blanker(text).run();
}

std::string withoutDirectives(std::string text)
{
    bool atLineStart = true;
    bool inDirective = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n') {
            inDirective = inDirective && i > 0 && text[i - 1] == '\\';
            atLineStart = true;
            continue;
        }
        if (atLineStart && text[i] == '#')
            inDirective = true;
        if (text[i] != ' ' && text[i] != '\t')
            atLineStart = false;
        if (inDirective && text[i] != '\\')
            text[i] = ' ';
    }
    return text;
}

} // namespace quayside::layering
