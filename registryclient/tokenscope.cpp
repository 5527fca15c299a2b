// SPDX-License-Identifier: Apache-2.0
#include "registryclient/tokenscope.h"

#include "oci/qtconversions.h"

#include <algorithm>

namespace quayside {

namespace {

constexpr qsizetype maxEntries = 16;
constexpr qsizetype maxActions = 8;

bool isVisibleAscii(const QByteArray &text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

Purpose ofRepository(const RepositoryName &repository, const QByteArrayList &actions)
{
    Purpose purpose;
    purpose.repository = repository;
    purpose.scope.add(scopeResource(repository), actions);
    return purpose;
}

} // namespace

TokenScope TokenScope::parse(const QByteArray &text)
{
    TokenScope scope;
    const auto entries = text.simplified().split(' ');
    for (const QByteArray &entry : entries.first(std::min(entries.size(), maxEntries))) {
        // A resource's name may have colons of its own: "repository:host:5000/name:pull".
        const qsizetype type = entry.indexOf(':');
        const qsizetype name = entry.lastIndexOf(':');
        const auto actions = entry.mid(name + 1).split(',');
        const bool whole = type > 0 && name > type + 1 && !actions.contains(QByteArray());
        if (whole && actions.size() <= maxActions && isVisibleAscii(entry))
            scope.add(entry.left(name), actions);
    }
    return scope;
}

void TokenScope::add(const QByteArray &resource, const QByteArrayList &actions)
{
    m_actions[resource].insert(actions.begin(), actions.end());
}

TokenScope TokenScope::united(const TokenScope &other) const
{
    TokenScope all = *this;
    for (const auto &[resource, actions] : other.m_actions)
        all.m_actions[resource].insert(actions.begin(), actions.end());
    return all;
}

bool TokenScope::contains(const QByteArray &resource, const QByteArray &action) const
{
    const auto found = m_actions.find(resource);
    return found != m_actions.end() && (found->second.contains(action) || found->second.contains("*"));
}

bool TokenScope::contains(const TokenScope &other) const
{
    return std::all_of(other.m_actions.begin(), other.m_actions.end(), [this](const auto &entry) {
        return std::all_of(entry.second.begin(), entry.second.end(),
                           [&](const QByteArray &action) { return contains(entry.first, action); });
    });
}

QByteArrayList TokenScope::entries() const
{
    QByteArrayList all;
    for (const auto &[resource, actions] : m_actions)
        all.append(resource + ':' + QByteArrayList(actions.begin(), actions.end()).join(','));
    return all;
}

Purpose Purpose::catalog()
{
    Purpose purpose;
    purpose.scope.add("registry:catalog", {"*"});
    return purpose;
}

Purpose Purpose::pull(const RepositoryName &repository)
{
    return ofRepository(repository, {"pull"});
}

Purpose Purpose::push(const RepositoryName &repository)
{
    return ofRepository(repository, {"pull", "push"});
}

Purpose Purpose::remove(const RepositoryName &repository)
{
    return ofRepository(repository, {"pull", "push", "delete"});
}

QByteArray scopeResource(const RepositoryName &repository)
{
    return "repository:" + toQByteArray(repository.toString());
}

} // namespace quayside
