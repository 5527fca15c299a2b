// SPDX-License-Identifier: Apache-2.0
#include "model/trashmodel.h"

#include "model/plantext.h"
#include "oci/qtconversions.h"

#include <QLocale>

#include <algorithm>

namespace quayside {

namespace {

QString orDash(const QString &text)
{
    return text.isEmpty() ? QStringLiteral("–") : text;
}

QStringList tagNames(const RestoreItem &item)
{
    QStringList names;
    for (const Tag &tag : item.tags)
        names.append(toQString(tag.toString()));
    return names;
}

QVariant dateVariant(const std::optional<QDateTime> &date)
{
    return date ? QVariant(*date) : QVariant();
}

} // namespace

QString DeletedEntry::key() const
{
    return toQString(restore.repository.toString()) + u'@' + toQString(toString(restore.reference)) + u' ' +
           restore.operationId + u' ' + QString::number(restore.journalIndex);
}

QString restorableText(const DeletedEntry &entry)
{
    switch (entry.check.restorable) {
    case Restorable::UntilDate:
        if (!entry.expiresAt)
            return TrashModel::tr("Yes");
        return TrashModel::tr("Yes, until %1")
            .arg(QLocale().toString(entry.expiresAt->toLocalTime().date(), QStringLiteral("d MMM")));
    case Restorable::Probably:
        return TrashModel::tr("Probably; all layers seen");
    case Restorable::No:
        return TrashModel::tr("No: %1 of %2 layers are gone")
            .arg(entry.check.missing)
            .arg(entry.check.needed);
    case Restorable::FullCopy:
        return TrashModel::tr("Yes, full copy here (%1)").arg(bytesText(entry.copyBytes));
    case Restorable::NotChecked:
        break;
    }
    return TrashModel::tr("Not checked");
}

int TrashModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant TrashModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const DeletedEntry &entry = entryAt(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return display(entry, index.column());
    case RepositoryRole:
        return toQString(entry.restore.repository.toString());
    case DigestRole:
        return toQString(entry.restore.digest.toString());
    case AbbreviatedDigestRole:
        return toQString(entry.restore.digest.abbreviated());
    case TagsRole:
        return tagNames(entry.restore);
    case IsTagRole:
        return std::holds_alternative<Tag>(entry.restore.reference);
    case PlatformsRole:
        return entry.platforms;
    case DeletedAtRole:
        return dateVariant(entry.deletedAt);
    case ByRole:
        return entry.by;
    case RestorableRole:
        return int(entry.check.restorable);
    case RestorableTextRole:
        return restorableText(entry);
    case CheckedAtRole:
        return entry.check.at;
    case ExpiresAtRole:
        return dateVariant(entry.expiresAt);
    case CopyUntilRole:
        return dateVariant(entry.copyUntil);
    case InRegistryRole:
        return entry.restore.inRegistry;
    default:
        return {};
    }
}

QVariant TrashModel::display(const DeletedEntry &entry, int column) const
{
    switch (column) {
    case ImageColumn:
        return QString(toQString(entry.restore.repository.toString()) + u'@' +
                       toQString(entry.restore.digest.abbreviated()));
    case TagsColumn:
        return orDash(tagNames(entry.restore).join(QStringLiteral(", ")));
    case DeletedColumn:
        return orDash(entry.deletedAt
                          ? QLocale().toString(entry.deletedAt->toLocalTime(), QLocale::ShortFormat)
                          : QString());
    case ByColumn:
        return orDash(entry.by);
    default:
        return restorableText(entry);
    }
}

QVariant TrashModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case ImageColumn:
        return tr("Image");
    case TagsColumn:
        return tr("Tags");
    case DeletedColumn:
        return tr("Deleted");
    case ByColumn:
        return tr("By");
    case RestorableColumn:
        return tr("Can be restored");
    default:
        return {};
    }
}

std::vector<RestoreItem> TrashModel::restoreItems(const QList<int> &rows) const
{
    std::vector<RestoreItem> items;
    for (const int row : rows)
        items.push_back(entryAt(row).restore);
    return items;
}

void TrashModel::setRows(std::vector<DeletedEntry> rows, bool coversEverybody)
{
    m_coversEverybody = coversEverybody;
    std::map<QString, RestoreCheck> known;
    for (DeletedEntry &row : rows) {
        if (row.check.restorable == Restorable::FullCopy)
            continue; // whatever the registry has lost
        if (const auto check = m_checks.extract(row.key())) {
            row.check = check.mapped();
            known.emplace(check.key(), check.mapped());
        }
    }
    m_checks = std::move(known);
    synchronise(std::move(rows));
    emit statusChanged();
}

int TrashModel::uncheckedCount() const
{
    return int(std::count_if(rows().begin(), rows().end(), [](const DeletedEntry &entry) {
        return entry.check.restorable == Restorable::NotChecked;
    }));
}

void TrashModel::setChecks(const std::vector<CheckedItem> &checks)
{
    for (const CheckedItem &checked : checks)
        m_checks.insert_or_assign(DeletedEntry{checked.item}.key(), checked.check);
    setRows(rows(), m_coversEverybody);
}

void TrashModel::setStatus(bool loading, std::optional<Error> error)
{
    m_loading = loading;
    m_error = std::move(error);
    emit statusChanged();
}

} // namespace quayside
