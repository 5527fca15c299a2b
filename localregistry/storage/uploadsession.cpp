// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/uploadsession.h"

#include "localregistry/storage/keyvalues.h"
#include "localregistry/storage/layout.h"
#include "localregistry/storage/storeerrors.h"

#include <algorithm>
#include <random>

namespace quayside {

namespace {

// So much of an upload can at most be lost when the machine stops.
constexpr std::int64_t syncStep = std::int64_t(64) << 20;

tl::unexpected<Error> busy()
{
    return failWithCode(ErrorKind::Conflict, "BLOB_UPLOAD_INVALID",
                        "the upload is being written by someone else");
}

tl::unexpected<Error> unknown(const UploadId &id)
{
    return failWithCode(ErrorKind::NotFound, "BLOB_UPLOAD_UNKNOWN", "there is no upload " + id);
}

} // namespace

UploadSession::UploadSession(RepositoryName repository, UploadId id, DigestAlgorithm algorithm,
                             std::int64_t size)
    : m_repository(std::move(repository))
    , m_id(std::move(id))
    , m_algorithm(algorithm)
    , m_offset(size)
{
    if (size == 0)
        m_hasher.emplace(algorithm);
}

bool UploadSession::hasActiveWriter(std::chrono::milliseconds idle) const
{
    return m_writing && std::chrono::steady_clock::now() - m_lastActivity < idle;
}

Result<void> UploadSession::openObject(StorageDriver &driver)
{
    if (m_object)
        return {};
    auto object = driver.append(layout::uploadData(m_repository, m_id), m_offset);
    if (!object)
        return tl::unexpected(object.error());
    m_object = std::move(*object);
    return {};
}

Result<std::unique_lock<std::mutex>> UploadSession::take()
{
    std::unique_lock lock(m_mutex, std::try_to_lock);
    if (!lock)
        return busy();
    if (m_ended)
        return unknown(m_id);
    return lock;
}

Result<std::uint64_t> UploadSession::beginWriting(StorageDriver &driver, std::chrono::milliseconds idle)
{
    const auto lock = take();
    if (!lock)
        return tl::unexpected(lock.error());
    if (hasActiveWriter(idle))
        return busy();
    if (auto opened = openObject(driver); !opened)
        return tl::unexpected(opened.error());
    m_writing = true;
    m_lastActivity = std::chrono::steady_clock::now();
    return ++m_writer;
}

Result<void> UploadSession::write(StorageDriver &driver, std::uint64_t writer,
                                  std::span<const std::byte> bytes)
{
    const auto lock = take();
    if (!lock)
        return tl::unexpected(lock.error());
    if (writer != m_writer)
        return busy();
    if (auto appended = m_object->append(bytes); !appended)
        return appended;
    if (m_hasher)
        m_hasher->update(bytes);
    m_offset += static_cast<std::int64_t>(bytes.size());
    m_lastActivity = std::chrono::steady_clock::now();
    return m_offset - m_synced < syncStep ? Result<void>() : recordSynced(driver);
}

Result<void> UploadSession::recordSynced(StorageDriver &driver)
{
    if (auto synced = m_object->sync(); !synced)
        return synced;
    m_synced = m_offset;
    KeyValues values;
    values.set("offset", std::to_string(m_synced));
    return driver.put(layout::uploadSynced(m_repository, m_id), values.toString());
}

void UploadSession::endWriting(std::uint64_t writer)
{
    const std::lock_guard lock(m_mutex);
    if (writer == m_writer)
        m_writing = false;
}

Result<Digest> UploadSession::seal(StorageDriver &driver, DigestAlgorithm algorithm,
                                   std::chrono::milliseconds idle)
{
    if (hasActiveWriter(idle))
        return busy();
    ++m_writer;
    m_writing = false;
    if (auto opened = openObject(driver); !opened)
        return tl::unexpected(opened.error());
    if (auto synced = m_object->sync(); !synced)
        return tl::unexpected(synced.error());
    if (m_hasher && m_hasher->algorithm() == algorithm)
        return m_hasher->digest();
    Hasher hasher(algorithm);
    const auto read = driver.readThrough(layout::uploadData(m_repository, m_id),
                                         [&](std::span<const std::byte> bytes) { hasher.update(bytes); });
    if (!read)
        return tl::unexpected(read.error());
    return hasher.digest();
}

Result<void> UploadSession::makeDurable(StorageDriver &driver)
{
    const std::lock_guard lock(m_mutex);
    if (m_ended || m_offset == 0)
        return {};
    return m_object ? m_object->sync() : driver.makeDurable(layout::uploadData(m_repository, m_id));
}

Result<void> UploadSessions::insert(std::shared_ptr<UploadSession> session)
{
    const std::lock_guard lock(m_mutex);
    if (m_sessions.size() >= maxSessions)
        return failWithCode(ErrorKind::TooManyRequests, "TOOMANYREQUESTS", "too many uploads are open");
    m_sessions.emplace(session->status().id, std::move(session));
    return {};
}

void UploadSessions::insertFound(std::shared_ptr<UploadSession> session)
{
    const std::lock_guard lock(m_mutex);
    m_sessions.emplace(session->status().id, std::move(session));
}

Result<std::shared_ptr<UploadSession>> UploadSessions::find(const RepositoryName &repository,
                                                            const UploadId &id) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_sessions.find(id);
    if (found == m_sessions.end() || found->second->repository() != repository)
        return unknown(id);
    return found->second;
}

void UploadSessions::erase(const UploadId &id)
{
    const std::lock_guard lock(m_mutex);
    m_sessions.erase(id);
}

std::vector<std::shared_ptr<UploadSession>> UploadSessions::all() const
{
    const std::lock_guard lock(m_mutex);
    std::vector<std::shared_ptr<UploadSession>> result;
    for (const auto &[id, session] : m_sessions)
        result.push_back(session);
    return result;
}

bool UploadSessions::hasAny(const RepositoryName &repository) const
{
    const std::lock_guard lock(m_mutex);
    return std::any_of(m_sessions.begin(), m_sessions.end(),
                       [&](const auto &entry) { return entry.second->repository() == repository; });
}

UploadId makeUploadId()
{
    constexpr std::string_view hex = "0123456789abcdef";
    std::random_device random;
    std::uniform_int_distribution<std::size_t> digit(0, 15);
    UploadId id = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
    for (char &c : id) {
        if (c == 'x')
            c = hex[digit(random)];
        else if (c == 'y')
            c = hex[8 + digit(random) % 4];
    }
    return id;
}

} // namespace quayside
