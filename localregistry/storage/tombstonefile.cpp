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
    return Tombstone::Deletion{parseRfc3339(*text), false, false};
}

std::string timeText(const std::optional<Timestamp> &time)
{
    return time ? formatRfc3339(*time) : std::string();
}

std::int64_t numberIn(std::string_view text)
{
    std::int64_t number = -1;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

std::optional<ExpirySighting> takenSighting(KeyValues &values)
{
    const auto text = taken(values, "expired-seen");
    return text ? ExpirySighting::parse(*text) : std::nullopt;
}

void setUnlessEmpty(KeyValues &values, std::string_view key, const std::string &value)
{
    if (!value.empty())
        values.set(key, value);
}

void setSweep(KeyValues &values, const std::optional<ExpirySighting> &expiredSeen, bool sweeping)
{
    if (expiredSeen)
        values.set("expired-seen", expiredSeen->toString());
    if (sweeping)
        values.set("sweeping", "1");
}

} // namespace

std::optional<ExpirySighting> ExpirySighting::parse(std::string_view text)
{
    const auto first = text.find(' ');
    const auto second = text.find(' ', first + 1);
    const auto time = parseRfc3339(text.substr(0, first));
    if (!time || first == std::string_view::npos || second == std::string_view::npos)
        return std::nullopt;
    const auto uptime = numberIn(text.substr(first + 1, second - first - 1));
    const auto startDays = numberIn(text.substr(second + 1));
    if (uptime < 0 || startDays < 0)
        return std::nullopt;
    return ExpirySighting{*time, std::chrono::seconds(uptime), static_cast<int>(startDays)};
}

std::string ExpirySighting::toString() const
{
    return formatRfc3339(time) + ' ' + std::to_string(uptime.count()) + ' ' + std::to_string(startDays);
}

bool Tombstone::names(ContentRole role) const
{
    return !readable || (role == ContentRole::Manifest ? manifest : blob).has_value();
}

bool Tombstone::hides(const std::string &tag) const
{
    return std::binary_search(hidden.begin(), hidden.end(), tag);
}

bool Tombstone::isOutdatedTag(const std::string &tag) const
{
    return std::binary_search(outdatedTags.begin(), outdatedTags.end(), tag) &&
           (names(ContentRole::Manifest) || hides(tag));
}

bool Tombstone::keepsForeignPush() const
{
    return (manifest && manifest->isOutdated) || (blob && blob->isOutdated) ||
           std::any_of(outdatedTags.begin(), outdatedTags.end(),
                       [this](const auto &tag) { return isOutdatedTag(tag); });
}

std::optional<Timestamp> Tombstone::deletedAt(ContentRole role) const
{
    const auto &deletion = role == ContentRole::Manifest ? manifest : blob;
    return deletion ? deletion->since : std::nullopt;
}

std::optional<Timestamp> Tombstone::lastDeletion() const
{
    if (!readable)
        return std::nullopt;
    std::vector<std::optional<Timestamp>> times;
    if (manifest)
        times.push_back(manifest->since);
    if (blob)
        times.push_back(blob->since);
    if (!hidden.empty())
        times.push_back(hiddenSince);
    if (times.empty() || std::find(times.begin(), times.end(), std::nullopt) != times.end())
        return std::nullopt;
    return *std::max_element(times.begin(), times.end());
}

bool Tombstone::isEmpty() const
{
    return readable && !manifest && !blob && hidden.empty();
}

void Tombstone::renew()
{
    expiredSeen.reset();
    sweeping = false;
    cause.clear();
}

void Tombstone::clear(ContentRole role)
{
    renew();
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
    const bool wasLost = taken(values, "lost") == "1";
    if (result.manifest)
        result.manifest->wasLost = wasLost;
    result.hidden = split(taken(values, "hidden").value_or(""));
    std::sort(result.hidden.begin(), result.hidden.end());
    result.hiddenSince = takenTime(values, "hidden-since");
    result.tags = split(taken(values, "tags").value_or(""));
    const auto count = taken(values, "tagcount").value_or("");
    std::from_chars(count.data(), count.data() + count.size(), result.tagCount);
    result.by = taken(values, "by").value_or("");
    result.user = taken(values, "user").value_or("");
    result.cause = taken(values, "cause").value_or("");
    result.expiredSeen = takenSighting(values);
    result.sweeping = taken(values, "sweeping") == "1";
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
    if (manifest && manifest->wasLost)
        values.set("lost", "1");
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
    setUnlessEmpty(values, "cause", cause);
    setSweep(values, expiredSeen, sweeping);
    return digest.toString() + '\n' + values.toString();
}

TagTombstone TagTombstone::parse(std::string_view text)
{
    TagTombstone result;
    auto record = parseRecord(text);
    if (!record)
        return result;
    auto &values = record->values;
    result.digest = record->digest;
    result.deletedAt = takenTime(values, "tag");
    result.by = taken(values, "by").value_or("");
    result.user = taken(values, "user").value_or("");
    result.expiredSeen = takenSighting(values);
    result.sweeping = taken(values, "sweeping") == "1";
    result.others = std::move(values);
    return result;
}

std::string TagTombstone::toString() const
{
    auto values = others;
    values.set("tag", timeText(deletedAt));
    setUnlessEmpty(values, "by", by);
    setUnlessEmpty(values, "user", user);
    setSweep(values, expiredSeen, sweeping);
    return digest->toString() + '\n' + values.toString();
}

} // namespace quayside
