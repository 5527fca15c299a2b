// SPDX-License-Identifier: Apache-2.0
#include "model/placeholder.h"

#include "oci/hasher.h"
#include "oci/qtconversions.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace quayside {

namespace {

Error movedError(const Tag &tag, const Digest &now)
{
    return Error{ErrorKind::Moved, 0, {}, tag.toString() + " names " + now.toString() + " now"};
}

StepResult ended(Outcome outcome, std::optional<Error> error = {})
{
    return StepResult{outcome, std::move(error), false};
}

} // namespace

Placeholder Placeholder::of(const QString &operationId)
{
    const auto type = MediaType::parse(mediatype::ociIndex);
    const QJsonObject annotations{
        {QStringLiteral("org.opencontainers.image.description"),
         QStringLiteral("Quayside is about to remove the tag that names this, which holds nothing.")},
        {QStringLiteral("quayside.operation"), operationId}};
    const QJsonObject index{{QStringLiteral("schemaVersion"), 2},
                            {QStringLiteral("mediaType"), toQString(type->toString())},
                            {QStringLiteral("manifests"), QJsonArray()},
                            {QStringLiteral("annotations"), annotations}};
    const QByteArray bytes = QJsonDocument(index).toJson(QJsonDocument::Compact);
    return Placeholder{Hasher::hash(toStringView(bytes)), bytes, *type};
}

QCoro::Task<StepResult> place(std::shared_ptr<RegistryClient> client, RepositoryName repository,
                              OriginalTag original, Placeholder placeholder)
{
    const auto now = co_await client->headManifest(repository, original.tag);
    if (!now && now.error().kind == ErrorKind::NotFound)
        co_return ended(Outcome::AlreadyGone);
    if (!now)
        co_return ended(Outcome::Failed, now.error());
    if (now->digest != original.image.digest)
        co_return ended(Outcome::Moved, movedError(original.tag, now->digest));
    const auto put =
        co_await client->putManifest(repository, original.tag, placeholder.bytes, placeholder.mediaType);
    // Whatever the answer: a broken connection does not say whether it stands there.
    co_return ended(Outcome::Pending, put ? std::nullopt : std::optional(put.error()));
}

QCoro::Task<StepResult> settlePlaceholder(std::shared_ptr<RegistryClient> client, RepositoryName repository,
                                          OriginalTag original, Digest placeholder, Error why,
                                          std::stop_token stop)
{
    const RawManifest image = original.image;
    auto now = co_await client->headManifest(repository, original.tag, stop);
    if (now && now->digest == placeholder && image.mediaType) {
        const auto put =
            co_await client->putManifest(repository, original.tag, image.bytes, *image.mediaType, stop);
        if (!put)
            co_return ended(Outcome::Pending, put.error());
        now = co_await client->headManifest(repository, original.tag, stop);
    }
    if (!now && now.error().kind == ErrorKind::NotFound)
        co_return ended(Outcome::Done);
    if (!now)
        co_return ended(Outcome::Pending, now.error());
    if (now->digest == image.digest)
        co_return ended(Outcome::Failed, why);
    if (now->digest == placeholder)
        co_return ended(Outcome::Pending, why);
    co_return ended(Outcome::Moved, movedError(original.tag, now->digest));
}

} // namespace quayside
