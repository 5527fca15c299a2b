// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"
#include "registryclient/login.h"
#include "registryclient/registryaddress.h"
#include "registryclient/sharedwork.h"
#include "registryclient/tlssettings.h"
#include "registryclient/tokenreply.h"

#include <QByteArray>
#include <QCoroTask>
#include <QString>
#include <QStringList>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <tuple>

namespace quayside {

class Transport;

/// What a token is asked for.
struct TokenRequest
{
    QByteArray realm;   ///< As the challenge names it; checked before every use.
    QByteArray service; ///< May be empty.
    TokenScope scope;
    std::optional<Login> login; ///< Nothing: anonymous.
};

/// Gets tokens for one registry from its token server and keeps them while they are good. One request per
/// login and scope is under way at a time, however many ask.
class TokenSource : public std::enable_shared_from_this<TokenSource>
{
public:
    using Clock = std::function<std::chrono::steady_clock::time_point()>;

    /// `approved`: token servers on other hosts that the person has allowed, see tokenServerOf(); `tls`: for
    /// the registry's own host. The transport must outlive every coroutine of this.
    TokenSource(Transport *transport, RegistryAddress registry, QStringList approved, TlsSettings tls = {},
                Clock clock = &std::chrono::steady_clock::now);

    /// Errors: those of checkRealm() and Transport::send(); Unauthorized (the token server refuses the login,
    /// or wants one), Forbidden, BadAnswer (no token in the answer; a redirect, which is never followed).
    QCoro::Task<Result<TokenReply>> token(TokenRequest request, std::stop_token stop);
    /// The token that is kept for this request, if it is still good.
    std::optional<TokenReply> kept(const TokenRequest &request) const;
    /// Drops the kept token if it is this one: the registry has refused it.
    void drop(const TokenRequest &request, const QByteArray &token);

private:
    using Key = std::tuple<QByteArray, QByteArray, QByteArrayList, QString, QString>;
    struct Kept
    {
        TokenReply reply;
        std::chrono::steady_clock::time_point until;
    };
    static Key keyOf(const TokenRequest &request);
    QCoro::Task<Result<TokenReply>> fetch(TokenRequest request, std::stop_token stop);
    void keep(const Key &key, const TokenReply &reply);

    Transport *m_transport;
    RegistryAddress m_registry;
    QStringList m_approved;
    TlsSettings m_tls;
    Clock m_clock;
    std::map<Key, Kept> m_kept;
    SharedWorks<Key, Result<TokenReply>> m_underWay;
};

} // namespace quayside
