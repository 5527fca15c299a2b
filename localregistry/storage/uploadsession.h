// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/storage/storagedriver.h"
#include "localregistry/storage/store.h"
#include "oci/hasher.h"

#include <atomic>
#include <map>
#include <mutex>

namespace quayside {

/// One upload in progress. Its mutex is held while bytes are written, so it is only ever tried, never waited
/// for: whoever finds it taken is told that the session is busy.
class UploadSession
{
public:
    /// `size` bytes are on disk already; their hash is not known unless there are none.
    UploadSession(RepositoryName repository, UploadId id, DigestAlgorithm algorithm, std::int64_t size);

    const RepositoryName &repository() const { return m_repository; }
    UploadStatus status() const { return {m_id, m_offset, m_algorithm}; }

    /// Becomes the writer and returns its number. Errors: Conflict while another one is active; NotFound once
    /// ended.
    Result<std::uint64_t> beginWriting(StorageDriver &driver, std::chrono::milliseconds idle);
    Result<void> write(StorageDriver &driver, std::uint64_t writer, std::span<const std::byte> bytes);
    void endWriting(std::uint64_t writer);

    /// Takes the session for ending it, or says that it is busy.
    Result<std::unique_lock<std::mutex>> take();
    /// Makes the bytes durable and returns their digest; what an idle writer still wants to write is refused.
    /// The session must be taken. Errors: Conflict while a writer is active.
    Result<Digest> seal(StorageDriver &driver, DigestAlgorithm algorithm, std::chrono::milliseconds idle);
    /// The session must be taken, or not be known to others yet.
    void end() { m_ended = true; }
    /// For a clean stop.
    Result<void> makeDurable(StorageDriver &driver);

private:
    Result<void> openObject(StorageDriver &driver);
    Result<void> recordSynced(StorageDriver &driver);
    bool hasActiveWriter(std::chrono::milliseconds idle) const;

    const RepositoryName m_repository;
    const UploadId m_id;
    const DigestAlgorithm m_algorithm;

    std::mutex m_mutex;
    std::atomic<std::int64_t> m_offset;
    std::unique_ptr<AppendableObject> m_object; // opened by the first writer
    std::optional<Hasher> m_hasher; // nothing: bytes of an earlier process are hashed again at the end
    std::uint64_t m_writer = 0;     // the number of the last writer; an older one is cut off
    bool m_writing = false;
    bool m_ended = false;
    std::int64_t m_synced = 0;
    std::chrono::steady_clock::time_point m_lastActivity;
};

/// The open sessions of the store. Thread-safe.
class UploadSessions
{
public:
    static constexpr std::size_t maxSessions = 1000;

    /// Errors: TooManyRequests.
    Result<void> insert(std::shared_ptr<UploadSession> session);
    /// One of an earlier process, which counts but is never refused.
    void insertFound(std::shared_ptr<UploadSession> session);
    /// Errors: NotFound, also if it belongs to another repository.
    Result<std::shared_ptr<UploadSession>> find(const RepositoryName &repository, const UploadId &id) const;
    void erase(const UploadId &id);
    std::vector<std::shared_ptr<UploadSession>> all() const;
    /// The repository has an open session.
    bool hasAny(const RepositoryName &repository) const;

private:
    mutable std::mutex m_mutex;
    std::map<UploadId, std::shared_ptr<UploadSession>> m_sessions;
};

/// A random UUID (RFC 9562, version 4).
UploadId makeUploadId();

} // namespace quayside
