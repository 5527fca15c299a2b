// SPDX-License-Identifier: Apache-2.0
#include "ui/imageview.h"

#include "model/imagedetails.h"
#include "model/registrysession.h"
#include "oci/qtconversions.h"
#include "ui/errormessage.h"
#include "ui/format.h"
#include "ui/jsonpane.h"
#include "ui/layersview.h"
#include "ui/pullwell.h"
#include "ui/tabrow.h"

#include <QApplication>
#include <QBoxLayout>
#include <QStackedLayout>

#include <algorithm>

namespace quayside {

namespace {

/// A person who walks through the list with the arrow keys asks for nothing on the way.
constexpr int restMilliseconds = 120;

LayerRow rowOf(const ImageLayer &layer)
{
    LayerRow row = layerRow(layer.command);
    row.digest = toQString(layer.digest.toString());
    row.size = layer.size;
    row.otherTags = layer.sharedTags;
    return row;
}

bool historyFits(const ImageConfig &config, qsizetype layers)
{
    const auto made = std::count_if(config.history.begin(), config.history.end(),
                                    [](const ImageConfig::History &step) { return !step.emptyLayer; });
    return made == layers;
}

bool isLoopback(const QString &address)
{
    return address.startsWith(QLatin1String("localhost")) || address.startsWith(QLatin1String("127.")) ||
           address.startsWith(QLatin1String("[::1]"));
}

} // namespace

QString referenceHost(const RegistrySession &session)
{
    const QString address = session.displayAddress();
    const qsizetype colon = address.lastIndexOf(u':');
    if (session.isLocal() && colon >= 0)
        return QStringLiteral("localhost") + address.mid(colon);
    return address;
}

QString pullReference(const RegistrySession &session, const RepositoryName &repository, const QString &tag)
{
    return referenceHost(session) + u'/' + toQString(repository.toString()) + u':' + tag;
}

ImageView::ImageView(QWidget *parent)
    : QWidget(parent)
    , m_details(std::make_unique<ImageDetails>())
    , m_tabs(new TabRow(this))
    , m_close(iconButton(Symbol::Close, tr("Close (Esc)"), this))
    , m_whole(new QStackedLayout)
    , m_image(new QWidget(this))
    , m_message(new MessagePage(this))
    , m_title(nullptr)
    , m_kind(nullptr)
    , m_delete(nullptr)
    , m_platforms(nullptr)
    , m_panes(new QStackedLayout)
    , m_overview(new OverviewPane(m_image))
    , m_layers(new LayersView(m_image))
    , m_json(new JsonPane(m_image))
    , m_pull(new PullWell(m_image))
{
    for (const QString &tab : {tr("Overview"), tr("Layers"), tr("JSON")})
        m_tabs->addTab(tab);
    auto *top = new QHBoxLayout;
    top->setContentsMargins(16, 0, 10, 0);
    top->addWidget(m_tabs);
    top->addStretch(1);
    top->addWidget(m_close);
    m_close->hide();
    m_panes->addWidget(m_overview);
    m_panes->addWidget(m_layers);
    m_panes->addWidget(m_json);
    auto *imageLayout = new QVBoxLayout(m_image);
    imageLayout->setContentsMargins(0, 0, 0, 0);
    imageLayout->setSpacing(0);
    imageLayout->addWidget(buildHead());
    imageLayout->addLayout(m_panes, 1);
    imageLayout->addWidget(new Hairline(m_image));
    imageLayout->addWidget(m_pull);
    m_whole->addWidget(m_message);
    m_whole->addWidget(m_image);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(top);
    layout->addWidget(new Hairline(this));
    layout->addLayout(m_whole, 1);

    m_loadTimer.setSingleShot(true);
    m_loadTimer.setInterval(restMilliseconds);
    connect(&m_loadTimer, &QTimer::timeout, this, &ImageView::load);
    connect(m_close, &QToolButton::clicked, this, &ImageView::closeWanted);
    connect(m_tabs, &QTabBar::currentChanged, m_panes, &QStackedLayout::setCurrentIndex);
    connect(m_details.get(), &ImageDetails::changed, this, &ImageView::update);
    connect(m_details.get(), &ImageDetails::failed, this, &ImageView::update);
    connect(m_overview, &OverviewPane::tagChosen, this, &ImageView::tagChosen);
    showNothing();
}

ImageView::~ImageView() = default;

QWidget *ImageView::buildHead()
{
    auto *head = new QWidget(m_image);
    m_title = new TextLine(TextStyle::Title, Tone::Normal, head);
    m_kind = new TextLine(TextStyle::Small, Tone::Muted, head);
    m_delete = iconButton(Symbol::Trash, tr("Delete tag (Del)"), head);
    m_platforms = new SegmentSwitch(head);
    m_platforms->setFillsWidth(true);
    m_platforms->setAccessibleName(tr("Platform"));
    auto *words = new QVBoxLayout;
    words->setSpacing(0);
    words->addWidget(m_title);
    words->addWidget(m_kind);
    auto *line = new QHBoxLayout;
    line->addLayout(words, 1);
    line->addWidget(m_delete);
    auto *layout = new QVBoxLayout(head);
    layout->setContentsMargins(16, 11, 10, 10);
    layout->setSpacing(10);
    layout->addLayout(line);
    auto *switchRow = new QHBoxLayout;
    switchRow->setContentsMargins(0, 0, 6, 0);
    switchRow->addWidget(m_platforms);
    layout->addLayout(switchRow);
    connect(m_delete, &QToolButton::clicked, this, &ImageView::deleteWanted);
    connect(m_platforms, &QTabBar::currentChanged, this,
            [this](int index) { m_details->setCurrentPlatform(index); });
    return head;
}

void ImageView::setClosable(bool closable)
{
    m_close->setVisible(closable);
}

void ImageView::showNothing()
{
    showSummary(tr("Select a tag"), tr("to see what it is, or several to see what they share."));
}

void ImageView::showSummary(const QString &headline, const QString &text)
{
    m_loadTimer.stop();
    m_listing = {};
    m_details->clear();
    MessagePage::Message message;
    message.headline = headline;
    message.reason = text;
    m_message->showMessage(message);
    m_whole->setCurrentWidget(m_message);
}

void ImageView::showImage(RegistrySession *session, const RepositoryName &repository,
                          const ImageListing &listing)
{
    const bool sameImage = m_session == session && m_repository == repository &&
                           m_listing.digest == listing.digest && !listing.digest.isEmpty();
    if (sameImage && m_listing == listing)
        return;
    m_session = session;
    m_repository = repository;
    m_listing = listing;
    if (!sameImage) {
        m_details->clear();
        if (!listing.digest.isEmpty())
            m_loadTimer.start();
    }
    m_pull->setReference(pullReference(*session, repository, listing.tag),
                         session->config().insecure || isLoopback(session->displayAddress()));
    update();
}

void ImageView::load()
{
    const auto digest = Digest::parse(toStdString(m_listing.digest));
    if (m_session && m_repository && digest)
        m_details->load(m_session, *m_repository, *digest);
}

void ImageView::update()
{
    if (m_listing.tag.isEmpty())
        return;
    if (m_details->state() == ImageDetails::State::Failed && m_details->error()) {
        ErrorContext context;
        context.registry = m_session ? m_session->displayAddress() : QString();
        context.repository = m_repository ? toQString(m_repository->toString()) : QString();
        context.reference = m_listing.tag;
        context.verb = Verb::Look;
        MessagePage::Message message = errorMessage(*m_details->error(), context);
        message.actions.clear();
        m_message->showMessage(message);
        m_whole->setCurrentWidget(m_message);
        return;
    }
    m_whole->setCurrentWidget(m_image);
    updateHead();
    updatePlatforms();
    m_overview->showImage(m_listing, *m_details);
    updateLayers();
    m_json->setJson(m_details->rawJson());
}

void ImageView::updateHead()
{
    const QDateTime now = QDateTime::currentDateTimeUtc();
    m_title->setText(m_listing.tag);
    QString kind = tr("Image");
    if (m_details->platforms().size() > 1)
        kind = tr("Multi-platform image");
    if (m_details->platformsLeftOut() > 0)
        kind = tr("Multi-platform image, %1 more platforms are not shown")
                   .arg(countText(m_details->platformsLeftOut()));
    if (m_listing.pushed.isValid())
        kind = tr("%1, pushed %2").arg(kind, longAgeText(m_listing.pushed, now));
    else if (m_listing.built.isValid())
        kind = tr("%1, built %2").arg(kind, longAgeText(m_listing.built, now));
    m_kind->setText(kind);
}

void ImageView::updatePlatforms()
{
    QStringList names;
    for (const ImagePlatform &platform : m_details->platforms())
        names << platform.name;
    const QSignalBlocker blocker(m_platforms);
    QStringList shown;
    for (int i = 0; i < m_platforms->count(); ++i)
        shown << m_platforms->tabText(i);
    if (shown != names)
        m_platforms->setSegments(names);
    m_platforms->setCurrentIndex(m_details->currentPlatform());
    m_platforms->setVisible(!names.isEmpty());
}

void ImageView::updateLayers()
{
    const QList<ImageLayer> &layers = m_details->layers();
    QList<LayerRow> rows;
    qsizetype next = 0;
    // Steps that made no layer are told by the config alone. Where it does not fit the layers, they stand
    // alone.
    if (m_details->config() && historyFits(*m_details->config(), layers.size())) {
        for (const ImageConfig::History &step : m_details->config()->history) {
            if (step.emptyLayer)
                rows << layerRow(toQString(step.createdBy));
            else
                rows << rowOf(layers[next++]);
        }
    }
    while (next < layers.size())
        rows << rowOf(layers[next++]);
    m_layers->setLayers(rows);
}

} // namespace quayside
