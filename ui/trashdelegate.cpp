// SPDX-License-Identifier: Apache-2.0
#include "ui/trashdelegate.h"

#include "model/trashmodel.h"
#include "ui/format.h"
#include "ui/look/rowview.h"
#include "ui/smallwidgets.h"
#include "ui/untrustedtext.h"

#include <QHelpEvent>
#include <QToolTip>

namespace quayside {

namespace {

Symbol restorableSymbol(Restorable restorable)
{
    switch (restorable) {
    case Restorable::UntilDate:
    case Restorable::FullCopy:
        return Symbol::CheckCircle;
    case Restorable::Probably:
        return Symbol::QuestionCircle;
    case Restorable::No:
        return Symbol::XCircle;
    case Restorable::NotChecked:
        break;
    }
    return Symbol::DashedCircle;
}

Tone restorableTone(Restorable restorable)
{
    if (restorable == Restorable::UntilDate || restorable == Restorable::FullCopy)
        return Tone::Good;
    return restorable == Restorable::No ? Tone::Danger : Tone::Muted;
}

/// "Probably; all layers seen 5 min ago".
QString answerOf(const QModelIndex &index)
{
    const QString text = index.data(TrashModel::RestorableTextRole).toString();
    if (index.data(TrashModel::RestorableRole).toInt() != int(Restorable::Probably))
        return text;
    const QDateTime at = index.data(TrashModel::CheckedAtRole).toDateTime();
    return text + u' ' + shortAgoText(at, QDateTime::currentDateTimeUtc());
}

/// The answer in the text's colour, its reason muted: "Yes," "until 24 Dec".
void paintAnswer(CellPainter &cell, const QModelIndex &index)
{
    const Colours &c = cell.colours();
    const auto restorable = static_cast<Restorable>(index.data(TrashModel::RestorableRole).toInt());
    const QString text = visibleText(answerOf(index));
    cell.skipEnd(RowView::endInset);
    cell.symbol(restorableSymbol(restorable), 16, toneColour(c, restorableTone(restorable)));
    cell.skip(8);
    if (restorable == Restorable::NotChecked) {
        cell.text(text, TextStyle::Body, c.muted);
        return;
    }
    const qsizetype space = text.indexOf(u' ');
    const QString answer = space < 0 ? text : text.left(space + 1);
    if (cell.text(answer, TextStyle::Body, c.text) && space >= 0)
        cell.text(text.mid(space + 1), TextStyle::Body, c.muted);
}

} // namespace

void TrashDelegate::paintCell(CellPainter &cell, const QStyleOptionViewItem &, const QModelIndex &index) const
{
    const Colours &c = cell.colours();
    switch (index.column()) {
    case TrashModel::ImageColumn: {
        cell.skip(RowView::textInset);
        cell.skipEnd(16);
        const QString digest = index.data(TrashModel::AbbreviatedDigestRole).toString();
        const int slot = cell.widthOf(QStringLiteral("4f2c…91"), TextStyle::Mono);
        CellPainter end = cell;
        end.skip(end.rest().width() - slot);
        end.text(digest, TextStyle::Mono, c.muted);
        cell.skipEnd(slot + 16);
        cell.text(visibleText(index.data(TrashModel::RepositoryRole).toString()), TextStyle::Body, c.text);
        break;
    }
    case TrashModel::TagsColumn: {
        cell.skipEnd(12);
        const QStringList tags = index.data(TrashModel::TagsRole).toStringList();
        cell.text(tags.isEmpty() ? QStringLiteral("–") : visibleText(tags.join(QStringLiteral(", "))),
                  TextStyle::Body, tags.isEmpty() ? c.muted : c.text);
        break;
    }
    case TrashModel::DeletedColumn: {
        const QDateTime at = index.data(TrashModel::DeletedAtRole).toDateTime();
        cell.text(at.isValid() ? dayText(at, QDateTime::currentDateTimeUtc()) : QStringLiteral("–"),
                  TextStyle::Body, c.muted);
        break;
    }
    case TrashModel::ByColumn: {
        const QString by = index.data(TrashModel::ByRole).toString();
        cell.skipEnd(12);
        cell.text(by.isEmpty() ? QStringLiteral("–") : visibleText(by), TextStyle::Body, c.muted);
        break;
    }
    default:
        paintAnswer(cell, index);
        break;
    }
}

bool TrashDelegate::helpEvent(QHelpEvent *event, QAbstractItemView *view, const QStyleOptionViewItem &,
                              const QModelIndex &index)
{
    if (event->type() != QEvent::ToolTip || !index.isValid())
        return false;
    QString text;
    switch (index.column()) {
    case TrashModel::ImageColumn:
        text = index.data(TrashModel::RepositoryRole).toString() + u'@' +
               index.data(TrashModel::DigestRole).toString();
        break;
    case TrashModel::DeletedColumn:
        if (const QDateTime at = index.data(TrashModel::DeletedAtRole).toDateTime(); at.isValid())
            text = exactTimeText(at);
        break;
    case TrashModel::RestorableColumn:
        text = answerOf(index);
        if (const QDateTime until = index.data(TrashModel::CopyUntilRole).toDateTime(); until.isValid())
            text = TrashModel::tr("%1, kept until %2").arg(text, exactTimeText(until));
        break;
    default:
        text = index.data(Qt::DisplayRole).toString();
        break;
    }
    QToolTip::showText(event->globalPos(), untrustedToolTip(text), view);
    return true;
}

void TrashFilter::setText(const QString &text)
{
    m_text = text.trimmed();
    invalidateFilter();
}

bool TrashFilter::filterAcceptsRow(int row, const QModelIndex &parent) const
{
    if (m_text.isEmpty())
        return true;
    const QModelIndex index = sourceModel()->index(row, 0, parent);
    const auto contains = [this](const QString &text) { return text.contains(m_text, Qt::CaseInsensitive); };
    return contains(index.data(TrashModel::RepositoryRole).toString()) ||
           contains(index.data(TrashModel::TagsRole).toStringList().join(u' ')) ||
           contains(index.data(TrashModel::DigestRole).toString());
}

bool TrashFilter::lessThan(const QModelIndex &left, const QModelIndex &right) const
{
    if (left.column() != TrashModel::DeletedColumn)
        return QString::localeAwareCompare(left.data().toString(), right.data().toString()) < 0;
    return left.data(TrashModel::DeletedAtRole).toDateTime() <
           right.data(TrashModel::DeletedAtRole).toDateTime();
}

} // namespace quayside
