// SPDX-License-Identifier: Apache-2.0
#include "model/deleteresult.h"

#include "model/deleteimages.h"
#include "model/plantext.h"

#include <QCoreApplication>

namespace quayside {

namespace {

QString translated(const char *text)
{
    return QCoreApplication::translate("quayside::results", text);
}

} // namespace

DeleteCounts DeleteCounts::of(const DeleteImages &operation)
{
    DeleteCounts counts;
    const std::vector<DeleteStep> &steps = operation.steps();
    for (std::size_t i = 0; i < steps.size() && static_cast<qsizetype>(i) < operation.items().size(); ++i) {
        const Outcome outcome = operation.items()[static_cast<qsizetype>(i)].outcome;
        const bool done = outcome == Outcome::Done || outcome == Outcome::AlreadyGone;
        if (steps[i].kind == DeleteStep::Kind::Image) {
            ++counts.imagesAsked;
            counts.images += done;
        } else if (steps[i].kind == DeleteStep::Kind::Tag) {
            ++counts.tagsAsked;
            counts.tags += done;
        }
    }
    return counts;
}

QString deletedText(const DeleteImages &operation)
{
    const DeleteCounts counts = DeleteCounts::of(operation);
    if (counts.done() == 0)
        return translated(QT_TRANSLATE_NOOP("quayside::results", "Nothing was deleted"));
    if (counts.done() < counts.asked())
        return translated(QT_TRANSLATE_NOOP("quayside::results", "Deleted %1 of %2"))
            .arg(counts.done())
            .arg(counts.asked());
    const QString images = imageCountText(counts.images);
    const QString tags = tagCountText(counts.tags);
    if (counts.images == 0)
        return translated(QT_TRANSLATE_NOOP("quayside::results", "Removed %1")).arg(tags);
    if (counts.tags == 0)
        return translated(QT_TRANSLATE_NOOP("quayside::results", "Deleted %1")).arg(images);
    return translated(QT_TRANSLATE_NOOP("quayside::results", "Deleted %1, removed %2")).arg(images, tags);
}

} // namespace quayside
