// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/repositoryname.h"

#include <QMetaType>
#include <QString>

#include <optional>

namespace quayside {

/// What the window shows.
struct Place
{
    enum class Kind { Start, Registry, Repository, Deleted };

    Kind kind = Kind::Start;
    QString registryId;                       ///< Of all kinds but Start.
    std::optional<RepositoryName> repository; ///< Of Repository.

    static Place registry(const QString &id) { return {Kind::Registry, id, {}}; }
    static Place deleted(const QString &id) { return {Kind::Deleted, id, {}}; }
    static Place inRepository(const QString &id, RepositoryName name)
    {
        return {Kind::Repository, id, std::move(name)};
    }

    bool operator==(const Place &) const = default;
};

} // namespace quayside
