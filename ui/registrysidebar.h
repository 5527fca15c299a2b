// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/look/rowview.h"
#include "ui/place.h"

class QMenu;

namespace quayside {

class RegistryTreeModel;

/// The tree of registries. A press on a chevron or a namespace opens a branch, one on another row goes there.
class RegistryTree : public RowView
{
    Q_OBJECT

public:
    explicit RegistryTree(QWidget *parent);

    /// Whether the current row moves only because rows go.
    bool isRemovingRows() const { return m_removingRows; }

protected:
    void mousePressEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void rowsAboutToBeRemoved(const QModelIndex &parent, int first, int last) override;

private:
    bool opensBranch(const QMouseEvent &event) const;

    bool m_removingRows = false;
};

/// The left side of the window: registries with their repositories, and the way to add one.
class RegistrySidebar : public QWidget
{
    Q_OBJECT

public:
    /// `model` must outlive this.
    RegistrySidebar(RegistryTreeModel *model, QWidget *parent);

    /// Marks a place as the one that is shown. The row may come later, when the list is loaded.
    void setPlace(const Place &place);
    RegistryTree *tree() const { return m_tree; }

Q_SIGNALS:
    void placeChosen(const quayside::Place &place);
    void addRegistryWanted();
    void loginWanted(const QString &id);
    void logoutWanted(const QString &id);
    void trustWanted(const QString &id);
    void settingsWanted(const QString &id);
    void removeRegistryWanted(const QString &registryId);
    void deleteRepositoryWanted(const quayside::Place &place);

private:
    void choose(const QModelIndex &index);
    void markPlace();
    void expandNew(const QModelIndex &parent, int first, int last);
    void showContextMenu(const QPoint &at);
    void fillRegistryMenu(QMenu *menu, const QString &id, bool isLocal);
    void fillRepositoryMenu(QMenu *menu, const Place &place);

    RegistryTreeModel *m_model;
    RegistryTree *m_tree;
    Place m_place;
    bool m_marking = false;
};

} // namespace quayside
