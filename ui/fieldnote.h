// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

class QLabel;

namespace quayside {

/// The small lines below a field: what it is for, or what is wrong with what was typed.
class FieldNote : public QWidget
{
    Q_OBJECT

public:
    explicit FieldNote(QWidget *parent);

    /// Both may be untrusted.
    void showNote(const QString &text);
    void showProblem(const QString &text);
    QString text() const;
    bool isProblem() const { return m_isProblem; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void show(const QString &text, bool isProblem);

    QLabel *m_label;
    bool m_isProblem = false;
};

} // namespace quayside
