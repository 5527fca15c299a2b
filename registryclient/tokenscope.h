// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/repositoryname.h"

#include <QByteArray>
#include <QByteArrayList>

#include <map>
#include <optional>
#include <set>

namespace quayside {

/// What a token may be used for: actions per resource, written "repository:team/api:pull,push" (Distribution,
/// "Token Scope Documentation").
class TokenScope
{
public:
    TokenScope() = default;
    /// The scopes of a challenge, separated by spaces. What breaks the grammar is left out; 16 at most.
    static TokenScope parse(const QByteArray &text);

    /// `resource` is "type:name". "*" stands for every action.
    void add(const QByteArray &resource, const QByteArrayList &actions);
    TokenScope united(const TokenScope &other) const;
    bool contains(const TokenScope &other) const;
    bool contains(const QByteArray &resource, const QByteArray &action) const;
    bool isEmpty() const { return m_actions.empty(); }
    /// One entry per resource, in a fixed order.
    QByteArrayList entries() const;

    bool operator==(const TokenScope &) const = default;

private:
    std::map<QByteArray, std::set<QByteArray>> m_actions;
};

/// What a request is for: decides which login and which token go with it.
struct Purpose
{
    std::optional<RepositoryName> repository; ///< Nothing for the registry as a whole.
    TokenScope scope;

    /// `/v2/` and what has no scope of its own.
    static Purpose registry() { return {}; }
    static Purpose catalog();
    static Purpose pull(const RepositoryName &repository);
    static Purpose push(const RepositoryName &repository);
    static Purpose remove(const RepositoryName &repository);
};

/// "repository:team/api"
QByteArray scopeResource(const RepositoryName &repository);

} // namespace quayside
