// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "view.h"

#include "localregistry/storage/files.h"

#include <atomic>

namespace quayside::test {

/// Lets one file operation fail, or lets the process "die" there: none is carried out from then on.
class FaultPoint
{
public:
    int observe(const FileOperation &operation);
    void arm(const Fault &fault);
    /// No more faults. A dead process stays dead until `revive`.
    void disarm() { m_armed = false; }
    void revive() { m_dead = false; }
    bool hasFired() const { return m_fired; }
    bool isDead() const { return m_dead; }
    /// What failed was an fsync.
    bool hasFailedSync() const { return m_failedSync; }
    /// Operations since the start of the program.
    std::size_t count() const { return m_count; }

private:
    std::atomic<bool> m_armed = false;
    std::atomic<bool> m_dead = false;
    std::atomic<bool> m_fired = false;
    std::atomic<bool> m_failedSync = false;
    std::atomic<std::size_t> m_count = 0;
    std::atomic<std::size_t> m_left = 0;
    std::atomic<int> m_code = 0;
};

/// Lets a store that is going to be copied forget which file it was, so that times of files mean nothing in
/// the copy.
void forgetPlace(const std::filesystem::path &root);

/// The store under test, and what its client remembers.
class Subject
{
public:
    /// `start`: the clock at the beginning.
    Subject(const World &world, std::filesystem::path root, Timestamp start);
    /// Goes on from the clock and the client's memory of another.
    void continueFrom(const Subject &other);

    /// Opens the store anew; what is wrong with it, or "".
    std::string open();
    void close() { m_store.reset(); }
    /// Takes the step and says in words what the store answered: "ok...", an error's code, or its text.
    std::string take(const Step &step);

    Store &store() { return *m_store; }
    bool isOpen() const { return m_store != nullptr; }
    FaultPoint &faults() { return m_faults; }
    /// Who sees the operations that are going to be carried out; nobody if empty. Not while the store is
    /// open.
    void watch(std::function<void(const FileOperation &)> watcher) { m_watcher = std::move(watcher); }
    Timestamp clock() const { return m_clock; }
    const std::filesystem::path &root() const { return m_options.root; }
    const UploadNames &uploads() const { return m_uploads; }
    View view(std::vector<std::string> &contradictions) const;
    /// Reads all that is live and compares it with what was pushed; says what differs.
    std::string checkBytes(const View &view) const;

private:
    std::string pushBlob(const Step &step);
    std::string putManifest(const Step &step);
    std::string restore(const Step &step);
    std::string sweep();
    std::string takeUpload(const Step &step);
    std::string appendUpload(const UploadName &upload, const Step &step);
    Result<void> append(int repository, const UploadId &id, const std::string &bytes);
    std::string answer(const Error &error) const;

    const World &m_world;
    StoreOptions m_options;
    const Timestamp m_start;
    Timestamp m_clock;
    std::chrono::steady_clock::time_point m_steady;
    FaultPoint m_faults;
    std::function<void(const FileOperation &)> m_watcher;
    UploadNames m_uploads;
    std::unique_ptr<Store> m_store;
};

} // namespace quayside::test
