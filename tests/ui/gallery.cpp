// SPDX-License-Identifier: Apache-2.0
// Draws every state of rows and controls into one picture per colour scheme: gallery OUTPUT-DIRECTORY.

#include "ui/look/controlpainting.h"
#include "ui/look/proxystyle.h"
#include "ui/look/rowview.h"
#include "ui/tagdelegate.h"

#include <QApplication>
#include <QDir>
#include <QImage>
#include <QPainter>
#include <QStyleOption>

#include <array>
#include <functional>

namespace quayside {
namespace {

constexpr QSize pictureSize(808, 577);

struct RowSample
{
    QString caption;
    TagRow row;
    RowLook state;
};

TagRow plainRow(const QString &tag, const QDateTime &now)
{
    TagRow row;
    row.tag = tag;
    row.image = QStringLiteral("77ab…0c");
    row.platforms = {QStringLiteral("amd64"), QStringLiteral("arm64")};
    row.size = 81'300'000;
    row.date = now.addDays(-3);
    return row;
}

RowSample sample(const QString &caption, TagRow row, RowLook state = {})
{
    return {caption, std::move(row), state};
}

QList<RowSample> rowSamples(const QDateTime &now)
{
    const QString tag = QStringLiteral("1.11.9");
    TagRow shared = plainRow(tag, now);
    shared.sharing = 2;
    shared.sameImage = true;
    TagRow sibling = shared;
    sibling.tag = QStringLiteral("1.11");
    TagRow guarded = plainRow(QStringLiteral("latest"), now);
    guarded.state = TagRow::State::Protected;
    TagRow pending = plainRow(QStringLiteral("1.11.8"), now);
    pending.state = TagRow::State::Pending;
    TagRow failed = plainRow(QStringLiteral("1.11.7"), now);
    failed.state = TagRow::State::Failed;
    failed.reason = QStringLiteral("not allowed");
    RowLook hovered;
    hovered.hovered = true;
    RowLook current;
    current.selected = current.current = current.viewFocused = true;
    RowLook selected;
    selected.selected = selected.viewFocused = true;
    RowLook quiet;
    quiet.selected = true;
    return {sample(QStringLiteral("Normal"), plainRow(tag, now)),
            sample(QStringLiteral("Pointer over it"), plainRow(tag, now), hovered),
            sample(QStringLiteral("Selected, keyboard focus"), shared, current),
            sample(QStringLiteral("Selected, more rows"), plainRow(tag, now), selected),
            sample(QStringLiteral("Selected, focus elsewhere"), shared, quiet),
            sample(QStringLiteral("Same image as selected"), sibling),
            sample(QStringLiteral("Protected"), guarded),
            sample(QStringLiteral("Pending"), pending),
            sample(QStringLiteral("Failed"), failed)};
}

void drawCaption(QPainter &painter, QPoint at, const QString &text, TextStyle style, const QColor &colour)
{
    painter.setFont(styledFont(QApplication::font(), style));
    painter.setPen(colour);
    painter.drawText(at, text);
}

void drawRows(QPainter &painter, const QPalette &palette)
{
    const Colours c(palette);
    const QDateTime now = QDateTime::currentDateTimeUtc();
    const int height = rowHeight(QFontMetrics(QApplication::font()));
    const std::array<int, 6> edges{174, 378, 502, 610, 696, 784};
    int y = 45;
    for (const RowSample &each : rowSamples(now)) {
        const QRect row(178, y, 606, height);
        paintRowBackground(painter, row, palette, each.state);
        drawCaption(painter, QPoint(24, y + rowBaseline(QFontMetrics(QApplication::font()), height)),
                    each.caption, TextStyle::Small, c.muted);
        for (std::size_t column = 0; column + 1 < edges.size(); ++column) {
            const QRect rect(edges[column], y, edges[column + 1] - edges[column], height);
            CellPainter cell(painter, rect, palette, QApplication::font());
            paintTagCell(cell, static_cast<TagColumn>(column), each.row, now);
        }
        paintRowRing(painter, row, palette, each.state);
        y += height;
    }
}

void drawButtons(QPainter &painter, const QPalette &palette)
{
    struct Kind
    {
        ButtonKind kind;
        QString name, text;
        int width, height;
    };
    const std::array<Kind, 4> kinds{
        Kind{ButtonKind::Plain, QStringLiteral("plain"), QStringLiteral("Forget…"), 78, 30},
        Kind{ButtonKind::Primary, QStringLiteral("primary"), QStringLiteral("Restore…"), 87, 30},
        Kind{ButtonKind::Danger, QStringLiteral("danger"), QStringLiteral("Delete 3 images"), 115, 30},
        Kind{ButtonKind::Link, QStringLiteral("link"), QStringLiteral("Undo"), 50, 26}};
    const QStyle::State on = QStyle::State_Enabled;
    const std::array<QStyle::State, 5> states{on, on | QStyle::State_MouseOver,
                                              on | QStyle::State_MouseOver | QStyle::State_Sunken,
                                              on | QStyle::State_HasFocus, QStyle::State_None};
    int y = 363;
    for (const Kind &kind : kinds) {
        drawCaption(painter, QPoint(24, y + 20), kind.name, TextStyle::Small, Colours(palette).muted);
        int x = 144;
        for (const QStyle::State state : states) {
            QStyleOptionButton option;
            option.rect = QRect(x, y, kind.width, kind.height);
            option.state = state;
            option.palette = palette;
            option.text = kind.text;
            painter.setFont(QApplication::font());
            paintButton(painter, option, kind.kind);
            x += 131;
        }
        y += 38;
    }
}

void drawFields(QPainter &painter, const QPalette &palette)
{
    const Colours c(palette);
    const auto field = [&](QRect rect, FieldKind kind, QStyle::State state, const QString &text, int left) {
        QStyleOptionFrame option;
        option.rect = rect;
        option.palette = palette;
        option.state = state;
        paintField(painter, option, kind);
        const QColor colour = kind == FieldKind::Search       ? c.muted
                              : state & QStyle::State_Enabled ? c.text
                                                              : c.disabled;
        drawCaption(painter, QPoint(rect.x() + left, rect.y() + 20), text, TextStyle::Body, colour);
    };
    const QStyle::State on = QStyle::State_Enabled;
    field(QRect(24, 523, 180, 30), FieldKind::Search, on, QStringLiteral("Filter, e.g. 1.2*"), 30);
    drawSymbol(painter, QRect(32, 523, 16, 30), Symbol::Filter, 14, c.muted);
    field(QRect(216, 523, 160, 30), FieldKind::Typed, on | QStyle::State_HasFocus, QStringLiteral("alice"),
          10);
    field(QRect(388, 523, 120, 30), FieldKind::Typed, QStyle::State_None, QStringLiteral("alice"), 10);
    QStyleOptionButton box;
    box.rect = QRect(520, 530, 16, 16);
    box.palette = palette;
    box.state = on | QStyle::State_On;
    paintCheckIndicator(painter, box);
    drawCaption(painter, QPoint(543, 543), QStringLiteral("Remember in the keyring"), TextStyle::Body,
                c.text);
}

QImage gallery(ColourScheme scheme)
{
    const QPalette palette = lookPalette(scheme);
    const Colours c(palette);
    QImage image(pictureSize, QImage::Format_RGB32);
    image.fill(c.base);
    QPainter painter(&image);
    drawCaption(painter, QPoint(24, 33), QStringLiteral("Rows"), TextStyle::Strong, c.text);
    drawRows(painter, palette);
    drawCaption(painter, QPoint(24, 329), QStringLiteral("Controls"), TextStyle::Strong, c.text);
    const std::array<const char16_t *, 5> captions{u"Normal", u"Pointer over it", u"Pressed", u"Focus",
                                                   u"Disabled"};
    for (std::size_t i = 0; i < captions.size(); ++i) {
        drawCaption(painter, QPoint(144 + 131 * static_cast<int>(i), 352), QString::fromUtf16(captions[i]),
                    TextStyle::Small, c.muted);
    }
    drawButtons(painter, palette);
    drawFields(painter, palette);
    return image;
}

} // namespace
} // namespace quayside

int main(int argc, char **argv)
{
    QApplication app(argc, argv);
    const QStringList arguments = app.arguments();
    const QDir directory(arguments.value(1, QStringLiteral(".")));
    quayside::applyLook(app, quayside::ColourScheme::Light);
    const bool light = quayside::gallery(quayside::ColourScheme::Light)
                           .save(directory.filePath(QStringLiteral("states-light.png")));
    const bool dark = quayside::gallery(quayside::ColourScheme::Dark)
                          .save(directory.filePath(QStringLiteral("states-dark.png")));
    return light && dark ? 0 : 1;
}
