// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/smallwidgets.h"

class QGridLayout;

namespace quayside {

/// Muted names on the left, values on the right; a line per value. Values are untrusted and shown plain.
class PropertyGrid : public QWidget
{
    Q_OBJECT

public:
    explicit PropertyGrid(QWidget *parent);

    void clear();
    /// A semi-bold line over what follows.
    void addHeading(const QString &text);
    /// One name with a line for each value; nothing is shown without values.
    void addRow(const QString &name, const QStringList &values, TextStyle style = TextStyle::Body,
                Tone tone = Tone::Normal);
    /// A widget as the value; `name` may be empty.
    void addWidget(const QString &name, QWidget *value, QWidget *trailing = nullptr);

private:
    int lineHeight() const;
    void addName(const QString &name);

    QGridLayout *m_grid;
    int m_row = 0;
};

} // namespace quayside
