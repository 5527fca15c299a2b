// SPDX-License-Identifier: Apache-2.0
#include "ui/registrysidebar.h"

#include "model/registrysession.h"
#include "model/registrytreemodel.h"
#include "oci/qtconversions.h"
#include "ui/format.h"
#include "ui/headerbar.h"
#include "ui/look/rowdelegate.h"
#include "ui/smallwidgets.h"
#include "ui/untrustedtext.h"

#include <QApplication>
#include <QBoxLayout>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>

namespace quayside {

namespace {

constexpr int indent = 16;
constexpr int chevronSlot = 20; // from the left edge of a level

int levelOf(const QModelIndex &index)
{
    int level = 0;
    for (QModelIndex parent = index.parent(); parent.isValid(); parent = parent.parent())
        ++level;
    return level;
}

RegistryTreeModel::Kind kindOf(const QModelIndex &index)
{
    return static_cast<RegistryTreeModel::Kind>(index.data(RegistryTreeModel::KindRole).toInt());
}

Place placeOf(const QModelIndex &index)
{
    const QString id = index.data(RegistryTreeModel::RegistryIdRole).toString();
    switch (kindOf(index)) {
    case RegistryTreeModel::Kind::Registry:
        return Place::registry(id);
    case RegistryTreeModel::Kind::Deleted:
        return Place::deleted(id);
    case RegistryTreeModel::Kind::Repository: {
        const QString name = index.data(RegistryTreeModel::RepositoryRole).toString();
        if (auto repository = RepositoryName::parse(toStdString(name)))
            return Place::inRepository(id, *repository);
        break;
    }
    case RegistryTreeModel::Kind::Namespace:
        break;
    }
    return {};
}

class SidebarDelegate : public RowDelegate
{
public:
    using RowDelegate::RowDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        RowDelegate::paint(painter, option, index);
        if (kindOf(index) != RegistryTreeModel::Kind::Registry)
            return;
        const QRect mark(25, option.rect.y(), 10, option.rect.height());
        paintRegistryMark(*painter, mark, index.data(RegistryTreeModel::LocalRole).toBool(),
                          index.data(RegistryTreeModel::ColourRole).toInt(), option.widget->palette());
    }

protected:
    void paintCell(CellPainter &cell, const QStyleOptionViewItem &option,
                   const QModelIndex &index) const override
    {
        const Colours &c = cell.colours();
        const RegistryTreeModel::Kind kind = kindOf(index);
        const bool selected = option.state & QStyle::State_Selected;
        cell.skip(levelOf(index) * indent + 6);
        if (index.model()->hasChildren(index))
            cell.symbol(option.state & QStyle::State_Open ? Symbol::ChevronDown : Symbol::ChevronRight, 14,
                        c.muted);
        else
            cell.skip(14);
        paintEnd(cell, kind, index);
        cell.skip(2);
        const bool isRegistry = kind == RegistryTreeModel::Kind::Registry;
        if (isRegistry)
            cell.skip(16); // the mark is drawn over the row
        else
            cell.symbol(symbolOf(kind), 16, selected ? c.text : c.muted);
        cell.skip(6);
        const bool strong = isRegistry || (selected && kind != RegistryTreeModel::Kind::Namespace);
        cell.text(visibleText(index.data().toString()), strong ? TextStyle::Strong : TextStyle::Body, c.text);
    }

private:
    static Symbol symbolOf(RegistryTreeModel::Kind kind)
    {
        switch (kind) {
        case RegistryTreeModel::Kind::Namespace:
            return Symbol::Folder;
        case RegistryTreeModel::Kind::Deleted:
            return Symbol::History;
        case RegistryTreeModel::Kind::Registry:
        case RegistryTreeModel::Kind::Repository:
            break;
        }
        return Symbol::Image;
    }

    /// Local's port, or that the person has set limits.
    static QString modeNote(const QModelIndex &index)
    {
        switch (static_cast<RegistryMode>(index.data(RegistryTreeModel::ModeRole).toInt())) {
        case RegistryMode::ReadOnly:
            return RegistrySidebar::tr("read-only");
        case RegistryMode::Ask:
            return RegistrySidebar::tr("asks");
        case RegistryMode::Normal:
            break;
        }
        return index.data(RegistryTreeModel::AddressNoteRole).toString();
    }

