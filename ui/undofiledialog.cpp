// SPDX-License-Identifier: Apache-2.0
#include "ui/undofiledialog.h"

#include "model/plantext.h"
#include "model/sessionmanager.h"
#include "model/undosummary.h"
#include "oci/qtconversions.h"
#include "ui/fieldnote.h"
#include "ui/format.h"
#include "ui/smallwidgets.h"
#include "ui/untrustedtext.h"

#include <QBoxLayout>
#include <QGridLayout>
#include <QLocale>
#include <QMenu>

#include <algorithm>
#include <utility>

namespace quayside {

namespace {

constexpr int dialogWidth = 560;
constexpr qsizetype mostTagsShown = 20;

void addRow(QGridLayout *grid, const QString &name, QWidget *value)
{
    const int row = grid->rowCount();
    auto *label = new TextLine(TextStyle::Body, Tone::Muted, value->parentWidget());
    label->setText(name);
    label->setShrinks(false);
    grid->addWidget(label, row, 0, Qt::AlignTop);
    grid->addWidget(value, row, 1);
}

/// An ampersand in a menu marks a key.
QString menuText(const QString &untrusted)
{
    return visibleText(untrusted).replace(u'&', QStringLiteral("&&"));
}

/// "1 image · 2 tags: 1.0 · latest"; empty if nothing comes back.
QString textOf(const UndoSummary &summary)
{
    if (summary.tags.empty())
        return summary.images > 0 ? imageCountText(summary.images) : QString();
    const qsizetype all = qsizetype(summary.tags.size());
    QStringList names;
    for (qsizetype i = 0; i < std::min(all, mostTagsShown); ++i)
        names << toQString(summary.tags[std::size_t(i)].toString());
    if (all > mostTagsShown)
        names << UndoFileDialog::tr("and %1 more").arg(countText(all - mostTagsShown));
    const QString dot = QStringLiteral(" · ");
    const QString tags = tagCountText(int(all)) + QStringLiteral(": ") + names.join(dot);
    return summary.images > 0 ? imageCountText(summary.images) + dot + tags : tags;
}

} // namespace

UndoFileDialog::UndoFileDialog(std::shared_ptr<const UndoRecord> record, SessionManager *sessions,
                               QWidget *parent)
    : FormDialog(tr("Open Undo File"), dialogWidth, parent)
    , m_record(std::move(record))
    , m_sessions(sessions)
    , m_registry(new QToolButton(this))
    , m_note(new FieldNote(this))
    , m_restore(button(tr("Restore"), ButtonKind::Primary, this))
{
    column()->addWidget(paragraph(visibleText(tr("Restore in %1").arg(m_record->operation.repository)),
                                  TextStyle::Title, Tone::Normal, this));
    buildRows();
    column()->addWidget(m_note);
    buildButtons();
    connect(m_sessions, &SessionManager::sessionAdded, this, &UndoFileDialog::update);
    connect(m_sessions, &SessionManager::sessionRemoved, this, &UndoFileDialog::update);
    update();
}

void UndoFileDialog::buildRows()
{
    m_registry->setToolButtonStyle(Qt::ToolButtonTextOnly);
    m_registry->setPopupMode(QToolButton::InstantPopup);
    m_registry->setFocusPolicy(Qt::TabFocus);
    m_registry->setMenu(new QMenu(m_registry));
    auto *grid = new QGridLayout;
    grid->setColumnStretch(1, 1);
    grid->setHorizontalSpacing(16);
    grid->setVerticalSpacing(8);
    const auto text = [this](const QString &shown) {
        return paragraph(visibleText(shown), TextStyle::Body, Tone::Normal, this);
    };
    const JournalOperation &operation = m_record->operation;
    const QString when = operation.started.isValid()
                             ? QLocale().toString(operation.started.toLocalTime(), QLocale::ShortFormat)
                             : QStringLiteral("–");
    m_summary = textOf(UndoSummary::of(m_record->items));
    auto *registryRow = new QWidget(this);
    auto *layout = new QHBoxLayout(registryRow);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_registry);
    layout->addStretch(1);
    addRow(grid, tr("Deleted"),
           text(operation.login.isEmpty() ? when : tr("%1 by %2").arg(when, operation.login)));
    addRow(grid, tr("From"), text(operation.registry));
    addRow(grid, tr("Comes back"),
           text(m_summary.isEmpty() ? tr("Nothing: the file tells of no delete.") : m_summary));
    addRow(grid, tr("Restore at"), registryRow);
    column()->addLayout(grid);
}

void UndoFileDialog::buildButtons()
{
    QPushButton *cancel = button(tr("Cancel"), ButtonKind::Plain, this);
    auto *row = new QHBoxLayout;
    row->addStretch(1);
    row->addWidget(cancel);
    row->addWidget(m_restore);
    column()->addStretch(1);
    column()->addSpacing(6);
    column()->addLayout(row);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_restore, &QPushButton::clicked, this, &QDialog::accept);
}

QString UndoFileDialog::note() const
{
    return m_note->text();
}

QMenu *UndoFileDialog::registryMenu() const
{
    return m_registry->menu();
}

/// The registry of the list that the file means.
const RegistrySession *UndoFileDialog::named() const
{
    for (const RegistrySession *session : m_sessions->sessions()) {
        if (session->displayAddress() == m_record->operation.registry)
            return session;
    }
    return nullptr;
}

void UndoFileDialog::fillMenu()
{
    QMenu *menu = registryMenu();
    menu->clear();
    for (const RegistrySession *session : m_sessions->sessions()) {
        QAction *action = menu->addAction(menuText(session->config().name));
        connect(action, &QAction::triggered, this, [this, id = session->id()] {
            m_registryId = id;
            update();
        });
    }
    const QString address = m_record->operation.registry;
    if (named() || !RegistryAddress::parse(address, RegistryAddress::PlainHttp::Allowed))
        return;
    menu->addSeparator();
    QAction *add = menu->addAction(tr("Add %1…").arg(menuText(address)));
    connect(add, &QAction::triggered, this, [this, address] { Q_EMIT addRegistryWanted(address); });
}

void UndoFileDialog::update()
{
    fillMenu();
    const RegistrySession *chosen = m_sessions->session(m_registryId);
    if (!chosen)
        chosen = named();
    m_registryId = chosen ? chosen->id() : QString();
    const QString shown = chosen ? visibleText(chosen->config().name) : tr("Choose a registry");
    m_registry->setText(menuText(shown));
    m_registry->setAccessibleName(tr("Restore at %1").arg(shown));
    const bool mayChange = chosen && chosen->config().mode != RegistryMode::ReadOnly;
    m_restore->setEnabled(mayChange && !m_summary.isEmpty());
    m_restore->setDefault(m_restore->isEnabled());
    if (!chosen)
        m_note->showProblem(tr("%1 is not in the list of registries. Choose one, or add it.")
                                .arg(m_record->operation.registry));
    else if (!mayChange)
        m_note->showProblem(tr("%1 is set to read-only.").arg(chosen->config().name));
    else if (chosen->displayAddress() != m_record->operation.registry)
        m_note->showProblem(
            tr("The file is about another address: %1. What is not at %2 cannot come back there.")
                .arg(m_record->operation.registry, chosen->displayAddress()));
    else
        m_note->showNote(
            tr("A tag that names another image by now stays. An image comes back if the registry still "
               "has its layers."));
}

} // namespace quayside
