// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/registryconfig.h"
#include "ui/formdialog.h"

class QAbstractButton;
class QButtonGroup;
class QCheckBox;
class QGridLayout;
class QLineEdit;
class QPushButton;

namespace quayside {

class ColourChoice;
class FieldNote;
class InUseFields;
class LinesField;
class Prompter;

/// The settings of one registry: its name and colour, how freely it may be changed from here, what is
/// protected in it, and how fast it is asked. Of Local only what concerns deletes.
class RegistrySettingsDialog : public FormDialog
{
    Q_OBJECT

public:
    /// `address`: RegistryAddress::display() of the registry. `prompter` must outlive this.
    RegistrySettingsDialog(const RegistryConfig &config, const QString &address, Prompter *prompter,
                           QWidget *parent);

    /// Puts what was chosen into a configuration; all else stays.
    void applyTo(RegistryConfig &config) const;

    QLineEdit *nameField() const { return m_name; }
    ColourChoice *colourChoice() const { return m_colour; }
    QAbstractButton *modeButton(RegistryMode mode) const;
    QCheckBox *productionBox() const { return m_production; }
    LinesField *protectedField() const { return m_protected; }
    FieldNote *protectedNote() const { return m_protectedNote; }
    InUseFields *inUseFields() const { return m_inUse; }
    QLineEdit *rateField() const { return m_rate; }
    QPushButton *saveButton() const { return m_save; }

private:
    void buildNames(QGridLayout *grid);
    void buildModes(QGridLayout *grid);
    void buildProtection(QGridLayout *grid);
    void buildRate(QGridLayout *grid);
    void buildButtons();
    void show(const RegistryConfig &config);
    void check();
    QStringList patterns() const;
    QString patternProblem() const;

    QString m_address;
    bool m_isLocal;
    QLineEdit *m_name;
    ColourChoice *m_colour;
    QButtonGroup *m_modes;
    QCheckBox *m_production;
    LinesField *m_protected;
    FieldNote *m_protectedNote;
    InUseFields *m_inUse;
    QLineEdit *m_rate;
    QPushButton *m_save;
};

} // namespace quayside
