// SPDX-License-Identifier: Apache-2.0
#include "model/forgetdeleted.h"

#include "model/counted.h"
#include "model/registrysession.h"
#include "model/restoregraph.h"
#include "model/undojournal.h"

#include <algorithm>
#include <iterator>

namespace quayside {

ForgetDeleted::ForgetDeleted(RegistrySession *session, UndoJournal *journal,
                             const std::vector<RestoreItem> &items, QObject *parent)
    : Operation(Kind::Forget, session->id(), {}, parent)
    , m_journal(journal)
{
    setTitle(counted(qint64(items.size()), tr("Forget how to put back 1 image or tag"),
                     tr("Forget how to put back %1 images and tags")));
    for (const RestoreItem &item : items) {
        if (!item.operationId.isEmpty() && item.journalIndex >= 0)
            m_asked[item.operationId].insert(std::size_t(item.journalIndex));
    }
}

void ForgetDeleted::run()
{
    work(m_journal, goneToken());
}

QCoro::Task<> ForgetDeleted::work(QPointer<UndoJournal> journal, std::stop_token gone)
{
    for (const auto asked = m_asked; const auto &[operationId, chosen] : asked) {
        const auto kept = co_await journal->items(operationId);
        if (gone.stop_requested())
            co_return;
        if (!kept) {
            end(kept.error());
            co_return;
        }
        const auto going = withWhatIsOnlyAlong(*kept, chosen);
        const std::vector<int> indexes(going.begin(), going.end());
        const auto forgotten = co_await journal->forget(operationId, indexes);
        if (gone.stop_requested())
            co_return;
        if (!forgotten) {
            end(forgotten.error());
            co_return;
        }
    }
    end();
}

std::set<std::size_t> withWhatIsOnlyAlong(const std::vector<JournalItem> &items, std::set<std::size_t> chosen)
{
    std::set<std::size_t> others; // what a person deleted and can still put back
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto role = items[i].role;
        const bool isChoice = role == JournalItem::Role::Image || role == JournalItem::Role::Tag;
        if (isChoice && !items[i].restored && !items[i].forgotten && !chosen.contains(i))
            others.insert(i);
    }
    const auto needed = withWhatBelongs(items, others);
    std::erase_if(chosen, [&](std::size_t index) { return index >= items.size(); });
    const auto along = withWhatBelongs(items, chosen);
    std::set<std::size_t> going;
    std::set_difference(along.begin(), along.end(), needed.begin(), needed.end(),
                        std::inserter(going, going.end()));
    return going;
}

} // namespace quayside
