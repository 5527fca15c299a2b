// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/tag.h"

#include <QDialog>

#include <vector>

namespace quayside {

/// What can be done about tags that share their image with others, at a registry that deletes images alone.
/// Leaving, Escape and closing the dialog keep everything as it is.
class PlaceholderDialog : public QDialog
{
    Q_OBJECT

public:
    /// `tags` were chosen; `siblings` stay on their images.
    PlaceholderDialog(const std::vector<Tag> &tags, const std::vector<Tag> &siblings, QWidget *parent);

Q_SIGNALS:
    void placeholderChosen();
    /// The images with all their tags.
    void wholeImagesChosen();
};

} // namespace quayside
