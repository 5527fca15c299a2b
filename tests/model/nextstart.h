// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/repairplaceholders.h"
#include "tests/model/operationdesk.h"

namespace quayside::test {

/// What a program has around its operations when it starts where another one has been.
class NextStart
{
public:
    /// `local`: the embedded registry; null: there is none.
    explicit NextStart(const QString &data, LocalRegistryControl *local = nullptr)
        : m_store(data + QStringLiteral("/tool.conf"), QSettings::IniFormat)
        , m_journal(data)
        , m_list(&m_store)
        , m_sessions(std::make_unique<SessionManager>(&m_list, local, &m_transport, &m_journal))
        , m_history(std::make_unique<OperationHistory>(m_sessions.get(), &m_journal))
    {
        QObject::connect(m_history.get(), &OperationHistory::operationFinished, [this](Operation *operation) {
            if (operation->kind() == Operation::Kind::Repair)
                m_repaired = operation->items();
        });
    }
    ~NextStart()
    {
        m_history.reset();
        m_sessions.reset();
        [this] { QTRY_COMPARE_WITH_TIMEOUT(m_transport.running(), 0, OperationDesk::longEnough); }();
    }
    NextStart(const NextStart &) = delete;
    NextStart &operator=(const NextStart &) = delete;

    UndoJournal &journal() { return m_journal; }
    OperationHistory &history() { return *m_history; }
    RegistrySession *session() const { return m_sessions->sessions().back(); }
    /// The items of the repair, once it has ended.
    const std::optional<QList<OperationItem>> &repaired() const { return m_repaired; }

    bool hasPlaceholders() { return !await(m_journal.registriesWithPlaceholders()).value().empty(); }

private:
    QSettings m_store;
    Transport m_transport;
    UndoJournal m_journal;
    RegistryList m_list;
    std::unique_ptr<SessionManager> m_sessions;
    std::unique_ptr<OperationHistory> m_history;
    std::optional<QList<OperationItem>> m_repaired;
};

} // namespace quayside::test
