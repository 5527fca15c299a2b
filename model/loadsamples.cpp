// SPDX-License-Identifier: Apache-2.0
#include "model/loadsamples.h"

#include "model/registrysession.h"
#include "model/sampleimages.h"
#include "oci/qtconversions.h"

namespace quayside {

namespace {

/// Blobs, then the manifest by its digest, then the tags: a failure leaves no tag.
QCoro::Task<Result<void>> push(std::shared_ptr<RegistryClient> client, SampleImage image,
                               std::stop_token stop)
{
    for (const SampleImage::Blob &blob : image.blobs) {
        const auto there = co_await client->hasBlob(image.repository, blob.digest, stop);
        if (there && *there)
            continue;
        const auto uploaded = co_await client->uploadBlob(image.repository, blob.digest, blob.bytes, stop);
        if (!uploaded)
            co_return uploaded;
    }
    std::vector<TagOrDigest> references(1, image.digest);
    references.insert(references.end(), image.tags.begin(), image.tags.end());
    for (const TagOrDigest &reference : references) {
        const auto put =
            co_await client->putManifest(image.repository, reference, image.manifest, image.mediaType, stop);
        if (!put)
            co_return tl::unexpected(put.error());
    }
    co_return Result<void>();
}

} // namespace

LoadSamples::LoadSamples(RegistrySession *session, QObject *parent)
    : Operation(Kind::LoadSamples, session->id(), QString(), parent)
    , m_client(session->client())
    , m_refusal(refusalToChange(session->config()))
{
    setTitle(tr("Load sample images"));
}

LoadSamples::~LoadSamples() = default;

void LoadSamples::run()
{
    if (m_refusal)
        end(m_refusal);
    else if (!m_client)
        end(Error{ErrorKind::Refused, 0, {}, "the registry has no address"});
    else
        work(m_client);
}

QCoro::Task<> LoadSamples::work(std::shared_ptr<RegistryClient> client)
{
    const auto gone = goneToken();
    const auto stop = stopToken();
    const auto images = sampleImages();
    QList<OperationItem> items;
    for (const SampleImage &image : images)
        items.append(OperationItem{toQString(image.repository.toString()), Outcome::NotSent, {}});
    setItems(std::move(items));
    for (std::size_t i = 0; i < images.size(); ++i) {
        auto pushing = push(client, images[i], stop);
        const auto pushed = co_await pushing;
        if (gone.stop_requested())
            co_return;
        if (!pushed) {
            setOutcome(int(i), Outcome::Failed, pushed.error());
            end(pushed.error());
            co_return;
        }
        setOutcome(int(i), Outcome::Done);
        setProgress(qint64(i) + 1, qint64(images.size()));
    }
    end();
}

} // namespace quayside
