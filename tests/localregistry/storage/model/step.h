// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "world.h"

#include <random>

namespace quayside::test {

/// What goes wrong while a step is taken.
struct Fault
{
    std::size_t at = 0; ///< The file operation that does not happen, from 1; 0: all is well.
    int code = 0;       ///< Its errno; 0: the process dies there.

    bool operator==(const Fault &) const = default;
};

/// One operation on the store, or something that happens to it. Its text is one line of `name key=value...`.
struct Step
{
    enum class Kind {
        PushBlob,
        MountBlob,      ///< `other`: the repository to mount from plus 1; 0: any.
        PutManifest,    ///< `other` 1: asked by digest.
        DeleteManifest, //
        DeleteBlob,     //
        DeleteTag,      ///< The lowest of `tags`, as in each step of one tag.
        RestoreDigest,  ///< `other`: see restoreRole and restoreDeep.
        RestoreTag,     ///< `other`: restoreDeep.
        StartUpload,    ///< `other`: its slot, of uploadSlots.
        AppendUpload,   ///< `other`: its slot; `tags`: 0 all of the content, 1 the first half, 2 the rest.
        FinishUpload,   ///< `other`: its slot.
        CancelUpload,   ///< `other`: its slot.
        StepClock,      ///< `other`: see clockStep.
        Restart,
        Sweep,
        PurgeDigest,
        PurgeTag,
        Collect,
    };
    static constexpr int kindCount = int(Kind::Collect) + 1;
    static constexpr int restoreManifest = 1;
    static constexpr int restoreBlob = 2;
    static constexpr int restoreDeep = 4;
    static constexpr int uploadSlots = 3;

    Kind kind = Kind::Restart;
    int repository = 0;
    int content = 0;
    Mask tags = 0;
    int other = 0;
    Fault fault = {};

    int tag() const;
    bool isOfUpload() const { return kind >= Kind::StartUpload && kind <= Kind::CancelUpload; }
    std::chrono::seconds clockStep() const;
    /// The bytes that an AppendUpload appends.
    std::string uploadedBytes(const World &world) const;

    std::string toString() const;
    /// Nothing if it is not the text of a step.
    static std::optional<Step> parse(const std::string &text);
};

/// A sequence that pushes enough to begin with, so that the rest finds something.
/// With `faults`, some steps meet one.
std::vector<Step> randomSteps(std::mt19937_64 &random, std::size_t count, bool faults);

} // namespace quayside::test
