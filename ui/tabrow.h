// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QTabBar>

namespace quayside {

/// Tabs as words on one line, the current one semi-bold over an accent line, a muted count behind each.
class TabRow : public QTabBar
{
    Q_OBJECT

public:
    explicit TabRow(QWidget *parent);

    /// `count` is shown behind the text; a negative one is not known and not shown.
    void setCount(int index, int count);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    QSize tabSizeHint(int index) const override;
    QSize minimumTabSizeHint(int index) const override { return tabSizeHint(index); }

private:
    QString countText(int index) const;
};

/// A few alternatives side by side in a well, one of them chosen: platforms, tools.
class SegmentSwitch : public QTabBar
{
    Q_OBJECT

public:
    explicit SegmentSwitch(QWidget *parent);

    /// Replaces the segments; the first is chosen.
    void setSegments(const QStringList &segments);
    /// Whether the segments share the whole width, or take what they need.
    void setFillsWidth(bool fills);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    QSize tabSizeHint(int index) const override;
    QSize minimumTabSizeHint(int index) const override;

private:
    bool m_fills = true;
};

} // namespace quayside
