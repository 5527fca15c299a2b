// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/journalrecord.h"
#include "model/rowsmodel.h"

#include <vector>

namespace quayside {

class OperationHistory;

/// Every operation of the journal, and those that run, newest first.
class ActivityModel : public RowsModel<JournalOperation>
{
    Q_OBJECT
public:
    enum Column { OperationColumn, RegistryColumn, StartedColumn, ResultColumn, ColumnCount };
    Q_ENUM(Column)
    enum class Undo { Possible, Undone, None };
    Q_ENUM(Undo)
    enum Role {
        OperationIdRole = Qt::UserRole + 1, ///< QString, for OperationHistory::undo
        KindRole,                           ///< int(Operation::Kind)
        StateRole,                          ///< int(Operation::State)
        RegistryRole,                       ///< QString host:port
        RegistryIdRole,                     ///< QString
        RepositoryRole,                     ///< QString
        StartedRole,                        ///< QDateTime
        DoneRole,                           ///< int: items that succeeded
        FailedRole,                         ///< int
        TotalRole,                          ///< int
        ErrorRole,                          ///< QString
        UndoRole,                           ///< int(Undo)
        RunningRole,                        ///< bool
    };
    Q_ENUM(Role)

    /// `history` must outlive this.
    explicit ActivityModel(OperationHistory *history, QObject *parent = nullptr);

    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QVariant display(const JournalOperation &operation, int column) const;

    OperationHistory *m_history;
};

} // namespace quayside
