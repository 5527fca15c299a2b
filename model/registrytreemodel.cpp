// SPDX-License-Identifier: Apache-2.0
#include "model/registrytreemodel.h"

#include "model/repositorylistmodel.h"
#include "model/sessionmanager.h"
#include "model/trashmodel.h"
#include "oci/qtconversions.h"

namespace quayside {

RegistryTreeModel::RegistryTreeModel(SessionManager *sessions, QObject *parent)
    : QAbstractItemModel(parent)
    , m_sessions(sessions)
    , m_root(std::make_unique<Node>())
{
    for (RegistrySession *session : m_sessions->sessions())
        addRegistry(session);
    connect(m_sessions, &SessionManager::sessionAdded, this, &RegistryTreeModel::addRegistry);
    connect(m_sessions, &SessionManager::sessionAboutToBeRemoved, this, &RegistryTreeModel::removeRegistry);
}

RegistryTreeModel::~RegistryTreeModel() = default;

RegistryTreeNode *RegistryTreeModel::nodeOf(const QModelIndex &index) const
{
    return index.isValid() ? static_cast<Node *>(index.internalPointer()) : m_root.get();
}

QModelIndex RegistryTreeModel::indexOf(const Node *node) const
{
    if (!node || node == m_root.get())
        return {};
    return createIndex(int(node->row()), 0, node);
}

QModelIndex RegistryTreeModel::index(int row, int column, const QModelIndex &parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(row, column, nodeOf(parent)->children[std::size_t(row)].get());
}

QModelIndex RegistryTreeModel::parent(const QModelIndex &child) const
{
    return child.isValid() ? indexOf(nodeOf(child)->parent) : QModelIndex();
}

int RegistryTreeModel::rowCount(const QModelIndex &parent) const
{
    return parent.column() > 0 ? 0 : int(nodeOf(parent)->children.size());
}

int RegistryTreeModel::columnCount(const QModelIndex &) const
{
    return 1;
}

QVariant RegistryTreeModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Node &node = *nodeOf(index);
    const RegistryConfig &config = node.session->config();
    switch (role) {
    case Qt::DisplayRole:
        return text(node);
    case KindRole:
        return int(node.kind);
    case RegistryIdRole:
        return config.id;
    case RepositoryRole:
        return toQString(node.name ? node.name->toString() : node.text);
    case CountRole:
        return count(node);
    case StateRole:
        return int(node.session->state());
    case ColourRole:
        return config.colour;
    case AddressNoteRole:
        return addressNote(node);
    case ProductionRole:
        return config.production;
    case ModeRole:
        return int(config.mode);
    case PinnedRole:
        return node.name && config.pinned.contains(toQString(node.name->toString()));
    case LocalRole:
        return node.session->isLocal();
    default:
        return {};
    }
}

QString RegistryTreeModel::text(const Node &node) const
{
    switch (node.kind) {
    case Kind::Registry:
        return node.session->config().name;
    case Kind::Deleted:
        return tr("Deleted");
    default:
        return toQString(node.text);
    }
}

QVariant RegistryTreeModel::count(const Node &node) const
{
    if (node.kind == Kind::Deleted)
        return node.session->trash()->rowCount();
    if (node.kind != Kind::Repository)
        return {};
    const auto *repositories = node.session->repositories();
    const int row = repositories->rowOf(*node.name);
    return row < 0 ? QVariant() : repositories->index(row).data(RepositoryListModel::TagCountRole);
}

QString RegistryTreeModel::addressNote(const Node &node) const
{
    if (node.kind != Kind::Registry || !node.session->isLocal())
        return {};
    const QString address = node.session->displayAddress();
    const qsizetype colon = address.lastIndexOf(u':');
    return colon < 0 ? QString() : address.mid(colon);
}

QHash<int, QByteArray> RegistryTreeModel::roleNames() const
{
    return {{Qt::DisplayRole, "display"},   {KindRole, "kind"},
            {RegistryIdRole, "registryId"}, {RepositoryRole, "repository"},
            {CountRole, "count"},           {StateRole, "state"},
            {ColourRole, "colour"},         {AddressNoteRole, "addressNote"},
            {ProductionRole, "production"}, {ModeRole, "mode"},
            {PinnedRole, "pinned"},         {LocalRole, "local"}};
}

QModelIndex RegistryTreeModel::registryIndex(const QString &registryId) const
{
    return indexOf(registryNode(m_sessions->session(registryId)));
}

QModelIndex RegistryTreeModel::repositoryIndex(const QString &registryId,
                                               const RepositoryName &repository) const
{
    return indexOf(repositoryNode(registryNode(m_sessions->session(registryId)), repository));
}

QModelIndex RegistryTreeModel::deletedIndex(const QString &registryId) const
{
    const Node *registry = registryNode(m_sessions->session(registryId));
    return registry ? indexOf(registry->children.back().get()) : QModelIndex();
}

RegistryTreeNode *RegistryTreeModel::registryNode(const RegistrySession *session) const
{
    for (const auto &node : m_root->children) {
        if (session && node->session == session)
            return node.get();
    }
    return nullptr;
}

RegistryTreeNode *RegistryTreeModel::repositoryNode(Node *registry, const RepositoryName &name) const
{
    const auto [prefix, last] = splitNamespace(name);
    Node *parent = prefix.empty() || !registry ? registry : registry->child(prefix, Kind::Namespace);
    return parent ? parent->child(last, Kind::Repository) : nullptr;
}

} // namespace quayside
