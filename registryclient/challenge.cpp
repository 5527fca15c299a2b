// SPDX-License-Identifier: Apache-2.0
#include "registryclient/challenge.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace quayside {

namespace {

constexpr qsizetype maxHeader = 16 * 1024; // bytes
constexpr qsizetype maxChallenges = 16;
constexpr qsizetype maxParameters = 32;
constexpr qsizetype maxName = 64; // bytes of a scheme's or parameter's name

bool isLetterOrDigit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// RFC 9110, section 5.6.2.
bool isTokenChar(char c)
{
    return isLetterOrDigit(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

/// RFC 9110, section 11.2: the one lump of data that some schemes have in place of parameters.
bool isToken68Char(char c)
{
    return isLetterOrDigit(c) || std::string_view("-._~+/").find(c) != std::string_view::npos;
}

bool isControl(char c)
{
    return (c >= 0 && c < ' ' && c != '\t') || c == '\x7f';
}

Challenge::Scheme schemeOf(const QByteArray &name)
{
    const QByteArray lower = name.toLower();
    if (lower == "basic")
        return Challenge::Scheme::Basic;
    return lower == "bearer" ? Challenge::Scheme::Bearer : Challenge::Scheme::Unknown;
}

class Parser
{
public:
    explicit Parser(const QByteArray &header)
        : m_text(header)
    {}

    /// Nothing if the header breaks the grammar or a limit.
    std::optional<QList<Challenge>> run()
    {
        QList<Challenge> challenges;
        for (skipListGaps(); !atEnd(); skipListGaps()) {
            auto challenge = readChallenge();
            if (!challenge || challenges.size() == maxChallenges)
                return std::nullopt;
            challenges.append(std::move(*challenge));
        }
        return challenges;
    }

private:
    bool atEnd() const { return m_at == m_text.size(); }
    char peek() const { return atEnd() ? '\0' : m_text[m_at]; }
    /// Whether a list's element ends here.
    bool atElementEnd() const { return atEnd() || peek() == ','; }

    void skipSpaces()
    {
        while (peek() == ' ' || peek() == '\t')
            ++m_at;
    }

    /// Lists may have empty elements (RFC 9110, section 5.6.1.2).
    void skipListGaps()
    {
        while (peek() == ' ' || peek() == '\t' || peek() == ',')
            ++m_at;
    }

    QByteArray readToken()
    {
        const qsizetype start = m_at;
        while (!atEnd() && isTokenChar(peek()))
            ++m_at;
        return m_text.mid(start, m_at - start);
    }

    std::optional<Challenge> readChallenge()
    {
        Challenge challenge;
        challenge.name = readToken();
        challenge.scheme = schemeOf(challenge.name);
        if (challenge.name.isEmpty() || challenge.name.size() > maxName)
            return std::nullopt;
        if (!atElementEnd() && peek() != ' ' && peek() != '\t')
            return std::nullopt;
        skipSpaces();
        if (!skipToken68() && !readParameters(challenge))
            return std::nullopt;
        return challenge;
    }

    /// Skips such data if that is all that the challenge has. "realm=" alone looks like it, too.
    bool skipToken68()
    {
        const qsizetype start = m_at;
        while (!atEnd() && isToken68Char(peek()))
            ++m_at;
        const bool any = m_at > start;
        while (any && peek() == '=')
            ++m_at;
        skipSpaces();
        if (any && atElementEnd())
            return true;
        m_at = start;
        return false;
    }

    /// Up to the end or to what is the next challenge: a name without "=" after it.
    bool readParameters(Challenge &challenge)
    {
        for (;;) {
            const qsizetype before = m_at;
            const QByteArray name = readToken().toLower();
            skipSpaces();
            if (peek() != '=' || name.isEmpty()) {
                m_at = before;
                return challenge.parameters.isEmpty() ? atElementEnd() : true;
            }
            ++m_at;
            skipSpaces();
            auto value = peek() == '"' ? readQuoted() : readPlain();
            if (!value || name.size() > maxName || challenge.parameter(name) ||
                challenge.parameters.size() == maxParameters)
                return false;
            challenge.parameters.append(Challenge::Parameter{name, std::move(*value)});
            skipSpaces();
            if (!atElementEnd())
                return false;
            skipListGaps();
        }
    }

    std::optional<QByteArray> readPlain()
    {
        const QByteArray value = readToken();
        return value.isEmpty() ? std::nullopt : std::optional(value);
    }

    std::optional<QByteArray> readQuoted()
    {
        QByteArray value;
        for (++m_at; !atEnd(); ++m_at) {
            char c = peek();
            if (c == '"') {
                ++m_at;
                return value;
            }
            if (c == '\\') {
                ++m_at;
                if (atEnd())
                    return std::nullopt;
                c = peek();
            }
            if (isControl(c))
                return std::nullopt;
            value += c;
        }
        return std::nullopt;
    }

    const QByteArray &m_text;
    qsizetype m_at = 0;
};

Error unknownSchemes(const QList<Challenge> &challenges)
{
    std::string names;
    for (const Challenge &challenge : challenges)
        names += (names.empty() ? "" : ", ") + challenge.name.toStdString();
    return Error{ErrorKind::Unsupported, 401, {}, "the registry wants a login by " + names};
}

} // namespace

std::optional<QByteArray> Challenge::parameter(const QByteArray &wanted) const
{
    const auto found = std::find_if(parameters.begin(), parameters.end(),
                                    [&](const Parameter &parameter) { return parameter.name == wanted; });
    return found == parameters.end() ? std::nullopt : std::optional(found->value);
}

Result<QList<Challenge>> parseChallenges(const QByteArray &header)
{
    std::optional<QList<Challenge>> challenges;
    if (header.size() <= maxHeader)
        challenges = Parser(header).run();
    if (!challenges)
        return tl::unexpected(Error{
            ErrorKind::BadAnswer, 401, {}, "the registry asks for a login in a way that cannot be read"});
    return std::move(*challenges);
}

Result<std::optional<Challenge>> strongestChallenge(const QByteArray &header)
{
    const auto challenges = parseChallenges(header);
    if (!challenges)
        return tl::unexpected(challenges.error());
    if (challenges->isEmpty())
        return std::nullopt;
    const auto weaker = [](const Challenge &a, const Challenge &b) { return a.scheme < b.scheme; };
    const auto strongest = std::max_element(challenges->begin(), challenges->end(), weaker);
    if (strongest->scheme == Challenge::Scheme::Unknown)
        return tl::unexpected(unknownSchemes(*challenges));
    return *strongest;
}

} // namespace quayside
