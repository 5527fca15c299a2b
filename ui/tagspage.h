// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/deleteplan.h"
#include "oci/repositoryname.h"
#include "ui/resultbar.h"

#include <QPointer>
#include <QTimer>
#include <QWidget>

#include <optional>

class QSplitter;

namespace quayside {

class DeleteImages;
class ImageView;
class OperationHistory;
class PlanDelete;
class Prompter;
class RegistrySession;
class RestoreImages;
struct UndoRecord;
class TagView;

/// One repository: its tags and the image of the current one, and what can be done with them. A delete goes
/// from the rows that are selected at that moment through its plan to the sheet, if there is one, and to the
/// result bar.
class TagsPage : public QWidget
{
    Q_OBJECT

public:
    /// Both must outlive this.
    TagsPage(OperationHistory *history, Prompter *prompter, QWidget *parent);

    void showRepository(RegistrySession *session, const RepositoryName &repository);
    /// Nothing of a registry that is about to go is shown any more.
    void forget(RegistrySession *session);

    TagView *tagView() const { return m_tags; }
    ImageView *imageView() const { return m_image; }
    bool hasSelection() const;

    void deleteSelected(bool wholeImages);
    /// Everything in the repository shown, once its name has been typed.
    void deleteRepository();
    /// Restores in the repository shown what an undo file tells.
    void restoreFile(const UndoRecord &record);
    /// Takes back the newest delete in the repository shown; false if there is none.
    bool undo();
    void copyReferences(bool withDigest);

Q_SIGNALS:
    void selectionChanged();
    void activityWanted();

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void buildDrawer();
    void setNarrow(bool narrow);
    void openDrawer();
    void closeDrawer();
    void placeDrawer();
    void buildBar();
    void showCurrent();
    void showSelectionSummary();
    void planDelete(const DeleteRequest &request);
    void planWithImages(const std::vector<Digest> &images);
    void planned(PlanDelete *plan);
    void ask(const DeletePlan &plan);
    void carryOut(const DeletePlan &plan, const Confirmation &confirmation);
    void deleted(DeleteImages *operation);
    void restored(RestoreImages *operation);
    void startUndo(const QString &operationId);
    void barPressed();
    void showPlanProgress();
    void showPaused(DeleteImages *operation);
    /// Whether an operation belongs to what is shown; its result would puzzle elsewhere.
    bool concernsShown(const QString &registryId, const QString &repository) const;

    OperationHistory *m_history;
    Prompter *m_prompter;
    QSplitter *m_splitter;
    TagView *m_tags;
    ImageView *m_image;
    QWidget *m_drawer; ///< Holds the image over the list, where there is no room beside it.
    bool m_narrow = false;
    QPointer<RegistrySession> m_session;
    std::optional<RepositoryName> m_repository;
    QPointer<PlanDelete> m_plan;
    std::optional<DeleteRequest> m_request; ///< What the last plan was made for.
    QPointer<DeleteImages> m_delete;
    QString m_undoable; ///< The operation that the bar's Undo takes back.
    QTimer m_planTimer; ///< A plan that is made at once needs no word.
};

} // namespace quayside
