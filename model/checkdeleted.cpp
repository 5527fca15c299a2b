// SPDX-License-Identifier: Apache-2.0
#include "model/checkdeleted.h"

#include "model/counted.h"
#include "model/missingcontent.h"
#include "model/registrysession.h"
#include "model/restoregraph.h"
#include "model/undojournal.h"
#include "registryclient/transport.h"

#include <QPointer>

#include <map>
#include <set>

namespace quayside {

/// What the coroutine uses. It may outlive the operation.
struct CheckDeleted::Run
{
    std::shared_ptr<RegistryClient> client;
    QPointer<UndoJournal> journal;
    Transport *transport;
    std::stop_token gone;
    std::stop_token stop;
    std::map<QString, std::vector<RestoreItem>> asked; // by operation
    std::vector<KeptManifest> manifests;
    std::map<std::size_t, RestoreItem> items; // by index in `manifests`

    void add(const std::vector<RestoreItem> &chosen, const std::vector<JournalItem> &kept);
};

/// What was chosen of an operation, with all that goes back along with it.
void CheckDeleted::Run::add(const std::vector<RestoreItem> &chosen, const std::vector<JournalItem> &kept)
{
    std::map<std::size_t, const RestoreItem *> byIndex;
    std::set<std::size_t> indexes;
    for (const RestoreItem &item : chosen) {
        const auto index = std::size_t(item.journalIndex);
        if (index < kept.size() && !kept[index].manifest.isEmpty()) {
            byIndex.emplace(index, &item);
            indexes.insert(index);
        }
    }
    for (const std::size_t index : withWhatBelongs(kept, indexes)) {
        const auto item = byIndex.find(index);
        if (item != byIndex.end())
            items.emplace(manifests.size(), *item->second);
        if (!kept[index].manifest.isEmpty())
            manifests.push_back(KeptManifest::read(chosen.front().repository, kept[index]));
    }
}

CheckDeleted::CheckDeleted(RegistrySession *session, UndoJournal *journal, std::vector<RestoreItem> items,
                           QObject *parent)
    : Operation(Kind::Check, session->id(), {}, parent)
    , m_run(std::make_shared<Run>(
          Run{session->client(), journal, session->transport(), goneToken(), stopToken(), {}, {}, {}}))
{
    setTitle(counted(qint64(items.size()), tr("Check whether 1 image can come back"),
                     tr("Check whether %1 images can come back")));
    for (RestoreItem &item : items) {
        if (!item.operationId.isEmpty())
            m_run->asked[item.operationId].push_back(std::move(item));
    }
}

CheckDeleted::~CheckDeleted() = default;

void CheckDeleted::run()
{
    if (!m_run->client || !m_run->journal)
        end(Error{ErrorKind::Refused, 0, {}, "the registry has no address"});
    else
        work(m_run);
}

QCoro::Task<> CheckDeleted::work(std::shared_ptr<Run> run)
{
    const Transport::Activity activity(run->transport); // the journal's turns count as work in flight too
    for (const auto &[operationId, chosen] : run->asked) {
        const auto kept = co_await run->journal->items(operationId);
        if (run->gone.stop_requested())
            co_return;
        if (!kept) {
            end(kept.error());
            co_return;
        }
        run->add(chosen, *kept);
    }
    const RestoreGraph graph(std::move(run->manifests));
    const auto blobs = graph.blobs();
    const auto parts = graph.otherParts();
    const auto total = qint64(blobs.size() + parts.size());
    setProgress(0, total);
    const auto looked = [this, run, total] {
        if (!run->gone.stop_requested())
            setProgress(done() + 1, total);
    };
    auto looking = missingContent(run->client, blobs, parts, run->stop, looked);
    const auto missing = co_await looking;
    if (run->gone.stop_requested())
        co_return;
    if (!missing) {
        end(missing.error());
        co_return;
    }
    const auto refused = graph.refused(*missing);
    const QDateTime now = QDateTime::currentDateTimeUtc();
    for (const auto &[index, item] : run->items) {
        RestoreCheck check{Restorable::Probably, 0, 0, now};
        const auto refusal = refused.find(index);
        if (refusal != refused.end())
            check = {Restorable::No, int(refusal->second.missing.size()), int(refusal->second.needed), now};
        m_results.push_back({item, check});
    }
    end();
}

} // namespace quayside
