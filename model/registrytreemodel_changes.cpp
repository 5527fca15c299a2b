// SPDX-License-Identifier: Apache-2.0
/// How a RegistryTreeModel follows the sessions.
#include "model/registrytreemodel.h"
#include "model/repositorylistmodel.h"
#include "model/sessionmanager.h"
#include "model/trashmodel.h"

namespace quayside {

void RegistryTreeModel::addRegistry(RegistrySession *session)
{
    auto registry = std::make_unique<Node>();
    registry->session = session;
    auto deleted = std::make_unique<Node>();
    deleted->kind = Kind::Deleted;
    deleted->session = session;
    registry->insert(0, std::move(deleted));
    insertNode(m_root.get(), m_root->children.size(), std::move(registry));
    addRepositories(session, 0, session->repositories()->rowCount() - 1);
    follow(session);
}

void RegistryTreeModel::follow(RegistrySession *session)
{
    const RepositoryListModel *list = session->repositories();
    connect(list, &QAbstractItemModel::rowsInserted, this,
            [=, this](const QModelIndex &, int first, int last) { addRepositories(session, first, last); });
    // The names are needed, so before they are gone.
    connect(
        list, &QAbstractItemModel::rowsAboutToBeRemoved, this,
        [=, this](const QModelIndex &, int first, int last) { removeRepositories(session, first, last); });
    connect(list, &QAbstractItemModel::dataChanged, this,
            [=, this](const QModelIndex &topLeft, const QModelIndex &bottomRight) {
                repositoriesChanged(session, topLeft.row(), bottomRight.row());
            });
    const auto update = [=, this] { registryChanged(session); };
    connect(session, &RegistrySession::stateChanged, this, update);
    connect(session, &RegistrySession::configChanged, this, update);
    connect(session->trash(), &TrashModel::statusChanged, this, [=, this] {
        if (const Node *registry = registryNode(session))
            changed(registry->children.back().get());
    });
}

void RegistryTreeModel::removeRegistry(const RegistrySession *session)
{
    disconnect(session, nullptr, this, nullptr);
    disconnect(session->repositories(), nullptr, this, nullptr);
    disconnect(session->trash(), nullptr, this, nullptr);
    if (Node *registry = registryNode(session))
        removeNode(registry);
}

void RegistryTreeModel::addRepositories(RegistrySession *session, int first, int last)
{
    Node *registry = registryNode(session);
    for (int row = first; row <= last; ++row) {
        const RepositoryName &name = session->repositories()->nameAt(row);
        const auto [prefix, text] = splitNamespace(name);
        Node *parent = registry;
        if (!prefix.empty()) {
            parent = registry->child(prefix, Kind::Namespace);
            if (!parent) {
                auto node = std::make_unique<Node>();
                node->kind = Kind::Namespace;
                node->session = session;
                node->text = prefix;
                parent = insertNode(registry, registry->placeOf(prefix, Kind::Namespace), std::move(node));
            }
        }
        auto node = std::make_unique<Node>();
        node->kind = Kind::Repository;
        node->session = session;
        node->text = text;
        node->name = name;
        insertNode(parent, parent->placeOf(text, Kind::Repository), std::move(node));
    }
}

void RegistryTreeModel::removeRepositories(RegistrySession *session, int first, int last)
{
    for (int row = first; row <= last; ++row) {
        Node *node = repositoryNode(registryNode(session), session->repositories()->nameAt(row));
        if (!node)
            continue;
        Node *parent = node->parent;
        removeNode(node);
        if (parent->kind == Kind::Namespace && parent->children.empty())
            removeNode(parent);
    }
}

void RegistryTreeModel::repositoriesChanged(RegistrySession *session, int first, int last)
{
    for (int row = first; row <= last; ++row) {
        if (const Node *node = repositoryNode(registryNode(session), session->repositories()->nameAt(row)))
            changed(node);
    }
}

RegistryTreeNode *RegistryTreeModel::insertNode(Node *parent, std::size_t place, std::unique_ptr<Node> node)
{
    beginInsertRows(indexOf(parent), int(place), int(place));
    Node *inserted = parent->insert(place, std::move(node));
    endInsertRows();
    return inserted;
}

void RegistryTreeModel::removeNode(Node *node)
{
    Node *parent = node->parent;
    const std::size_t place = node->row();
    beginRemoveRows(indexOf(parent), int(place), int(place));
    parent->remove(place);
    endRemoveRows();
}

/// Name, state, colour and marks of a registry concern all its rows; views ask for the visible ones only.
void RegistryTreeModel::registryChanged(const RegistrySession *session)
{
    const Node *registry = registryNode(session);
    if (!registry)
        return;
    changed(registry);
    const QModelIndex parent = indexOf(registry);
    emit dataChanged(index(0, 0, parent), index(rowCount(parent) - 1, 0, parent));
}

void RegistryTreeModel::changed(const Node *node)
{
    const QModelIndex index = indexOf(node);
    emit dataChanged(index, index);
}

} // namespace quayside
