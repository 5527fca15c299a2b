// SPDX-License-Identifier: Apache-2.0
#include "model/plantext.h"

#include "oci/qtconversions.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>

namespace quayside {

namespace {

QString translated(const char *text, int n = -1)
{
    return QCoreApplication::translate("quayside::plan", text, nullptr, n);
}

QString counted(int count, const char *one, const char *many)
{
    return count == 1 ? translated(one) : translated(many, count);
}

} // namespace

QString imageCountText(int count)
{
    return counted(count, QT_TRANSLATE_NOOP("quayside::plan", "1 image"),
                   QT_TRANSLATE_N_NOOP("quayside::plan", "%n images"));
}

QString tagCountText(int count)
{
    return counted(count, QT_TRANSLATE_NOOP("quayside::plan", "1 tag"),
                   QT_TRANSLATE_N_NOOP("quayside::plan", "%n tags"));
}

QString tagNames(const std::vector<Tag> &tags, const QString &separator)
{
    QStringList names;
    for (const Tag &tag : tags)
        names << toQString(tag.toString());
    return names.join(separator);
}

QString deletedNames(const DeletePlan &plan)
{
    QStringList images;
    for (const DeletePlan::Image &image : plan.deletedImages) {
        images << (image.tags.empty() ? toQString(image.digest.abbreviated())
                                      : tagNames(image.tags, QStringLiteral(" + ")));
    }
    return images.join(QStringLiteral(" · "));
}

QString removalNote(const std::vector<DeletePlan::TagRemoval> &removals)
{
    std::vector<Tag> siblings;
    for (const DeletePlan::TagRemoval &removal : removals) {
        for (const Tag &tag : removal.siblings) {
            if (std::find(siblings.begin(), siblings.end(), tag) == siblings.end())
                siblings.push_back(tag);
        }
    }
    const QString names = tagNames(siblings, QStringLiteral(", "));
    if (removals.size() == 1)
        return translated(QT_TRANSLATE_NOOP("quayside::plan", "its image stays: %1")).arg(names);
    return translated(QT_TRANSLATE_NOOP("quayside::plan", "their images stay: %1")).arg(names);
}

QString placeholderNote()
{
    return translated(
        QT_TRANSLATE_NOOP("quayside::plan", "by a placeholder, if this registry cannot remove one tag"));
}

QString leftAloneNote(const DeletePlan::LeftAlone &left)
{
    switch (left.reason) {
    case LeftAloneReason::SharedImage:
        return translated(QT_TRANSLATE_NOOP("quayside::plan", "shares its image with %1"))
            .arg(tagNames(left.siblings, QStringLiteral(", ")));
    case LeftAloneReason::Protected:
        return translated(QT_TRANSLATE_NOOP("quayside::plan", "is protected"));
    case LeftAloneReason::Moved:
        return translated(QT_TRANSLATE_NOOP("quayside::plan", "was pushed again since you looked"));
    case LeftAloneReason::Gone:
        return translated(QT_TRANSLATE_NOOP("quayside::plan", "is already gone"));
    case LeftAloneReason::Unresolved:
        return translated(QT_TRANSLATE_NOOP("quayside::plan", "the registry does not say what it names"));
    case LeftAloneReason::ImageProtected:
        return translated(QT_TRANSLATE_NOOP("quayside::plan", "another tag of its image is protected"));
    case LeftAloneReason::InUse:
        return translated(QT_TRANSLATE_NOOP("quayside::plan", "is in use (%1)")).arg(left.source);
    case LeftAloneReason::PartOfImage:
        return translated(QT_TRANSLATE_NOOP("quayside::plan", "is a platform of %1"))
            .arg(tagNames(left.siblings, QStringLiteral(", ")));
    case LeftAloneReason::PartUnknown:
        return translated(
            QT_TRANSLATE_NOOP("quayside::plan", "may be a platform of an image that could not be read"));
    }
    return {};
}

QString attachedUnknownNote()
{
    return translated(
        QT_TRANSLATE_NOOP("quayside::plan", "what is attached to them and could not be listed"));
}

QString bytesText(qint64 bytes)
{
    constexpr qint64 gigabyte = 1'000'000'000;
    const bool wantsFraction = bytes >= gigabyte && bytes < 10 * gigabyte;
    return QLocale().formattedDataSize(bytes, wantsFraction ? 1 : 0, QLocale::DataSizeSIFormat);
}

QString alsoText(const DeletePlan &plan)
{
    int platforms = 0;
    int signatures = 0;
    int attached = 0;
    for (const DeletePlan::Also &also : plan.also) {
        platforms += also.what == DeletePlan::Also::What::PlatformImage;
        signatures += also.what == DeletePlan::Also::What::Signature;
        attached += also.what == DeletePlan::Also::What::Attached;
    }
    QStringList parts;
    if (platforms > 0)
        parts << counted(platforms, QT_TRANSLATE_NOOP("quayside::plan", "1 platform image"),
                         QT_TRANSLATE_N_NOOP("quayside::plan", "%n platform images"));
    if (signatures > 0)
        parts << counted(signatures, QT_TRANSLATE_NOOP("quayside::plan", "1 signature"),
                         QT_TRANSLATE_N_NOOP("quayside::plan", "%n signatures"));
    if (attached > 0)
        parts << counted(attached, QT_TRANSLATE_NOOP("quayside::plan", "1 attached document"),
                         QT_TRANSLATE_N_NOOP("quayside::plan", "%n attached documents"));
    return translated(QT_TRANSLATE_NOOP("quayside::plan", "%1 that nothing else uses"))
        .arg(parts.join(QStringLiteral(", ")));
}

} // namespace quayside
