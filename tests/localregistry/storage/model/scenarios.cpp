// SPDX-License-Identifier: Apache-2.0
#include "scenarios.h"

#include <algorithm>
#include <ostream>

namespace quayside::test {

namespace {

using Kind = Step::Kind;
using Steps = std::vector<Step>;

// The numbers of tags a, b and c; masks.
constexpr Mask a = 1;
constexpr Mask b = 2;
constexpr Mask c = 4;

// Contents, see World.
constexpr int layer = 1;
constexpr int image = 5;
constexpr int otherImage = 6;
constexpr int artifact = 7;
constexpr int imageIndex = 8;

Step push(int content)
{
    return {Kind::PushBlob, 0, content};
}

Step put(int content, Mask tags)
{
    return {Kind::PutManifest, 0, content, tags, tags == 0};
}

Step remove(int content)
{
    return {Kind::DeleteManifest, 0, content};
}

Step removeTag(Mask tag)
{
    return {Kind::DeleteTag, 0, 0, tag};
}

Step restore(int content, int how = 0)
{
    return {Kind::RestoreDigest, 0, content, 0, how};
}

Step restoreTag(Mask tag, int how = 0)
{
    return {Kind::RestoreTag, 0, 0, tag, how};
}

Steps operator+(Steps steps, const Steps &more)
{
    steps.insert(steps.end(), more.begin(), more.end());
    return steps;
}

std::vector<Scenario> pushes(const Steps &blobs)
{
    const Steps tagged = blobs + Steps{put(image, a | b | c)};
    return {
        {"push a blob, the store's first", {}, push(layer)},
        {"push a blob that is live", {push(layer)}, push(layer)},
        {"push a blob that is deleted", {push(layer), {Kind::DeleteBlob, 0, layer}}, push(layer)},
        {"mount a blob", {push(layer)}, {Kind::MountBlob, 1, layer, 0, 1}},
        {"mount a blob that is deleted there",
         {push(layer), {Kind::PushBlob, 1, layer}, {Kind::DeleteBlob, 1, layer}},
         {Kind::MountBlob, 1, layer, 0, 1}},
        {"push a manifest with two tags", blobs, put(image, a | b)},
        {"push a manifest that is live", tagged, put(image, a)},
        {"move a tag", tagged + Steps{put(otherImage, 0)}, put(otherImage, a)},
        {"move a tag by a push of a new manifest", tagged, put(otherImage, a)},
        {"push again what is deleted, with one of its tags", tagged + Steps{remove(image)}, put(image, a)},
        {"push again what is deleted, by digest", tagged + Steps{remove(image)}, put(image, 0)},
        {"push again as manifest what is deleted in both roles",
         tagged + Steps{push(image), remove(image), {Kind::DeleteBlob, 0, image}}, put(image, b)},
        {"push a tag that is deleted", tagged + Steps{removeTag(a)}, put(image, a)},
        {"move a tag that is deleted", tagged + Steps{removeTag(a), put(otherImage, 0)}, put(otherImage, a)},
        {"push a hidden tag", tagged + Steps{remove(image), put(image, a)}, put(image, b)},
        {"push what cannot be pushed", tagged + Steps{remove(image)}, put(imageIndex, a)},
    };
}

std::vector<Scenario> deletes(const Steps &blobs)
{
    const Steps tagged = blobs + Steps{put(image, a | b | c)};
    return {
        {"delete a manifest, the repository's first", tagged, remove(image)},
        {"delete a manifest, a later one", tagged + Steps{put(otherImage, a), remove(otherImage)},
         remove(image)},
        {"delete a manifest with hidden tags", tagged + Steps{remove(image), put(image, a)}, remove(image)},
        {"delete a tag", tagged, removeTag(b)},
        {"delete a blob", tagged, {Kind::DeleteBlob, 0, layer}},
        {"delete a manifest whose blob is deleted", tagged + Steps{push(image), {Kind::DeleteBlob, 0, image}},
         remove(image)},
        {"delete what is deleted", tagged + Steps{remove(image)}, remove(image)},
    };
}

std::vector<Scenario> restores(const Steps &blobs)
{
    const Steps tagged = blobs + Steps{put(image, a | b | c)};
    const Steps index = tagged + Steps{put(otherImage, 0), put(imageIndex, c)};
    const Steps nothing = index + Steps{remove(imageIndex), remove(image), {Kind::DeleteBlob, 0, layer}};
    return {
        {"restore a manifest", tagged + Steps{remove(image)}, restore(image)},
        {"restore a manifest whose tag moved", tagged + Steps{remove(image), put(otherImage, b)},
         restore(image)},
        {"restore one role of two", tagged + Steps{push(image), remove(image), {Kind::DeleteBlob, 0, image}},
         restore(image, Step::restoreBlob)},
        {"restore an index with all it needs", nothing, restore(imageIndex, Step::restoreDeep)},
        {"restore a tag", tagged + Steps{removeTag(a)}, restoreTag(a)},
        {"restore a hidden tag", tagged + Steps{remove(image), put(image, a)}, restoreTag(b)},
        {"restore a tag and its manifest", tagged + Steps{removeTag(a), remove(image)}, restoreTag(a)},
        {"restore a tag with all it needs", nothing, restoreTag(c, Step::restoreDeep)},
        {"restore what is live", tagged, restore(image)},
        {"restore an artifact", tagged + Steps{push(image), put(artifact, 0), remove(artifact)},
         restore(artifact)},
    };
}

std::vector<Scenario> others(const Steps &blobs)
{
    const Step start{Kind::StartUpload};
    const Step append{Kind::AppendUpload, 0, layer};
    return {
        {"start an upload", blobs, start},
        {"append to an upload", {start}, append},
        {"finish an upload", {start, append}, {Kind::FinishUpload, 0, layer}},
        {"finish an upload of an earlier process",
         {start, append, {Kind::Restart}},
         {Kind::FinishUpload, 0, layer}},
        {"finish an upload of other bytes", {start, append}, {Kind::FinishUpload, 0, 2}},
        {"cancel an upload", {start, append}, {Kind::CancelUpload}},
        {"restart", blobs + Steps{put(image, a), remove(image)}, {Kind::Restart}},
    };
}

std::vector<Scenario> sweeps(const Steps &blobs)
{
    const Step clockMonth{Kind::StepClock, 0, 0, 0, 4};
    const Step clockDay{Kind::StepClock, 0, 0, 0, 2};
    const Step sweep{Kind::Sweep};
    const Steps ripen{clockMonth, sweep, clockDay};
    const Steps tagged = blobs + Steps{put(image, a | b | c)};
    const Steps hidden = tagged + Steps{remove(image), put(image, a)};
    return {
        {"note what has expired", tagged + Steps{remove(image), removeTag(a), clockMonth}, sweep},
        {"sweep a manifest with its tags", tagged + Steps{remove(image)} + ripen, sweep},
        {"sweep a subject",
         tagged + Steps{push(image), put(artifact, 0), {Kind::DeleteBlob, 0, image}, remove(image)} + ripen,
         sweep},
        {"sweep a tag", tagged + Steps{removeTag(b)} + ripen, sweep},
        {"sweep hidden tags", hidden + ripen, sweep},
        {"sweep a blob",
         {push(layer), push(2), {Kind::DeleteBlob, 0, layer}, clockMonth, sweep, clockDay},
         sweep},
        {"purge a manifest", tagged + Steps{remove(image)}, {Kind::PurgeDigest, 0, image}},
        {"purge a tag", tagged + Steps{removeTag(b)}, {Kind::PurgeTag, 0, 0, b}},
        {"purge a hidden tag", hidden, {Kind::PurgeTag, 0, 0, b}},
        {"collect the parts of what was swept",
         tagged + Steps{remove(image)} + ripen + Steps{sweep},
         {Kind::Collect}},
        {"collect beside what is deleted", hidden + Steps{remove(image)}, {Kind::Collect}},
        {"push again what was swept", tagged + Steps{remove(image)} + ripen + Steps{sweep}, put(image, a)},
    };
}

} // namespace

std::vector<Scenario> scenarios()
{
    Steps blobs;
    for (int i = 0; i < World::firstManifest; ++i)
        blobs.push_back(push(i));
    std::vector<Scenario> all;
    for (const auto &some : {pushes(blobs), deletes(blobs), restores(blobs), sweeps(blobs), others(blobs)})
        all.insert(all.end(), some.begin(), some.end());
    return all;
}

std::string testName(const Scenario &scenario)
{
    auto name = scenario.name;
    std::erase(name, ',');
    std::erase(name, '\'');
    std::replace(name.begin(), name.end(), ' ', '_');
    return name;
}

void PrintTo(const Scenario &scenario, std::ostream *out)
{
    *out << '"' << scenario.name << '"';
}

} // namespace quayside::test
