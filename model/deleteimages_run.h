// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/deleteimages.h"
#include "model/keptcopy.h"
#include "model/keptmanifests.h"
#include "model/undojournal.h"
#include "registryclient/transport.h"
#include "registryclient/wakeup.h"

#include <QPointer>

#include <memory>
#include <set>
#include <vector>

namespace quayside {

/// What the coroutines of one run share. It outlives the operation: what has been deleted is written down
/// even if the window closes meanwhile.
struct DeleteImages::Run
{
    std::shared_ptr<RegistryClient> client;
    QPointer<UndoJournal> journal;
    Transport *transport;
    RepositoryName repository;
    QString id;
    std::vector<DeleteStep> steps;
    std::stop_token gone; // the operation is being destroyed
    std::stop_token stop;
    KeptManifests kept;
    QString undoFile; // empty: none
    std::shared_ptr<RegistryClient> local; // of DeletePlan::keepCopy
    std::optional<RepositoryName> copy;    // there, if something is to be copied
    CopyContent content;                   // of the copy
    std::vector<int> journalIndex; // by step; -1: not in the journal
    std::vector<bool> settled;     // by step
    std::set<Digest> deleted;
    std::vector<int> forPlaceholder; // steps that the registry cannot do alone
    int next = 0;
    int failuresInRow = 0;
    bool begun = false; // the journal has it
    bool ended = false; // nothing else is sent
    std::vector<Wakeup *> paused;
};

} // namespace quayside
