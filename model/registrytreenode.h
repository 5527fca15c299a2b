// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/repositoryname.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace quayside {

class RegistrySession;

/// A row of the sidebar, or its invisible root. Children are sorted by text, in natural order; "Deleted" is
/// the last one.
struct RegistryTreeNode
{
    enum class Kind { Registry, Namespace, Repository, Deleted };

    Kind kind = Kind::Registry;
    RegistrySession *session = nullptr;
    RegistryTreeNode *parent = nullptr;
    std::string text; ///< The last part of a repository's name, or the whole name of a namespace.
    std::optional<RepositoryName> name; ///< Of a repository.
    std::vector<std::unique_ptr<RegistryTreeNode>> children;

    /// The row among the parent's children.
    std::size_t row() const;
    /// Where a child with this text and kind is or would be.
    std::size_t placeOf(const std::string &childText, Kind childKind) const;
    /// Null if there is none.
    RegistryTreeNode *child(const std::string &childText, Kind childKind) const;
    /// Inserts a child and returns it.
    RegistryTreeNode *insert(std::size_t place, std::unique_ptr<RegistryTreeNode> node);
    void remove(std::size_t place);
};

/// "team/api" → "team" and "api"; a name without "/" has an empty namespace.
std::pair<std::string, std::string> splitNamespace(const RepositoryName &name);

} // namespace quayside
