// SPDX-License-Identifier: Apache-2.0
#include "ui/registrysettingsdialog.h"

#include "ui/colourchoice.h"
#include "ui/fieldnote.h"
#include "ui/inusefields.h"
#include "ui/linesfield.h"
#include "ui/smallwidgets.h"
#include "ui/untrustedtext.h"

#include <QBoxLayout>
#include <QButtonGroup>
#include <QCheckBox>
#include <QGridLayout>
#include <QIntValidator>
#include <QLineEdit>
#include <QRadioButton>

#include <utility>

namespace quayside {

namespace {

constexpr int dialogWidth = 620;
constexpr int mostPerSecond = 1000;
constexpr int patternRows = 4;
constexpr int underButton = 24; // where the text of a check box begins

/// The name of a row, level with the first line of what stands beside it.
void addRow(QGridLayout *grid, const QString &name, QWidget *value)
{
    const int row = grid->rowCount();
    auto *label = new TextLine(TextStyle::Body, Tone::Muted, value->parentWidget());
    label->setText(name);
    label->setShrinks(false);
    label->setFixedHeight(controlHeight(label->fontMetrics()));
    grid->addWidget(label, row, 0, Qt::AlignTop);
    grid->addWidget(value, row, 1);
}

/// What a button stands for, below it.
void explain(QAbstractButton *button, const QString &text, QBoxLayout *layout)
{
    QLabel *line = paragraph(text, TextStyle::Small, Tone::Muted, button->parentWidget());
    line->setIndent(underButton);
    button->setAccessibleDescription(text);
    layout->addWidget(button);
    layout->addWidget(line);
}

QVBoxLayout *columnIn(QWidget *parent)
{
    auto *layout = new QVBoxLayout(parent);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    return layout;
}

} // namespace

RegistrySettingsDialog::RegistrySettingsDialog(const RegistryConfig &config, const QString &address,
                                               Prompter *prompter, QWidget *parent)
    : FormDialog(tr("Settings"), dialogWidth, parent)
    , m_address(address)
    , m_isLocal(config.id == QStringView(localRegistryId))
    , m_name(new QLineEdit(this))
    , m_colour(new ColourChoice(this))
    , m_modes(new QButtonGroup(this))
    , m_production(new QCheckBox(tr("Production"), this))
    , m_protected(new LinesField(tr("Protected tags"), patternRows, this))
    , m_protectedNote(new FieldNote(this))
    , m_inUse(new InUseFields(prompter, this))
    , m_rate(new QLineEdit(this))
    , m_save(button(tr("Save"), ButtonKind::Primary, this))
{
    column()->addWidget(
        paragraph(visibleText(tr("Settings of %1").arg(config.name)), TextStyle::Title, Tone::Normal, this));
    column()->addWidget(
        paragraph(tr("For this window and quaysidectl on this computer. The registry is not told."),
                  TextStyle::Body, Tone::Muted, this));
    auto *grid = new QGridLayout;
    grid->setColumnStretch(1, 1);
    grid->setHorizontalSpacing(16);
    grid->setVerticalSpacing(12);
    column()->addLayout(grid);
    buildNames(grid);
    buildModes(grid);
    buildProtection(grid);
    buildRate(grid);
    buildButtons();
    show(config);
    connect(m_name, &QLineEdit::textChanged, this, &RegistrySettingsDialog::check);
    connect(m_protected, &LinesField::changed, this, &RegistrySettingsDialog::check);
    connect(m_inUse, &InUseFields::changed, this, &RegistrySettingsDialog::check);
    connect(m_rate, &QLineEdit::textChanged, this, &RegistrySettingsDialog::check);
    check();
}

void RegistrySettingsDialog::buildNames(QGridLayout *grid)
{
    m_name->setAccessibleName(tr("Name"));
    m_colour->setAccessibleName(tr("Colour"));
    m_name->setVisible(!m_isLocal);
    m_colour->setVisible(!m_isLocal);
    if (m_isLocal)
        return;
    addRow(grid, tr("Name"), m_name);
    addRow(grid, tr("Colour"), m_colour);
}

void RegistrySettingsDialog::buildModes(QGridLayout *grid)
{
    auto *modes = new QWidget(this);
    QVBoxLayout *layout = columnIn(modes);
    const auto add = [&](RegistryMode mode, const QString &name, const QString &what) {
        auto *radio = new QRadioButton(name, modes);
        m_modes->addButton(radio, int(mode));
        explain(radio, what, layout);
    };
    add(RegistryMode::Normal, tr("Normal"),
        tr("Deletes ask first, but for small ones that can be undone for sure."));
    add(RegistryMode::Ask, tr("Ask every time"),
        tr("Every delete asks first, also a small one that can be undone."));
    add(RegistryMode::ReadOnly, tr("Read-only"), tr("From here nothing is deleted, restored or pushed."));
    layout->setContentsMargins(0, 5, 0, 0); // the first line beside the row's name
    addRow(grid, tr("Changes"), modes);

    auto *marks = new QWidget(this);
    m_production->setParent(marks);
    QVBoxLayout *column = columnIn(marks);
    explain(m_production, tr("To delete something, the repository's name must be typed."), column);
    column->setContentsMargins(0, 5, 0, 0);
    addRow(grid, tr("Mark"), marks);
}

void RegistrySettingsDialog::buildProtection(QGridLayout *grid)
{
    auto *tags = new QWidget(this);
    QVBoxLayout *layout = columnIn(tags);
    layout->addWidget(m_protected);
    layout->addWidget(m_protectedNote);
    addRow(grid, tr("Protected tags"), tags);
    addRow(grid, tr("In use"), m_inUse);
}

void RegistrySettingsDialog::buildRate(QGridLayout *grid)
{
    m_rate->setAccessibleName(tr("Requests per second"));
    m_rate->setValidator(new QIntValidator(0, mostPerSecond, m_rate));
    m_rate->setFixedWidth(80);
    auto *rate = new QWidget(this);
    auto *row = new QHBoxLayout(rate);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_rate);
    row->addWidget(paragraph(tr("a second at most; 0: no limit"), TextStyle::Small, Tone::Muted, rate), 1);
    rate->setVisible(!m_isLocal);
    if (!m_isLocal)
        addRow(grid, tr("Requests"), rate);
}

