// SPDX-License-Identifier: Apache-2.0
#include "ui/overviewpane.h"

#include "model/imagedetails.h"
#include "oci/qtconversions.h"
#include "ui/chiprow.h"
#include "ui/format.h"
#include "ui/propertygrid.h"
#include "ui/toollines.h"

#include <QBoxLayout>
#include <QClipboard>
#include <QGuiApplication>

namespace quayside {

namespace {

/// More than a person reads in a pane; the JSON has them all.
constexpr qsizetype maxValues = 60;

QStringList toStrings(const std::vector<std::string> &values)
{
    QStringList result;
    for (const std::string &value : values) {
        if (result.size() == maxValues) {
            result << QStringLiteral("…");
            break;
        }
        result << toQString(value);
    }
    return result;
}

QStringList labelLines(const std::map<std::string, std::string> &labels)
{
    std::vector<std::string> lines;
    for (const auto &[name, value] : labels)
        lines.push_back(name + "=" + value);
    return toStrings(lines);
}

QStringList oneLine(const std::vector<std::string> &words)
{
    return words.empty() ? QStringList() : QStringList{toStrings(words).join(u' ')};
}

QStringList ifAny(const std::string &value)
{
    return value.empty() ? QStringList() : QStringList{toQString(value)};
}

} // namespace

OverviewPane::OverviewPane(QWidget *parent)
    : QScrollArea(parent)
    , m_grid(nullptr)
{
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *content = new QWidget(this);
    content->setBackgroundRole(QPalette::Base);
    m_grid = new PropertyGrid(content);
    auto *layout = new QVBoxLayout(content);
    layout->setContentsMargins(16, 0, 16, 12);
    layout->addWidget(m_grid);
    layout->addStretch(1);
    setWidget(content);
    setBackgroundRole(QPalette::Base);
}

void OverviewPane::showImage(const ImageListing &listing, const ImageDetails &details)
{
    const QDateTime now = QDateTime::currentDateTimeUtc();
    m_grid->clear();
    addDigest(listing);
    if (!listing.tags.isEmpty()) {
        auto *chips = new ChipRow(m_grid);
        chips->setTags(listing.tags, listing.tag);
        connect(chips, &ChipRow::tagPressed, this, &OverviewPane::tagChosen);
        m_grid->addWidget(tr("Tags"), chips);
    }
    addSizes(listing, details);
    if (listing.pushed.isValid())
        m_grid->addRow(tr("Pushed"), {dayText(listing.pushed, now)});
    if (listing.built.isValid())
        m_grid->addRow(tr("Built"), {dayText(listing.built, now)});
    addConfiguration(details);
}

void OverviewPane::addDigest(const ImageListing &listing)
{
    if (listing.digest.isEmpty())
        return;
    auto *digest = new TextLine(TextStyle::Mono, Tone::Normal, m_grid);
    digest->setElideMode(Qt::ElideMiddle);
    digest->setText(listing.digest);
    digest->setToolTip(listing.digest);
    auto *copy = iconButton(Symbol::Copy, tr("Copy digest"), m_grid);
    connect(copy, &QToolButton::clicked, this,
            [text = listing.digest] { QGuiApplication::clipboard()->setText(text); });
    m_grid->addWidget(tr("Digest"), digest, copy);
}

void OverviewPane::addSizes(const ImageListing &listing, const ImageDetails &details)
{
    if (details.downloadSize() >= 0)
        m_grid->addRow(tr("Size"), {sizeText(details.downloadSize()).joined()});
    const int platforms = static_cast<int>(details.platforms().size());
    if (listing.totalSize >= 0 && platforms > 1) {
        const QString text = tr("%1 for %n platforms", nullptr, platforms);
        m_grid->addRow({}, {text.arg(sizeText(listing.totalSize).joined())}, TextStyle::Body, Tone::Muted);
    }
}

void OverviewPane::addConfiguration(const ImageDetails &details)
{
    if (!details.config())
        return;
    const ImageConfig &config = *details.config();
    m_grid->addHeading(tr("Configuration"));
    m_grid->addRow(tr("Entrypoint"), oneLine(config.entrypoint), TextStyle::Mono);
    m_grid->addRow(tr("Command"), oneLine(config.command), TextStyle::Mono);
    m_grid->addRow(tr("User"), ifAny(config.user));
    m_grid->addRow(tr("Directory"), ifAny(config.workingDirectory), TextStyle::Mono);
    const QStringList ports = toStrings(config.exposedPorts);
    if (!ports.isEmpty())
        m_grid->addRow(tr("Ports"), {ports.join(QStringLiteral(", "))});
    m_grid->addRow(tr("Env"), toStrings(config.environment), TextStyle::Mono);
    m_grid->addRow(tr("Labels"), labelLines(config.labels), TextStyle::Mono);
}

} // namespace quayside
