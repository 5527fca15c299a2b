// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

class QAbstractButton;
class QButtonGroup;

namespace quayside {

/// The colours that a registry's mark can have, one of them chosen. The arrow keys go from one to the next.
class ColourChoice : public QWidget
{
    Q_OBJECT

public:
    explicit ColourChoice(QWidget *parent);

    /// As RegistryConfig::colour keeps it.
    void setColour(int colour);
    int colour() const;
    QAbstractButton *swatch(int colour) const;

private:
    QButtonGroup *m_group;
};

} // namespace quayside
