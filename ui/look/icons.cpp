// SPDX-License-Identifier: Apache-2.0
#include "ui/look/icons.h"

#include "ui/look/palette.h"

#include <QFile>
#include <QGuiApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

#include <utility>

namespace quayside {

namespace {

QString fileName(Symbol symbol)
{
    static const QString names[] = {
        QStringLiteral("bookmark"),       QStringLiteral("check"),
        QStringLiteral("check-circle"),   QStringLiteral("chevron-down"),
        QStringLiteral("chevron-right"),  QStringLiteral("chevron-up"),
        QStringLiteral("close"),          QStringLiteral("copy"),
        QStringLiteral("dashed-circle"),  QStringLiteral("download"),
        QStringLiteral("drive"),          QStringLiteral("export"),
        QStringLiteral("filter"),         QStringLiteral("folder"),
        QStringLiteral("globe"),          QStringLiteral("history"),
        QStringLiteral("image"),          QStringLiteral("lock"),
        QStringLiteral("plus"),           QStringLiteral("question-circle"),
        QStringLiteral("refresh"),        QStringLiteral("search"),
        QStringLiteral("sharing"),        QStringLiteral("shield"),
        QStringLiteral("shield-warning"), QStringLiteral("ship"),
        QStringLiteral("trash"),          QStringLiteral("undo"),
        QStringLiteral("warning"),        QStringLiteral("x-circle"),
    };
    static_assert(std::size(names) == static_cast<std::size_t>(Symbol::XCircle) + 1);
    return QStringLiteral(":/icons/%1.svg").arg(names[static_cast<std::size_t>(symbol)]);
}

/// Strokes are 1.5 on the grid of 16; small sizes need more and large ones less to weigh the same as the
/// text.
double strokeFor(int size)
{
    if (size <= 12)
        return 1.8;
    if (size < 16)
        return 1.65;
    return size >= 24 ? 1.2 : 1.5;
}

QByteArray tintedSvg(Symbol symbol, int size, const QColor &colour)
{
    QFile file(fileName(symbol));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QByteArray svg = file.readAll();
    svg.replace("#000", colour.name().toLatin1());
    svg.replace("stroke-width=\"1.5\"", "stroke-width=\"" + QByteArray::number(strokeFor(size)) + "\"");
    return svg;
}

QPixmap renderSvg(const QByteArray &svg, int size, qreal devicePixelRatio)
{
    const int pixels = qRound(size * devicePixelRatio);
    QPixmap pixmap(pixels, pixels);
    pixmap.fill(Qt::transparent);
    QSvgRenderer renderer(svg);
    QPainter painter(&pixmap);
    renderer.render(&painter);
    painter.end();
    pixmap.setDevicePixelRatio(devicePixelRatio);
    return pixmap;
}

class SymbolEngine : public QIconEngine
{
public:
    explicit SymbolEngine(Symbol symbol)
        : m_symbol(symbol)
    {}

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State) override
    {
        drawSymbol(*painter, rect, m_symbol, qMin(rect.width(), rect.height()), colour(mode));
    }

    QPixmap scaledPixmap(const QSize &size, QIcon::Mode mode, QIcon::State, qreal scale) override
    {
        // `size` is in device pixels.
        const int logical = qRound(qMin(size.width(), size.height()) / scale);
        return symbolPixmap(m_symbol, logical, colour(mode), scale);
    }

    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        return scaledPixmap(size, mode, state, 1);
    }

    QIconEngine *clone() const override { return new SymbolEngine(*this); }

private:
    static QColor colour(QIcon::Mode mode)
    {
        const Colours colours(QGuiApplication::palette());
        if (mode == QIcon::Disabled)
            return colours.disabled;
        return mode == QIcon::Selected ? colours.text : colours.muted;
    }

    Symbol m_symbol;
};

} // namespace

QPixmap symbolPixmap(Symbol symbol, int size, const QColor &colour, qreal devicePixelRatio)
{
    const QString key = QStringLiteral("quayside-symbol-%1-%2-%3-%4")
                            .arg(static_cast<int>(symbol))
                            .arg(size)
                            .arg(colour.name())
                            .arg(devicePixelRatio);
    QPixmap pixmap;
    if (!QPixmapCache::find(key, &pixmap)) {
        pixmap = renderSvg(tintedSvg(symbol, size, colour), size, devicePixelRatio);
        QPixmapCache::insert(key, pixmap);
    }
    return pixmap;
}

void drawSymbol(QPainter &painter, const QRect &rect, Symbol symbol, int size, const QColor &colour)
{
    const QPixmap pixmap = symbolPixmap(symbol, size, colour, painter.device()->devicePixelRatioF());
    painter.drawPixmap(rect.x() + (rect.width() - size) / 2, rect.y() + (rect.height() - size) / 2, pixmap);
}

QIcon symbolIcon(Symbol symbol)
{
    return QIcon(new SymbolEngine(symbol));
}

QIcon applicationIcon()
{
    QFile file(QStringLiteral(":/icons/quayside.svg"));
    QIcon icon;
    if (!file.open(QIODevice::ReadOnly))
        return icon;
    const QByteArray svg = file.readAll();
    for (const int size : {16, 22, 24, 32, 48, 64, 128, 256})
        icon.addPixmap(renderSvg(svg, size, 1));
    return icon;
}

} // namespace quayside
