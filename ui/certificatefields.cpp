// SPDX-License-Identifier: Apache-2.0
#include "ui/certificatefields.h"

#include "ui/filechoice.h"
#include "ui/smallwidgets.h"

#include <QGridLayout>
#include <QLineEdit>

namespace quayside {

CertificateFields::CertificateFields(Prompter *prompter, QWidget *parent)
    : QWidget(parent)
    , m_prompter(prompter)
    , m_certificate(new QLineEdit(this))
    , m_key(new QLineEdit(this))
{
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    addField(grid, tr("Certificate"), m_certificate);
    addField(grid, tr("Its key"), m_key);
}

void CertificateFields::addField(QGridLayout *grid, const QString &name, QLineEdit *field)
{
    auto *label = new TextLine(TextStyle::Body, Tone::Muted, this);
    label->setText(name);
    label->setShrinks(false);
    field->setAccessibleName(name);
    field->setPlaceholderText(tr("A file in PEM form"));
    QPushButton *choose = button(tr("Choose…"), ButtonKind::Plain, this);
    choose->setAutoDefault(false);
    const int row = grid->rowCount();
    grid->addWidget(label, row, 0);
    grid->addWidget(field, row, 1);
    grid->addWidget(choose, row, 2);
    connect(field, &QLineEdit::textChanged, this, &CertificateFields::changed);
    connect(choose, &QPushButton::clicked, this, [this, name, field] {
        choosePemFile(m_prompter, window(), name, field,
                      [field](const QString &path) { field->setText(path); });
    });
}

void CertificateFields::setFiles(const QString &certificate, const QString &key)
{
    m_certificate->setText(certificate);
    m_key->setText(key);
}

QString CertificateFields::certificateFile() const
{
    return m_certificate->text().trimmed();
}

QString CertificateFields::keyFile() const
{
    return m_key->text().trimmed();
}

bool CertificateFields::isComplete() const
{
    return !certificateFile().isEmpty() && !keyFile().isEmpty();
}

} // namespace quayside
