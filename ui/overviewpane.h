// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDateTime>
#include <QScrollArea>
#include <QStringList>

namespace quayside {

class ChipRow;
class ImageDetails;
class PropertyGrid;

/// What the list knows of the image that the pane shows.
struct ImageListing
{
    QString tag;
    QStringList tags; ///< All tags of the image.
    QString digest;   ///< Full; empty while not known.
    qint64 totalSize = -1;
    QDateTime pushed;
    QDateTime built;

    bool operator==(const ImageListing &) const = default;
};

/// Digest, tags, sizes, dates and the configuration of one platform.
class OverviewPane : public QScrollArea
{
    Q_OBJECT

public:
    explicit OverviewPane(QWidget *parent);

    void showImage(const ImageListing &listing, const ImageDetails &details);

Q_SIGNALS:
    void tagChosen(const QString &tag);

private:
    void addDigest(const ImageListing &listing);
    void addSizes(const ImageListing &listing, const ImageDetails &details);
    void addConfiguration(const ImageDetails &details);

    PropertyGrid *m_grid;
};

} // namespace quayside
