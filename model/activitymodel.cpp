// SPDX-License-Identifier: Apache-2.0
#include "model/activitymodel.h"

#include "model/operationhistory.h"

#include <QLocale>

namespace quayside {

namespace {

ActivityModel::Undo undoOf(const JournalOperation &operation)
{
    if (operation.undone)
        return ActivityModel::Undo::Undone;
    return operation.canBeUndone() ? ActivityModel::Undo::Possible : ActivityModel::Undo::None;
}

/// "493 of 500 · 7 failed".
QString resultText(const JournalOperation &operation)
{
    if (!operation.isFinished())
        return ActivityModel::tr("Running");
    QString result = ActivityModel::tr("%1 of %2").arg(operation.done).arg(operation.total);
    if (operation.failed > 0)
        result += ActivityModel::tr(" · %1 failed").arg(operation.failed);
    if (operation.undone)
        result += ActivityModel::tr(" · undone");
    if (operation.forgotten)
        result += ActivityModel::tr(" · forgotten");
    return result;
}

} // namespace

ActivityModel::ActivityModel(OperationHistory *history, QObject *parent)
    : RowsModel(parent)
    , m_history(history)
{
    const auto follow = [this] { synchronise(m_history->operations()); };
    connect(m_history, &OperationHistory::changed, this, follow);
    follow();
}

int ActivityModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant ActivityModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const JournalOperation &operation = rowAt(index.row());
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
        return int(undoOf(operation));
    case RunningRole:
        return !operation.isFinished();
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
    default:
        return resultText(operation);
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

} // namespace quayside
