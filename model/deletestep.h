// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/deletegroups.h"
#include "model/deleteplan.h"
#include "model/operation.h"
#include "registryclient/registryclient.h"

#include <map>
#include <memory>
#include <string>

namespace quayside {

/// One DELETE of a plan.
struct DeleteStep
{
    enum class Kind {
        Image, ///< By digest, with all its tags.
        Also,  ///< By digest: belongs to an image that was deleted.
        Tag,   ///< By tag; the image stays.
    };
    Kind kind;
    Digest digest;
    std::vector<Tag> tags;         ///< The tags that go.
    std::vector<Tag> siblings;     ///< The tags that must stay.
    bool firstTry = false;         ///< Whether the registry can remove one tag is not known.
    std::optional<Digest> because; ///< Of Also: the image that must be gone first.
    int depth = 0;                 ///< Of Also: how many of the others are between it and that image.
    bool usePlaceholder = false;   ///< Of Tag: what to do if the registry cannot remove one tag.

    /// For people: the tags, or the abbreviated digest.
    QString what() const;
};

/// The steps of a plan in the order in which they are sent: deletes by digest first (client.md's rule 9).
std::vector<DeleteStep> deleteSteps(const DeletePlan &plan);

/// The steps by digest that must not be sent any more, with the reason: a tag that the plan did not know names
/// the image, or an index that stays does. Pure; `now` is the repository as it is now.
std::map<std::size_t, std::string> namedAgain(const std::vector<DeleteStep> &steps,
                                              const RepositoryContent &now);

/// How a step ended.
struct StepResult
{
    Outcome outcome = Outcome::Pending;
    std::optional<Error> error;
    /// Whether nothing else of the batch makes sense: deletes are off, the login may not, TLS is broken.
    bool endsBatch = false;
};

/// Resolves the step's tags again, then deletes. Errors are in the result.
QCoro::Task<StepResult> performStep(std::shared_ptr<RegistryClient> client, RepositoryName repository,
                                    DeleteStep step, std::stop_token stop);

} // namespace quayside
