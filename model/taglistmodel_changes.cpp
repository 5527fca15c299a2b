// SPDX-License-Identifier: Apache-2.0
/// What changes the rows of a TagListModel: arriving, leaving, new details.
#include "model/rowranges.h"
#include "model/taglistmodel.h"
#include "oci/qtconversions.h"

#include <algorithm>
#include <set>
#include <utility>

namespace quayside {

void TagListModel::merge(std::vector<TagEntry> entries)
{
    for (TagEntry &entry : entries) {
        const int source = sourceOf(entry.tag);
        const QByteArray name = toQByteArray(entry.tag.toString());
        if (source >= 0) {
            updateEntry(source, std::move(entry));
        } else if (!m_batchTags.contains(name)) {
            m_batchTags.insert(name);
            m_signatureTags += entry.isSignature;
            m_batch.push_back(std::move(entry));
        }
    }
    if (m_batch.size() >= std::size_t(batchRows))
        flush();
    else if (!m_batch.empty() && !m_batchTimer.isActive())
        m_batchTimer.start();
}

void TagListModel::flush()
{
    m_batchTimer.stop();
    m_batchTags.clear();
    if (!m_batch.empty())
        insertNow(std::exchange(m_batch, {}));
}

void TagListModel::insertNow(std::vector<TagEntry> entries)
{
    const int first = int(m_order.size());
    QList<int> shown;
    int source = int(m_entries.size());
    for (const TagEntry &entry : entries) {
        if ((m_wanted.showSignatures || !entry.isSignature) && m_wanted.filter.matches(entry.tag.toString()))
            shown.append(source);
        ++source;
    }
    if (!shown.isEmpty())
        beginInsertRows({}, first, first + int(shown.size()) - 1);
    for (TagEntry &entry : entries) {
        countDigest(entry.digest, 1);
        if (!m_sourceOf.isEmpty())
            m_sourceOf.insert(toQByteArray(entry.tag.toString()), int(m_entries.size()));
        m_entries.append(std::move(entry));
    }
    m_order.append(shown);
    m_visibleOf.clear();
    if (!shown.isEmpty())
        endInsertRows();
    emit statusChanged();
    arrange();
}

void TagListModel::updateEntry(int source, TagEntry entry)
{
    const TagEntry &old = m_entries.at(source);
    const bool sameFacts =
        old.facts == entry.facts || (old.facts && entry.facts && *old.facts == *entry.facts);
    if (!entry.digest) { // a list of names says nothing about what is known already
        entry.digest = old.digest;
        entry.facts = old.facts;
    }
    if (old.state == RowState::Pending || old.state == RowState::Failed) { // an operation's business
        entry.state = old.state;
        entry.reason = old.reason;
    }
    if (old.digest == entry.digest && (sameFacts || !entry.facts) && old.state == entry.state &&
        old.reason == entry.reason)
        return;
    countDigest(old.digest, -1);
    countDigest(entry.digest, 1);
    m_entries[source] = std::move(entry);
    changed(source);
}

void TagListModel::setFacts(const Tag &tag, const Digest &digest, std::shared_ptr<const ImageFacts> facts)
{
    flush();
    const int source = sourceOf(tag);
    if (source < 0)
        return;
    countDigest(m_entries.at(source).digest, -1);
    countDigest(digest, 1);
    TagEntry &entry = m_entries[source];
    entry.digest = digest;
    if (facts)
        entry.facts = std::move(facts);
    entry.loading = false;
    changed(source);
    emit statusChanged();
}

void TagListModel::setLoading(const std::vector<Tag> &tags, bool loading)
{
    for (const Tag &tag : tags) {
        const int source = sourceOf(tag);
        if (source < 0 || m_entries.at(source).loading == loading)
            continue;
        m_entries[source].loading = loading;
        changed(source, {LoadingRole});
    }
}

void TagListModel::setRowState(const std::vector<Tag> &tags, RowState state, const QString &reason)
{
    for (const Tag &tag : tags) {
        const int source = sourceOf(tag);
        if (source < 0)
            continue;
        m_entries[source].state = state;
        m_entries[source].reason = reason;
        changed(source, {StateRole, ReasonRole});
    }
}

void TagListModel::retain(const std::vector<Tag> &tags)
{
    flush();
    const std::set<Tag> kept(tags.begin(), tags.end());
    std::vector<int> gone;
    for (int i = 0; i < m_entries.size(); ++i) {
        if (!kept.contains(m_entries.at(i).tag))
            gone.push_back(i);
    }
    removeSources(gone);
}

void TagListModel::remove(const std::vector<Tag> &tags)
{
    flush();
    std::vector<int> gone;
    for (const Tag &tag : tags) {
        if (const int source = sourceOf(tag); source >= 0)
            gone.push_back(source);
    }
    std::sort(gone.begin(), gone.end());
    removeSources(gone);
}

/// `sources` are ascending positions in m_entries.
void TagListModel::removeSources(const std::vector<int> &sources)
{
    if (sources.empty())
        return;
    QList<int> rows;
    for (const int source : sources) {
        if (const int row = visibleOf(source); row >= 0)
            rows.append(row);
    }
    std::sort(rows.begin(), rows.end());
    const auto ranges = rangesFromBack(rows);
    const bool reset = ranges.size() > mostRanges;
    if (reset)
        beginResetModel();
    for (const RowRange &range : ranges) {
        if (!reset)
            beginRemoveRows({}, range.first, range.last);
        m_order.remove(range.first, range.count());
        m_visibleOf.clear();
        if (!reset)
            endRemoveRows();
    }
    forget(sources);
    if (reset)
        endResetModel();
    emit statusChanged();
}

/// Takes entries that no row shows any more out of m_entries and renumbers the others.
void TagListModel::forget(const std::vector<int> &sources)
{
    QList<TagEntry> kept;
    kept.reserve(m_entries.size() - qsizetype(sources.size()));
    QList<int> moved(m_entries.size());
    auto next = sources.begin();
    for (int i = 0; i < m_entries.size(); ++i) {
        moved[i] = int(kept.size());
        if (next != sources.end() && *next == i) {
            ++next;
            countDigest(m_entries.at(i).digest, -1);
            m_signatureTags -= m_entries.at(i).isSignature;
        } else {
            kept.append(m_entries.at(i));
        }
    }
    for (int &source : m_order)
        source = moved.at(source);
    m_entries = std::move(kept);
    m_sourceOf.clear();
    m_visibleOf.clear();
    ++m_generation; // an order that is being computed is of the old positions
}

void TagListModel::countDigest(const std::optional<Digest> &digest, int difference)
{
    if (!digest)
        return;
    int &count = m_tagsPerDigest[*digest];
    count += difference;
    if (count == 0)
        m_tagsPerDigest.erase(*digest);
}

void TagListModel::changed(int source, const QList<int> &roles)
{
    if (const int row = visibleOf(source); row >= 0)
        emit dataChanged(index(row, 0), index(row, ColumnCount - 1), roles);
}

} // namespace quayside
