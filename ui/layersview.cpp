// SPDX-License-Identifier: Apache-2.0
#include "ui/layersview.h"

#include "oci/descriptor.h"
#include "ui/format.h"
#include "ui/look/controlpainting.h"
#include "ui/look/rowview.h"
#include "ui/smallwidgets.h"
#include "ui/untrustedtext.h"

#include <QApplication>
#include <QBoxLayout>
#include <QHeaderView>
#include <QPainter>

#include <algorithm>
#include <array>

namespace quayside {

class LayersView::Model : public QAbstractListModel
{
public:
    using QAbstractListModel::QAbstractListModel;

    int rowCount(const QModelIndex &parent = {}) const override
    {
        return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
    }

    QVariant data(const QModelIndex &index, int role) const override
    {
        if (!index.isValid())
            return {};
        const LayerRow &row = m_rows[index.row()];
        if (role == Qt::ToolTipRole)
            return untrustedToolTip(row.keyword + u' ' + row.command);
        if (role == Qt::AccessibleTextRole || role == Qt::DisplayRole)
            return QString(visibleText(row.keyword) + u' ' + row.shownCommand()).trimmed();
        return {};
    }

    void setRows(const QList<LayerRow> &rows)
    {
        beginResetModel();
        m_rows = rows;
        m_largest = 0;
        for (const LayerRow &row : rows)
            m_largest = std::max(m_largest, row.size.value_or(0));
        endResetModel();
    }

    const LayerRow &row(int index) const { return m_rows[index]; }
    qint64 largest() const { return m_largest; }

private:
    QList<LayerRow> m_rows;
    qint64 m_largest = 0;
};

namespace {

constexpr int barHeight = 4;
constexpr int barLine = 20; // what the bar adds to a row

/// Paints from the view's model, which is always a LayersView's.
template <typename Model>
class LayerDelegate : public QStyledItemDelegate
{
public:
    LayerDelegate(const Model *model, QObject *parent)
        : QStyledItemDelegate(parent)
        , m_model(model)
    {}

    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &index) const override
    {
        const int line = rowHeight(QFontMetrics(QApplication::font()));
        return {0, m_model->row(index.row()).size ? line + barLine : line};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const LayerRow &row = m_model->row(index.row());
        const QFont body = QApplication::font();
        const QPalette palette = option.widget->palette();
        painter->save();
        QRect line = option.rect;
        line.setHeight(rowHeight(QFontMetrics(body)));
        CellPainter cell(*painter, line.adjusted(0, 0, -6, 0), palette, body);
        paintCommand(cell, row, index.row() + 1);
        if (row.size)
            paintBar(*painter, option.rect, palette, row);
        painter->restore();
    }

private:
    static void paintCommand(CellPainter &cell, const LayerRow &row, int number)
    {
        const Colours &c = cell.colours();
        CellPainter first = cell;
        first.number(countText(number), 30, c.muted);
        cell.skip(44);
        const SizeText size = row.size ? sizeText(*row.size) : SizeText{QStringLiteral("–"), {}};
        cell.endText(size.unit, TextStyle::Small, c.muted);
        cell.skipEnd(row.size ? 5 : cell.widthOf(QStringLiteral("MB"), TextStyle::Small) + 5);
        cell.endNumber(size.number, row.size ? c.text : c.muted);
        cell.skipEnd(12);
        if (!row.keyword.isEmpty()) {
            cell.text(visibleText(row.keyword), TextStyle::Mono, c.muted);
            cell.skip(cell.widthOf(QStringLiteral(" "), TextStyle::Mono));
        }
        const bool isKnown = row.size && !row.command.isEmpty();
        cell.text(row.shownCommand(), TextStyle::Mono, isKnown ? c.text : c.muted);
    }

    void paintBar(QPainter &painter, const QRect &rect, const QPalette &palette, const LayerRow &row) const
    {
        const Colours c(palette);
        const QFont small = styledFont(QApplication::font(), TextStyle::Small);
        const QString note = noteText(row);
        const int noteWidth = QFontMetrics(small).horizontalAdvance(QStringLiteral("in 1,190 other tags"));
        const int y = rect.y() + rect.height() - barLine + 6;
        QRectF groove(rect.x() + 44, y - 1, std::max(rect.width() - 44 - noteWidth - 52, 40), barHeight);
        fillRounded(painter, groove, 2, c.barGroove);
        const double share = m_model->largest() > 0 ? double(*row.size) / double(m_model->largest()) : 0;
        groove.setWidth(std::max(groove.width() * share, 3.0));
        const bool onlyHere = row.otherTags == 0;
        fillRounded(painter, groove, 2, onlyHere ? c.accent : c.barShared);
        painter.setFont(small);
        painter.setPen(onlyHere ? c.accent : c.muted);
        const QFontMetrics metrics(small);
        painter.drawText(rect.right() - 5 - metrics.horizontalAdvance(note), y + metrics.ascent() / 2, note);
    }

