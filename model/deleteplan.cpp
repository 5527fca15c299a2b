// SPDX-License-Identifier: Apache-2.0
#include "model/deleteplan.h"

#include "model/counted.h"
#include "model/plantext.h"
#include "oci/qtconversions.h"

#include <QCoreApplication>
#include <QLocale>

namespace quayside {

namespace {

QString text(const char *source)
{
    return QCoreApplication::translate("DeletePlan", source);
}

QString day(const QDateTime &time)
{
    return QLocale().toString(time.toLocalTime().date(), QStringLiteral("d MMMM"));
}

} // namespace

int DeletePlan::requestCount() const
{
    const auto alsoCount = includeAlso ? also.size() : 0;
    return int(deletedImages.size() + alsoCount + tagCount());
}

std::set<Digest> DeletePlan::going() const
{
    std::set<Digest> going;
    for (const Image &image : deletedImages)
        going.insert(image.digest);
    for (const Also &other : also)
        going.insert(other.digest);
    return going;
}

QString DeletePlan::LeftAlone::what() const
{
    if (tag)
        return toQString(tag->toString());
    return digest ? toQString(digest->abbreviated()) : QString();
}

std::optional<Error> missingConfirmation(const RegistryConfig &registry, const RepositoryName &repository,
                                         const Confirmation &confirmation)
{
    const std::string name = repository.toString();
    if (toStdString(confirmation.typedName) == name)
        return {};
    if (registry.production)
        return Error{ErrorKind::Conflict, 0, confirmationWanted,
                     "the registry is marked production: a delete wants " + name + " typed"};
    if (registry.mode == RegistryMode::Ask && !confirmation.asked)
        return Error{ErrorKind::Conflict, 0, confirmationWanted,
                     "the registry is set to ask before every delete"};
    return {};
}

DeletePlan withPlaceholder(DeletePlan plan)
{
    std::vector<DeletePlan::LeftAlone> stays;
    for (const auto &left : plan.leftAlone) {
        if (left.reason == LeftAloneReason::SharedImage && left.tag && left.digest)
            plan.tagsByPlaceholder.push_back({*left.tag, *left.digest, left.siblings});
        else
            stays.push_back(left);
    }
    plan.leftAlone = std::move(stays);
    return plan;
}

QString undoSentence(const DeletePlan &plan)
{
    switch (plan.undo) {
    case UndoPromise::UntilDate:
        return plan.undoUntil ? text("Yes, until %1. Kept by this registry.").arg(day(*plan.undoUntil))
                              : text("Yes. Kept by this registry until its retention ends.");
    case UndoPromise::UntilCollection:
        return plan.isHarbor ? text("From this computer, until the registry collects garbage. Harbor waits "
                                    "at least 2 hours.")
                             : text("From this computer, until the registry collects garbage. Quayside "
                                    "cannot see when.");
    case UndoPromise::NotPromised:
        return text("Not promised: this registry may drop the layers at once.");
    case UndoPromise::NotWithLogin:
        return plan.login.isEmpty()
                   ? text("Not with this login: it may delete but not push.")
                   : text("Not with this login: %1 may delete but not push.").arg(plan.login);
    case UndoPromise::FullCopy:
        return plan.copyBytes
                   ? text("Yes. A full copy (%1) is kept in Local first.").arg(bytesText(*plan.copyBytes))
                   : text("Yes. A full copy is kept in Local first.");
    case UndoPromise::NotSure:
        break;
    }
    return text("Not sure: this registry does not say whether you may push.");
}

QString spaceSentence(const DeletePlan &plan)
{
    switch (plan.space) {
    case SpaceEffect::AfterRetention:
        return text("Nothing is freed until this registry's retention ends.");
    case SpaceEffect::AfterCollection:
        return text("Nothing is freed until the registry collects garbage.");
    case SpaceEffect::Nothing:
        break;
    }
    return text("Nothing is freed: the images stay.");
}

QString deleteVerb(const DeletePlan &plan)
{
    const auto images = qint64(plan.deletedImages.size());
    const auto tags = qint64(plan.tagCount());
    if (tags == 0)
        return counted(images, text("Delete 1 image"), text("Delete %1 images"));
    const QString remove = counted(tags, text("remove 1 tag"), text("remove %1 tags"));
    if (images == 0)
        return remove.left(1).toUpper() + remove.mid(1);
    return counted(images, text("Delete 1 image"), text("Delete %1 images")) + QStringLiteral(", ") + remove;
}

} // namespace quayside
