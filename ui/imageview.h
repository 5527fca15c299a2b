// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/repositoryname.h"
#include "ui/overviewpane.h"

#include <QPointer>
#include <QTimer>

#include <memory>

class QStackedLayout;
class QToolButton;

namespace quayside {

class ImageDetails;
class JsonPane;
class LayersView;
class MessagePage;
class PullWell;
class RegistrySession;
class SegmentSwitch;
class TabRow;
class TextLine;

/// One image in depth, beside the list.
class ImageView : public QWidget
{
    Q_OBJECT

public:
    explicit ImageView(QWidget *parent);
    ~ImageView() override;

    /// Shows the image of one row. What it costs to look is asked for only when the selection rests.
    void showImage(RegistrySession *session, const RepositoryName &repository, const ImageListing &listing);
    void showNothing();
    /// Several rows: what they are together.
    void showSummary(const QString &headline, const QString &text);

    /// Shows a button that closes it; only an overlay has one.
    void setClosable(bool closable);

    ImageDetails *details() const { return m_details.get(); }
    TabRow *tabs() const { return m_tabs; }
    SegmentSwitch *platforms() const { return m_platforms; }

Q_SIGNALS:
    void tagChosen(const QString &tag);
    void deleteWanted();
    void closeWanted();

private:
    QWidget *buildHead();
    void load();
    void update();
    void updateHead();
    void updatePlatforms();
    void updateLayers();

    std::unique_ptr<ImageDetails> m_details;
    TabRow *m_tabs;
    QToolButton *m_close;
    QStackedLayout *m_whole; // the image, or a message
    QWidget *m_image;
    MessagePage *m_message;
    TextLine *m_title;
    TextLine *m_kind;
    QToolButton *m_delete;
    SegmentSwitch *m_platforms;
    QStackedLayout *m_panes;
    OverviewPane *m_overview;
    LayersView *m_layers;
    JsonPane *m_json;
    PullWell *m_pull;
    QPointer<RegistrySession> m_session;
    std::optional<RepositoryName> m_repository;
    ImageListing m_listing;
    QTimer m_loadTimer;
};

/// "localhost:5000/demo/hello:1.0": what docker and its like take.
QString pullReference(const RegistrySession &session, const RepositoryName &repository, const QString &tag);
/// "localhost:5000": the registry's address for references; Local by its name.
QString referenceHost(const RegistrySession &session);

} // namespace quayside
