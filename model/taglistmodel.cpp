// SPDX-License-Identifier: Apache-2.0
#include "model/taglistmodel.h"

#include "oci/qtconversions.h"

#include <QLocale>

#include <algorithm>
#include <utility>

namespace quayside {

namespace {

QString orDash(const QString &text)
{
    return text.isEmpty() ? QStringLiteral("–") : text;
}

std::optional<QDateTime> dateOf(const ImageFacts &facts)
{
    return facts.pushed ? facts.pushed : facts.built;
}

template <typename T>
QVariant variantOf(const std::optional<T> &value)
{
    return value ? QVariant::fromValue(*value) : QVariant();
}

QVariant factsRole(const ImageFacts &facts, int role)
{
    switch (role) {
    case TagListModel::PlatformsRole:
        return facts.platforms;
    case TagListModel::SizeRole:
        return variantOf(facts.size);
    case TagListModel::TotalSizeRole:
        return variantOf(facts.totalSize);
    case TagListModel::PushedRole:
        return variantOf(facts.pushed);
    case TagListModel::BuiltRole:
        return variantOf(facts.built);
    case TagListModel::DateRole:
        return variantOf(dateOf(facts));
    default:
        return {};
    }
}

} // namespace

TagListModel::TagListModel(RepositoryName repository, QObject *parent)
    : QAbstractTableModel(parent)
    , m_repository(std::move(repository))
{
    m_wanted.column = TagColumn;
    m_wanted.order = Qt::DescendingOrder; // the newest version first
    m_batchTimer.setSingleShot(true);
    m_batchTimer.setInterval(batchMilliseconds);
    connect(&m_batchTimer, &QTimer::timeout, this, &TagListModel::flush);
}

int TagListModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_order.size());
}

int TagListModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant TagListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const TagEntry &entry = entryAt(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return display(entry, index.column());
    case TagRole:
        return toQString(entry.tag.toString());
    case DigestRole:
        return entry.digest ? QVariant(toQString(entry.digest->toString())) : QVariant();
    case AbbreviatedDigestRole:
        return entry.digest ? QVariant(toQString(entry.digest->abbreviated())) : QVariant();
    case SharedCountRole:
        return sharedCount(entry);
    case StateRole:
        return int(entry.state);
    case ReasonRole:
        return entry.reason;
    case LoadingRole:
        return entry.loading;
    default:
        return entry.facts ? factsRole(*entry.facts, role) : QVariant();
    }
}

QVariant TagListModel::display(const TagEntry &entry, int column) const
{
    const ImageFacts *facts = entry.facts.get();
    switch (column) {
    case TagColumn:
        return toQString(entry.tag.toString());
    case ImageColumn:
        return orDash(entry.digest ? toQString(entry.digest->abbreviated()) : QString());
    case PlatformsColumn:
        return orDash(facts ? facts->platforms.join(QStringLiteral(", ")) : QString());
    case SizeColumn:
        return orDash(facts && facts->size ? QLocale().formattedDataSize(*facts->size) : QString());
    default: {
        const auto date = facts ? dateOf(*facts) : std::optional<QDateTime>();
        return orDash(date ? QLocale().toString(date->toLocalTime(), QLocale::ShortFormat) : QString());
    }
    }
}

QVariant TagListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case TagColumn:
        return tr("Tag");
    case ImageColumn:
        return tr("Image");
    case PlatformsColumn:
        return tr("Platforms");
    case SizeColumn:
        return tr("Size");
    case PushedColumn:
        return m_tellsPushed ? tr("Pushed") : tr("Built");
    default:
        return {};
    }
}

void TagListModel::setTellsPushed(bool tells)
{
    if (std::exchange(m_tellsPushed, tells) != tells)
        emit headerDataChanged(Qt::Horizontal, PushedColumn, PushedColumn);
}

