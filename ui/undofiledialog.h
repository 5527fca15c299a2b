// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/undofile.h"
#include "ui/formdialog.h"

#include <memory>

class QGridLayout;
class QMenu;
class QPushButton;
class QToolButton;

namespace quayside {

class FieldNote;
class RegistrySession;
class SessionManager;

/// What an undo file would bring back, and where: at the registry that it names, or at another one that the
/// person chooses. What comes from the file is untrusted.
class UndoFileDialog : public FormDialog
{
    Q_OBJECT

public:
    /// `sessions` must outlive this.
    UndoFileDialog(std::shared_ptr<const UndoRecord> record, SessionManager *sessions, QWidget *parent);

    const UndoRecord &record() const { return *m_record; }
    /// Where it would be restored; empty as long as that is not known.
    QString registryId() const { return m_registryId; }
    /// "1 image · 2 tags: 1.0 · latest"; empty if nothing comes back.
    QString summary() const { return m_summary; }
    /// What must be done before it can be restored, or what to know.
    QString note() const;
    /// Chooses among the registries of the list, and offers to add that of the file.
    QMenu *registryMenu() const;
    QPushButton *restoreButton() const { return m_restore; }

Q_SIGNALS:
    void addRegistryWanted(const QString &address);

private:
    void buildRows();
    void buildButtons();
    void fillMenu();
    const RegistrySession *named() const;
    void update();

    std::shared_ptr<const UndoRecord> m_record;
    SessionManager *m_sessions;
    QString m_registryId;
    QString m_summary;
    QToolButton *m_registry;
    FieldNote *m_note;
    QPushButton *m_restore;
};

} // namespace quayside
