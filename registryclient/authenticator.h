// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registryclient/http.h"
#include "registryclient/login.h"

#include <QString>

#include <optional>

namespace quayside {

/// Turns a registry's challenges into Authorization headers, for one registry and one login. Anonymous first:
/// nothing is sent before the registry has asked. Basic only so far.
class Authenticator
{
public:
    explicit Authenticator(std::optional<Login> login = {})
        : m_login(std::move(login))
    {}

    bool hasLogin() const { return m_login.has_value(); }
    QString user() const { return m_login ? m_login->user : QString(); }

    /// The header's value for the next request; empty for none.
    QByteArray authorization() const;
    /// Looks at a 401 answer to a request that carried `sent`. Returns whether repeating it makes sense.
    bool answer(const ClientReply &unauthorized, const QByteArray &sent);

private:
    std::optional<Login> m_login;
    bool m_basicAsked = false;
};

} // namespace quayside
