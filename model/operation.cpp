// SPDX-License-Identifier: Apache-2.0
#include "model/operation.h"

#include <QMetaObject>
#include <QUuid>

#include <algorithm>

namespace quayside {

Operation::Operation(Kind kind, QString registryId, QString repository, QObject *parent)
    : QObject(parent)
    , m_id(QUuid::createUuid().toString(QUuid::WithoutBraces))
    , m_kind(kind)
    , m_registryId(std::move(registryId))
    , m_repository(std::move(repository))
{}

Operation::~Operation()
{
    m_gone.request_stop();
    m_stop.request_stop();
}

int Operation::count(Outcome outcome) const
{
    return int(std::count_if(m_items.begin(), m_items.end(),
                             [outcome](const OperationItem &item) { return item.outcome == outcome; }));
}

void Operation::start()
{
    const auto begin = [this] {
        if (m_state == State::Stopping) { // before it had begun
            end();
            return;
        }
        setState(State::Running);
        run();
    };
    QMetaObject::invokeMethod(this, begin, Qt::QueuedConnection);
}

void Operation::stop()
{
    if (!isRunning() || m_state == State::Stopping)
        return;
    const bool wasPaused = m_state == State::Paused;
    setState(State::Stopping);
    m_stop.request_stop();
    if (wasPaused)
        resumed();
}

void Operation::resume()
{
    if (m_state != State::Paused)
        return;
    setState(State::Running);
    resumed();
}

void Operation::pause()
{
    if (m_state == State::Running)
        setState(State::Paused);
}

void Operation::setOutcome(int index, Outcome outcome, std::optional<Error> error)
{
    OperationItem &item = m_items[index];
    item.outcome = outcome;
    item.error = std::move(error);
    emit itemFinished(index);
}

void Operation::setProgress(qint64 done, qint64 total, Unit unit)
{
    m_unit = unit;
    m_done = done;
    m_total = total;
    emit progressed(done, total);
}

void Operation::setState(State state)
{
    m_state = state;
    emit stateChanged();
}

void Operation::end(std::optional<Error> error)
{
    if (!isRunning())
        return;
    const bool cancelled = error && error->kind == ErrorKind::Cancelled;
    const bool stopped = cancelled || (!error && m_state == State::Stopping);
    if (!cancelled)
        m_error = std::move(error);
    setState(stopped ? State::Stopped : m_error ? State::Failed : State::Finished);
    emit finished();
}

} // namespace quayside
