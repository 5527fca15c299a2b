// SPDX-License-Identifier: Apache-2.0
#include "model/copykeeper.h"

#include "model/keptcopy.h"
#include "model/sessionmanager.h"
#include "model/undojournal.h"

#include <chrono>

namespace quayside {

namespace {

constexpr auto afterChange = std::chrono::milliseconds(500);
constexpr auto day = std::chrono::hours(24);

} // namespace

CopyKeeper::CopyKeeper(SessionManager *sessions, UndoJournal *journal, QObject *parent)
    : QObject(parent)
    , m_sessions(sessions)
    , m_journal(journal)
{
    m_soon.setSingleShot(true);
    m_soon.setInterval(afterChange);
    m_daily.setInterval(day);
    connect(&m_soon, &QTimer::timeout, this, &CopyKeeper::look);
    connect(&m_daily, &QTimer::timeout, this, &CopyKeeper::look);
    connect(m_journal, &UndoJournal::changed, &m_soon, qOverload<>(&QTimer::start));
    if (const RegistrySession *local = m_sessions->local())
        connect(local, &RegistrySession::stateChanged, &m_soon, qOverload<>(&QTimer::start));
    m_soon.start();
    m_daily.start();
}

CopyKeeper::~CopyKeeper() = default;

void CopyKeeper::look()
{
    const RegistrySession *local = m_sessions->local();
    if (m_looking || !local || local->state() != RegistrySession::State::Ready)
        return;
    m_looking = true;
    lookNow(local->client(), m_lifetime.token());
}

QCoro::Task<> CopyKeeper::lookNow(std::shared_ptr<RegistryClient> local, std::stop_token stop)
{
    const auto useless = co_await m_journal->takeUselessCopies(QDateTime::currentDateTimeUtc());
    if (stop.stop_requested())
        co_return;
    for (const JournalOperation &operation : useless.value_or(std::vector<JournalOperation>())) {
        auto removing = remove(local, operation, stop);
        const bool removed = co_await removing;
        if (stop.stop_requested())
            co_return;
        if (removed)
            co_await m_journal->dropCopy(operation.id);
        if (stop.stop_requested())
            co_return;
        m_journal->unlock(operation.id);
    }
    m_looking = false;
}

/// A name that this program has not given is not touched, and forgotten.
QCoro::Task<bool> CopyKeeper::remove(std::shared_ptr<RegistryClient> local, JournalOperation operation,
                                     std::stop_token stop)
{
    const auto copy = keptCopyOf(operation);
    if (!copy)
        co_return true;
    const auto removed = co_await removeCopy(local, *copy, stop);
    co_return removed.has_value();
}

} // namespace quayside
