// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "view.h"

namespace quayside::test {

/// What a restore answers.
struct Restored
{
    Mask contents = 0; ///< That came back.
    Mask tags = 0;     ///< That came back.
    Mask moved = 0;    ///< Tags that name something else now.
    Mask missing = 0;
    Mask inTrash = 0; ///< Of `missing`.
};

/// The reference: what a store means, without files, locks or recovery. docs/storage-format.md says it in
/// words; this is a second writing of the same, to be compared with the store's after every step.
class Model
{
public:
    static constexpr std::chrono::hours trashRetention{24 * 30};

    /// `start`: the clock at the beginning, a few minutes after the real time, which is that of the files.
    Model(const World &world, Timestamp start);

    /// Takes the step and returns the answer to it in the words of Subject::take. `between` gets the states
    /// that lie between the commits of a change, and those in which one that failed may leave an upload.
    std::string take(const Step &step, std::vector<Model> *between = nullptr);

    bool operator==(const Model &) const = default;

    /// Lets a collection have removed what `seen` does not show any more; false if it may not have. How much
    /// it removes depends on sessions of which no client knows, and on where it was stopped: the model knows
    /// what must stay.
    bool adoptCollection(const View &seen);

    View view() const;
    /// The bytes that were sent to the session in this slot; empty without one.
    std::string uploaded(int slot) const;

private:
    struct Tombstone
    {
        std::optional<Timestamp> manifest;
        std::optional<Timestamp> blob;
        Mask tags = 0; // live when the manifest was deleted
        Mask hidden = 0;
        std::optional<Timestamp> hiddenSince;
        std::optional<Timestamp> expiredSeen;
        bool operator==(const Tombstone &) const = default;
    };
    struct TagTombstone
    {
        int content = -1;
        Timestamp deletedAt;
        std::optional<Timestamp> expiredSeen;
        bool operator==(const TagTombstone &) const = default;
    };
    struct Tag
    {
        int current = -1;
        std::optional<TagTombstone> tombstone;
        bool operator==(const Tag &) const = default;
    };
    struct Repository
    {
        Mask revisions = 0; // links
        Mask layers = 0;
        std::array<Tombstone, World::contentCount> tombstones;
        std::array<Tag, World::tagCount> tags;
        bool operator==(const Repository &) const = default;
    };
    struct Upload
    {
        int repository = 0;
        std::string bytes;
        bool operator==(const Upload &) const = default;
    };

    /// What has been visited: blobs and manifests, since a content can be both.
    struct References
    {
        Mask blobs = 0;
        Mask manifests = 0;
    };

    const Tombstone &tombstone(const Repository &repository, int content) const;
    Tombstone &tombstone(Repository &repository, int content);
    bool isLiveManifest(const Repository &repository, int content) const;
    bool isLiveBlob(const Repository &repository, int content) const;
    bool isDeleted(const Tag &tag) const;
    bool isHidden(const Repository &repository, int tag) const;
    bool isLiveTag(const Repository &repository, int tag) const;
    Mask liveTags(const Repository &repository, int content) const;
    Mask missingOf(const Repository &repository, int content) const;

    std::string pushBlob(Repository &repository, int content);
    std::string mountBlob(Repository &repository, const Step &step);
    std::string putManifest(Repository &repository, const Step &step);
    std::string deleteManifest(Repository &repository, int content);
    std::string deleteBlob(Repository &repository, int content);
    std::string deleteTag(Repository &repository, int tag);
    void removeTag(Repository &repository, Tag &tag);
    std::string restore(Repository &repository, const Step &step);
    std::string restoreDigest(Repository &repository, int content, int role, Restored &restored);
    std::string restoreTag(Repository &repository, int tag, Restored &restored);
    void restoreReferences(Repository &repository, int content, References &seen, Restored &restored);
    void addMissing(const Repository &repository, int content, References &seen, Restored &restored) const;
    std::string takeUpload(Repository &repository, const Step &step);
    std::string finishUpload(Repository &repository, std::optional<Upload> &upload, int content);
    void endIdleUploads();

    std::optional<Timestamp> lastDeletion(const Tombstone &record) const;
    bool hasExpired(const std::optional<Timestamp> &deleted) const;
    bool isRipe(const std::optional<Timestamp> &deleted, const std::optional<Timestamp> &seen) const;
    void noteExpiry(const std::optional<Timestamp> &deleted, std::optional<Timestamp> &seen);
    /// Who needs a content, if `purged` counts as ripe.
    Mask holders(const Repository &repository, int content, int purged = -1) const;
    std::string sweep();
    void sweepWithErrorIn(std::size_t number);
    void sweepLeaving(const std::optional<Upload> &upload);
    std::vector<int> contentsByDigest() const;
    void noteExpiry(Repository &repository);
    void sweepRepository(Repository &repository, int &swept, int &held);
    void sweepDigest(Repository &repository, int content);
    std::string purgeDigest(Repository &repository, int content);
    std::string purgeTag(Repository &repository, int tag);

    void commit();
    View::Repository view(const Repository &repository) const;
    std::vector<View::Trash> trash(const Repository &repository) const;

    const World *m_world;
    Timestamp m_start;
    Timestamp m_clock;
    std::array<Repository, World::repositoryCount> m_repositories;
    std::array<std::optional<Upload>, Step::uploadSlots> m_uploads;
    std::vector<Model> *m_between = nullptr; // while a step is taken
};

/// The answer to a restore in words.
std::string toString(const Restored &restored);

} // namespace quayside::test
