// SPDX-License-Identifier: Apache-2.0
#include "model/loadsamples.h"

#include "model/registrysession.h"
#include "model/sampleimages.h"
#include "oci/qtconversions.h"

namespace quayside {

namespace {

QString nameOf(const SampleManifest &manifest)
{
    const auto repository = toQString(manifest.repository.toString());
    return manifest.tags.empty() ? repository + u'@' + toQString(manifest.digest.abbreviated())
                                 : repository + u':' + toQString(manifest.tags.front().toString());
}

// Pushes one manifest under all its tags, or by its digest if it has none.
QCoro::Task<Result<void>> pushManifest(std::shared_ptr<RegistryClient> client, SampleManifest manifest,
                                       std::stop_token stop)
{
    std::vector<TagOrDigest> references(manifest.tags.begin(), manifest.tags.end());
    if (references.empty())
        references.emplace_back(manifest.digest);
    for (const auto &reference : references) {
        const auto pushed = co_await client->putManifest(manifest.repository, reference, manifest.bytes,
                                                         manifest.mediaType, stop);
        if (!pushed)
            co_return tl::unexpected(pushed.error());
    }
    co_return Result<void>();
}

} // namespace

LoadSamples::LoadSamples(RegistrySession *session, QObject *parent)
    : Operation(Kind::LoadSamples, session->id(), QString(), parent)
    , m_client(session->client())
{
    setTitle(tr("Load sample images"));
}

LoadSamples::~LoadSamples() = default;

void LoadSamples::run()
{
    if (!m_client) {
        end(Error{ErrorKind::Refused, 0, {}, "the registry is not running"});
        return;
    }
    work(m_client);
}

QCoro::Task<> LoadSamples::work(std::shared_ptr<RegistryClient> client)
{
    const auto gone = goneToken();
    const auto stop = stopToken();
    const auto images = SampleImages::make();
    const auto total = qint64(images.blobs.size() + images.manifests.size());
    qint64 done = 0;

    QList<OperationItem> names;
    for (const auto &manifest : images.manifests)
        names.append(OperationItem{nameOf(manifest), Outcome::Pending, std::nullopt});
    setItems(names);

    for (const auto &blob : images.blobs) {
        const auto uploaded = co_await client->uploadBlob(blob.repository, blob.digest, blob.bytes, stop);
        if (gone.stop_requested())
            co_return;
        if (!uploaded) {
            end(uploaded.error());
            co_return;
        }
        setProgress(++done, total);
    }
    for (int index = 0; index < names.size(); ++index) {
        const auto pushed = co_await pushManifest(client, images.manifests[std::size_t(index)], stop);
        if (gone.stop_requested())
            co_return;
        if (!pushed) {
            setOutcome(index, Outcome::Failed, pushed.error());
            end(pushed.error());
            co_return;
        }
        setOutcome(index, Outcome::Done);
        setProgress(++done, total);
    }
    end();
}

} // namespace quayside
