// SPDX-License-Identifier: Apache-2.0
#include "registryclient/authenticator.h"

#include "registryclient/challenge.h"

#include <algorithm>

namespace quayside {

namespace {

bool wantsBasic(const QByteArray &header)
{
    const auto challenges = parseChallenges(header);
    return challenges && std::any_of(challenges->begin(), challenges->end(), [](const Challenge &challenge) {
               return challenge.scheme == Challenge::Scheme::Basic;
           });
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
