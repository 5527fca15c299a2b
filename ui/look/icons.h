// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QIcon>
#include <QPixmap>
#include <QRect>

class QColor;
class QPainter;

namespace quayside {

/// The symbols of icons/*.svg. Each has one meaning: Sharing is two squares, Copy is a clipboard.
enum class Symbol {
    Bookmark,
    Check,
    CheckCircle,
    ChevronDown,
    ChevronRight,
    ChevronUp,
    Close,
    Copy,
    DashedCircle,
    Download,
    Drive,
    Export,
    Filter,
    Folder,
    Globe,
    History,
    Image,
    Lock,
    Plus,
    QuestionCircle,
    Refresh,
    Search,
    Sharing,
    Shield,
    ShieldWarning,
    Ship,
    Trash,
    Undo,
    Warning,
    XCircle,
};

/// A symbol in one colour, `size` logical pixels wide and high. Small ones get a stronger, large ones a finer
/// stroke.
QPixmap symbolPixmap(Symbol symbol, int size, const QColor &colour, qreal devicePixelRatio);
/// Draws a symbol centred in `rect`.
void drawSymbol(QPainter &painter, const QRect &rect, Symbol symbol, int size, const QColor &colour);
/// A symbol for buttons and actions; it takes the muted colour of the application's palette when it is
/// painted, so it follows a change of the colour scheme.
QIcon symbolIcon(Symbol symbol);
/// The program's own icon in all sizes.
QIcon applicationIcon();

} // namespace quayside
