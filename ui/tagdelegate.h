// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/look/rowdelegate.h"

#include <QDateTime>
#include <QStringList>

#include <optional>

namespace quayside {

/// What one row of the tag list shows.
struct TagRow
{
    enum class State { Normal, Pending, Failed, Protected };

    QString tag;
    QString image;          ///< The abbreviated digest; empty if not known.
    int sharing = 0;        ///< Tags on the same image, itself included.
    bool sameImage = false; ///< Names the image that is selected.
    QStringList platforms;
    std::optional<qint64> size; ///< Bytes.
    QDateTime date;
    State state = State::Normal;
    QString reason;
};

/// The columns of the tag list.
enum class TagColumn { Tag, Image, Platforms, Size, Pushed };

/// Draws one cell.
void paintTagCell(CellPainter &cell, TagColumn column, const TagRow &row, const QDateTime &now);

/// A row of TagListModel; `sameImage` is left false.
TagRow tagRow(const QModelIndex &index);
/// What a cell says when it is pointed at: full names, exact times, sizes of all platforms. Untrusted.
QString tagToolTip(TagColumn column, const QModelIndex &index);
/// Whether a failed row's reason has room beside its name.
bool reasonFits(const TagRow &row, int columnWidth, const QFont &body);

/// The widths of all columns but Tag, which takes the rest.
int tagColumnWidth(TagColumn column, const QFont &body);

} // namespace quayside