void RegistrySettingsDialog::buildButtons()
{
    QPushButton *cancel = button(tr("Cancel"), ButtonKind::Plain, this);
    m_save->setDefault(true);
    auto *row = new QHBoxLayout;
    row->addStretch(1);
    row->addWidget(cancel);
    row->addWidget(m_save);
    column()->addStretch(1);
    column()->addSpacing(6);
    column()->addLayout(row);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_save, &QPushButton::clicked, this, &QDialog::accept);
}

void RegistrySettingsDialog::show(const RegistryConfig &config)
{
    m_name->setText(config.name);
    m_colour->setColour(config.colour);
    modeButton(config.mode)->setChecked(true);
    m_production->setChecked(config.production);
    m_protected->setLines(config.protectedTags);
    m_inUse->setFile(config.inUseFile);
    m_rate->setText(QString::number(config.requestsPerSecond));
}

QAbstractButton *RegistrySettingsDialog::modeButton(RegistryMode mode) const
{
    return m_modes->button(int(mode));
}

QStringList RegistrySettingsDialog::patterns() const
{
    QStringList patterns = m_protected->lines();
    patterns.removeAll(QString());
    patterns.removeDuplicates();
    return patterns;
}

QString RegistrySettingsDialog::patternProblem() const
{
    const QStringList lines = m_protected->lines();
    for (qsizetype i = 0; i < lines.size(); ++i) {
        if (lines[i].isEmpty())
            continue;
        if (const auto problem = tagPatternProblem(lines[i], m_address))
            return tr("Line %1: %2").arg(i + 1).arg(*problem);
    }
    return {};
}

void RegistrySettingsDialog::check()
{
    const QString problem = patternProblem();
    if (problem.isEmpty())
        m_protectedNote->showNote(
            tr("Never deleted. One pattern a line; * and ? stand for any: latest, prod-*, team/api:1.?"));
    else
        m_protectedNote->showProblem(problem);
    const bool isComplete =
        m_isLocal || (!m_name->text().trimmed().isEmpty() && m_rate->hasAcceptableInput());
    m_save->setEnabled(isComplete && problem.isEmpty() && m_inUse->isAcceptable());
}

void RegistrySettingsDialog::applyTo(RegistryConfig &config) const
{
    if (!m_isLocal) {
        config.name = m_name->text().trimmed();
        config.colour = m_colour->colour();
        config.requestsPerSecond = m_rate->text().toInt();
    }
    config.mode = static_cast<RegistryMode>(m_modes->checkedId());
    config.production = m_production->isChecked();
    config.protectedTags = patterns();
    config.inUseFile = m_inUse->file();
}

} // namespace quayside
