// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/tombstonefile.h"

#include <algorithm>
#include <charconv>

namespace quayside {

namespace {

struct Record
{
    Digest digest;
    KeyValues values;
};

std::optional<Record> parseRecord(std::string_view text)
{
    const auto end = text.find('\n');
    const auto digest = Digest::parse(text.substr(0, end));
    if (!digest || end == std::string_view::npos)
        return std::nullopt;
    auto values = KeyValues::parse(text.substr(end + 1));
    if (!values)
        return std::nullopt;
    return Record{*digest, std::move(*values)};
}

std::string joined(const std::vector<std::string> &names)
{
    std::string text;
    for (const auto &name : names) {
        if (!text.empty())
            text += ',';
        text += name;
    }
    return text;
}

std::vector<std::string> split(std::string_view text)
{
    std::vector<std::string> names;
    while (!text.empty()) {
        const auto end = std::min(text.find(','), text.size());
        // What is no tag can hide or list nothing.
        if (const auto tag = Tag::parse(text.substr(0, end)))
            names.push_back(tag->toString());
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return names;
}

std::optional<std::string> taken(KeyValues &values, std::string_view key)
{
    auto value = values.value(key);
    values.remove(key);
    return value;
}

std::optional<Timestamp> takenTime(KeyValues &values, std::string_view key)
{
    const auto text = taken(values, key);
    return text ? parseRfc3339(*text) : std::nullopt;
}

std::optional<Tombstone::Deletion> takenDeletion(KeyValues &values, std::string_view key)
{
    const auto text = taken(values, key);
    if (!text)
        return std::nullopt;
    return Tombstone::Deletion{parseRfc3339(*text)};
}

std::string timeText(const std::optional<Timestamp> &time)
{
    return time ? formatRfc3339(*time) : std::string();
}

void setUnlessEmpty(KeyValues &values, std::string_view key, const std::string &value)
{
    if (!value.empty())
        values.set(key, value);
}

} // namespace

bool Tombstone::names(ContentRole role) const
{
    return !readable || (role == ContentRole::Manifest ? manifest : blob).has_value();
}

bool Tombstone::hides(const std::string &tag) const
{
    return std::binary_search(hidden.begin(), hidden.end(), tag);
}

std::optional<Timestamp> Tombstone::deletedAt(ContentRole role) const
{
    const auto &deletion = role == ContentRole::Manifest ? manifest : blob;
    return deletion ? deletion->since : std::nullopt;
}

bool Tombstone::isEmpty() const
{
    return readable && !manifest && !blob && hidden.empty();
}

void Tombstone::clear(ContentRole role)
{
    if (!readable) {
        // From here on it is an ordinary record; the other role stays deleted, since when nobody knows.
        readable = true;
        manifest = blob = Deletion{};
    }
    if (role == ContentRole::Blob) {
        blob.reset();
        return;
    }
    manifest.reset();
    tags.clear();
    tagCount = 0;
}

Tombstone Tombstone::parse(std::string_view text)
{
    Tombstone result;
    auto record = parseRecord(text);
    if (!record) {
        result.readable = false;
        return result;
    }
    auto &values = record->values;
    result.manifest = takenDeletion(values, "manifest");
    result.blob = takenDeletion(values, "blob");
    result.hidden = split(taken(values, "hidden").value_or(""));
    std::sort(result.hidden.begin(), result.hidden.end());
    result.hiddenSince = takenTime(values, "hidden-since");
    result.tags = split(taken(values, "tags").value_or(""));
    const auto count = taken(values, "tagcount").value_or("");
    std::from_chars(count.data(), count.data() + count.size(), result.tagCount);
    result.by = taken(values, "by").value_or("");
    result.user = taken(values, "user").value_or("");
    result.others = std::move(values);
    // Neither a role nor a hidden tag: nothing that this program writes. Presence means deleted.
    if (result.isEmpty())
        result.readable = false;
    return result;
}

std::string Tombstone::toString(const Digest &digest) const
{
    auto values = others;
    if (manifest)
        values.set("manifest", timeText(manifest->since));
    if (blob)
        values.set("blob", timeText(blob->since));
    if (manifest && tagCount > 0) {
        values.set("tagcount", std::to_string(tagCount));
        values.set("tags", joined(tags));
    }
    if (!hidden.empty()) {
        values.set("hidden", joined(hidden));
        setUnlessEmpty(values, "hidden-since", timeText(hiddenSince));
    }
    setUnlessEmpty(values, "by", by);
    setUnlessEmpty(values, "user", user);
    return digest.toString() + '\n' + values.toString();
}

TagTombstone TagTombstone::parse(std::string_view text)
{
    TagTombstone result;
    auto record = parseRecord(text);
    if (!record)
        return result;
    result.digest = record->digest;
    result.deletedAt = takenTime(record->values, "tag");
    result.by = record->values.value("by").value_or("");
    result.user = record->values.value("user").value_or("");
    return result;
}

std::string TagTombstone::toString() const
{
    KeyValues values;
    values.set("tag", timeText(deletedAt));
    setUnlessEmpty(values, "by", by);
    setUnlessEmpty(values, "user", user);
    return digest->toString() + '\n' + values.toString();
}

} // namespace quayside
