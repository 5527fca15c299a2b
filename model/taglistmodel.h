// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/lifetime.h"
#include "model/tagentry.h"
#include "model/tagorder.h"
#include "oci/error.h"
#include "oci/repositoryname.h"

#include <QAbstractTableModel>
#include <QCoroTask>
#include <QHash>
#include <QSet>
#include <QTimer>

#include <map>
#include <optional>
#include <vector>

namespace quayside {

/// The tags of one repository. Knows no network: a TagLoader fills it. Order and filter of many rows are
/// computed on the thread pool and applied with one layoutChanged, or in ranges.
class TagListModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column { TagColumn, ImageColumn, PlatformsColumn, SizeColumn, PushedColumn, ColumnCount };
    Q_ENUM(Column)

    /// Valid for every column of a row.
    enum Role {
        TagRole = Qt::UserRole + 1, ///< QString
        DigestRole,                 ///< QString, the full digest; invalid while not known.
        AbbreviatedDigestRole,      ///< QString, "4f2c…91"
        SharedCountRole, ///< int: tags of this list on the same image, itself included; 0 if not known.
        PlatformsRole,   ///< QStringList, untrusted text
        SizeRole,        ///< qint64: download bytes on this computer; invalid while not known.
        TotalSizeRole,   ///< qint64: bytes for all platforms; invalid while not known.
        PushedRole,      ///< QDateTime; invalid while not known.
        BuiltRole,       ///< QDateTime; invalid while not known.
        DateRole,        ///< QDateTime: pushed, else built: what the column shows and sorts by.
        StateRole,       ///< int(RowState)
        ReasonRole,      ///< QString: why a row is Failed or Protected.
        LoadingRole,     ///< bool: details are on their way.
    };
    Q_ENUM(Role)

    explicit TagListModel(RepositoryName repository, QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    QHash<int, QByteArray> roleNames() const override;
    /// Qt's entry to sortBy(), for QHeaderView.
    void sort(int column, Qt::SortOrder order) override;

    const RepositoryName &repository() const { return m_repository; }
    /// The entry in a visible row, which must exist.
    const TagEntry &entryAt(int row) const;
    /// The visible row of a tag, or -1.
    int rowOf(const Tag &tag) const;
    /// The entry of a tag, visible or not; null if there is none.
    const TagEntry *entryOf(const Tag &tag) const;
    /// All tags of this list on one image, in version order.
    std::vector<Tag> tagsOf(const Digest &digest) const;

    /// Missing values come last in both directions.
    void sortBy(Column column, Qt::SortOrder order);
    /// Whether the registry tells when an image was pushed; elsewhere the column has the dates of builds, and says so.
    void setTellsPushed(bool tells);
    Column sortColumn() const { return Column(m_wanted.column); }
    Qt::SortOrder sortOrder() const { return m_wanted.order; }
    /// Text finds tags that contain it; with * or ? it is a glob for the whole tag; /…/ is a regular
    /// expression. Empty: no filter. Ignores case, except for a regular expression.
    void setFilter(const QString &text);
    QString filter() const { return m_wanted.filter.text(); }
    /// Whether the filter's regular expression can be used; nothing matches otherwise.
    bool isFilterValid() const { return m_wanted.filter.isValid(); }
    void setShowSignatureTags(bool show);
    bool showsSignatureTags() const { return m_wanted.showSignatures; }

    /// Tags of the repository without signature tags.
    int tagCount() const;
    int signatureTagCount() const { return m_signatureTags; }
    /// Distinct images among the entries whose digest is known.
    int imageCount() const { return int(m_tagsPerDigest.size()); }

    bool isLoading() const { return m_loading; }
    /// Whether the registry's list was read to its end.
    bool isComplete() const { return m_complete; }
    /// When the list was last read to its end; invalid before.
    QDateTime readAt() const { return m_readAt; }
    /// Why the list stopped or could not be had. The rows that came stay.
    std::optional<Error> error() const { return m_error; }

    /// Tells which rows are on the screen: their details are fetched first. Both inclusive.
    void setVisibleRange(int first, int last);
    /// Tags within a page of the visible range whose image is not known yet, or (`facts`) not well.
    std::vector<Tag> wanted(bool facts) const;

    // For TagLoader and operations
    /// Adds or updates entries; new ones appear in batches.
    void merge(std::vector<TagEntry> entries);
    /// Announces at once what merge() has kept for a batch.
    void flush();
    /// Removes every tag that is not in `tags`: the end of a refresh.
    void retain(const std::vector<Tag> &tags);
    void remove(const std::vector<Tag> &tags);
    void setFacts(const Tag &tag, const Digest &digest, std::shared_ptr<const ImageFacts> facts);
    void setLoading(const std::vector<Tag> &tags, bool loading);
    void setRowState(const std::vector<Tag> &tags, RowState state, const QString &reason = {});
    void setStatus(bool loading, bool complete, std::optional<Error> error);

signals:
    /// isLoading(), isComplete(), error() or one of the counts changed.
    void statusChanged();
    void visibleRangeChanged();
    /// A sort or filter asked for has been applied.
    void arranged();

private:
    static constexpr int batchRows = 1000;
    static constexpr int batchMilliseconds = 100;

    void insertNow(std::vector<TagEntry> entries);
    void updateEntry(int source, TagEntry entry);
    void countDigest(const std::optional<Digest> &digest, int difference);
    void removeSources(const std::vector<int> &sources);
    void forget(const std::vector<int> &sources);
    void arrange();
    QCoro::Task<> arrangeOnPool();
    void apply(const QList<int> &order);
    void reorder(const QList<int> &places);
    void changed(int source, const QList<int> &roles = {});
    int sourceOf(const Tag &tag) const;
    int visibleOf(int source) const;
    QVariant display(const TagEntry &entry, int column) const;
    int sharedCount(const TagEntry &entry) const;

    RepositoryName m_repository;
    QList<TagEntry> m_entries;     // in order of arrival; implicitly shared with computations on the pool
    QList<int> m_order;            // visible row → position in m_entries
    std::vector<TagEntry> m_batch; // arrived, not announced yet
    QSet<QByteArray> m_batchTags;
    QTimer m_batchTimer;
    TagArrangement m_wanted;
    bool m_arranging = false;
    quint64 m_generation = 0; // grows with every change that outdates a computed order
    std::map<Digest, int> m_tagsPerDigest;
    int m_signatureTags = 0;
    mutable QHash<QByteArray, int> m_sourceOf; // rebuilt when empty
    mutable QList<int> m_visibleOf;            // the same
    int m_firstVisible = 0;
    int m_lastVisible = 50;
    bool m_tellsPushed = true;
    bool m_loading = false;
    bool m_complete = false;
    QDateTime m_readAt;
    std::optional<Error> m_error;
    Lifetime m_lifetime;
};

} // namespace quayside
