// SPDX-License-Identifier: Apache-2.0
#include "grounds.h"

namespace quayside::test {

namespace {

using Kind = Step::Kind;

// Masks of the tags a, b, c and d.
constexpr Mask a = 1;
constexpr Mask b = 2;
constexpr Mask c = 4;
constexpr Mask d = 8;

std::vector<Step> blobs()
{
    std::vector<Step> steps;
    for (int i = 0; i <= World::lastBlob; ++i)
        steps.push_back({Kind::PushBlob, 0, i});
    return steps;
}

std::vector<Step> operator+(std::vector<Step> steps, const std::vector<Step> &more)
{
    steps.insert(steps.end(), more.begin(), more.end());
    return steps;
}

// The live manifest 5, its tags and its deleted tag, the deleted manifest 6, and blobs.
Ground whatIsLiveAndDeleted()
{
    return {"LiveAndDeleted",
            blobs() + std::vector<Step>{{Kind::PutManifest, 0, 5, a | b | c},
                                        {Kind::PutManifest, 0, 6, d},
                                        {Kind::DeleteManifest, 0, 6},
                                        {Kind::DeleteBlob, 0, 3},
                                        {Kind::DeleteTag, 0, 0, c}},
            {{Kind::PutManifest, 0, 5, a},
             {Kind::PutManifest, 0, 5, d},
             {Kind::DeleteManifest, 0, 5},
             {Kind::DeleteTag, 0, 0, a},
             {Kind::RestoreDigest, 0, 6},
             {Kind::RestoreTag, 0, 0, d},
             {Kind::PutManifest, 0, 5, c},
             {Kind::RestoreTag, 0, 0, c},
             {Kind::PurgeTag, 0, 0, c},
             {Kind::PurgeDigest, 0, 6},
             {Kind::PushBlob, 0, 3},
             {Kind::DeleteBlob, 0, 4},
             {Kind::MountBlob, 1, 4, 0, 1},
             {Kind::RestoreDigest, 0, 3, 0, Step::restoreBlob},
             {Kind::Collect},
             {Kind::PushBlob, 0, 4},
             {Kind::PurgeDigest, 0, 3}}};
}

// The data of manifest 8 and of blob 4, which nothing names any more; blob 3, which nothing needs in the
// other repository; the tags b and c, hidden by the record of 5.
Ground whatIsGarbageAndHidden()
{
    return {"GarbageAndHidden",
            blobs() + std::vector<Step>{{Kind::PutManifest, 0, 5, a | b | c},
                                        {Kind::PutManifest, 0, 6, 0, 1},
                                        {Kind::PutManifest, 0, 8, 0, 1},
                                        {Kind::DeleteManifest, 0, 8},
                                        {Kind::PurgeDigest, 0, 8},
                                        {Kind::DeleteBlob, 0, 4},
                                        {Kind::PurgeDigest, 0, 4},
                                        {Kind::PushBlob, 1, 3},
                                        {Kind::DeleteManifest, 0, 5},
                                        {Kind::PutManifest, 0, 5, a}},
            {{Kind::Collect},
             {Kind::PutManifest, 0, 8, d},
             {Kind::PushBlob, 0, 4},
             {Kind::PushBlob, 1, 4},
             {Kind::MountBlob, 2, 3, 0, 2},
             {Kind::MountBlob, 1, 3, 0, 1},
             {Kind::DeleteBlob, 1, 3},
             {Kind::PurgeTag, 0, 0, b},
             {Kind::PutManifest, 0, 5, b},
             {Kind::PutManifest, 0, 5, c},
             {Kind::RestoreTag, 0, 0, b},
             {Kind::RestoreTag, 0, 0, c},
             {Kind::DeleteManifest, 0, 5}}};
}

// Of each kind of tombstone one: tag b, the hidden tag c, blob 4, manifest 6 with tag d.
std::vector<Step> tombstones()
{
    return blobs() + std::vector<Step>{{Kind::PutManifest, 0, 5, a | b | c}, {Kind::PutManifest, 0, 6, d},
                                       {Kind::DeleteManifest, 0, 6},         {Kind::DeleteBlob, 0, 4},
                                       {Kind::DeleteTag, 0, 0, b},           {Kind::DeleteManifest, 0, 5},
                                       {Kind::PutManifest, 0, 5, a}};
}

std::vector<Step> sweepAndWhatSavesFromIt()
{
    return {{Kind::Sweep},
            {Kind::RestoreDigest, 0, 6},
            {Kind::RestoreDigest, 0, 4, 0, Step::restoreBlob},
            {Kind::RestoreTag, 0, 0, b},
            {Kind::RestoreTag, 0, 0, c},
            {Kind::RestoreTag, 0, 0, d},
            {Kind::PutManifest, 0, 6, d},
            {Kind::PutManifest, 0, 6, c},
            {Kind::PutManifest, 0, 5, b},
            {Kind::PutManifest, 0, 5, c},
            {Kind::PushBlob, 0, 4},
            {Kind::PurgeTag, 0, 0, b},
            {Kind::PurgeDigest, 0, 4},
            {Kind::PurgeDigest, 0, 6},
            {Kind::DeleteTag, 0, 0, a}};
}

constexpr int month = 4; // see Step::clockStep
constexpr int day = 2;

} // namespace

std::vector<Ground> grounds()
{
    const std::vector<Step> expire{{Kind::StepClock, 0, 0, 0, month}};
    const std::vector<Step> ripen{{Kind::Sweep}, {Kind::StepClock, 0, 0, 0, day}};
    return {whatIsLiveAndDeleted(),
            whatIsGarbageAndHidden(),
            {"Expired", tombstones() + expire, sweepAndWhatSavesFromIt()},
            {"Ripe", tombstones() + expire + ripen, sweepAndWhatSavesFromIt()}};
}

} // namespace quayside::test
