// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/deleteimages.h"
#include "model/operationhistory.h"
#include "model/plandelete.h"
#include "model/registrylist.h"
#include "model/restoreimages.h"
#include "model/sessionmanager.h"
#include "model/undojournal.h"
#include "registryclient/transport.h"
#include "tests/support/await.h"
#include "tests/support/testimage.h"

#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

#include <memory>
#include <optional>

namespace quayside::test {

/// What a program has around its operations, over one registry, with files of its own.
class OperationDesk
{
public:
    /// How long tests wait for what must happen, in ms: hundreds of images on a busy computer.
    static constexpr int longEnough = 300'000;

    /// How an operation ended: it is gone when somebody could ask.
    struct Ended
    {
        Operation::State state = Operation::State::Waiting;
        QList<OperationItem> items;
        std::optional<Error> error;
        std::vector<Tag> tagsLeft;   ///< Of a restore.
        std::vector<Digest> missing; ///< Of a restore.

        /// For messages of tests: each item with its outcome and reason.
        QString told() const
        {
            QStringList lines;
            for (const OperationItem &item : items) {
                const QString why = item.error ? QString::fromStdString(item.error->message) : QString();
                lines.append(item.what + u' ' + QString::number(int(item.outcome)) + u' ' + why);
            }
            return lines.join(u'\n');
        }

        int count(Outcome outcome) const
        {
            return int(std::count_if(items.begin(), items.end(),
                                     [outcome](const auto &item) { return item.outcome == outcome; }));
        }
    };

    /// `local`: the embedded registry, which must outlive this; null: there is none.
    explicit OperationDesk(LocalRegistryControl *local = nullptr)
        : m_store(m_directory.filePath(QStringLiteral("test.conf")), QSettings::IniFormat)
        , m_journal(std::make_unique<UndoJournal>(journalDirectory()))
        , m_list(&m_store)
        , m_sessions(std::make_unique<SessionManager>(&m_list, local, &m_transport, m_journal.get()))
        , m_history(std::make_unique<OperationHistory>(m_sessions.get(), m_journal.get()))
    {}

    /// In the order of the program's end; nothing may be left running.
    ~OperationDesk()
    {
        m_history.reset();
        m_sessions.reset();
        [this] { QTRY_COMPARE_WITH_TIMEOUT(m_transport.running(), 0, longEnough); }();
    }
    OperationDesk(const OperationDesk &) = delete;
    OperationDesk &operator=(const OperationDesk &) = delete;

    /// Adds a registry and waits until it has answered. False if it did not.
    bool open(const QUrl &url)
    {
        RegistryConfig config;
        config.address = url.authority();
        m_session = m_sessions->session(m_list.add(config));
        m_session->open();
        return QTest::qWaitFor([this] { return m_session->state() == RegistrySession::State::Ready; },
                               longEnough);
    }

    void configure(const RegistryConfig &config) { m_list.update(config); }
    RegistrySession *session() const { return m_session; }
    RegistrySession *local() const { return m_sessions->local(); }
    std::shared_ptr<RegistryClient> client() const { return m_session->client(); }
    OperationHistory &history() { return *m_history; }
    UndoJournal &journal() { return *m_journal; }
    QString journalDirectory() const { return m_directory.filePath(QStringLiteral("data")); }
    QString path(const QString &name) const { return m_directory.filePath(name); }

    /// Runs the loop until an operation has ended.
    Ended finish(Operation *operation)
    {
        std::optional<Ended> ended;
        QObject::connect(operation, &Operation::finished, operation, [&ended, operation] {
            ended = Ended{operation->state(), operation->items(), operation->error(), {}, {}};
            if (const auto *restore = qobject_cast<const RestoreImages *>(operation)) {
                ended->tagsLeft = restore->tagsLeft();
                ended->missing = restore->missing();
            }
        });
        static_cast<void>(QTest::qWaitFor([&ended] { return ended.has_value(); }, longEnough));
        return ended.value_or(Ended());
    }

    std::optional<DeletePlan> plan(const DeleteRequest &request)
    {
        PlanDelete *planning = m_history->planDelete(m_session, request);
        std::optional<DeletePlan> made;
        QObject::connect(planning, &Operation::finished, planning,
                         [&made, planning] { made = planning->plan(); });
        finish(planning);
        return made;
    }

    /// As a person does who has agreed to everything.
    Ended remove(const DeletePlan &plan)
    {
        const Confirmation typed{true, QString::fromStdString(plan.repository.toString())};
        return finish(m_history->deleteImages(plan, typed));
    }

    /// Undoes the newest delete in a repository.
    Ended undo(const RepositoryName &repository)
    {
        const QString name = QString::fromStdString(repository.toString());
        const auto undoable = [&] { return m_history->undoable(m_session->id(), name); };
        static_cast<void>(QTest::qWaitFor([&] { return undoable().has_value(); }, longEnough));
        const auto found = undoable();
        return found ? finish(m_history->undo(found->id)) : Ended();
    }

private:
    QTemporaryDir m_directory;
    QSettings m_store;
    Transport m_transport;
    std::unique_ptr<UndoJournal> m_journal;
    RegistryList m_list;
    std::unique_ptr<SessionManager> m_sessions;
    std::unique_ptr<OperationHistory> m_history;
    RegistrySession *m_session = nullptr;
};

/// Chooses tags, as a person does who has not looked at what they name.
inline DeleteRequest choose(const RepositoryName &repository, const std::vector<Tag> &tags,
                            bool wholeImages = false)
{
    DeleteRequest request{repository, {}, {}, wholeImages};
    for (const Tag &tag : tags)
        request.tags.push_back(DeleteRequest::ChosenTag{tag, {}});
    return request;
}

} // namespace quayside::test
