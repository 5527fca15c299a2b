// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/restoreimages.h"
#include "model/rowsmodel.h"
#include "oci/error.h"

#include <QDateTime>
#include <QStringList>

#include <map>
#include <optional>
#include <vector>

namespace quayside {

/// Whether something deleted can come back, as far as is known.
enum class Restorable {
    UntilDate, ///< The registry keeps it until TrashModel::ExpiresAtRole; without a date: until somebody
               ///< acts.
    Probably,  ///< All its blobs were there when last looked.
    No,        ///< Blobs are gone.
    FullCopy,  ///< Local has a full copy of it.
    NotChecked,
};

/// What a look at the registry has told about something deleted.
struct RestoreCheck
{
    Restorable restorable = Restorable::NotChecked;
    int missing = 0; ///< Of Restorable::No: layers and parts that are gone.
    int needed = 0;  ///< Of Restorable::No: of that many.
    QDateTime at;    ///< When; invalid if nobody looked.

    bool operator==(const RestoreCheck &) const = default;
};

struct CheckedItem
{
    RestoreItem item;
    RestoreCheck check;
};

/// One row of TrashModel.
struct DeletedEntry
{
    RestoreItem restore;
    QStringList platforms;
    std::optional<QDateTime> deletedAt;
    std::optional<QDateTime> expiresAt;
    QString by; ///< Who or what deleted it; untrusted text.
    RestoreCheck check;
    qint64 copyBytes = 0;               ///< Of Restorable::FullCopy.
    std::optional<QDateTime> copyUntil; ///< Of Restorable::FullCopy: it is removed then.
    QStringList heldBy; ///< The manifests that keep a tombstone from being purged.

    QString key() const;
    bool operator==(const DeletedEntry &) const = default;
};

/// What is deleted on one registry: the tombstones of a Quayside registry, and what was deleted from this
/// computer. Newest first.
class TrashModel : public RowsModel<DeletedEntry>
{
    Q_OBJECT
public:
    enum Column { ImageColumn, TagsColumn, DeletedColumn, ByColumn, RestorableColumn, ColumnCount };
    Q_ENUM(Column)
    enum Role {
        RepositoryRole = Qt::UserRole + 1, ///< QString
        DigestRole,                        ///< QString, full
        AbbreviatedDigestRole,             ///< QString
        TagsRole,                          ///< QStringList; of a removed tag: that tag.
        IsTagRole,                         ///< bool: only a tag was removed, its image stays.
        PlatformsRole,                     ///< QStringList
        DeletedAtRole,                     ///< QDateTime; invalid: not known.
        ByRole,                            ///< QString
        RestorableRole,                    ///< int(Restorable)
        RestorableTextRole,                ///< QString: "Yes, until 24 Dec", "Not checked", …
        CheckedAtRole,                     ///< QDateTime; invalid: not checked.
        ExpiresAtRole,                     ///< QDateTime; invalid: none.
        CopyUntilRole,                     ///< QDateTime; invalid: there is no full copy.
        InRegistryRole,                    ///< bool: kept by the registry itself, else by this computer.
    };
    Q_ENUM(Role)

    using RowsModel::RowsModel;

    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    const DeletedEntry &entryAt(int row) const { return rowAt(row); }
    /// The things to restore of some rows, for RestoreImages.
    std::vector<RestoreItem> restoreItems(const QList<int> &rows) const;

    /// How many rows are Restorable::NotChecked.
    int uncheckedCount() const;
    /// Notes what CheckDeleted has found out. It stays when the list is read again.
    void setChecks(const std::vector<CheckedItem> &checks);

    /// Whether the registry's own trash is part of the list ("Deletes by others do not appear here." is to
    /// be said otherwise).
    bool coversEverybody() const { return m_coversEverybody; }
    bool isLoading() const { return m_loading; }
    std::optional<Error> error() const { return m_error; }

    // For TrashLoader
    /// Replaces the rows; those that stay keep their place and index.
    void setRows(std::vector<DeletedEntry> rows, bool coversEverybody);
    void setStatus(bool loading, std::optional<Error> error);

signals:
    /// isLoading(), error(), coversEverybody(), uncheckedCount() or the count changed.
    void statusChanged();

private:
    QVariant display(const DeletedEntry &entry, int column) const;

    std::map<QString, RestoreCheck> m_checks; // by DeletedEntry::key()
    bool m_coversEverybody = false;
    bool m_loading = false;
    std::optional<Error> m_error;
};

/// "Yes, until 24 Dec", "Probably; all layers seen", "No: 3 of 12 layers are gone", "Not checked".
QString restorableText(const DeletedEntry &entry);

} // namespace quayside
