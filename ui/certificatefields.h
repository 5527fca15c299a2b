// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

class QGridLayout;
class QLineEdit;

namespace quayside {

class Prompter;

/// The person's own certificate for a registry that asks for one: two files in PEM form.
class CertificateFields : public QWidget
{
    Q_OBJECT

public:
    /// `prompter` must outlive this.
    CertificateFields(Prompter *prompter, QWidget *parent);

    void setFiles(const QString &certificate, const QString &key);
    QString certificateFile() const;
    QString keyFile() const;
    bool isComplete() const;

    QLineEdit *certificateField() const { return m_certificate; }
    QLineEdit *keyField() const { return m_key; }

Q_SIGNALS:
    void changed();

private:
    void addField(QGridLayout *grid, const QString &name, QLineEdit *field);

    Prompter *m_prompter;
    QLineEdit *m_certificate;
    QLineEdit *m_key;
};

} // namespace quayside
