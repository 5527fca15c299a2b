// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/smallwidgets.h"

class QBoxLayout;

namespace quayside {

class CodeWell;

/// An empty place or an error, in place: a headline at one fixed height, the reason, what can be done next,
/// details that fold. Everything is plain text.
class MessagePage : public QWidget
{
    Q_OBJECT

public:
    struct Message
    {
        bool isError = false;
        QString headline;
        QString reason;
        QStringList codeLines; ///< Lines to copy; may be empty.
        QStringList actions;   ///< Buttons, all plain: a risky choice is never filled.
        QList<std::pair<QString, QString>> details;
    };

    explicit MessagePage(QWidget *parent);

    void showMessage(const Message &message);
    QString headline() const;

Q_SIGNALS:
    /// The index of the pressed button in Message::actions.
    void actionPressed(int index);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void addActions(const QStringList &actions);
    void addDetails(const QList<std::pair<QString, QString>> &details);

    QBoxLayout *m_column;
    QLabel *m_headline;
    bool m_isError = false;
};

/// The column in which pages of text are set: `width` wide, centred, beginning at one fixed height.
QBoxLayout *pageColumn(QWidget *page, int width);

} // namespace quayside
