// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/deleteplan.h"
#include "model/taglistmodel.h"
#include "oci/digest.h"
#include "ui/tagdelegate.h"

#include <QPointer>
#include <QWidget>

class QPushButton;
class QStackedLayout;
class QToolButton;

namespace quayside {

class MessagePage;
class ResultBar;
class RowView;
class SearchField;
class TabRow;
class TextLine;

/// The tags of one repository: filter, list, result bar, counts.
class TagView : public QWidget
{
    Q_OBJECT

public:
    explicit TagView(QWidget *parent);

    /// Null shows an empty list. The model must outlive its time here.
    void setTags(TagListModel *tags);
    TagListModel *tags() const { return m_tags; }

    /// The tag of the current row, if a single row is selected or one of several is current.
    std::optional<Tag> currentTag() const;
    QStringList selectedTags() const;
    /// What the selected rows mean for a delete, with what they show now.
    std::vector<DeleteRequest::ChosenTag> chosenTags() const;
    void selectTag(const QString &tag);
    void selectAll();

    ResultBar *resultBar() const { return m_resultBar; }
    SearchField *filterField() const { return m_filter; }
    RowView *list() const { return m_list; }
    /// Offers to show the image of the current row, where it has no place of its own.
    void setOffersImage(bool offers);

Q_SIGNALS:
    /// Another row is current, or what it shows has changed.
    void currentChanged();
    void selectionChanged();
    /// `whole`: the images with all their tags.
    void deleteWanted(bool whole);
    void showErrorDetails();
    void refreshWanted();
    /// Only while it is offered.
    void imageWanted();

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    class Delegate;

    void buildList();
    QWidget *buildFooter();
    void applyColumns();
    void fitColumns();
    void updateStatus();
    void updateFooter();
    void updateMessage();
    void selectionMoved();
    TagRow rowAt(const QModelIndex &index) const;

    TabRow *m_tabs;
    SearchField *m_filter;
    QToolButton *m_showImage;
    ResultBar *m_resultBar;
    QStackedLayout *m_stack;
    RowView *m_list;
    MessagePage *m_message;
    TextLine *m_selectedText;
    TextLine *m_hiddenText;
    QPushButton *m_showHidden;
    QPointer<TagListModel> m_tags;
    QString m_currentDigest;
    bool m_filterMessage = false;
};

} // namespace quayside
