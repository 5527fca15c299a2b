// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/descriptor.h"
#include "oci/digest.h"
#include "oci/mediatype.h"
#include "oci/timestamp.h"

#include <QDateTime>
#include <QList>
#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

namespace quayside {

/// What is known of one image. Everything but `pushed` is immutable, since the digest names the content.
struct ImageFacts
{
    Digest digest;
    std::optional<MediaType> mediaType;
    QString artifactType;
    QStringList platforms;           ///< "linux/amd64"; untrusted text.
    std::optional<qint64> size;      ///< Bytes that a pull on this computer downloads.
    std::optional<qint64> totalSize; ///< Bytes for all platforms.
    std::optional<QDateTime> built;  ///< Nothing also for a build tool's stamp; see trustedDate().
    std::optional<QDateTime> pushed;
    std::vector<Digest> children; ///< Of an index.
    std::optional<Digest> subject;

    bool isIndex() const { return mediaType && mediaType->isIndex(); }
    bool operator==(const ImageFacts &) const = default;
};

/// The platform whose size a row shows: that of this computer.
const Platform &thisPlatform();

/// The time as a date to show and sort by; nothing for one before 2013 or after `now`: a build tool's stamp.
std::optional<QDateTime> trustedDate(std::optional<Timestamp> time, const QDateTime &now);

} // namespace quayside
