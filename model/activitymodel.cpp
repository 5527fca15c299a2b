// SPDX-License-Identifier: Apache-2.0
#include "model/activitymodel.h"

#include "model/operationhistory.h"

#include <QLocale>

#include <algorithm>

namespace quayside {

namespace {

ActivityModel::Undo undoState(const JournalOperation &operation)
{
    if (operation.kind != Operation::Kind::Delete || operation.done == 0)
        return ActivityModel::Undo::None;
    return operation.undone ? ActivityModel::Undo::Undone : ActivityModel::Undo::Possible;
}

bool isRunning(const JournalOperation &operation)
{
    return operation.state <= Operation::State::Stopping;
}

QString resultText(const JournalOperation &operation)
{
    if (isRunning(operation))
        return ActivityModel::tr("%1 of %2").arg(operation.done).arg(operation.total);
    if (!operation.error.isEmpty())
        return operation.error;
    if (operation.undone)
        return ActivityModel::tr("Undone");
    if (operation.failed > 0)
        return ActivityModel::tr("%1 of %2, %3 failed")
            .arg(operation.done)
            .arg(operation.total)
            .arg(operation.failed);
    return operation.state == Operation::State::Stopped
               ? ActivityModel::tr("Stopped after %1 of %2").arg(operation.done).arg(operation.total)
               : ActivityModel::tr("Done");
}

} // namespace

ActivityModel::ActivityModel(OperationHistory *history, QObject *parent)
    : QAbstractTableModel(parent)
    , m_history(history)
    , m_rows(history->operations())
{
    connect(history, &OperationHistory::changed, this, &ActivityModel::synchronise);
}

int ActivityModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int ActivityModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(ColumnCount);
}

QVariant ActivityModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const auto &operation = m_rows[std::size_t(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return display(operation, index.column());
    case OperationIdRole:
        return operation.id;
    case KindRole:
        return int(operation.kind);
    case StateRole:
        return int(operation.state);
    case RegistryRole:
        return operation.registry;
    case RegistryIdRole:
        return operation.registryId;
    case RepositoryRole:
        return operation.repository;
    case StartedRole:
        return operation.started;
    case DoneRole:
        return operation.done;
    case FailedRole:
        return operation.failed;
    case TotalRole:
        return operation.total;
    case ErrorRole:
        return operation.error;
    case UndoRole:
        return int(undoState(operation));
    case RunningRole:
        return isRunning(operation);
    default:
        return {};
    }
}

QVariant ActivityModel::display(const JournalOperation &operation, int column) const
{
    switch (column) {
    case OperationColumn:
        return operation.title;
    case RegistryColumn:
        return operation.registry;
    case StartedColumn:
        return QLocale().toString(operation.started.toLocalTime(), QLocale::ShortFormat);
    case ResultColumn:
        return resultText(operation);
    default:
        return {};
    }
}

QVariant ActivityModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case OperationColumn:
        return tr("Operation");
    case RegistryColumn:
        return tr("Registry");
    case StartedColumn:
        return tr("Started");
    case ResultColumn:
        return tr("Result");
    default:
        return {};
    }
}

void ActivityModel::synchronise()
{
    // Newest first: what is new stands in front, what was too old has left at the back.
    const auto &rows = m_history->operations();
    const auto known = [this](const JournalOperation &operation) {
        return std::any_of(m_rows.begin(), m_rows.end(),
                           [&](const JournalOperation &row) { return row.id == operation.id; });
    };
    const auto added = int(std::find_if(rows.begin(), rows.end(), known) - rows.begin());
    if (added > 0) {
        beginInsertRows({}, 0, added - 1);
        m_rows.insert(m_rows.begin(), rows.begin(), rows.begin() + added);
        endInsertRows();
    }
    if (m_rows.size() > rows.size()) {
        beginRemoveRows({}, int(rows.size()), int(m_rows.size()) - 1);
        m_rows.erase(m_rows.begin() + std::ptrdiff_t(rows.size()), m_rows.end());
        endRemoveRows();
    }
    m_rows = rows;
    if (!m_rows.empty())
        emit dataChanged(index(0, 0), index(int(m_rows.size()) - 1, ColumnCount - 1));
}

} // namespace quayside