    /// The count, the port, or what stands in the way.
    static void paintEnd(CellPainter &cell, RegistryTreeModel::Kind kind, const QModelIndex &index)
    {
        const Colours &c = cell.colours();
        cell.skipEnd(15);
        if (kind == RegistryTreeModel::Kind::Registry) {
            const auto state =
                static_cast<RegistrySession::State>(index.data(RegistryTreeModel::StateRole).toInt());
            const QString note = modeNote(index);
            if (state == RegistrySession::State::NeedsLogin)
                cell.endSymbol(Symbol::Lock, 14, c.muted);
            else if (state == RegistrySession::State::Failed)
                cell.endSymbol(Symbol::Warning, 14, c.caution);
            else if (!note.isEmpty())
                cell.endText(note, TextStyle::Small, c.muted);
        } else if (const QVariant count = index.data(RegistryTreeModel::CountRole); count.isValid()) {
            cell.endText(countText(count.toInt()), TextStyle::Small, c.muted);
        }
        cell.skipEnd(8);
    }
};

} // namespace

RegistryTree::RegistryTree(QWidget *parent)
    : RowView(Surface::Sidebar, parent)
{
    setIndentation(0);
    setExpandsOnDoubleClick(true);
    setContextMenuPolicy(Qt::CustomContextMenu);
    setAccessibleName(tr("Registries"));
}

void RegistryTree::rowsAboutToBeRemoved(const QModelIndex &parent, int first, int last)
{
    m_removingRows = true; // the neighbour becomes current, but nobody chose it
    RowView::rowsAboutToBeRemoved(parent, first, last);
    m_removingRows = false;
}

/// Whether a press there opens or closes a branch and goes nowhere.
bool RegistryTree::opensBranch(const QMouseEvent &event) const
{
    const QPoint at = event.position().toPoint();
    const QModelIndex index = indexAt(at);
    if (!index.isValid() || event.button() != Qt::LeftButton || !model()->hasChildren(index))
        return false;
    const int from = levelOf(index) * indent;
    return kindOf(index) == RegistryTreeModel::Kind::Namespace ||
           (at.x() >= from && at.x() < from + chevronSlot);
}

void RegistryTree::mousePressEvent(QMouseEvent *event)
{
    if (!opensBranch(*event))
        return RowView::mousePressEvent(event);
    const QModelIndex index = indexAt(event->position().toPoint());
    setExpanded(index, !isExpanded(index));
}

/// The first press of the two has opened it.
void RegistryTree::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (!opensBranch(*event))
        RowView::mouseDoubleClickEvent(event);
}

RegistrySidebar::RegistrySidebar(RegistryTreeModel *model, QWidget *parent)
    : QWidget(parent)
    , m_model(model)
    , m_tree(new RegistryTree(this))
{
    m_tree->setModel(model);
    m_tree->setItemDelegate(new SidebarDelegate(m_tree));
    auto *heading = new TextLine(TextStyle::SmallStrong, Tone::Muted, this);
    heading->setText(tr("Registries"));
    auto *add = new QToolButton(this);
    add->setText(tr("Add registry"));
    add->setIcon(symbolIcon(Symbol::Plus));
    add->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    add->setFocusPolicy(Qt::TabFocus);
    add->setToolTip(tr("Add a registry by its address"));
    add->setStatusTip(add->toolTip());

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 11, 0, 6);
    layout->setSpacing(0);
    auto *headingRow = new QHBoxLayout;
    headingRow->setContentsMargins(12, 0, 12, 6);
    headingRow->addWidget(heading);
    layout->addLayout(headingRow);
    layout->addWidget(m_tree, 1);
    auto *addRow = new QHBoxLayout;
    addRow->setContentsMargins(18, 0, 12, 0);
    addRow->addWidget(add);
    addRow->addStretch(1);
    layout->addLayout(addRow);

    connect(add, &QToolButton::clicked, this, &RegistrySidebar::addRegistryWanted);
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this, &RegistrySidebar::choose);
    connect(m_tree, &QWidget::customContextMenuRequested, this, &RegistrySidebar::showContextMenu);
    connect(model, &QAbstractItemModel::rowsInserted, this, &RegistrySidebar::expandNew);
    connect(model, &QAbstractItemModel::rowsRemoved, this, &RegistrySidebar::markPlace);
    m_tree->expandToDepth(0);
}

