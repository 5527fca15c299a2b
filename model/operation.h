// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"

#include <QList>
#include <QObject>
#include <QString>

#include <optional>
#include <stop_token>

namespace quayside {

/// How one part of an operation ended.
enum class Outcome {
    Pending, ///< Not known yet, or the program ended in the middle.
    Done,
    AlreadyGone, ///< Somebody else deleted it before.
    LeftAlone,   ///< Not touched, on purpose; the error says why.
    Moved,       ///< Not touched: the tag names another image now, or the image got a tag meanwhile.
    Failed,      ///< Tried; it stays as it was.
    NotSent,     ///< The operation ended before its turn.
};

/// What an operation did to one image or tag.
struct OperationItem
{
    QString what; ///< A tag's name or an abbreviated digest; untrusted text.
    Outcome outcome = Outcome::Pending;
    std::optional<Error> error;
};

/// Many requests as one thing that a person started: progress, stop, an outcome per item. Lives in the
/// GUI thread. What succeeded stays done when it is stopped or fails.
class Operation : public QObject
{
    Q_OBJECT
public:
    enum class Kind {
        Plan, ///< What a delete would do.
        Check, ///< Whether something deleted can come back.
        Delete,
        Restore,
        LoadSamples,
        Repair,
        Forget, ///< How to put something back; changes no registry.
    };
    Q_ENUM(Kind)
    enum class State {
        Waiting,
        Running,
        Paused, ///< Ten failures in a row; resume() or stop().
        Stopping,
        Finished, ///< Every item has an outcome; not all need be good.
        Stopped,  ///< By the person.
        Failed,   ///< As a whole; error() says why.
    };
    Q_ENUM(State)

    Operation(Kind kind, QString registryId, QString repository, QObject *parent = nullptr);
    ~Operation() override;

    /// Unique among all operations, also over restarts.
    const QString &id() const { return m_id; }
    Kind kind() const { return m_kind; }
    const QString &registryId() const { return m_registryId; }
    /// Empty for an operation on several.
    const QString &repository() const { return m_repository; }
    /// What it does, in words: "Delete 3 images from team/api".
    const QString &title() const { return m_title; }
    State state() const { return m_state; }
    bool isRunning() const { return m_state <= State::Stopping; }
    /// Whether it only reads: it may be ended at any time.
    bool onlyLooks() const { return m_kind == Kind::Plan || m_kind == Kind::Check; }
    qint64 done() const { return m_done; }
    qint64 total() const { return m_total; }
    /// What done() and total() count.
    enum class Unit { Items, Bytes };
    Unit unit() const { return m_unit; }
    const QList<OperationItem> &items() const { return m_items; }
    int count(Outcome outcome) const;
    /// Why it ended as a whole.
    const std::optional<Error> &error() const { return m_error; }

    /// Begins, once. Everything happens later, from the event loop.
    void start();
    /// What was begun is finished, nothing else is sent.
    void stop();
    /// Goes on after a pause.
    void resume();

signals:
    void progressed(qint64 done, qint64 total);
    void stateChanged();
    void itemFinished(int index);
    /// The last signal of an operation.
    void finished();

protected:
    /// The work. Ends with end().
    virtual void run() = 0;
    virtual void resumed() {}

    void setTitle(const QString &title) { m_title = title; }
    void setItems(QList<OperationItem> items) { m_items = std::move(items); }
    void setOutcome(int index, Outcome outcome, std::optional<Error> error = {});
    void setProgress(qint64 done, qint64 total, Unit unit = Unit::Items);
    void pause();
    /// Ends the operation: Failed with an error (Stopped if it is Cancelled), else Finished or Stopped.
    void end(std::optional<Error> error = {});
    std::stop_token stopToken() const { return m_stop.get_token(); }
    /// For coroutines: whether the object is being destroyed and must not be touched any more.
    std::stop_token goneToken() const { return m_gone.get_token(); }
    void setState(State state);

private:
    QString m_id;
    Kind m_kind;
    QString m_registryId;
    QString m_repository;
    QString m_title;
    State m_state = State::Waiting;
    qint64 m_done = 0;
    qint64 m_total = 0;
    Unit m_unit = Unit::Items;
    QList<OperationItem> m_items;
    std::optional<Error> m_error;
    std::stop_source m_stop;
    std::stop_source m_gone;
};

} // namespace quayside
