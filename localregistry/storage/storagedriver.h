// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"
#include "oci/timestamp.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace quayside {

/// An object that grows at its end: an upload session's data. Not thread-safe.
class AppendableObject
{
public:
    virtual ~AppendableObject() = default;
    /// Bytes in the object.
    virtual std::int64_t size() const = 0;
    /// Appends all of `bytes` or nothing. Errors: NoSpace, Storage.
    virtual Result<void> append(std::span<const std::byte> bytes) = 0;
    /// What was appended so far is durable afterwards.
    virtual Result<void> sync() = 0;
};

/// An object that is to be made or replaced.
struct NewObject
{
    std::string path;
    std::string_view bytes;
};

/// Objects that were written aside and wait for their places. What is not placed goes with this.
class StagedObjects
{
public:
    virtual ~StagedObjects() = default;
    /// Moves the objects of the next step to their places, durably and in their order, replacing what is
    /// there. After an error nothing more may be placed. Errors: NoSpace, Storage.
    virtual Result<void> placeNext() = 0;
};

/// The seam between the store's logic and where its bytes live: the file system now, an object store later.
/// Paths are relative, with "/" between parts. Every change that returns success is durable, with all the
/// parents that its path needs, unless its comment says otherwise: callers express order by calling one after
/// the other. Thread-safe. Errors: NotFound, NoSpace, TooLarge (read), Storage.
class StorageDriver
{
public:
    struct Entry
    {
        std::string name;
        bool isDirectory = false;
        bool mayBeLink = false; ///< It may lead to what is elsewhere.
    };
    struct Info
    {
        std::int64_t size = 0;
        Timestamp modified;
        std::string identity; ///< Stays with this object and is not that of a copy.
    };
    struct OpenObject
    {
        std::shared_ptr<const int> descriptor;
        std::int64_t size = 0;
    };

    virtual ~StorageDriver() = default;

    /// Makes or replaces an object as a whole: readers, and a reader after a power cut, see the old or the
    /// new one.
    Result<void> put(const std::string &path, std::string_view bytes);
    /// The same for several objects that belong to one change: all are written aside first, which waits for
    /// the disk once, then placed step by step. Objects of one step may appear at the same time.
    virtual Result<std::unique_ptr<StagedObjects>>
    stage(const std::vector<std::vector<NewObject>> &steps) = 0;
    /// The same for a small object, at most 4 KiB, that must find a place on a full disk too: see reserve().
    virtual Result<void> putReserved(const std::string &path, std::string_view bytes) = 0;
    /// Sets space aside for putReserved() and putIdentified(), as far as there is some.
    virtual void reserve() = 0;
    /// The same for bytes that contain the new object's own identity.
    virtual Result<void>
    putIdentified(const std::string &path,
                  const std::function<std::string(const std::string &identity)> &bytes) = 0;
    /// Moves an object whose content is durable, replacing what is at `to`.
    virtual Result<void> move(const std::string &from, const std::string &to) = 0;
    /// Makes an object durable that something else may have written without that.
    virtual Result<void> makeDurable(const std::string &path) = 0;
    /// Removes one object. Success too if it is absent.
    virtual Result<void> remove(const std::string &path) = 0;
    /// Removes everything below and at `path`, as far as it goes. Not durable: for leftovers.
    virtual void removeTree(const std::string &path) = 0;
    /// Removes whole trees, each at once: nobody ever sees a part of one. Success too if one is absent.
    virtual Result<void> discard(const std::vector<std::string> &paths) = 0;
    /// Removes `path` and the parts below it if they hold no object; else what is empty of them.
    virtual Result<void> removeIfEmpty(const std::string &path) = 0;

    /// A whole object of at most `limit` bytes.
    virtual Result<std::string> read(const std::string &path, std::size_t limit) const = 0;
    /// Hands the object's bytes in pieces to `sink`.
    virtual Result<void> readThrough(const std::string &path,
                                     const std::function<void(std::span<const std::byte>)> &sink) const = 0;
    virtual Result<OpenObject> open(const std::string &path) const = 0;
    virtual Result<Info> info(const std::string &path) const = 0;
    /// In no order.
    virtual Result<std::vector<Entry>> list(const std::string &path) const = 0;
    /// Opens an object for appending at `size`, which cuts off what is beyond; makes it if it is absent. Its
    /// name is not yet durable.
    virtual Result<std::unique_ptr<AppendableObject>> append(const std::string &path, std::int64_t size) = 0;

    /// True once making something durable failed. What the disk holds is unknown from then on, and a second
    /// fsync would report success without having written: nothing may be acknowledged any more.
    virtual bool isBroken() const = 0;
};

} // namespace quayside
