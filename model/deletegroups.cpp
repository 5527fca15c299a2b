// SPDX-License-Identifier: Apache-2.0
#include "model/deletegroups.h"

#include "model/imageparts.h"
#include "model/tagentry.h"
#include "model/undopromise.h"
#include "oci/qtconversions.h"

#include <algorithm>
#include <set>

namespace quayside {

namespace {

constexpr std::size_t mostTagsWithoutSheet = 20;
constexpr std::size_t mostImagesWithoutName = 100;
constexpr int mostRounds = 32; // of what belongs to what goes along

class Grouping
{
public:
    Grouping(const DeleteRequest &request, const RepositoryContent &content,
             const DeleteSurroundings &surroundings)
        : m_request(request)
        , m_content(content)
        , m_around(surroundings)
        , m_plan{surroundings.registry.id, surroundings.registry.name, request.repository}
        , m_owners(content)
    {
        for (const auto &[tag, digest] : m_content.tags)
            m_tagsOf[digest].push_back(tag);
    }

    DeletePlan plan()
    {
        if (m_around.inUse)
            m_inUse = imagesInUse(m_content, *m_around.inUse, m_around.address, m_request.repository);
        chooseTags();
        for (const Digest &digest : m_request.images)
            m_chosen[digest]; // with the tags of whole images, or none
        findGoing();
        for (const auto &[digest, tags] : m_chosen)
            place(digest, tags);
        findAlso();
        if (m_request.wholeRepository)
            placeUntagged();
        judge();
        m_plan.inUseFiles = m_request.inUseFiles;
        return std::move(m_plan);
    }

private:
    /// Which of the chosen images are to be deleted: all their tags are chosen, and no image that stays needs
    /// them.
    void findGoing()
    {
        for (const auto &[digest, tags] : m_chosen) {
            const auto siblings = siblingsOf(digest, tags);
            const bool wantsAll = m_request.wholeImages || tags.empty();
            if (!m_inUse.contains(digest) && (siblings.empty() || (wantsAll && !hasProtected(siblings))))
                m_going.insert(digest);
        }
        for (std::size_t before = m_going.size() + 1; before != m_going.size();) {
            before = m_going.size();
            const auto needed = partsOfStaying(m_content, m_going);
            std::erase_if(m_going, [&](const Digest &digest) { return needed.contains(digest); });
        }
        m_parts = partsOfStaying(m_content, m_going);
    }

    bool hasProtected(const std::vector<Tag> &tags) const
    {
        return std::any_of(tags.begin(), tags.end(), [this](const Tag &tag) { return isProtectedTag(tag); });
    }

    /// The tags of the images that stay and need this one.
    std::vector<Tag> usersOf(const Digest &part) const
    {
        std::vector<Tag> users;
        if (!m_parts.contains(part))
            return users;
        const auto owners = m_owners.of(part);
        for (const auto &[tag, digest] : m_content.tags) {
            if (!m_going.contains(digest) && owners.contains(digest))
                users.push_back(tag);
        }
        return users;
    }

    std::vector<DeleteRequest::ChosenTag> chosenTags() const
    {
        if (!m_request.wholeRepository)
            return m_request.tags;
        std::vector<DeleteRequest::ChosenTag> all;
        for (const auto &[tag, digest] : m_content.tags)
            all.push_back({tag, {}});
        for (const Tag &tag : m_content.unresolved)
            all.push_back({tag, {}});
        return all;
    }

    /// Sorts out the tags that cannot be deleted; the others go to m_chosen by image.
    void chooseTags()
    {
        for (const auto &chosen : chosenTags()) {
            const auto found = m_content.tags.find(chosen.tag);
            if (m_content.unresolved.contains(chosen.tag))
                leaveAlone(chosen.tag, LeftAloneReason::Unresolved, {});
            else if (found == m_content.tags.end())
                leaveAlone(chosen.tag, LeftAloneReason::Gone, {});
            else if (chosen.seen && *chosen.seen != found->second)
                leaveAlone(chosen.tag, LeftAloneReason::Moved, found->second);
            else if (isProtectedTag(chosen.tag))
                leaveAlone(chosen.tag, LeftAloneReason::Protected, found->second);
            else if (m_inUse.contains(found->second))
                leaveAlone(chosen.tag, LeftAloneReason::InUse, found->second);
            else
                m_chosen[found->second].push_back(chosen.tag);
        }
    }

    bool isProtectedTag(const Tag &tag) const
    {
        return isProtected(m_around.registry.protectedTags, m_request.repository, tag);
    }

    void leaveAlone(const Tag &tag, LeftAloneReason reason, const std::optional<Digest> &digest)
    {
        const auto siblings = digest ? siblingsOf(*digest, std::vector<Tag>(1, tag)) : std::vector<Tag>();
        m_plan.leftAlone.push_back({tag, siblings, reason, digest, sourceOf(digest)});
    }

