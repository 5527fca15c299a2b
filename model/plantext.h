// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/deleteplan.h"

#include <QStringList>

namespace quayside {

/// A plan in words, for the sheet and for quaysidectl. Names are tags, or abbreviated digests of untagged
/// images.
QString imageCountText(int count);
QString tagCountText(int count);
QString tagNames(const std::vector<Tag> &tags, const QString &separator);
/// "1.11.9 · 1.11.8 + 1.11-old · 1.10.0"
QString deletedNames(const DeletePlan &plan);
/// "its image stays: 1.12.0, latest"
QString removalNote(const std::vector<DeletePlan::TagRemoval> &removals);
/// "by a placeholder, if this registry cannot remove one tag"
QString placeholderNote();
/// "shares its image with stable"
QString leftAloneNote(const DeletePlan::LeftAlone &left);
/// Of DeletePlan::attachedUnknown: "what is attached to them and could not be listed"
QString attachedUnknownNote();
/// "84 MB", "3.1 GB"
QString bytesText(qint64 bytes);
/// "2 platform images, 3 signatures that nothing else uses"
QString alsoText(const DeletePlan &plan);

} // namespace quayside
