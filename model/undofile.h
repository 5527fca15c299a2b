// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/journalrecord.h"
#include "oci/error.h"

#include <QByteArray>
#include <QString>

#include <vector>

namespace quayside {

/// A delete with all that is needed to take it back: what the journal keeps of it, in one piece.
struct UndoRecord
{
    JournalOperation operation;
    std::vector<JournalItem> items;
};

/// An undo file: the same as JSON (UTF-8), for another computer or a later time. Manifests are in base64, since
/// their exact bytes are what counts. Described in docs/undo-file.md.
QByteArray undoFileBytes(const UndoRecord &record);
/// Errors: Unsupported (a newer version wrote it), InvalidInput (not an undo file, or its bytes do not hash to
/// their digests). Trust in the file ends there: it names any repository and tag.
Result<UndoRecord> readUndoFile(const QByteArray &bytes);

/// Writes it whole or not at all, mode 0600, and flushes it to the disk. A file that is there is not replaced: it
/// may be all that is left of another delete. Blocks. Errors: Conflict (it is there), Storage, NoSpace.
Result<void> saveUndoFile(const QString &path, const UndoRecord &record);
/// Errors: Storage, TooLarge (over 1 GiB), and those of readUndoFile(). Blocks.
Result<UndoRecord> loadUndoFile(const QString &path);

} // namespace quayside