    /// The image, by its chosen tags if it has some.
    void leaveImageAlone(const Digest &digest, const std::vector<Tag> &tags, LeftAloneReason reason,
                         const std::vector<Tag> &siblings = {})
    {
        for (const Tag &tag : tags)
            m_plan.leftAlone.push_back({tag, siblings, reason, digest, sourceOf(digest)});
        if (tags.empty())
            m_plan.leftAlone.push_back({{}, siblings, reason, digest, sourceOf(digest)});
    }

    QString sourceOf(const std::optional<Digest> &digest) const
    {
        const auto found = digest ? m_inUse.find(*digest) : m_inUse.end();
        return found == m_inUse.end() ? QString() : found->second.text();
    }

    /// What a registry lists besides the tagged images, where it does; not what something that stays needs.
    void placeUntagged()
    {
        if (!m_content.indexesComplete)
            return;
        const auto needed = partsOfStaying(m_content, m_going);
        for (const auto &[digest, image] : m_content.images) {
            const bool isAttached = image.subject && m_content.images.contains(*image.subject) &&
                                    !m_going.contains(*image.subject);
            if (m_tagsOf.contains(digest) || needed.contains(digest) || isAttached ||
                m_inUse.contains(digest))
                continue;
            if (m_going.insert(digest).second)
                deleteImage(digest, {});
        }
    }

    std::vector<Tag> siblingsOf(const Digest &digest, const std::vector<Tag> &chosen) const
    {
        std::vector<Tag> siblings;
        const auto all = m_tagsOf.find(digest);
        if (all == m_tagsOf.end())
            return siblings;
        std::copy_if(
            all->second.begin(), all->second.end(), std::back_inserter(siblings),
            [&](const Tag &tag) { return std::find(chosen.begin(), chosen.end(), tag) == chosen.end(); });
        return siblings;
    }

    /// Decides what becomes of an image and its chosen tags.
    void place(const Digest &digest, const std::vector<Tag> &chosen)
    {
        auto siblings = siblingsOf(digest, chosen);
        const auto users = usersOf(digest);
        const bool wantsAll = m_request.wholeImages || chosen.empty();
        const bool isUntagged = chosen.empty() && siblings.empty();
        if (m_inUse.contains(digest)) {
            leaveImageAlone(digest, chosen, LeftAloneReason::InUse);
        } else if (isUntagged && m_going.contains(digest) && !knowsUsers()) {
            leaveImageAlone(digest, {}, LeftAloneReason::PartUnknown);
        } else if (m_going.contains(digest)) {
            deleteImage(digest, siblings.empty() ? chosen : m_tagsOf.at(digest));
            m_beyondSelection = m_beyondSelection || !siblings.empty();
        } else if (wantsAll && hasProtected(siblings)) {
            leaveImageAlone(digest, chosen.empty() ? siblings : chosen, LeftAloneReason::ImageProtected);
        } else if (wantsAll) {
            leaveImageAlone(digest, chosen.empty() ? siblings : chosen, LeftAloneReason::PartOfImage, users);
        } else {
            siblings.insert(siblings.end(), users.begin(), users.end());
            removeTags(digest, chosen, siblings);
        }
    }

    /// Registries that count pulls are not read, and refuse to delete a platform of an image themselves.
    bool knowsUsers() const { return m_content.indexesComplete || m_around.capabilities.countsPulls; }

    void deleteImage(const Digest &digest, const std::vector<Tag> &tags)
    {
        m_plan.deletedImages.push_back({digest, mediaTypeOf(digest), tags});
    }

    void removeTags(const Digest &digest, const std::vector<Tag> &chosen, const std::vector<Tag> &siblings)
    {
        const Capabilities &capabilities = m_around.capabilities;
        for (const Tag &tag : chosen) {
            if (capabilities.deleteTag.isYes() || capabilities.quayside.isYes())
                m_plan.tagsRemoved.push_back({tag, digest, siblings});
            else if (m_request.usePlaceholder)
                m_plan.tagsByPlaceholder.push_back({tag, digest, siblings});
            else if (capabilities.deleteTag.isNo())
                m_plan.leftAlone.push_back({tag, siblings, LeftAloneReason::SharedImage, digest});
            else
                m_plan.tagsUncertain.push_back({tag, digest, siblings});
        }
    }

    std::optional<MediaType> mediaTypeOf(const Digest &digest) const
    {
        const auto found = m_content.images.find(digest);
        return found == m_content.images.end() ? std::nullopt : found->second.mediaType;
    }

    /// What belongs to the deleted images alone. Grows until nothing new is found: a signature of a platform
    /// image, an attestation of an SBOM.
    void findAlso()
    {
        m_going.clear(); // without what is left alone
        for (const auto &image : m_plan.deletedImages)
            m_going.insert(image.digest);
        for (const auto &[digest, image] : m_content.images) {
            for (const Digest &child : image.children)
                m_users[child] += m_going.contains(digest) ? 0 : 1;
        }
        std::size_t before = 0;
        for (int round = 0; round < mostRounds && before != m_going.size(); ++round) {
            before = m_going.size();
            findPlatforms();
            findSignatures();
            findAttached();
        }
    }

