// SPDX-License-Identifier: Apache-2.0
#include "ui/trustdialog.h"

#include "model/certificatetext.h"
#include "model/errortext.h"
#include "ui/smallwidgets.h"
#include "ui/untrustedtext.h"

#include <QBoxLayout>
#include <QCheckBox>

#include <utility>

namespace quayside {

TrustDialog::TrustDialog(const RegistryConfig &config, QWidget *parent)
    : QDialog(parent)
    , m_rows(new QVBoxLayout)
{
    setWindowTitle(tr("Trust"));
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true); // a window's own background is QPalette::Window
    setMinimumWidth(480);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 18, 24, 20);
    layout->setSpacing(10);
    layout->addWidget(
        paragraph(visibleText(tr("Allowed for %1").arg(config.name)), TextStyle::Title, Tone::Normal, this));
    m_rows->setSpacing(4);
    layout->addLayout(m_rows);
    addAll(config);
    const QString note =
        m_allowed.isEmpty()
            ? tr("Nothing beyond the usual: its certificate is judged by this computer's authorities.")
            : tr("What you uncheck is taken back, and asked about again when the registry needs it.");
    layout->addWidget(paragraph(note, TextStyle::Body, Tone::Muted, this));
    layout->addStretch(1);
    buildButtons(layout);
}

void TrustDialog::addAll(const RegistryConfig &config)
{
    if (const auto &pinned = config.tls.pinned)
        add(tr("Trust exactly this certificate"), fingerprintText(*pinned),
            [](RegistryConfig &changed) { changed.tls.pinned.reset(); });
    if (!config.tls.caFile.isEmpty())
        add(tr("Trust the authorities in this file instead of the system's"), config.tls.caFile,
            [](RegistryConfig &changed) { changed.tls.caFile.clear(); });
    if (config.insecure)
        add(tr("Connect without encryption"), {}, [](RegistryConfig &changed) { changed.insecure = false; });
    for (const QString &server : config.tokenServers)
        add(tr("Send the login to this token server"), tokenServerText(server),
            [server](RegistryConfig &changed) { changed.tokenServers.removeAll(server); });
}

void TrustDialog::add(const QString &what, const QString &detail, TakeBack takeBack)
{
    auto *box = new QCheckBox(what, this);
    box->setChecked(true);
    m_rows->addWidget(box);
    if (!detail.isEmpty()) {
        QLabel *line = paragraph(visibleText(detail), TextStyle::Small, Tone::Muted, this);
        line->setIndent(24);
        line->setTextInteractionFlags(Qt::TextSelectableByMouse);
        box->setAccessibleDescription(line->text());
        m_rows->addWidget(line);
    }
    m_allowed.append({box, std::move(takeBack)});
}

void TrustDialog::buildButtons(QBoxLayout *layout)
{
    auto *row = new QHBoxLayout;
    row->setContentsMargins(0, 6, 0, 0);
    row->addStretch(1);
    QPushButton *close = button(m_allowed.isEmpty() ? tr("Close") : tr("Cancel"), ButtonKind::Plain, this);
    row->addWidget(close);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    m_save = button(tr("Save"), ButtonKind::Primary, this);
    m_save->setVisible(!m_allowed.isEmpty());
    row->addWidget(m_save);
    (m_allowed.isEmpty() ? close : m_save)->setDefault(true);
    connect(m_save, &QPushButton::clicked, this, &QDialog::accept);
    layout->addLayout(row);
}

void TrustDialog::takeBackFrom(RegistryConfig &config) const
{
    for (const Allowed &each : m_allowed) {
        if (!each.box->isChecked())
            each.takeBack(config);
    }
}

QList<QCheckBox *> TrustDialog::boxes() const
{
    QList<QCheckBox *> boxes;
    for (const Allowed &each : m_allowed)
        boxes << each.box;
    return boxes;
}

} // namespace quayside
