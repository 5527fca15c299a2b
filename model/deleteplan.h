// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/registryconfig.h"
#include "oci/digest.h"
#include "oci/mediatype.h"
#include "oci/repositoryname.h"
#include "oci/tag.h"

#include <QDateTime>
#include <QList>
#include <QMetaType>
#include <QString>
#include <QStringList>

#include <map>
#include <optional>
#include <set>
#include <vector>

namespace quayside {

/// What can be promised about taking a delete back. See undoSentence().
enum class UndoPromise {
    UntilDate,       ///< Kept by the registry, for everybody, until DeletePlan::undoUntil.
    UntilCollection, ///< From this computer, until the registry collects garbage.
    NotPromised,     ///< This registry may drop the layers at once.
    NotWithLogin,    ///< The login may delete but not push.
    NotSure,         ///< The registry does not say whether the login may push.
    FullCopy,        ///< A full copy is kept in Local first.
};

/// When the space of what goes is freed. See spaceSentence().
enum class SpaceEffect {
    AfterRetention,  ///< A Quayside registry: when the retention ends.
    AfterCollection, ///< When the registry collects garbage.
    Nothing,         ///< Only names go.
};

/// How much the person must do before a delete happens.
enum class Friction {
    None, ///< No question; a bar with Undo afterwards.
    Sheet,
    TypeName, ///< The sheet, and the repository's name must be typed.
};

/// Why a chosen tag is not touched.
enum class LeftAloneReason {
    Unresolved,     ///< The registry lists it, but has no image for it.
    SharedImage,    ///< Its image has other tags, and this registry cannot remove one tag.
    Protected,      ///< By a pattern of the registry's configuration.
    Moved,          ///< It was pushed again since the person looked.
    Gone,           ///< It is not there any more.
    ImageProtected, ///< Another tag of the same image is protected.
    InUse,          ///< By a list of what runs somewhere.
    PartOfImage,    ///< A platform of an image that stays.
    PartUnknown,    ///< Whether it is one could not be found out.
};

/// What would happen if the person went on: every name and digest with what becomes of it.
struct DeletePlan
{
    struct Image
    {
        Digest digest;
        std::optional<MediaType> mediaType;
        std::vector<Tag> tags; ///< All tags of the image; empty for an untagged one.
    };
    struct TagRemoval
    {
        Tag tag;
        Digest digest;
        std::vector<Tag> siblings; ///< The tags that stay on the image.
    };
    struct LeftAlone
    {
        std::optional<Tag> tag;    ///< Nothing: an image without a tag.
        std::vector<Tag> siblings; ///< Of its image; of PartOfImage: those of the images that need it.
        LeftAloneReason reason;
        std::optional<Digest> digest; ///< What it names now, if known.
        QString source = {};          ///< Of InUse: "in-use.txt, 23 November".

        /// The tag, or the abbreviated digest.
        QString what() const;
    };
    struct Also
    {
        enum class What { PlatformImage, Signature, Attached };
        Digest digest;
        std::optional<MediaType> mediaType;
        What what;
        std::vector<Tag> tags; ///< Of a signature: the tags that tools gave it.
        Digest because;        ///< The image that it belongs to.
    };

    QString registryId;
    QString registryName;
    RepositoryName repository;
    bool production = false;

    std::vector<Image> deletedImages;
    std::vector<TagRemoval> tagsRemoved;
    /// "Tag removed, if this registry can remove one tag; else left alone": nobody has tried yet.
    std::vector<TagRemoval> tagsUncertain;
    /// By a placeholder (see placeholder.h) if this registry cannot remove one tag; only where the person wants it.
    std::vector<TagRemoval> tagsByPlaceholder;
    std::vector<LeftAlone> leftAlone;
    std::vector<Also> also;
    bool includeAlso = true; ///< The sheet's check box.
    /// Something may be attached to the images that the registry did not tell of: it stays.
    bool attachedUnknown = false;
    bool keepCopy = false;   ///< The sheet's other one: a full copy of what goes is put into Local first.
    std::optional<qint64> copyBytes; ///< Of FullCopy: its size, if known.

    UndoPromise undo = UndoPromise::NotSure;
    std::optional<QDateTime> undoUntil; ///< Of UntilDate, if the registry says.
    QString login;                      ///< Of NotWithLogin; empty: none, or not known.
    bool isHarbor = false;              ///< Of UntilCollection: it spares what is younger than 2 hours.
    SpaceEffect space = SpaceEffect::Nothing;
    Friction friction = Friction::Sheet;
    bool defaultIsDelete = false; ///< Whether Enter deletes.
    QStringList inUseFiles = {};  ///< Those of the request: read again when it is carried out.

    bool isEmpty() const { return deletedImages.empty() && tagCount() == 0; }
    /// Tags whose image stays.
    std::size_t tagCount() const
    {
        return tagsRemoved.size() + tagsUncertain.size() + tagsByPlaceholder.size();
    }
    /// The manifests that would go, `also` among them.
    std::set<Digest> going() const;
    /// Requests that would be sent, at most.
    int requestCount() const;
};

/// A delete as the person asked for it, with what they saw.
struct DeleteRequest
{
    struct ChosenTag
    {
        Tag tag;
        std::optional<Digest> seen; ///< What the row showed; nothing if it had not been resolved.
    };
    RepositoryName repository;
    std::vector<ChosenTag> tags;
    /// Untagged images, and with `wholeImages` the images to be deleted with all their tags.
    std::vector<Digest> images;
    /// "Delete Image with All Its Tags…": every tag of a chosen tag's image goes too.
    bool wholeImages = false;
    /// "Delete Repository…": everything that is listed there, whatever else is chosen. Protected tags stay.
    bool wholeRepository = false;
    /// The placeholder way for single tags, where nothing else does it.
    bool usePlaceholder = false;
    /// Lists of what must not be deleted, besides that of the registry's configuration.
    QStringList inUseFiles = {};
};

/// The plan with the placeholder way for the tags that are left alone because the registry cannot remove one tag.
DeletePlan withPlaceholder(DeletePlan plan);

/// What a person has done to agree to a plan. The guards of a registry may want more than none of it.
struct Confirmation
{
    bool asked = false; ///< The plan was shown, and the person said yes.
    QString typedName;  ///< What was typed as the repository's name.
};

/// Error::code of missingConfirmation().
inline constexpr const char *confirmationWanted = "CONFIRMATION_WANTED";
/// What the guards of the registry's configuration want and the person has not done: production wants the
/// repository's name typed, RegistryMode::Ask the question asked or that name. Error kind: Conflict.
std::optional<Error> missingConfirmation(const RegistryConfig &registry, const RepositoryName &repository,
                                         const Confirmation &confirmation);

/// "Yes, until 24 December. Kept by this registry." and the other five.
QString undoSentence(const DeletePlan &plan);
QString spaceSentence(const DeletePlan &plan);
/// "Delete 3 images, remove 1 tag": the button, and the title of the operation.
QString deleteVerb(const DeletePlan &plan);

} // namespace quayside