    void addAlso(const Digest &digest, DeletePlan::Also::What what, const Digest &because)
    {
        if (m_inUse.contains(digest) || !m_going.insert(digest).second)
            return;
        const auto image = m_content.images.find(digest);
        if (image != m_content.images.end()) {
            for (const Digest &child : image->second.children)
                --m_users[child];
        }
        const auto tags = m_tagsOf.find(digest);
        m_plan.also.push_back({digest, mediaTypeOf(digest), what,
                               tags == m_tagsOf.end() ? std::vector<Tag>() : tags->second, because});
    }

    void findPlatforms()
    {
        if (!m_content.indexesComplete)
            return; // another index might need them
        const auto going = m_going;
        for (const Digest &digest : going) {
            const auto image = m_content.images.find(digest);
            if (image == m_content.images.end())
                continue;
            for (const Digest &child : image->second.children) {
                if (!isNeeded(child) && !m_tagsOf.contains(child))
                    addAlso(child, whatIsIn(digest), digest);
            }
        }
    }

    bool isNeeded(const Digest &part) const
    {
        const auto users = m_users.find(part);
        return users != m_users.end() && users->second > 0;
    }

    /// An index that is attached to something, or has a tool's tag, lists what is attached; any other one,
    /// platforms.
    DeletePlan::Also::What whatIsIn(const Digest &index) const
    {
        const auto image = m_content.images.find(index);
        if (image != m_content.images.end() && image->second.subject)
            return DeletePlan::Also::What::Attached;
        const auto tags = m_tagsOf.find(index);
        const bool isList =
            tags != m_tagsOf.end() && std::all_of(tags->second.begin(), tags->second.end(), isSignatureTag);
        return isList ? DeletePlan::Also::What::Attached : DeletePlan::Also::What::PlatformImage;
    }

    /// Tags that tools made for an image, "sha256-<hex>.sig": they go if nothing else names what they name.
    void findSignatures()
    {
        for (const auto &[digest, tags] : m_tagsOf) {
            std::optional<Digest> because;
            const bool all = std::all_of(tags.begin(), tags.end(), [&](const Tag &tag) {
                const auto subject = subjectOfTag(tag);
                if (subject && m_going.contains(*subject))
                    because = subject;
                return subject && m_going.contains(*subject);
            });
            if (all && because)
                addAlso(digest, DeletePlan::Also::What::Signature, *because);
        }
    }

    void findAttached()
    {
        if (!m_content.indexesComplete)
            return; // an index might name it
        for (const auto &[digest, image] : m_content.images) {
            const bool isAttached = image.subject && m_going.contains(*image.subject);
            if (isAttached && !m_tagsOf.contains(digest) && !isNeeded(digest))
                addAlso(digest, DeletePlan::Also::What::Attached, *image.subject);
        }
    }

    /// Undo, space, and how much the person must do.
    void judge()
    {
        const bool isQuayside = m_around.capabilities.quayside.isYes();
        m_plan.production = m_around.registry.production;
        m_plan.undo = undoPromise(m_around);
        m_plan.isHarbor = m_around.capabilities.harbor;
        m_plan.login = m_around.login;
        if (const auto retention = m_around.capabilities.trashRetention; isQuayside && retention)
            m_plan.undoUntil = m_around.now.addSecs(retention->count());
        if (!m_plan.deletedImages.empty())
            m_plan.space = isQuayside ? SpaceEffect::AfterRetention : SpaceEffect::AfterCollection;
        m_plan.attachedUnknown = m_content.attachedUnknown && !m_plan.deletedImages.empty();
        m_plan.friction = friction(isQuayside);
        m_plan.defaultIsDelete =
            m_plan.undo == UndoPromise::UntilDate && m_plan.friction != Friction::TypeName;
    }

    Friction friction(bool isQuayside) const
    {
        const bool noUndo =
            m_plan.undo == UndoPromise::NotPromised || m_plan.undo == UndoPromise::NotWithLogin;
        if (m_plan.production || m_request.wholeRepository || noUndo ||
            m_plan.deletedImages.size() > mostImagesWithoutName)
            return Friction::TypeName;
        const bool plain = isQuayside && m_request.tags.size() <= mostTagsWithoutSheet &&
                           !m_beyondSelection && m_plan.also.empty() && m_plan.leftAlone.empty() &&
                           m_request.images.size() <= 1 && m_around.registry.mode == RegistryMode::Normal;
        return plain ? Friction::None : Friction::Sheet;
    }

    const DeleteRequest &m_request;
    const RepositoryContent &m_content;
    const DeleteSurroundings &m_around;
    DeletePlan m_plan;
    std::map<Digest, std::vector<Tag>> m_tagsOf;
    std::map<Digest, std::vector<Tag>> m_chosen;
    std::map<Digest, InUse::Source> m_inUse;
    const ImageOwners m_owners;
    std::map<Digest, std::size_t> m_users; // of each part, the indexes that name it and stay
    std::set<Digest> m_going;
    std::set<Digest> m_parts; // of the tagged images that stay
    bool m_beyondSelection = false;
};

} // namespace

DeletePlan groupDelete(const DeleteRequest &request, const RepositoryContent &content,
                       const DeleteSurroundings &surroundings)
{
    return Grouping(request, content, surroundings).plan();
}

} // namespace quayside
