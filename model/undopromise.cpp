// SPDX-License-Identifier: Apache-2.0
#include "model/undopromise.h"

#include "oci/qtconversions.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace quayside {

namespace {

/// Registries known to collect garbage on their own, at any time.
bool mayDropAtOnce(const QString &host)
{
    static constexpr std::array<std::string_view, 10> suffixes{
        "docker.io", "docker.com", "ghcr.io",    "amazonaws.com", "quay.io",
        "gcr.io",    "pkg.dev",    "azurecr.io", "gitlab.com",    "public.ecr.aws"};
    return std::any_of(suffixes.begin(), suffixes.end(), [&](std::string_view suffix) {
        const QString name = toQString(suffix);
        return host == name || host.endsWith(u'.' + name);
    });
}

} // namespace

UndoPromise undoPromise(const DeleteSurroundings &around)
{
    if (around.capabilities.quayside.isYes())
        return UndoPromise::UntilDate;
    if (around.permissions.push.isNo())
        return UndoPromise::NotWithLogin;
    if (mayDropAtOnce(around.host))
        return UndoPromise::NotPromised;
    const bool isToldPush = around.permissions.push.isYes() || !around.usesTokens;
    return isToldPush ? UndoPromise::UntilCollection : UndoPromise::NotSure;
}

} // namespace quayside
