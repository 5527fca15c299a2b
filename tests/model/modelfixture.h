// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/deletegroups.h"
#include "model/taglistmodel.h"
#include "oci/hasher.h"
#include "oci/qtconversions.h"
#include "tests/support/testimage.h"

#include <QStringList>

namespace quayside::test {

/// The digest that stands for a letter in drawn data.
inline Digest digestNamed(const QString &name)
{
    return Hasher::hash(toStdString(name));
}

/// "1.0=a latest=a 1.1=b": tags and the images that they name.
inline RepositoryContent drawContent(const QString &drawing)
{
    RepositoryContent content;
    content.indexesComplete = true;
    const auto words = drawing.split(u' ', Qt::SkipEmptyParts);
    for (const QString &word : words) {
        const QStringList sides = word.split(u'=');
        const Digest digest = digestNamed(sides.at(1));
        content.tags.insert_or_assign(tagName(sides.at(0).toLatin1().constData()), digest);
        content.images[digest];
    }
    return content;
}

/// "1.0 latest": the tags alone, as entries of a list.
inline std::vector<TagEntry> drawEntries(const QString &drawing)
{
    std::vector<TagEntry> entries;
    const auto words = drawing.split(u' ', Qt::SkipEmptyParts);
    for (const QString &word : words) {
        TagEntry entry{tagName(word.toLatin1().constData())};
        entry.isSignature = isSignatureTag(entry.tag);
        entries.push_back(std::move(entry));
    }
    return entries;
}

/// The tags of a list as they are shown, separated by spaces.
inline QString shown(const TagListModel &model)
{
    QStringList tags;
    for (int row = 0; row < model.rowCount(); ++row)
        tags.append(model.index(row, 0).data(TagListModel::TagRole).toString());
    return tags.join(u' ');
}

} // namespace quayside::test
