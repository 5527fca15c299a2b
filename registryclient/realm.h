// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"
#include "registryclient/registryaddress.h"

#include <QByteArray>
#include <QCoroTask>
#include <QStringList>
#include <QUrl>

#include <stop_token>

namespace quayside {

class Transport;

/// The address of a token server as a challenge names it. Errors: BadAnswer when it is no absolute http(s)
/// URL, has a login or a fragment in it, or does not encrypt although the registry does.
Result<QUrl> parseRealm(const QByteArray &realm, const RegistryAddress &registry);

/// "https://auth.example" or "http://auth.lan:5001": what a person approves, and what is kept.
QString tokenServerOf(const QUrl &realm);

/// Whether logins may go there: it is on the registry's host, it is Docker Hub's own, or the person has
/// approved it for this registry.
bool isTrustedRealm(const QUrl &realm, const RegistryAddress &registry, const QStringList &approved);

/// All rules for a token server: those above, and mayPointTo() for the addresses that both names have now.
/// Errors: those of parseRealm(); TokenServerUnknown; BadAnswer for an address that is nearer than the
/// registry's; Cancelled.
QCoro::Task<Result<QUrl>> checkRealm(Transport *transport, QByteArray realm, RegistryAddress registry,
                                     QStringList approved, std::stop_token stop);

} // namespace quayside
