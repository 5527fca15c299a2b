// SPDX-License-Identifier: Apache-2.0
#include "ui/inusefields.h"

#include "oci/qtconversions.h"
#include "ui/codewell.h"
#include "ui/fieldnote.h"
#include "ui/filechoice.h"
#include "ui/format.h"
#include "ui/smallwidgets.h"

#include <QBoxLayout>
#include <QDir>
#include <QLineEdit>
#include <QLocale>

namespace quayside {

namespace {

constexpr int restMilliseconds = 400;
QStringList kubectlLines()
{
    return {QStringLiteral("kubectl get pods -A -o jsonpath='{..image} {..imageID}'"),
            QStringLiteral("  > in-use.txt")};
}

} // namespace

InUseFields::InUseFields(Prompter *prompter, QWidget *parent)
    : QWidget(parent)
    , m_prompter(prompter)
    , m_field(new QLineEdit(this))
    , m_status(new FieldNote(this))
{
    m_field->setAccessibleName(tr("List of what is in use"));
    m_field->setPlaceholderText(tr("No list"));
    QPushButton *choose = button(tr("Choose…"), ButtonKind::Plain, this);
    auto *well = new CodeWell(this);
    well->setLines(kubectlLines(), kubectlLines().join(QString()));
    auto *row = new QHBoxLayout;
    row->addWidget(m_field, 1);
    row->addWidget(choose);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addLayout(row);
    layout->addWidget(m_status);
    layout->addWidget(well);
    m_rest.setSingleShot(true);
    m_rest.setInterval(restMilliseconds);
    connect(&m_rest, &QTimer::timeout, this, &InUseFields::look);
    connect(&m_file, &InUseFile::read, this, &InUseFields::show);
    connect(m_field, &QLineEdit::textChanged, this, &InUseFields::typed);
    connect(choose, &QPushButton::clicked, this, [this] {
        chooseInUseFile(m_prompter, window(), this, [this](const QString &path) { setFile(path); });
    });
    typed();
}

void InUseFields::setFile(const QString &path)
{
    m_field->setText(path);
    look();
}

QString InUseFields::file() const
{
    return m_field->text().trimmed();
}

bool InUseFields::isAcceptable() const
{
    return file().isEmpty() || QDir::isAbsolutePath(file());
}

QString InUseFields::status() const
{
    return m_status->text();
}

void InUseFields::typed()
{
    m_rest.stop();
    if (file().isEmpty())
        m_status->showNote(
            tr("A text file of references and digests. What it names is not deleted. To make one:"));
    else if (!isAcceptable())
        m_status->showProblem(tr("The whole path is needed: /home/…"));
    else
        m_rest.start();
    Q_EMIT changed();
}

void InUseFields::look()
{
    m_rest.stop();
    if (!file().isEmpty() && isAcceptable())
        m_file.look(file());
}

void InUseFields::show(const InUseFile::Summary &summary)
{
    if (summary.path != file())
        return;
    if (summary.error) {
        m_status->showProblem(tr("%1. As long as the list cannot be read, nothing is deleted.")
                                  .arg(toQString(summary.error->message)));
        return;
    }
    const QString date = QLocale().toString(summary.written, QLocale::ShortFormat);
    m_status->showNote(
        summary.count == 1
            ? tr("1 reference or digest, written %1.").arg(date)
            : tr("%1 references and digests, written %2.").arg(countText(summary.count), date));
}

} // namespace quayside
