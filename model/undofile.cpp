// SPDX-License-Identifier: Apache-2.0
#include "model/undofile.h"

#include "model/keptmanifests.h"
#include "model/restoregraph.h"
#include "oci/hasher.h"
#include "oci/qtconversions.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <map>
#include <set>
#include <unistd.h>
#include <utility>

namespace quayside {

namespace {

constexpr int fileVersion = 1;
constexpr qint64 mostBytes = qint64(1) << 30;
constexpr std::size_t mostLinks = 5'000'000; // from one entry to another

constexpr std::array<std::pair<JournalItem::Role, const char *>, 4> roleNames{{
    {JournalItem::Role::Image, "image"},
    {JournalItem::Role::Also, "also"},
    {JournalItem::Role::Tag, "tag"},
    {JournalItem::Role::Kept, "kept"},
}};
constexpr std::array<std::pair<Outcome, const char *>, 7> outcomeNames{{
    {Outcome::Pending, "unknown"},
    {Outcome::Done, "deleted"},
    {Outcome::AlreadyGone, "alreadyGone"},
    {Outcome::LeftAlone, "leftAlone"},
    {Outcome::Moved, "moved"},
    {Outcome::Failed, "failed"},
    {Outcome::NotSent, "notSent"},
}};

template <typename Names, typename Value>
QString nameOf(const Names &names, Value value)
{
    for (const auto &[known, name] : names) {
        if (known == value)
            return QString::fromLatin1(name);
    }
    return {};
}

template <typename Names>
auto valueOf(const Names &names, const QString &text)
{
    std::optional<typename Names::value_type::first_type> value;
    for (const auto &[known, name] : names) {
        if (text == QLatin1String(name))
            value = known;
    }
    return value;
}

template <typename T>
QJsonArray arrayOf(const std::vector<T> &values)
{
    QJsonArray array;
    for (const T &value : values)
        array.append(toQString(value.toString()));
    return array;
}

/// Nothing if one of them does not follow its grammar.
template <typename T>
std::optional<std::vector<T>> valuesOf(const QJsonValue &array)
{
    std::vector<T> values;
    const QJsonArray texts = array.toArray();
    for (const QJsonValue &text : texts) {
        auto value = T::parse(toStdString(text.toString()));
        if (!value)
            return {};
        values.push_back(std::move(*value));
    }
    return values;
}

QJsonObject objectOf(const JournalOperation &operation)
{
    return {{QStringLiteral("id"), operation.id},
            {QStringLiteral("title"), operation.title},
            {QStringLiteral("registry"), operation.registry},
            {QStringLiteral("login"), operation.login},
            {QStringLiteral("repository"), operation.repository},
            {QStringLiteral("started"), operation.started.toUTC().toString(Qt::ISODateWithMs)}};
}

QJsonObject objectOf(const JournalItem &item)
{
    const QString mediaType = item.mediaType ? toQString(item.mediaType->toString()) : QString();
    return {{QStringLiteral("role"), nameOf(roleNames, item.role)},
            {QStringLiteral("digest"), toQString(item.digest.toString())},
            {QStringLiteral("mediaType"), mediaType},
            {QStringLiteral("tags"), arrayOf(item.tags)},
            {QStringLiteral("siblings"), arrayOf(item.siblings)},
            {QStringLiteral("children"), arrayOf(item.children)},
            {QStringLiteral("outcome"), nameOf(outcomeNames, item.outcome)},
            {QStringLiteral("manifest"), QString::fromLatin1(item.manifest.toBase64())}};
}

Result<JournalOperation> operationOf(const QJsonObject &object)
{
    JournalOperation operation;
    operation.id = object[QStringLiteral("id")].toString();
    operation.title = object[QStringLiteral("title")].toString();
    operation.registry = object[QStringLiteral("registry")].toString();
    operation.login = object[QStringLiteral("login")].toString();
    operation.repository = object[QStringLiteral("repository")].toString();
    operation.started =
        QDateTime::fromString(object[QStringLiteral("started")].toString(), Qt::ISODateWithMs);
    if (operation.id.isEmpty() || !RepositoryName::parse(toStdString(operation.repository)))
        return fail(ErrorKind::InvalidInput, "undo file: it does not say what was deleted");
    return operation;
}

Result<JournalItem> itemOf(const QJsonObject &object)
{
    const auto role = valueOf(roleNames, object[QStringLiteral("role")].toString());
    const auto outcome = valueOf(outcomeNames, object[QStringLiteral("outcome")].toString());
    const std::string digestText = toStdString(object[QStringLiteral("digest")].toString());
    const auto digest = Digest::parse(digestText);
    const auto bytes = QByteArray::fromBase64Encoding(
        object[QStringLiteral("manifest")].toString().toLatin1(), QByteArray::AbortOnBase64DecodingErrors);
    const auto tags = valuesOf<Tag>(object[QStringLiteral("tags")]);
    const auto siblings = valuesOf<Tag>(object[QStringLiteral("siblings")]);
    const auto children = valuesOf<Digest>(object[QStringLiteral("children")]);
    if (!role || !outcome || !digest || !bytes || !tags || !siblings || !children)
        return fail(ErrorKind::InvalidInput, "undo file: an entry cannot be read");
    if (Hasher::hash(toStringView(*bytes), digest->algorithm()) != *digest)
        return fail(ErrorKind::InvalidInput, "undo file: the bytes of " + digestText + " are not its own");
    const std::set<Digest> parts(children->begin(), children->end()); // each once
    JournalItem item{*role, *digest, {}, *bytes, *tags, *siblings, {parts.begin(), parts.end()}};
    item.outcome = *outcome;
    const auto mediaType = MediaType::parse(toStdString(object[QStringLiteral("mediaType")].toString()));
    if (mediaType)
        item.mediaType = *mediaType;
    const auto all = childrenOf(RawManifest{item.digest, item.mediaType, item.manifest});
    const std::set<Digest> named(all.begin(), all.end());
    if (!std::includes(named.begin(), named.end(), parts.begin(), parts.end()))
        return fail(ErrorKind::InvalidInput, "undo file: " + digestText + " does not name its parts");
    return item;
}

/// Whether many entries name many equal ones: looking what depends on what would take for ever.
bool isEntangled(const std::vector<JournalItem> &items, const RepositoryName &repository)
{
    std::map<Digest, std::size_t> copies;
    for (const JournalItem &item : items)
        ++copies[item.digest];
    std::size_t links = 0;
    const auto count = [&](const auto &digests) {
        for (const Digest &digest : digests) {
            const auto found = copies.find(digest);
            links += found == copies.end() ? 0 : found->second;
        }
    };
    for (const JournalItem &item : items) {
        count(item.children);
        count(KeptManifest::read(repository, item).subjects);
        if (links > mostLinks)
            return true;
    }
    return false;
}

Error storageError(int code)
{
    const auto kind = code == ENOSPC || code == EDQUOT ? ErrorKind::NoSpace : ErrorKind::Storage;
    return Error{kind, 0, {}, "undo file: " + toStdString(qt_error_string(code))};
}

bool writeAll(int file, const QByteArray &bytes)
{
    qsizetype written = 0;
    while (written < bytes.size()) {
        const auto count =
            ::write(file, bytes.constData() + written, static_cast<std::size_t>(bytes.size() - written));
        if (count < 0 && errno != EINTR)
            return false;
        written += count > 0 ? count : 0;
    }
    return true;
}

/// So that the name is on the disk too.
bool syncDirectoryOf(const QString &path)
{
    const auto slash = path.lastIndexOf(u'/');
    const QString directory = slash < 0 ? QStringLiteral(".") : path.left(slash + 1);
    const int handle = ::open(QFile::encodeName(directory).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (handle < 0)
        return false;
    const bool synced = ::fsync(handle) == 0;
    ::close(handle);
    return synced;
}

} // namespace

QByteArray undoFileBytes(const UndoRecord &record)
{
    QJsonArray items;
    for (const JournalItem &item : record.items) {
        if (!item.manifest.isEmpty()) // forgotten
            items.append(objectOf(item));
    }
    const QJsonObject root{{QStringLiteral("quaysideUndo"), fileVersion},
                           {QStringLiteral("operation"), objectOf(record.operation)},
                           {QStringLiteral("items"), items}};
    return QJsonDocument(root).toJson();
}

Result<UndoRecord> readUndoFile(const QByteArray &bytes)
{
    const QJsonObject root = QJsonDocument::fromJson(bytes).object();
    const int version = root[QStringLiteral("quaysideUndo")].toInt();
    if (version < 1)
        return fail(ErrorKind::InvalidInput, "this is not an undo file");
    if (version > fileVersion)
        return fail(ErrorKind::Unsupported, "the undo file was written by a newer version of Quayside");
    const auto operation = operationOf(root[QStringLiteral("operation")].toObject());
    if (!operation)
        return tl::unexpected(operation.error());
    UndoRecord record{*operation, {}};
    const QJsonArray items = root[QStringLiteral("items")].toArray();
    for (const QJsonValue &value : items) {
        auto item = itemOf(value.toObject());
        if (!item)
            return tl::unexpected(item.error());
        record.items.push_back(std::move(*item));
    }
    if (isEntangled(record.items, *RepositoryName::parse(toStdString(operation->repository))))
        return fail(ErrorKind::TooLarge, "undo file: its entries are too entangled");
    return record;
}

Result<void> saveUndoFile(const QString &path, const UndoRecord &record)
{
    const QByteArray name = QFile::encodeName(path);
    const int file = ::open(name.constData(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0 && errno == EEXIST)
        return fail(ErrorKind::Conflict, "undo file: " + toStdString(path) + " is there already");
    if (file < 0)
        return tl::unexpected(storageError(errno));
    const bool written = writeAll(file, undoFileBytes(record)) && ::fsync(file) == 0;
    const int code = errno;
    ::close(file);
    if (written && syncDirectoryOf(path))
        return {};
    ::unlink(name.constData());
    return tl::unexpected(storageError(written ? errno : code));
}

Result<UndoRecord> loadUndoFile(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorKind::Storage, "undo file: " + toStdString(file.errorString()));
    const QByteArray bytes = file.read(mostBytes + 1);
    if (bytes.size() > mostBytes)
        return fail(ErrorKind::TooLarge, "the undo file is larger than 1 GiB");
    return readUndoFile(bytes);
}

} // namespace quayside
