// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/registryconfig.h"

#include <QDialog>
#include <QList>

#include <functional>

class QBoxLayout;
class QCheckBox;
class QPushButton;

namespace quayside {

/// What the person has allowed for one registry beyond what holds for all of them: its certificate, an
/// authority's file, plain HTTP, token servers. What is no longer checked is taken back.
class TrustDialog : public QDialog
{
    Q_OBJECT

public:
    TrustDialog(const RegistryConfig &config, QWidget *parent);

    /// Takes back what the person has unchecked.
    void takeBackFrom(RegistryConfig &config) const;

    QList<QCheckBox *> boxes() const;
    QPushButton *saveButton() const { return m_save; }

private:
    using TakeBack = std::function<void(RegistryConfig &config)>;
    struct Allowed
    {
        QCheckBox *box;
        TakeBack takeBack;
    };

    void addAll(const RegistryConfig &config);
    /// `detail` is untrusted; empty for none.
    void add(const QString &what, const QString &detail, TakeBack takeBack);
    void buildButtons(QBoxLayout *layout);

    QBoxLayout *m_rows;
    QList<Allowed> m_allowed;
    QPushButton *m_save = nullptr;
};

} // namespace quayside
