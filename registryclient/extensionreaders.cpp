// SPDX-License-Identifier: Apache-2.0
#include "registryclient/extensionreaders.h"

#include "oci/json.h"
#include "oci/qtconversions.h"

#include <utility>

namespace quayside {

namespace {

using Json = nlohmann::json;

tl::unexpected<Error> bad(std::string what)
{
    return fail(ErrorKind::BadAnswer, std::move(what));
}

Result<Json> parseObject(const QByteArray &body)
{
    auto json = parseJson(toStringView(body), JsonRules::Lenient);
    if (!json)
        return bad(json.error().message);
    if (!json->is_object())
        return bad("JSON that is no object");
    return json;
}

/// The text at `key`; empty if it is absent.
QString textAt(const Json &object, const char *key)
{
    return toQString(stringAt(object, key).value_or(std::string()));
}

std::optional<Timestamp> timeAt(const Json &object, const char *key)
{
    const auto text = stringAt(object, key);
    return text ? parseRfc3339(*text) : std::nullopt;
}

/// A value with a grammar; nothing if it is absent or breaks the grammar.
template <typename T>
std::optional<T> valueAt(const Json &object, const char *key)
{
    const auto text = stringAt(object, key);
    if (!text)
        return std::nullopt;
    auto value = T::parse(*text);
    return value ? std::optional<T>(std::move(*value)) : std::nullopt;
}

/// Calls `take` for each element of the array at `key`, if there is one.
template <typename Take>
void forEachAt(const Json &object, const char *key, Take take)
{
    const auto array = object.find(key);
    if (array == object.end() || !array->is_array())
        return;
    for (const Json &element : *array)
        take(element);
}

QStringList textsAt(const Json &object, const char *key)
{
    QStringList texts;
    forEachAt(object, key, [&texts](const Json &element) {
        if (element.is_string())
            texts.append(toQString(element.get_ref<const std::string &>()));
    });
    return texts;
}

/// The values with a grammar in the array at `key`; others are left out.
template <typename T>
std::vector<T> valuesAt(const Json &object, const char *key)
{
    std::vector<T> values;
    forEachAt(object, key, [&values](const Json &element) {
        if (!element.is_string())
            return;
        if (auto value = T::parse(element.get_ref<const std::string &>()))
            values.push_back(std::move(*value));
    });
    return values;
}

/// Reads the array at `key` row by row.
template <typename Row>
Result<Page<Row>> readRows(const QByteArray &body, const char *key, Result<Row> (*readRow)(const Json &))
{
    const auto object = parseObject(body);
    if (!object)
        return tl::unexpected(object.error());
    const auto rows = object->find(key);
    if (rows == object->end() || !rows->is_array())
        return bad(std::string("a list without \"") + key + '"');
    Page<Row> page;
    page.rows.reserve(rows->size());
    for (const Json &json : *rows) {
        auto row = json.is_object() ? readRow(json) : bad("a row that is no object");
        if (!row)
            return tl::unexpected(row.error());
        page.rows.push_back(std::move(*row));
    }
    return page;
}

Result<ContentRow> readContentRow(const Json &json)
{
    const auto digest = valueAt<Digest>(json, "digest");
    const auto size = integerAt(json, "size");
    if (!digest || !size)
        return bad("a manifest without digest or size");
    return ContentRow{.digest = *digest,
                      .mediaType = valueAt<MediaType>(json, "mediaType"),
                      .artifactType = textAt(json, "artifactType"),
                      .size = *size,
                      .downloadSize = integerAt(json, "downloadSize").value_or(*size),
                      .built = timeAt(json, "built"),
                      .pushed = timeAt(json, "pushed"),
                      .platforms = textsAt(json, "platforms"),
                      .tags = valuesAt<Tag>(json, "tags"),
                      .children = valuesAt<Digest>(json, "children"),
                      .subject = valueAt<Digest>(json, "subject")};
}

std::optional<TrashRow::Role> readRole(const QString &text)
{
    if (text == QLatin1String("manifest"))
        return TrashRow::Role::Manifest;
    if (text == QLatin1String("blob"))
        return TrashRow::Role::Blob;
    if (text == QLatin1String("tag"))
        return TrashRow::Role::Tag;
    return std::nullopt;
}

Result<TrashRow> readTrashRow(const Json &json)
{
    const auto repository = valueAt<RepositoryName>(json, "repository");
    const auto role = readRole(textAt(json, "role"));
    const auto digest = valueAt<Digest>(json, "digest");
    const auto tag = valueAt<Tag>(json, "tag");
    if (!repository || !role || !digest || (*role == TrashRow::Role::Tag) != tag.has_value())
        return bad("an entry of the trash without repository, role, digest or tag");
    auto tags = valuesAt<Tag>(json, "tags");
    const auto count = static_cast<qint64>(tags.size());
    return TrashRow{.repository = *repository,
                    .role = *role,
                    .reference = tag ? TagOrDigest(*tag) : TagOrDigest(*digest),
                    .digest = *digest,
                    .mediaType = valueAt<MediaType>(json, "mediaType"),
                    .size = integerAt(json, "size"),
                    .platforms = textsAt(json, "platforms"),
                    .tags = std::move(tags),
                    .tagCount = integerAt(json, "tagCount").value_or(count),
                    .deletedAt = timeAt(json, "deletedAt"),
                    .expiresAt = timeAt(json, "expiresAt"),
                    .by = textAt(json, "by"),
                    .user = textAt(json, "user"),
                    .heldBy = textsAt(json, "heldBy")};
}

std::optional<RegistryEvent::Type> readEventType(const QString &text)
{
    using Type = RegistryEvent::Type;
    static constexpr std::pair<QLatin1String, Type> types[] = {{QLatin1String("push"), Type::Push},
                                                               {QLatin1String("pull"), Type::Pull},
                                                               {QLatin1String("delete"), Type::Delete},
                                                               {QLatin1String("restore"), Type::Restore},
                                                               {QLatin1String("sweep"), Type::Sweep}};
    for (const auto &[name, type] : types) {
        if (text == name)
            return type;
    }
    return std::nullopt;
}

} // namespace

Result<ContentRowPage> readContentPage(const QByteArray &body)
{
    return readRows<ContentRow>(body, "manifests", &readContentRow);
}

Result<TrashRowPage> readTrashPage(const QByteArray &body)
{
    return readRows<TrashRow>(body, "entries", &readTrashRow);
}

Result<RestoreOutcome> readRestoreOutcome(const QByteArray &body)
{
    const auto object = parseObject(body);
    if (!object)
        return tl::unexpected(object.error());
    RestoreOutcome outcome;
    outcome.restored = valuesAt<Digest>(*object, "restored");
    outcome.tags = valuesAt<Tag>(*object, "tags");
    forEachAt(*object, "tagsLeft", [&outcome](const Json &json) {
        if (auto tag = json.is_object() ? valueAt<Tag>(json, "tag") : std::nullopt)
            outcome.tagsLeft.push_back({std::move(*tag), textAt(json, "reason")});
    });
    forEachAt(*object, "missing", [&outcome](const Json &json) {
        if (auto digest = json.is_object() ? valueAt<Digest>(json, "digest") : std::nullopt)
            outcome.missing.push_back({*digest, textAt(json, "state") == QLatin1String("in trash")});
    });
    return outcome;
}

std::optional<RegistryEvent> readEvent(const QByteArray &data)
{
    const auto object = parseObject(data);
    if (!object)
        return std::nullopt;
    const auto type = readEventType(textAt(*object, "type"));
    const auto repository = valueAt<RepositoryName>(*object, "repository");
    if (!type || !repository)
        return std::nullopt;
    return RegistryEvent{*type, *repository, valueAt<Digest>(*object, "digest"),
                         valuesAt<Tag>(*object, "tags"), timeAt(*object, "time")};
}

std::optional<QuaysideExtension> readDiscovery(const QByteArray &body)
{
    std::optional<QuaysideExtension> found;
    if (const auto object = parseObject(body)) {
        forEachAt(*object, "extensions", [&found](const Json &json) {
            if (!json.is_object() || stringAt(json, "name") != "_quayside")
                return;
            found.emplace();
            if (const auto seconds = integerAt(json, "trashRetentionSeconds"))
                found->trashRetention = std::chrono::seconds(*seconds);
        });
    }
    return found;
}

} // namespace quayside