QHash<int, QByteArray> TagListModel::roleNames() const
{
    return {{Qt::DisplayRole, "display"},
            {TagRole, "tag"},
            {DigestRole, "digest"},
            {AbbreviatedDigestRole, "abbreviatedDigest"},
            {SharedCountRole, "sharedCount"},
            {PlatformsRole, "platforms"},
            {SizeRole, "size"},
            {TotalSizeRole, "totalSize"},
            {PushedRole, "pushed"},
            {BuiltRole, "built"},
            {DateRole, "date"},
            {StateRole, "state"},
            {ReasonRole, "reason"},
            {LoadingRole, "loading"}};
}

const TagEntry &TagListModel::entryAt(int row) const
{
    return m_entries.at(m_order.at(row));
}

int TagListModel::rowOf(const Tag &tag) const
{
    const int source = sourceOf(tag);
    return source < 0 ? -1 : visibleOf(source);
}

const TagEntry *TagListModel::entryOf(const Tag &tag) const
{
    const int source = sourceOf(tag);
    return source < 0 ? nullptr : &m_entries.at(source);
}

std::vector<Tag> TagListModel::tagsOf(const Digest &digest) const
{
    std::vector<Tag> tags;
    for (const TagEntry &entry : m_entries) {
        if (entry.digest == digest)
            tags.push_back(entry.tag);
    }
    std::sort(tags.begin(), tags.end(),
              [](const Tag &a, const Tag &b) { return compareNaturally(a.toString(), b.toString()) < 0; });
    return tags;
}

int TagListModel::tagCount() const
{
    return int(m_entries.size() + qsizetype(m_batch.size())) - m_signatureTags;
}

int TagListModel::sharedCount(const TagEntry &entry) const
{
    const auto found = entry.digest ? m_tagsPerDigest.find(*entry.digest) : m_tagsPerDigest.end();
    return found == m_tagsPerDigest.end() ? 0 : found->second;
}

void TagListModel::setVisibleRange(int first, int last)
{
    if (first == m_firstVisible && last == m_lastVisible)
        return;
    m_firstVisible = first;
    m_lastVisible = last;
    emit visibleRangeChanged();
}

std::vector<Tag> TagListModel::wanted(bool facts) const
{
    const int page = m_lastVisible - m_firstVisible + 1;
    const auto lacks = [&](int row) {
        const TagEntry &entry = entryAt(row);
        return !entry.loading && (!entry.digest || (facts && !entry.facts));
    };
    std::vector<Tag> tags;
    const auto collect = [&](int first, int last) {
        for (int row = std::max(0, first); row <= last && row < m_order.size(); ++row) {
            if (lacks(row))
                tags.push_back(entryAt(row).tag);
        }
    };
    collect(m_firstVisible, m_lastVisible); // what is on the screen goes first
    collect(m_lastVisible + 1, m_lastVisible + page);
    collect(m_firstVisible - page, m_firstVisible - 1);
    return tags;
}

void TagListModel::setStatus(bool loading, bool complete, std::optional<Error> error)
{
    if (!loading)
        flush();
    m_loading = loading;
    m_complete = complete;
    m_error = std::move(error);
    if (!loading && complete && !m_error)
        m_readAt = QDateTime::currentDateTimeUtc();
    emit statusChanged();
}

int TagListModel::sourceOf(const Tag &tag) const
{
    if (m_sourceOf.isEmpty()) {
        m_sourceOf.reserve(m_entries.size());
        for (int i = 0; i < m_entries.size(); ++i)
            m_sourceOf.insert(toQByteArray(m_entries.at(i).tag.toString()), i);
    }
    return m_sourceOf.value(toQByteArray(tag.toString()), -1);
}

int TagListModel::visibleOf(int source) const
{
    if (m_visibleOf.size() != m_entries.size()) {
        m_visibleOf.fill(-1, m_entries.size());
        for (int row = 0; row < m_order.size(); ++row)
            m_visibleOf[m_order.at(row)] = row;
    }
    return m_visibleOf.at(source);
}

} // namespace quayside
