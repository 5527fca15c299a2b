// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <QStringList>
#include <QWidget>

class QToolButton;

namespace quayside {

class SearchField;

/// Where the person is: the registry's mark, the way to the place, the place as the title.
class Breadcrumb : public QWidget
{
    Q_OBJECT

public:
    struct Place
    {
        bool isLocal = false;
        int colour = 0;
        QStringList way; ///< "harbor.example", "team"; untrusted.
        QString title;   ///< "api"; untrusted.
        bool production = false;
        QString mode;  ///< "Read-only"; empty for none.
        QString login; ///< "ada, from docker's config.json"; untrusted; empty for none.
    };

    explicit Breadcrumb(QWidget *parent);
    void setPlace(const Place &place);
    QSize minimumSizeHint() const override { return {80, 0}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Place m_place;
};

/// Draws a registry's mark: a square of its colour, a dot for Local.
void paintRegistryMark(QPainter &painter, const QRect &slot, bool isLocal, int colour,
                       const QPalette &palette);

/// The top of the content: the place, the one box, refresh.
class HeaderBar : public QWidget
{
    Q_OBJECT

public:
    explicit HeaderBar(QWidget *parent);

    Breadcrumb *breadcrumb() const { return m_breadcrumb; }
    SearchField *box() const { return m_box; }

    QSize sizeHint() const override;

Q_SIGNALS:
    void refreshPressed();

private:
    Breadcrumb *m_breadcrumb;
    SearchField *m_box;
};

} // namespace quayside
