// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/registrytreenode.h"
#include "oci/repositoryname.h"

#include <QAbstractItemModel>

#include <memory>
#include <vector>

namespace quayside {

class RegistrySession;
class SessionManager;

/// The sidebar: registries, under each its namespaces and repositories, and "Deleted" as the last row.
/// A namespace is everything before the last "/" of a name.
class RegistryTreeModel : public QAbstractItemModel
{
    Q_OBJECT
public:
    using Kind = RegistryTreeNode::Kind;
    enum Role {
        KindRole = Qt::UserRole + 1, ///< int(Kind)
        RegistryIdRole,              ///< QString
        RepositoryRole,              ///< QString: the full name, of Repository; of Namespace its prefix.
        CountRole,       ///< int: tags of a repository, entries of Deleted; invalid while not known.
        StateRole,       ///< int(RegistrySession::State), of every row
        ColourRole,      ///< int 0 to 7
        AddressNoteRole, ///< QString ":5000": Local's port; else empty.
        ProductionRole,  ///< bool
        ModeRole,        ///< int(RegistryMode), of every row
        PinnedRole,      ///< bool
        LocalRole,       ///< bool: belongs to the embedded registry.
    };
    Q_ENUM(Role)

    /// `sessions` must outlive this.
    explicit RegistryTreeModel(SessionManager *sessions, QObject *parent = nullptr);
    ~RegistryTreeModel() override;

    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &child) const override;
    using QObject::parent;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QHash<int, QByteArray> roleNames() const override;

    QModelIndex registryIndex(const QString &registryId) const;
    QModelIndex repositoryIndex(const QString &registryId, const RepositoryName &repository) const;
    QModelIndex deletedIndex(const QString &registryId) const;

private:
    using Node = RegistryTreeNode;
    Node *nodeOf(const QModelIndex &index) const;
    QModelIndex indexOf(const Node *node) const;
    Node *registryNode(const RegistrySession *session) const;
    Node *repositoryNode(Node *registry, const RepositoryName &name) const;
    QString text(const Node &node) const;
    QVariant count(const Node &node) const;
    QString addressNote(const Node &node) const;

    void addRegistry(RegistrySession *session);
    void removeRegistry(const RegistrySession *session);
    void follow(RegistrySession *session);
    void addRepositories(RegistrySession *session, int first, int last);
    void removeRepositories(RegistrySession *session, int first, int last);
    void repositoriesChanged(RegistrySession *session, int first, int last);
    Node *insertNode(Node *parent, std::size_t place, std::unique_ptr<Node> node);
    void removeNode(Node *node);
    void registryChanged(const RegistrySession *session);
    void changed(const Node *node);

    SessionManager *m_sessions;
    std::unique_ptr<Node> m_root;
};

} // namespace quayside
