// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStringList>
#include <QWidget>

class QPlainTextEdit;

namespace quayside {

/// A field for several lines of typed text, which looks like one for a single line. Tab leaves it.
class LinesField : public QWidget
{
    Q_OBJECT

public:
    /// `rows`: how many lines are seen at once.
    LinesField(const QString &accessibleName, int rows, QWidget *parent);

    void setLines(const QStringList &lines);
    /// Without white space around each, and as many as there are in the field, empty ones too.
    QStringList lines() const;
    QPlainTextEdit *editor() const { return m_editor; }

Q_SIGNALS:
    void changed();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    QPlainTextEdit *m_editor;
};

} // namespace quayside