    static QString noteText(const LayerRow &row)
    {
        if (row.otherTags < 0)
            return {};
        if (row.otherTags == 0)
            return LayersView::tr("only here");
        if (row.otherTags == 1)
            return LayersView::tr("in 1 other tag");
        return LayersView::tr("in %n other tags", nullptr, row.otherTags);
    }

    const Model *m_model;
};

QString withoutShell(QString command)
{
    for (const QLatin1String prefix : {QLatin1String("/bin/sh -c "), QLatin1String("|")}) {
        if (command.startsWith(prefix))
            command = command.mid(prefix.size()).trimmed();
    }
    const QLatin1String nop("#(nop)");
    return command.startsWith(nop) ? command.mid(nop.size()).trimmed() : command;
}

bool isInstruction(const QString &word)
{
    static const std::array<QString, 17> words{
        QStringLiteral("ADD"),        QStringLiteral("ARG"),        QStringLiteral("CMD"),
        QStringLiteral("COPY"),       QStringLiteral("ENV"),        QStringLiteral("ENTRYPOINT"),
        QStringLiteral("EXPOSE"),     QStringLiteral("FROM"),       QStringLiteral("LABEL"),
        QStringLiteral("RUN"),        QStringLiteral("USER"),       QStringLiteral("VOLUME"),
        QStringLiteral("SHELL"),      QStringLiteral("WORKDIR"),    QStringLiteral("ONBUILD"),
        QStringLiteral("STOPSIGNAL"), QStringLiteral("HEALTHCHECK")};
    return std::find(words.begin(), words.end(), word) != words.end();
}

} // namespace

QString LayerRow::shownCommand() const
{
    const bool isUnknown = keyword.isEmpty() && command.isEmpty();
    return isUnknown ? LayersView::tr("unknown") : visibleText(command);
}

LayerRow layerRow(const QString &createdBy)
{
    LayerRow row;
    QString command = createdBy.left(4096).trimmed();
    const bool fromShell = command.startsWith(QLatin1String("/bin/sh -c "));
    const bool isNop = command.contains(QLatin1String("#(nop)"));
    command = withoutShell(command);
    const qsizetype space = command.indexOf(u' ');
    const QString word = command.left(space);
    if (isInstruction(word)) {
        row.keyword = word;
        command = space < 0 ? QString() : withoutShell(command.mid(space + 1).trimmed());
    } else if (fromShell && !isNop) {
        row.keyword = QStringLiteral("RUN");
    }
    const QLatin1String buildkit("# buildkit");
    if (command.endsWith(buildkit))
        command = command.chopped(buildkit.size()).trimmed();
    row.command = command;
    return row;
}

LayersView::LayersView(QWidget *parent)
    : QWidget(parent)
    , m_model(new Model(this))
    , m_total(new TextLine(TextStyle::Strong, Tone::Normal, this))
    , m_shared(new TextLine(TextStyle::Body, Tone::Muted, this))
    , m_view(new RowView(RowView::Surface::Content, this))
{
    m_view->setUniformRowHeights(false);
    m_view->setSelectionMode(QAbstractItemView::SingleSelection);
    m_view->setModel(m_model);
    m_view->setItemDelegate(new LayerDelegate<Model>(m_model, m_view));
    m_view->header()->setStretchLastSection(true);
    m_view->setAccessibleName(tr("Layers"));
    auto *summary = new QHBoxLayout;
    summary->setContentsMargins(16, 0, 16, 0);
    summary->setSpacing(12);
    summary->addWidget(m_total);
    summary->addWidget(m_shared, 1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addLayout(summary);
    layout->addWidget(m_view, 1);
}

LayersView::~LayersView() = default;

void LayersView::setLayers(const QList<LayerRow> &layers)
{
    qint64 total = 0;
    qint64 shared = 0;
    int count = 0;
    for (const LayerRow &row : layers) {
        if (!row.size)
            continue;
        ++count;
        if (total <= maxDescriptorSize) // sizes are only claimed, and there may be thousands
            total += *row.size;
        if (row.otherTags > 0 && shared <= maxDescriptorSize)
            shared += *row.size;
    }
    const QString layerCount = count == 1 ? tr("%1 in 1 layer") : tr("%1 in %n layers", nullptr, count);
    m_total->setText(layerCount.arg(sizeText(total).joined()));
    m_shared->setText(shared > 0 ? tr("%1 also in other tags").arg(sizeText(shared).joined()) : QString());
    m_model->setRows(layers);
}

} // namespace quayside
