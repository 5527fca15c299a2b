// SPDX-License-Identifier: Apache-2.0
#include "model/registrytreenode.h"

#include "model/tagorder.h"

#include <algorithm>

namespace quayside {

std::size_t RegistryTreeNode::row() const
{
    const auto &siblings = parent->children;
    const auto isThis = [this](const auto &sibling) { return sibling.get() == this; };
    return std::size_t(std::find_if(siblings.begin(), siblings.end(), isThis) - siblings.begin());
}

std::size_t RegistryTreeNode::placeOf(const std::string &childText, Kind childKind) const
{
    const auto before = [&](const std::unique_ptr<RegistryTreeNode> &node, const std::string &wanted) {
        if (node->kind == Kind::Deleted)
            return false;
        const int order = compareNaturally(node->text, wanted);
        return order != 0 ? order < 0 : node->kind < childKind;
    };
    const auto place = std::lower_bound(children.begin(), children.end(), childText, before);
    return std::size_t(place - children.begin());
}

RegistryTreeNode *RegistryTreeNode::child(const std::string &childText, Kind childKind) const
{
    const std::size_t place = placeOf(childText, childKind);
    if (place == children.size())
        return nullptr;
    RegistryTreeNode *found = children[place].get();
    return found->kind == childKind && found->text == childText ? found : nullptr;
}

RegistryTreeNode *RegistryTreeNode::insert(std::size_t place, std::unique_ptr<RegistryTreeNode> node)
{
    node->parent = this;
    return children.insert(children.begin() + std::ptrdiff_t(place), std::move(node))->get();
}

void RegistryTreeNode::remove(std::size_t place)
{
    children.erase(children.begin() + std::ptrdiff_t(place));
}

std::pair<std::string, std::string> splitNamespace(const RepositoryName &name)
{
    const std::string &text = name.toString();
    const auto slash = text.rfind('/');
    if (slash == std::string::npos)
        return {std::string(), text};
    return {text.substr(0, slash), text.substr(slash + 1)};
}

} // namespace quayside
