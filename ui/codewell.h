// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStringList>
#include <QWidget>

namespace quayside {

/// Lines to copy, in a tinted well with one copy button. What is copied is given apart from what is shown,
/// because a shown line may be broken for room.
class CodeWell : public QWidget
{
    Q_OBJECT

public:
    explicit CodeWell(QWidget *parent);

    /// A `caption` above the lines is small and may be empty.
    void setLines(const QStringList &lines, const QString &copied, const QString &caption = {});
    QString copiedText() const { return m_copied; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void copied();

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    int lineHeight() const;

    QStringList m_lines;
    QString m_caption;
    QString m_copied;
    QWidget *m_copyButton;
};

} // namespace quayside
