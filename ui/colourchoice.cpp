// SPDX-License-Identifier: Apache-2.0
#include "ui/colourchoice.h"

#include "ui/headerbar.h"
#include "ui/look/controlpainting.h"
#include "ui/look/palette.h"

#include <QAbstractButton>
#include <QBoxLayout>
#include <QButtonGroup>
#include <QPainter>

#include <cstdlib>

namespace quayside {

namespace {

class Swatch : public QAbstractButton
{
public:
    Swatch(int colour, const QString &name, QWidget *parent)
        : QAbstractButton(parent)
        , m_colour(colour)
    {
        setCheckable(true);
        setAccessibleName(name);
        setToolTip(name);
        setAttribute(Qt::WA_Hover);
    }

    QSize sizeHint() const override { return {28, 28}; }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const Colours c(palette());
        if (isChecked())
            fillRounded(painter, rect(), cornerRadius, c.selected);
        else if (underMouse())
            fillRounded(painter, rect(), cornerRadius, c.hover);
        if (hasFocus())
            strokeRounded(painter, rect(), cornerRadius, c.accent, 2);
        paintRegistryMark(painter, rect(), false, m_colour, palette());
    }

private:
    int m_colour;
};

} // namespace

ColourChoice::ColourChoice(QWidget *parent)
    : QWidget(parent)
    , m_group(new QButtonGroup(this))
{
    const QStringList names{tr("Orange"), tr("Blue"),  tr("Purple"), tr("Teal"),
                            tr("Pink"),   tr("Olive"), tr("Brown"),  tr("Grey")};
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2);
    for (int colour = 0; colour < registryColourCount; ++colour) {
        auto *swatch = new Swatch(colour, names.value(colour), this);
        m_group->addButton(swatch, colour);
        row->addWidget(swatch);
    }
    row->addStretch(1);
}

void ColourChoice::setColour(int colour)
{
    // What settings keep is any number; registryColour() reads it the same way.
    if (QAbstractButton *chosen = swatch(std::abs(colour) % registryColourCount))
        chosen->setChecked(true);
}

int ColourChoice::colour() const
{
    return m_group->checkedId();
}

QAbstractButton *ColourChoice::swatch(int colour) const
{
    return m_group->button(colour);
}

} // namespace quayside
