// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/look/icons.h"

#include <QWidget>

class QPushButton;

namespace quayside {

class TextLine;

/// What the newest operation did, above the list. It stays until it is closed.
class ResultBar : public QWidget
{
    Q_OBJECT

public:
    struct Result
    {
        Symbol symbol = Symbol::Trash;
        QString text;       ///< "Deleted 493 of 500"
        QString failed;     ///< "7 failed"; empty if nothing did.
        QString note;       ///< A muted sentence behind it; may be empty.
        QString actionText; ///< "Undo", "Stop"; empty for none.
        QString copyText;   ///< What the action copies; empty: actionPressed() says that it was pressed.
    };

    explicit ResultBar(QWidget *parent);

    void showResult(const Result &result);
    QString text() const;
    QString note() const;
    QPushButton *actionButton() const { return m_action; }

    QSize sizeHint() const override;

Q_SIGNALS:
    void actionPressed();
    void failedPressed();
    /// The person has closed it.
    void closed();

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void act();
    void keepText();

    QString m_copyText;
    Symbol m_symbol = Symbol::Trash;
    TextLine *m_text;
    TextLine *m_firstDot;
    QPushButton *m_failed;
    TextLine *m_note;
    TextLine *m_secondDot;
    QPushButton *m_action;
};

} // namespace quayside
