// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStatusBar>

class QProgressBar;
class QToolButton;

namespace quayside {

class TextLine;

/// The bottom of the window: what runs now, and the way to Activity. Status tips of actions show here too.
class StatusLine : public QStatusBar
{
    Q_OBJECT

public:
    explicit StatusLine(QWidget *parent);

    void showIdle();
    /// `total` 0 = not known yet.
    void showRunning(const QString &title, qint64 done, qint64 total);
    QToolButton *activityButton() const { return m_activity; }

private:
    TextLine *m_text;
    QProgressBar *m_progress;
    QToolButton *m_activity;
};

} // namespace quayside
