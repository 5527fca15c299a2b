// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/deleteplan.h"

#include <QDialog>

#include <memory>

class QBoxLayout;
class QCheckBox;
class QGridLayout;
class QLineEdit;
class QPushButton;

namespace quayside {

class CopyOffer;
class TextLine;

/// The question before a delete: what goes, what stays, what becomes of the space, whether it can be taken
/// back. All names are those of the plan, so what is agreed to is what is done.
class DeleteSheet : public QDialog
{
    Q_OBJECT

public:
    /// `registryColour` is the index of the registry's colour.
    DeleteSheet(DeletePlan plan, bool isLocal, int registryColour, QWidget *parent);
    ~DeleteSheet() override;

    /// Before it is shown: adds the box for a full copy. Null: there is none.
    void setCopyOffer(std::unique_ptr<CopyOffer> offer);

    /// The plan with the person's choices, once accepted.
    DeletePlan plan() const;
    /// What the person has done, once accepted.
    Confirmation confirmation() const;
    /// The rows as text, "Deleted: 3 images: 1.11.9 · 1.10.0", for assistive tools and tests.
    QStringList rows() const { return m_rows; }
    QPushButton *deleteButton() const { return m_delete; }
    /// "What can I do?"; null unless tags are left alone for their siblings.
    QPushButton *helpButton() const { return m_help; }
    QPushButton *cancelButton() const { return m_cancel; }
    QLineEdit *confirmField() const { return m_confirm; }
    /// "Keep a full copy in Local first"; hidden unless one is offered.
    QCheckBox *copyBox() const { return m_copy; }

Q_SIGNALS:
    /// The person wants to know what can be done; the dialog is to be shown.
    void prompted(QDialog *dialog);
    /// Another plan is to be asked about; the sheet has closed.
    void replaced(const quayside::DeletePlan &plan);
    /// These images are to go with all their tags instead of being left alone; the sheet has closed.
    void wholeImagesWanted(const std::vector<quayside::Digest> &images);

private:
    void buildTitle(QBoxLayout *layout, bool isLocal, int registryColour);
    void buildGroups();
    void buildPromises();
    void showUndo();
    void showCopy();
    void buildConfirmation();
    void buildButtons(QBoxLayout *layout);
    void addGroup(const QString &name, const QString &count, const QString &names, const QString &note);
    void addLine();
    void addRow(const QString &name, QWidget *value);
    void addHelp();
    void promptForShared();
    QString allNames() const;
    void applyFocusRules();
    void chooseDefault();

    DeletePlan m_plan;
    QGridLayout *m_grid;
    int m_row = 0;
    QStringList m_rows;
    QWidget *m_promise = nullptr; ///< The mark in front of the Undo line.
    TextLine *m_undo = nullptr;
    TextLine *m_undoReason = nullptr;
    qsizetype m_undoIndex = 0; ///< In m_rows.
    QCheckBox *m_also = nullptr;
    QCheckBox *m_copy = nullptr;
    std::unique_ptr<CopyOffer> m_offer;
    QLineEdit *m_confirm = nullptr;
    QPushButton *m_help = nullptr;
    QPushButton *m_delete = nullptr;
    QPushButton *m_cancel = nullptr;
};

} // namespace quayside
