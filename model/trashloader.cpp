// SPDX-License-Identifier: Apache-2.0
#include "model/trashloader.h"

#include "model/keptcopy.h"
#include "model/registryconfig.h"
#include "model/undojournal.h"
#include "oci/qtconversions.h"

#include <algorithm>
#include <set>
#include <utility>

namespace quayside {

namespace {

std::optional<QDateTime> dateOf(const std::optional<Timestamp> &time)
{
    if (!time)
        return {};
    return QDateTime::fromSecsSinceEpoch(time->time_since_epoch().count(), Qt::UTC);
}

DeletedEntry entryOf(const TrashRow &row)
{
    RestoreItem item{row.repository, row.reference, row.digest, row.tags, true, {}, -1};
    if (const auto *tag = std::get_if<Tag>(&row.reference))
        item.tags = std::vector<Tag>(1, *tag);
    DeletedEntry entry{std::move(item)};
    entry.platforms = row.platforms;
    entry.deletedAt = dateOf(row.deletedAt);
    entry.expiresAt = dateOf(row.expiresAt);
    entry.by = row.user.isEmpty() ? row.by : row.user;
    entry.check.restorable = Restorable::UntilDate;
    entry.heldBy = row.heldBy;
    return entry;
}

std::optional<DeletedEntry> entryOf(const JournalEntry &kept)
{
    const auto repository = RepositoryName::parse(toStdString(kept.operation.repository));
    if (!repository)
        return {};
    TagOrDigest reference = kept.item.digest;
    if (kept.item.role == JournalItem::Role::Tag && !kept.item.tags.empty())
        reference = kept.item.tags.front();
    DeletedEntry entry{RestoreItem{*repository, std::move(reference), kept.item.digest, kept.item.tags, false,
                                   kept.operation.id, kept.index}};
    entry.deletedAt = kept.operation.started;
    entry.by = kept.operation.login;
    if (kept.operation.hasWholeCopy() && kept.item.copyBytes) {
        entry.check.restorable = Restorable::FullCopy;
        entry.copyBytes = *kept.item.copyBytes;
        entry.copyUntil = kept.operation.copyUntil;
    }
    return entry;
}

/// The platform images that come back with an image of the list: rows of their own would only confuse.
std::set<QString> withTheirImage(const std::vector<TrashRow> &tombstones)
{
    std::set<QString> images;
    for (const TrashRow &row : tombstones) {
        if (row.role == TrashRow::Role::Manifest)
            images.insert(entryOf(row).restore.target());
    }
    std::set<QString> covered;
    for (const TrashRow &row : tombstones) {
        const QString repository = toQString(row.repository.toString()) + u'@';
        const bool isHeld = std::any_of(row.heldBy.begin(), row.heldBy.end(), [&](const QString &holder) {
            return images.contains(repository + holder);
        });
        if (row.role == TrashRow::Role::Manifest && row.tags.empty() && isHeld)
            covered.insert(entryOf(row).restore.target());
    }
    return covered;
}

/// The tombstones, and of the journal what the registry does not keep itself.
std::vector<DeletedEntry> joined(const std::vector<TrashRow> &tombstones,
                                 const std::vector<JournalEntry> &kept)
{
    std::vector<DeletedEntry> rows;
    std::set<QString> inRegistry;
    const auto covered = withTheirImage(tombstones);
    for (const TrashRow &tombstone : tombstones) {
        if (tombstone.role == TrashRow::Role::Blob)
            continue; // comes back with its image; nothing that a person deletes
        DeletedEntry entry = entryOf(tombstone);
        inRegistry.insert(entry.restore.target());
        if (!covered.contains(entry.restore.target()))
            rows.push_back(std::move(entry));
    }
    for (const JournalEntry &entry : kept) {
        // What goes along with an image also comes back with it.
        if (entry.item.role == JournalItem::Role::Also)
            continue;
        auto row = entryOf(entry);
        if (row && !inRegistry.contains(row->restore.target()))
            rows.push_back(std::move(*row));
    }
    std::stable_sort(rows.begin(), rows.end(),
                     [](const DeletedEntry &a, const DeletedEntry &b) { return a.deletedAt > b.deletedAt; });
    return rows;
}

} // namespace

TrashLoader::TrashLoader(QString registryId, TrashModel *model, UndoJournal *journal, QObject *parent)
    : QObject(parent)
    , m_registryId(std::move(registryId))
    , m_model(model)
    , m_journal(journal)
{}

TrashLoader::~TrashLoader() = default;

void TrashLoader::load(std::shared_ptr<RegistryClient> client)
{
    m_client = std::move(client);
    if (m_loading) {
        m_again = true;
        return;
    }
    m_loading = true;
    m_model->setStatus(true, {});
    work(m_client, m_lifetime.token());
}

QCoro::Task<> TrashLoader::work(std::shared_ptr<RegistryClient> client, std::stop_token stop)
{
    std::optional<Error> error;
    std::vector<TrashRow> tombstones;
    const std::optional<RepositoryName> everywhere;
    PageCursor cursor;
    for (bool more = client != nullptr; more;) {
        auto page = co_await client->trashList(everywhere, cursor, stop);
        if (stop.stop_requested())
            co_return;
        error = page ? page->cut : page.error();
        if (!page)
            break;
        std::move(page->rows.begin(), page->rows.end(), std::back_inserter(tombstones));
        more = page->next.has_value();
        if (more)
            cursor = std::move(*page->next);
    }
    if (m_registryId == QString::fromUtf16(localRegistryId))
        std::erase_if(tombstones, [](const TrashRow &row) { return isKeptCopy(row.repository); });
    const auto kept = co_await m_journal->deleted(m_registryId);
    if (stop.stop_requested())
        co_return;
    if (!kept && !error)
        error = kept.error();
    m_loading = false;
    m_model->setRows(joined(tombstones, kept ? *kept : std::vector<JournalEntry>()), client != nullptr);
    m_model->setStatus(false, error);
    if (std::exchange(m_again, false))
        load(m_client);
}

} // namespace quayside