void RegistrySidebar::setPlace(const Place &place)
{
    m_place = place;
    markPlace();
}

void RegistrySidebar::choose(const QModelIndex &index)
{
    if (m_marking || m_tree->isRemovingRows() || !index.isValid())
        return;
    const Place place = placeOf(index);
    if (place.kind != Place::Kind::Start && place != m_place) {
        m_place = place;
        Q_EMIT placeChosen(place);
    }
}

void RegistrySidebar::markPlace()
{
    QModelIndex index;
    if (m_place.kind == Place::Kind::Registry)
        index = m_model->registryIndex(m_place.registryId);
    else if (m_place.kind == Place::Kind::Deleted)
        index = m_model->deletedIndex(m_place.registryId);
    else if (m_place.kind == Place::Kind::Repository)
        index = m_model->repositoryIndex(m_place.registryId, *m_place.repository);
    if (index == m_tree->currentIndex())
        return;
    m_marking = true;
    m_tree->setCurrentIndex(index);
    if (!index.isValid())
        m_tree->clearSelection();
    m_marking = false;
}

void RegistrySidebar::expandNew(const QModelIndex &parent, int first, int last)
{
    // Registries open when their repositories come; the namespaces in them stay as the person left them.
    if (parent.isValid() && !parent.parent().isValid())
        m_tree->expand(parent);
    for (int row = first; row <= last && !parent.isValid(); ++row)
        m_tree->expand(m_model->index(row, 0));
    markPlace();
}

void RegistrySidebar::showContextMenu(const QPoint &at)
{
    const QModelIndex index = m_tree->indexAt(at);
    if (!index.isValid())
        return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const bool isLocal = index.data(RegistryTreeModel::LocalRole).toBool();
    const Place place = placeOf(index);
    if (place.kind == Place::Kind::Registry)
        fillRegistryMenu(menu, place.registryId, isLocal);
    else if (place.kind == Place::Kind::Repository)
        fillRepositoryMenu(menu, place);
    if (menu->isEmpty())
        delete menu;
    else
        menu->popup(m_tree->viewport()->mapToGlobal(at));
}

void RegistrySidebar::fillRegistryMenu(QMenu *menu, const QString &id, bool isLocal)
{
    QAction *settings = menu->addAction(tr("Settings…"));
    settings->setStatusTip(tr("Its name, what may be changed in it, and what is protected"));
    connect(settings, &QAction::triggered, this, [this, id] { Q_EMIT settingsWanted(id); });
    if (isLocal)
        return;
    QAction *logIn = menu->addAction(tr("Log In…"));
    logIn->setStatusTip(tr("Another user and password, or another of the logins that there are"));
    connect(logIn, &QAction::triggered, this, [this, id] { Q_EMIT loginWanted(id); });
    QAction *logOut = menu->addAction(tr("Log Out"));
    logOut->setStatusTip(tr("Forgets the login that was given here. Logins of docker and podman stay."));
    connect(logOut, &QAction::triggered, this, [this, id] { Q_EMIT logoutWanted(id); });
    QAction *trust = menu->addAction(tr("Trust…"));
    trust->setStatusTip(tr("What you have allowed for it: its certificate, plain HTTP, a token server"));
    connect(trust, &QAction::triggered, this, [this, id] { Q_EMIT trustWanted(id); });
    menu->addSeparator();
    QAction *remove = menu->addAction(tr("Remove from List"));
    remove->setStatusTip(tr("Forgets the registry here. Nothing changes in it."));
    connect(remove, &QAction::triggered, this, [this, id] { Q_EMIT removeRegistryWanted(id); });
}

void RegistrySidebar::fillRepositoryMenu(QMenu *menu, const Place &place)
{
    QAction *remove = menu->addAction(tr("Delete Repository…"));
    remove->setStatusTip(tr("Deletes every image of this repository; asks first"));
    connect(remove, &QAction::triggered, this, [this, place] { Q_EMIT deleteRepositoryWanted(place); });
}

} // namespace quayside
