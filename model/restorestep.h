// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/restoregraph.h"
#include "oci/reference.h"
#include "registryclient/registryclient.h"

#include <QCoroTask>
#include <QString>

#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace quayside {

/// One thing to put back.
struct RestoreItem
{
    RepositoryName repository;
    /// What it is: a digest with its tags, or one tag.
    TagOrDigest reference;
    Digest digest;
    std::vector<Tag> tags;
    /// Whether the registry itself keeps it (a tombstone).
    bool inRegistry = false;
    /// Where this computer keeps it, if it does.
    QString operationId;
    int journalIndex = -1;

    /// For people: the tag, or the tags, or the abbreviated digest.
    QString what() const;
    /// What it puts back, wherever it is kept: "team/api@sha256:…" or "team/api:1.0".
    QString target() const;
    bool operator==(const RestoreItem &) const = default;
};

/// How putting back one thing ended.
struct ItemRestoreResult
{
    Outcome outcome = Outcome::Pending;
    std::optional<Error> error;
    std::vector<Tag> tags;       ///< Set again.
    std::vector<Tag> tagsLeft;   ///< Name another image now: not taken back.
    std::vector<Digest> missing; ///< Gone for good.
};

/// Takes one thing out of a Quayside registry's trash.
/// Error kinds of the result: NotFound (swept meanwhile, or blobs are gone), and those of the client.
QCoro::Task<ItemRestoreResult> restoreFromTrash(std::shared_ptr<RegistryClient> client, RestoreItem item,
                                                std::stop_token stop);
/// Pushes what the journal kept: the manifest by its digest, then each tag that is free, and looks what is
/// there afterwards. What it needs must have been seen: see missingContent().
/// Error kinds of the result: DigestMismatch (something else came back), and those of the client.
QCoro::Task<ItemRestoreResult> putBack(std::shared_ptr<RegistryClient> client, KeptManifest kept,
                                       std::stop_token stop);
/// The result for what cannot come back.
ItemRestoreResult notRestored(const Error &error);

} // namespace quayside
