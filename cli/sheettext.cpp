// SPDX-License-Identifier: Apache-2.0
#include "cli/sheettext.h"

#include "model/plantext.h"
#include "oci/qtconversions.h"

#include <QJsonArray>
#include <QStringList>

namespace quayside {

namespace {

constexpr int nameWidth = 14;
constexpr int countWidth = 10;

QString row(const char *name, const QString &text)
{
    return QString::fromUtf8(name).leftJustified(nameWidth) + text;
}

QString groupRow(const char *name, const QString &count, const QString &names, const QString &note = {})
{
    const QString behind = note.isEmpty() ? QString() : QStringLiteral("  (%1)").arg(note);
    return row(name, count.leftJustified(countWidth) + names + behind);
}

std::vector<Tag> tagsOf(const std::vector<DeletePlan::TagRemoval> &removals)
{
    std::vector<Tag> tags;
    for (const auto &removal : removals)
        tags.push_back(removal.tag);
    return tags;
}

void addRemovals(QStringList &lines, const std::vector<DeletePlan::TagRemoval> &removals, const QString &note)
{
    if (!removals.empty())
        lines.append(groupRow("Tag removed", tagCountText(int(removals.size())),
                              tagNames(tagsOf(removals), QStringLiteral(" · ")), note));
}

QJsonArray jsonTags(const std::vector<Tag> &tags)
{
    QJsonArray names;
    for (const Tag &tag : tags)
        names.append(toQString(tag.toString()));
    return names;
}

QString jsonDigest(const Digest &digest)
{
    return toQString(digest.toString());
}

QJsonArray jsonRemovals(const std::vector<DeletePlan::TagRemoval> &removals)
{
    QJsonArray all;
    for (const auto &removal : removals)
        all.append(QJsonObject{{QStringLiteral("tag"), toQString(removal.tag.toString())},
                               {QStringLiteral("digest"), jsonDigest(removal.digest)},
                               {QStringLiteral("otherTags"), jsonTags(removal.siblings)}});
    return all;
}

} // namespace

QString sheetText(const DeletePlan &plan, const QString &host)
{
    QStringList lines;
    lines.append(QStringLiteral("Delete from %1 on %2%3")
                     .arg(toQString(plan.repository.toString()), host,
                          plan.production ? QStringLiteral("  ■ production") : QString()));
    if (!plan.deletedImages.empty())
        lines.append(groupRow("Deleted", imageCountText(int(plan.deletedImages.size())), deletedNames(plan)));
    addRemovals(lines, plan.tagsRemoved,
                plan.tagsRemoved.empty() ? QString() : removalNote(plan.tagsRemoved));
    addRemovals(lines, plan.tagsUncertain,
                QStringLiteral("if this registry can remove one tag; else left alone"));
    addRemovals(lines, plan.tagsByPlaceholder, placeholderNote());
    for (const auto &left : plan.leftAlone)
        lines.append(
            groupRow("Left alone", tagCountText(1), left.what(), leftAloneNote(left)));
    if (plan.attachedUnknown)
        lines.append(row("Left alone", attachedUnknownNote()));
    if (!plan.also.empty() && plan.includeAlso)
        lines.append(row("Also", alsoText(plan)));
    lines.append(row("Space", spaceSentence(plan)));
    lines.append(row("Undo", undoSentence(plan)));
    return lines.join(u'\n');
}

QJsonObject sheetJson(const DeletePlan &plan, const QString &host)
{
    QJsonArray deleted;
    for (const auto &image : plan.deletedImages)
        deleted.append(QJsonObject{{QStringLiteral("digest"), jsonDigest(image.digest)},
                                   {QStringLiteral("tags"), jsonTags(image.tags)}});
    QJsonArray left;
    for (const auto &alone : plan.leftAlone)
        left.append(QJsonObject{{QStringLiteral("tag"), alone.tag ? toQString(alone.tag->toString()) : QString()},
                                {QStringLiteral("reason"), leftAloneNote(alone)}});
    QJsonArray also;
    for (const auto &other : plan.also)
        also.append(jsonDigest(other.digest));
    return {{QStringLiteral("registry"), host},
            {QStringLiteral("repository"), toQString(plan.repository.toString())},
            {QStringLiteral("deleted"), deleted},
            {QStringLiteral("tagsRemoved"), jsonRemovals(plan.tagsRemoved)},
            {QStringLiteral("tagsRemovedIfPossible"), jsonRemovals(plan.tagsUncertain)},
            {QStringLiteral("tagsRemovedByPlaceholder"), jsonRemovals(plan.tagsByPlaceholder)},
            {QStringLiteral("leftAlone"), left},
            {QStringLiteral("also"), also},
            {QStringLiteral("attachedUnknown"), plan.attachedUnknown},
            {QStringLiteral("space"), spaceSentence(plan)},
            {QStringLiteral("undo"), undoSentence(plan)}};
}

QString deleteQuestion(const std::vector<DeletePlan> &plans)
{
    std::size_t images = 0;
    std::size_t tags = 0;
    for (const DeletePlan &plan : plans) {
        images += plan.deletedImages.size();
        tags += plan.tagCount();
    }
    QStringList parts;
    if (images > 0)
        parts.append(QStringLiteral("delete ") + imageCountText(int(images)));
    if (tags > 0)
        parts.append(QStringLiteral("remove ") + tagCountText(int(tags)));
    QString question = parts.join(QStringLiteral(" and "));
    question[0] = question[0].toUpper();
    return question;
}

} // namespace quayside
