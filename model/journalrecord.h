// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/operation.h"
#include "oci/digest.h"
#include "oci/mediatype.h"
#include "oci/repositoryname.h"
#include "oci/tag.h"

#include <QByteArray>
#include <QDateTime>
#include <QString>

#include <optional>
#include <vector>

namespace quayside {

/// One operation as the journal keeps it.
struct JournalOperation
{
    QString id;
    qint64 number = 0; ///< Short, for people to type; given by the journal. 0: not written yet.
    QString program;   ///< UndoJournal::desktop or ::commandLine; empty if an old version wrote it.
    Operation::Kind kind = Operation::Kind::Delete;
    QString title;
    QString registryId;
    QString registry; ///< host:port at that time.
    QString login;
    QString repository;
    QDateTime started;
    QDateTime finished; ///< Invalid: it runs, or the program ended in the middle.
    Operation::State state = Operation::State::Running;
    QString error; ///< Why it ended as a whole; plain text.
    int total = 0;
    int done = 0;
    int failed = 0;
    bool undone = false;    ///< Everything that was deleted is back.
    bool forgotten = false; ///< What is not back was forgotten: nothing is left to put back.
    QString copy;           ///< The repository of Local that has a full copy, or part of one; empty: none.
    QDateTime copyUntil;    ///< How long that is kept. Invalid: it never became whole.

    const QString &key() const { return id; }
    bool isFinished() const { return finished.isValid(); }
    /// Whether it deleted something that is not all back.
    bool canBeUndone() const
    {
        return kind == Operation::Kind::Delete && isFinished() && !undone && !forgotten && done > 0;
    }
    bool hasWholeCopy() const { return !copy.isEmpty() && copyUntil.isValid(); }
    bool operator==(const JournalOperation &) const = default;
};

/// One image or tag that an operation was to delete, with all that is needed to put it back.
struct JournalItem
{
    enum class Role {
        Image,
        Also, ///< Belongs to an image and was to go with it.
        Tag,
        Kept, ///< Belongs to one of the others and was to stay. Put back only if it went missing since.
    };

    Role role = Role::Image;
    Digest digest;
    std::optional<MediaType> mediaType;
    QByteArray manifest;          ///< The exact bytes.
    std::vector<Tag> tags;        ///< What was to be removed.
    std::vector<Tag> siblings;    ///< Of Role::Tag: what stays.
    std::vector<Digest> children; ///< Of an index: those that the registry had. Each has an item of its own.
    Outcome outcome = Outcome::Pending;
    QString error;
    bool restored = false;
    bool forgotten = false;
    /// What JournalOperation::copy has of it, or is to have: the bytes of all blobs. Nothing: not part of it.
    std::optional<qint64> copyBytes;
    /// Of Role::Tag: what was put on the tag to remove it. See placeholder.h.
    std::optional<Digest> placeholder;

    /// Whether the tag may name the placeholder still.
    bool hasPlaceholder() const { return placeholder && outcome == Outcome::Pending; }
};

/// An item of any operation, for lists.
struct JournalEntry
{
    JournalOperation operation;
    int index = 0; ///< Of the item within its operation.
    JournalItem item;
};

} // namespace quayside
