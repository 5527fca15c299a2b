// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/look/rowdelegate.h"

#include <QSortFilterProxyModel>

namespace quayside {

/// Draws the rows of TrashModel.
class TrashDelegate : public RowDelegate
{
    Q_OBJECT

public:
    using RowDelegate::RowDelegate;
    bool helpEvent(QHelpEvent *event, QAbstractItemView *view, const QStyleOptionViewItem &option,
                   const QModelIndex &index) override;

protected:
    void paintCell(CellPainter &cell, const QStyleOptionViewItem &option,
                   const QModelIndex &index) const override;
};

/// Rows whose repository or tags contain the text.
class TrashFilter : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    using QSortFilterProxyModel::QSortFilterProxyModel;
    void setText(const QString &text);

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override;
    bool lessThan(const QModelIndex &left, const QModelIndex &right) const override;

private:
    QString m_text;
};

} // namespace quayside
