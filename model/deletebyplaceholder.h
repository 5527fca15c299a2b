// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/placeholder.h"

#include <QCoroTask>
#include <QPointer>

#include <functional>
#include <memory>
#include <vector>

namespace quayside {

class UndoJournal;

/// A tag that the registry cannot remove alone.
struct PlaceholderItem
{
    Tag tag;
    RawManifest image;
    int journalIndex = 0;
};

struct PlaceholderDelete
{
    std::shared_ptr<RegistryClient> client;
    QPointer<UndoJournal> journal;
    RepositoryName repository;
    QString operationId;
    std::vector<PlaceholderItem> items;
    /// Called once for each item. Pending: the placeholder may still stand there, and the journal knows it.
    std::function<void(std::size_t index, const StepResult &)> ended;
};

/// Removes tags and leaves their images, at a registry that deletes images alone (client.md, rule 7): notes
/// in the journal what is about to happen, points the tags at one placeholder and deletes that. A tag that
/// would not go gets its bytes back at once. Begins only where deletes are known to be on, and where the
/// registry has just taken the bytes that would have to go back. What was begun is finished: nothing stops
/// it.
QCoro::Task<> deleteByPlaceholder(PlaceholderDelete job);

} // namespace quayside
