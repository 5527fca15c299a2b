// SPDX-License-Identifier: Apache-2.0
#include "model/journaltext.h"

#include "oci/qtconversions.h"

#include <QStringList>

namespace quayside {

namespace {

template <typename T>
QString joined(const std::vector<T> &values)
{
    QStringList texts;
    for (const T &value : values)
        texts.append(toQString(value.toString()));
    return texts.join(u' ');
}

template <typename T>
std::vector<T> parsed(const QString &text)
{
    std::vector<T> values;
    const auto parts = text.split(u' ', Qt::SkipEmptyParts);
    for (const QString &part : parts) {
        if (auto value = T::parse(toStdString(part)))
            values.push_back(std::move(*value));
    }
    return values;
}

} // namespace

QString textOf(const std::vector<Tag> &tags)
{
    return joined(tags);
}

QString textOf(const std::vector<Digest> &digests)
{
    return joined(digests);
}

std::vector<Tag> tagsFromText(const QString &text)
{
    return parsed<Tag>(text);
}

std::vector<Digest> digestsFromText(const QString &text)
{
    return parsed<Digest>(text);
}

QVariant notNull(const QVariant &value)
{
    if (value.typeId() == QMetaType::QString && value.toString().isNull())
        return QStringLiteral("");
    if (value.typeId() == QMetaType::QByteArray && value.toByteArray().isNull())
        return QByteArrayLiteral("");
    return value;
}

QString qualified(QLatin1String table, QLatin1String columns)
{
    QStringList names = QString(columns).split(QStringLiteral(", "));
    for (QString &name : names)
        name = table + u'.' + name;
    return names.join(QStringLiteral(", "));
}

} // namespace quayside
