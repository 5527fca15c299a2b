// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QAbstractButton>
#include <QStringList>

namespace quayside {

/// A round label that can be pressed: one of the tags of an image.
class Chip : public QAbstractButton
{
    Q_OBJECT

public:
    Chip(const QString &text, bool current, QWidget *parent);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    bool m_current;
};

/// Chips that wrap into as many lines as they need; beyond `maxChips` a last one says how many more there
/// are.
class ChipRow : public QWidget
{
    Q_OBJECT

public:
    static constexpr int maxChips = 12;

    explicit ChipRow(QWidget *parent);
    void setTags(const QStringList &tags, const QString &current);

    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;

Q_SIGNALS:
    void tagPressed(const QString &tag);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    /// Puts the chips into lines of `width`; returns the height. Moves them only if `apply`.
    int arrange(int width, bool apply) const;

    QList<Chip *> m_chips;
};

} // namespace quayside
