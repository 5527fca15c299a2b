// SPDX-License-Identifier: Apache-2.0
#include "subject.h"

#include "model.h"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace quayside::test {

namespace {

const Actor actor{"api", "ann"};

Mask missingMask(const World &world, const std::vector<RestoreResult::Missing> &missing, bool inTrashOnly)
{
    Mask mask = 0;
    for (const auto &each : missing) {
        if (each.inTrash || !inTrashOnly)
            mask |= 1u << world.numberOf(each.digest);
    }
    return mask;
}

Mask contentMask(const World &world, const std::vector<Digest> &digests)
{
    Mask mask = 0;
    for (const auto &digest : digests)
        mask |= 1u << world.numberOf(digest);
    return mask;
}

Mask tagMask(const World &world, const std::vector<Tag> &tags)
{
    Mask mask = 0;
    for (const auto &tag : tags)
        mask |= 1u << world.numberOf(tag);
    return mask;
}

std::string contentOf(const BlobFile &file)
{
    std::string bytes(static_cast<std::size_t>(file.info.size), '\0');
    const auto count = ::pread(*file.descriptor, bytes.data(), bytes.size(), 0);
    bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    return bytes;
}

} // namespace

void forgetPlace(const std::filesystem::path &root)
{
    const auto path = root / "quayside.state";
    std::string kept;
    {
        std::ifstream file(path);
        for (std::string line; std::getline(file, line);) {
            if (!line.starts_with("identity="))
                kept += line + '\n';
        }
    }
    std::ofstream(path) << kept;
}

int FaultPoint::observe(const FileOperation &operation)
{
    ++m_count;
    if (m_dead)
        return EIO;
    if (!m_armed || --m_left != 0)
        return 0;
    m_armed = false;
    m_fired = true;
    m_dead = m_code == 0;
    m_failedSync = operation.kind == FileOperation::Kind::Sync;
    return m_dead ? EIO : m_code.load();
}

void FaultPoint::arm(const Fault &fault)
{
    m_fired = false;
    m_failedSync = false;
    m_left = fault.at;
    m_code = fault.code;
    m_armed = fault.at > 0;
}

Subject::Subject(const World &world, std::filesystem::path root, Timestamp start)
    : m_world(world)
    , m_start(start)
    , m_clock(start)
{
    m_options.root = std::move(root);
    m_options.now = [this] { return m_clock; };
    // What nothing needs is garbage at once.
    m_options.gcGrace = m_options.leaseDuration = std::chrono::seconds(0);
    // Each look at this clock is a day later: the time that a store was served is never what keeps a sweep
    // waiting, and the model need not count it.
    m_options.steadyNow = [this] { return m_steady += std::chrono::hours(25); };
    m_options.fileObserver = [this](const FileOperation &operation) {
        const int code = m_faults.observe(operation);
        if (code == 0 && m_watcher)
            m_watcher(operation);
        return code;
    };
}

void Subject::continueFrom(const Subject &other)
{
    m_clock = other.m_clock;
    m_steady = other.m_steady;
    m_uploads = other.m_uploads;
}

std::string Subject::open()
{
    close();
    auto opened = Store::open(m_options);
    if (!opened)
        return "cannot open: " + opened.error().message;
    m_store = std::move(*opened);
    m_store->waitUntilLoaded();
    const auto problems = m_store->problems();
    return problems.empty() ? std::string() : "problem: " + problems.front();
}

std::string Subject::answer(const Error &error) const
{
    if (error.code != "MANIFEST_BLOB_UNKNOWN" && error.code != "HELD")
        return error.code.empty() ? error.message : error.code;
    Mask missing = 0;
    std::istringstream lines(error.message);
    for (std::string line; std::getline(lines, line);)
        missing |= 1u << m_world.numberOf(*Digest::parse(line));
    return error.code + ' ' + std::to_string(missing);
}

std::string Subject::take(const Step &step)
{
    using Kind = Step::Kind;
    const auto &repository = m_world.repository(step.repository);
    const auto &digest = m_world.content(step.content).digest;
    const auto answered = [this](const auto &result) {
        return result ? std::string("ok") : answer(result.error());
    };
    switch (step.kind) {
    case Kind::PushBlob:
        return pushBlob(step);
    case Kind::MountBlob:
        return answered(m_store->mountBlob(repository, digest,
                                           step.other > 0 ? std::optional(m_world.repository(step.other - 1))
                                                          : std::nullopt));
    case Kind::PutManifest:
        return putManifest(step);
    case Kind::DeleteManifest:
        return answered(m_store->deleteManifest(repository, digest, actor));
    case Kind::DeleteBlob:
        return answered(m_store->deleteBlob(repository, digest, actor));
    case Kind::DeleteTag:
        return answered(m_store->deleteTag(repository, m_world.tag(step.tag()), actor));
    case Kind::RestoreDigest:
    case Kind::RestoreTag:
        return restore(step);
    case Kind::StepClock:
        m_clock = std::max(m_clock + step.clockStep(), m_start); // files must not be from the future
        return "ok";
    case Kind::Restart: {
        const auto problem = open();
        return problem.empty() ? "ok" : problem;
    }
    case Kind::Sweep:
        return sweep();
    case Kind::Collect:
        return answered(m_store->collectGarbage({}));
    case Kind::PurgeDigest:
        return answered(m_store->purge(repository, digest, actor));
    case Kind::PurgeTag:
        return answered(m_store->purge(repository, m_world.tag(step.tag()), actor));
    default:
        return takeUpload(step);
    }
}

