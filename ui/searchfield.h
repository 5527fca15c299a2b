// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/look/icons.h"

#include <QLineEdit>

namespace quayside {

/// A field to look for something: a tint without a border, a symbol in front, a key at the end.
class SearchField : public QLineEdit
{
    Q_OBJECT

public:
    /// `hint` stands at the right end, e.g. "Ctrl+K"; may be empty.
    SearchField(Symbol symbol, const QString &placeholder, const QString &hint, QWidget *parent);

Q_SIGNALS:
    /// Escape in an empty field: the person wants back to where they came from.
    void left();

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    Symbol m_symbol;
    QString m_hint;
};

} // namespace quayside
