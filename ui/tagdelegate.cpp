// SPDX-License-Identifier: Apache-2.0
#include "ui/tagdelegate.h"

#include "model/tagentry.h"
#include "model/taglistmodel.h"
#include "ui/format.h"
#include "ui/look/rowview.h"
#include "ui/untrustedtext.h"

#include <QCoreApplication>

namespace quayside {

namespace {

/// Units stand in a slot of their own, so that all numbers end at the same place.
int unitSlot(const QFont &body)
{
    return QFontMetrics(styledFont(body, TextStyle::Small)).horizontalAdvance(QStringLiteral("MB")) + 6;
}

QString unknown()
{
    return QStringLiteral("–");
}

void paintName(CellPainter &cell, const TagRow &row)
{
    const Colours &c = cell.colours();
    cell.skip(RowView::textInset);
    cell.skipEnd(12);
    const bool pending = row.state == TagRow::State::Pending;
    cell.text(visibleText(row.tag), TextStyle::Body, pending ? c.muted : c.text, pending);
    cell.skip(8);
    switch (row.state) {
    case TagRow::State::Pending:
        cell.text(QCoreApplication::translate("quayside::TagDelegate", "deleting"), TextStyle::Body, c.muted);
        break;
    case TagRow::State::Failed:
        cell.symbol(Symbol::Warning, 14, c.danger);
        cell.skip(8);
        // A long reason stands in the free columns behind the image instead.
        if (cell.widthOf(visibleText(row.reason), TextStyle::Body) <= cell.rest().width())
            cell.text(visibleText(row.reason), TextStyle::Body, c.danger);
        break;
    case TagRow::State::Protected:
        cell.symbol(Symbol::Shield, 14, c.muted);
        break;
    case TagRow::State::Normal:
        break;
    }
}

void paintImage(CellPainter &cell, const TagRow &row)
{
    const Colours &c = cell.colours();
    cell.text(row.image.isEmpty() ? unknown() : row.image, TextStyle::Mono, c.muted);
    if (row.sharing < 2)
        return;
    const QColor colour = row.sameImage ? c.accent : c.muted;
    cell.skip(10);
    cell.symbol(Symbol::Sharing, 12, colour);
    cell.skip(4);
    cell.text(countText(row.sharing), row.sameImage ? TextStyle::Strong : TextStyle::Body, colour);
}

void paintPlatforms(CellPainter &cell, const TagRow &row)
{
    const Colours &c = cell.colours();
    cell.skipEnd(8);
    if (row.platforms.isEmpty()) {
        cell.text(unknown(), TextStyle::Body, c.muted);
        return;
    }
    const QColor number = row.state == TagRow::State::Pending ? c.muted : c.text;
    cell.number(countText(row.platforms.size()), cell.widthOf(QStringLiteral("0"), TextStyle::Body) + 2,
                number);
    cell.skip(8);
    cell.text(visibleText(row.platforms.join(QStringLiteral(", "))), TextStyle::Small, c.muted);
}

void paintSize(CellPainter &cell, const TagRow &row, const QFont &body)
{
    const Colours &c = cell.colours();
    if (!row.size) {
        cell.skipEnd(unitSlot(body));
        cell.endText(unknown(), TextStyle::Body, c.muted);
        return;
    }
    const SizeText size = sizeText(*row.size);
    CellPainter unit = cell;
    unit.skip(unit.rest().width() - unitSlot(body) + 6);
    unit.text(size.unit, TextStyle::Small, c.muted);
    cell.skipEnd(unitSlot(body));
    cell.endNumber(size.number, row.state == TagRow::State::Pending ? c.muted : c.text);
}

} // namespace

void paintTagCell(CellPainter &cell, TagColumn column, const TagRow &row, const QDateTime &now)
{
    switch (column) {
    case TagColumn::Tag:
        paintName(cell, row);
        break;
    case TagColumn::Image:
        paintImage(cell, row);
        break;
    case TagColumn::Platforms:
        paintPlatforms(cell, row);
        break;
    case TagColumn::Size:
        paintSize(cell, row, cell.body());
        break;
    case TagColumn::Pushed:
        cell.skipEnd(RowView::endInset);
        cell.endText(row.date.isValid() ? ageText(row.date, now) : unknown(), TextStyle::Body,
                     cell.colours().muted);
        break;
    }
}

TagRow tagRow(const QModelIndex &index)
{
    TagRow row;
    row.tag = index.data(TagListModel::TagRole).toString();
    row.image = index.data(TagListModel::AbbreviatedDigestRole).toString();
    row.sharing = index.data(TagListModel::SharedCountRole).toInt();
    for (const QString &platform : index.data(TagListModel::PlatformsRole).toStringList()) {
        // The operating system is nearly always the same and would cost the room of the architectures.
        row.platforms << (platform.startsWith(QLatin1String("linux/")) ? platform.mid(6) : platform);
    }
    if (const QVariant size = index.data(TagListModel::SizeRole); size.isValid())
        row.size = size.toLongLong();
    row.date = index.data(TagListModel::DateRole).toDateTime();
    row.reason = index.data(TagListModel::ReasonRole).toString();
    switch (static_cast<RowState>(index.data(TagListModel::StateRole).toInt())) {
    case RowState::Pending:
        row.state = TagRow::State::Pending;
        break;
    case RowState::Failed:
        row.state = TagRow::State::Failed;
        break;
    case RowState::Protected:
        row.state = TagRow::State::Protected;
        break;
    case RowState::Normal:
        break;
    }
    return row;
}

QString tagToolTip(TagColumn column, const QModelIndex &index)
{
    const auto translated = [](const char *text) {
        return QCoreApplication::translate("quayside::TagDelegate", text);
    };
    switch (column) {
    case TagColumn::Tag: {
        const QString reason = index.data(TagListModel::ReasonRole).toString();
        const QString tag = index.data(TagListModel::TagRole).toString();
        return reason.isEmpty() ? tag : tag + QStringLiteral(": ") + reason;
    }
    case TagColumn::Image:
        return index.data(TagListModel::DigestRole).toString();
    case TagColumn::Platforms:
        return index.data(TagListModel::PlatformsRole).toStringList().join(QStringLiteral(", "));
    case TagColumn::Size: {
        const QVariant total = index.data(TagListModel::TotalSizeRole);
        const qsizetype platforms = index.data(TagListModel::PlatformsRole).toStringList().size();
        if (!total.isValid() || platforms < 2)
            return {};
        return translated(QT_TRANSLATE_NOOP("quayside::TagDelegate", "%1 for %2 platforms"))
            .arg(sizeText(total.toLongLong()).joined(), countText(platforms));
    }
    case TagColumn::Pushed: {
        const QDateTime pushed = index.data(TagListModel::PushedRole).toDateTime();
        const QDateTime date = index.data(TagListModel::DateRole).toDateTime();
        if (!date.isValid())
            return {};
        const char *text = pushed.isValid() ? QT_TRANSLATE_NOOP("quayside::TagDelegate", "Pushed %1")
                                            : QT_TRANSLATE_NOOP("quayside::TagDelegate", "Built %1");
        return translated(text).arg(exactTimeText(date));
    }
    }
    return {};
}

bool reasonFits(const TagRow &row, int columnWidth, const QFont &body)
{
    const QFontMetrics metrics(body);
    const int taken = RowView::textInset + metrics.horizontalAdvance(visibleText(row.tag)) + 8 + 14 + 8 + 12;
    return taken + metrics.horizontalAdvance(visibleText(row.reason)) <= columnWidth;
}

int tagColumnWidth(TagColumn column, const QFont &body)
{
    const QFontMetrics metrics(body);
    const QFontMetrics mono(styledFont(body, TextStyle::Mono));
    switch (column) {
    case TagColumn::Image:
        return mono.horizontalAdvance(QStringLiteral("4f2c…91")) + 10 + 12 + 4 +
               metrics.horizontalAdvance(QStringLiteral("1,204")) + 12;
    case TagColumn::Platforms:
        return metrics.horizontalAdvance(QStringLiteral("3 amd64, arm64, arm")) + 26;
    case TagColumn::Size:
        return metrics.horizontalAdvance(QStringLiteral("1,023")) + unitSlot(body) + 12;
    case TagColumn::Pushed:
        return metrics.horizontalAdvance(QStringLiteral("Pushed")) + 18 + 12 + RowView::endInset;
    case TagColumn::Tag:
        break;
    }
    return 0;
}

} // namespace quayside
