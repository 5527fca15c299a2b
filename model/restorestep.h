// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/journalrecord.h"
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

/// Puts one thing back: out of the registry's trash if it has one, else by pushing what the journal kept
/// (`kept`; nothing if this computer has no copy).
/// Error kinds of the result: NotFound (blobs are gone, or nothing was kept), and those of the client.
QCoro::Task<ItemRestoreResult> restoreOne(std::shared_ptr<RegistryClient> client, RestoreItem item,
                                      std::optional<JournalItem> kept, std::stop_token stop);

/// Whether something that went along with a deleted image belongs to it: a platform, a signature, something
/// attached.
bool belongsTo(const JournalItem &also, const JournalItem &image);

} // namespace quayside
