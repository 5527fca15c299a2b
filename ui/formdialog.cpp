// SPDX-License-Identifier: Apache-2.0
#include "ui/formdialog.h"

#include <QBoxLayout>
#include <QEvent>

#include <algorithm>

namespace quayside {

FormDialog::FormDialog(const QString &title, int minimumWidth, QWidget *parent)
    : QDialog(parent)
    , m_column(new QVBoxLayout(this))
{
    setWindowTitle(title);
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true); // a window's own background is QPalette::Window
    setMinimumWidth(minimumWidth);
    m_column->setContentsMargins(24, 18, 24, 20);
    m_column->setSpacing(10);
}

/// A window does not grow by itself with the lines of its labels.
bool FormDialog::event(QEvent *event)
{
    const bool handled = QDialog::event(event);
    if (event->type() == QEvent::LayoutRequest && layout()->hasHeightForWidth())
        resize(width(), std::max(height(), layout()->totalHeightForWidth(width())));
    return handled;
}

} // namespace quayside