std::string Subject::sweep()
{
    const auto swept = m_store->sweep();
    if (!swept)
        return answer(swept.error());
    if (!swept->problems.empty())
        return "problem: " + swept->problems.front();
    return "ok swept " + std::to_string(swept->swept) + " held " + std::to_string(swept->held);
}

Result<void> Subject::append(int repository, const UploadId &id, const std::string &bytes)
{
    auto writer = m_store->openUpload(m_world.repository(repository), id);
    if (!writer)
        return tl::unexpected(writer.error());
    return (*writer)->write(std::as_bytes(std::span(bytes)));
}

std::string Subject::pushBlob(const Step &step)
{
    const auto &repository = m_world.repository(step.repository);
    const auto &content = m_world.content(step.content);
    const auto upload = m_store->startUpload(repository, DigestAlgorithm::Sha256);
    if (!upload)
        return answer(upload.error());
    if (const auto appended = append(step.repository, upload->id, content.bytes); !appended)
        return answer(appended.error());
    const auto blob = m_store->finishUpload(repository, upload->id, content.digest);
    return blob ? "ok" : answer(blob.error());
}

std::string Subject::putManifest(const Step &step)
{
    const auto &content = m_world.content(step.content);
    auto tags = m_world.tags(step.tags);
    const bool byDigest = step.other != 0 || tags.empty();
    const TagOrDigest reference = byDigest ? TagOrDigest(content.digest) : TagOrDigest(tags.front());
    if (!byDigest)
        tags.erase(tags.begin());
    const auto put =
        m_store->putManifest(m_world.repository(step.repository), reference, tags, *content.manifest, actor);
    if (!put)
        return answer(put.error());
    return put->created ? "ok created" : "ok";
}

std::string Subject::restore(const Step &step)
{
    RestoreOptions options;
    options.deep = (step.other & Step::restoreDeep) != 0;
    const bool isTag = step.kind == Step::Kind::RestoreTag;
    if (const int role = step.other & 3; !isTag && role != 0)
        options.role = role == Step::restoreManifest ? ContentRole::Manifest : ContentRole::Blob;
    const auto reference =
        isTag ? TagOrDigest(m_world.tag(step.tag())) : TagOrDigest(m_world.content(step.content).digest);
    const auto restored = m_store->restore(m_world.repository(step.repository), reference, options, actor);
    if (!restored)
        return answer(restored.error());
    return toString(Restored{contentMask(m_world, restored->restored),
                             tagMask(m_world, restored->tagsRestored), tagMask(m_world, restored->tagsMoved),
                             missingMask(m_world, restored->missing, false),
                             missingMask(m_world, restored->missing, true)});
}

std::string Subject::takeUpload(const Step &step)
{
    auto &upload = m_uploads[static_cast<std::size_t>(step.other)];
    const auto &repository = m_world.repository(step.repository);
    if (step.kind == Step::Kind::StartUpload) {
        upload.reset();
        const auto started = m_store->startUpload(repository, DigestAlgorithm::Sha256);
        if (!started)
            return answer(started.error());
        upload = UploadName{step.repository, started->id};
        return "ok";
    }
    // An id that no session has.
    const auto name = upload.value_or(UploadName{0, "00000000-0000-4000-8000-000000000000"});
    if (step.kind == Step::Kind::AppendUpload)
        return appendUpload(name, step);
    if (step.kind == Step::Kind::FinishUpload) {
        const auto finished =
            m_store->finishUpload(repository, name.id, m_world.content(step.content).digest);
        return finished ? "ok" : answer(finished.error());
    }
    const auto cancelled = m_store->cancelUpload(repository, name.id);
    return cancelled ? "ok" : answer(cancelled.error());
}

std::string Subject::appendUpload(const UploadName &upload, const Step &step)
{
    if (const auto done = append(step.repository, upload.id, step.uploadedBytes(m_world)); !done)
        return answer(done.error());
    return "ok " +
           std::to_string(m_store->uploadStatus(m_world.repository(step.repository), upload.id)->offset);
}

View Subject::view(std::vector<std::string> &contradictions) const
{
    const auto before = m_faults.count();
    auto view = viewOf(*m_store, m_world, m_uploads, contradictions);
    if (m_faults.count() != before)
        contradictions.push_back("a question about what exists touched files");
    viewTrash(view, *m_store, m_world, contradictions);
    return view;
}

std::string Subject::checkBytes(const View &view) const
{
    for (int r = 0; r < World::repositoryCount; ++r) {
        const auto &seen = view.repositories[static_cast<std::size_t>(r)];
        const auto &name = m_world.repository(r);
        for (int i = 0; i < World::contentCount; ++i) {
            const auto &content = m_world.content(i);
            const auto what = std::to_string(i) + " of repository " + std::to_string(r);
            if (has(seen.manifests, i)) {
                const auto bytes = m_store->manifestBytes(name, content.digest);
                if (!bytes || **bytes != content.bytes)
                    return "manifest " + what + " has other bytes than were pushed";
            }
            if (has(seen.blobs, i)) {
                const auto file = m_store->openBlob(name, content.digest);
                if (!file || contentOf(*file) != content.bytes)
                    return "blob " + what + " has other bytes than were pushed";
            }
        }
    }
    return {};
}

} // namespace quayside::test
