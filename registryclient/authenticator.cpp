// SPDX-License-Identifier: Apache-2.0
#include "registryclient/authenticator.h"

namespace quayside {

namespace {

/// Whether one of the challenges wants Basic: a scheme's name begins the header or follows a comma (RFC 9110,
/// section 11.6.1). Inside quotes nothing counts.
bool wantsBasic(const QByteArray &header)
{
    bool quoted = false;
    bool atStart = true;
    for (qsizetype i = 0; i < header.size(); ++i) {
        const char c = header[i];
        if (quoted) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                quoted = false;
        } else if (c == '"') {
            quoted = true;
            atStart = false;
        } else if (c == ',' || c == '\n') { // Qt joins equal headers with ", " or a line feed
            atStart = true;
        } else if (c != ' ' && c != '\t') {
            const QByteArray word = header.mid(i, 6).toLower();
            if (atStart && word.startsWith("basic") && (word.size() == 5 || word[5] == ' ' || word[5] == ','))
                return true;
            atStart = false;
        }
    }
    return false;
}

} // namespace

QByteArray Authenticator::authorization() const
{
    if (!m_basicAsked || !m_login)
        return {};
    return "Basic " + (m_login->user + u':' + m_login->password).toUtf8().toBase64();
}

bool Authenticator::answer(const ClientReply &unauthorized, const QByteArray &sent)
{
    // A login that was sent and refused stays refused.
    if (!m_login || !sent.isEmpty() || !wantsBasic(unauthorized.header("WWW-Authenticate")))
        return false;
    m_basicAsked = true;
    return true;
}

} // namespace quayside
