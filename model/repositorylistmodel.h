// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"
#include "oci/repositoryname.h"

#include <QAbstractListModel>

#include <optional>
#include <set>
#include <vector>

namespace quayside {

/// The repositories of one registry: those of its catalog and those that the person named, in natural order.
/// One column; Qt::DisplayRole is the name.
class RepositoryListModel : public QAbstractListModel
{
    Q_OBJECT
public:
    enum Role {
        NameRole = Qt::UserRole + 1, ///< QString
        TagCountRole,                ///< int; invalid while not known.
        PinnedRole,                  ///< bool: named by the person.
    };
    Q_ENUM(Role)

    using QAbstractListModel::QAbstractListModel;

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QHash<int, QByteArray> roleNames() const override;

    /// The name in `row`, which must exist.
    const RepositoryName &nameAt(int row) const;
    /// The row of a repository, or -1.
    int rowOf(const RepositoryName &name) const;

    bool isLoading() const { return m_loading; }
    /// Whether the catalog was read to its end.
    bool isComplete() const { return m_complete; }
    /// Why the list stopped or could not be had. The rows that came stay.
    std::optional<Error> error() const { return m_error; }

    // For RegistrySession
    /// Adds what is new; a name that is there already stays.
    void add(std::vector<RepositoryName> names);
    /// Removes the ones that are neither in `names` nor pinned: the end of a refresh.
    void retain(const std::vector<RepositoryName> &names);
    void setPinned(const std::vector<RepositoryName> &names);
    void setTagCount(const RepositoryName &name, std::optional<int> count);
    void setStatus(bool loading, bool complete, std::optional<Error> error);

signals:
    /// isLoading(), isComplete() or error() changed.
    void statusChanged();

private:
    struct Row
    {
        RepositoryName name;
        std::optional<int> tags;
        bool inCatalog = false;
        bool pinned = false;
    };
    std::vector<Row>::const_iterator find(const RepositoryName &name) const;
    void insert(std::vector<Row> rows);
    void removeUnneeded();

    std::vector<Row> m_rows;
    bool m_loading = false;
    bool m_complete = false;
    std::optional<Error> m_error;
};

} // namespace quayside
