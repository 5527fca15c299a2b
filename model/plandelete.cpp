// SPDX-License-Identifier: Apache-2.0
#include "model/plandelete.h"

#include "model/registrysession.h"
#include "model/tagresolver.h"
#include "oci/qtconversions.h"

#include <algorithm>

namespace quayside {

PlanDelete::PlanDelete(RegistrySession *session, DeleteRequest request, QObject *parent)
    : Operation(Kind::Plan, session->id(), toQString(request.repository.toString()), parent)
    , m_request(std::move(request))
    , m_client(session->client())
{
    m_around.registry = session->config();
    setTitle(tr("Looking for tags that share these images"));
}

PlanDelete::~PlanDelete() = default;

void PlanDelete::run()
{
    if (m_around.registry.mode == RegistryMode::ReadOnly)
        end(Error{ErrorKind::ReadOnly, 0, {}, "this registry is set to read-only"});
    else if (!m_client)
        end(Error{ErrorKind::Refused, 0, {}, "the registry has no address"});
    else
        work(m_client);
}

QCoro::Task<> PlanDelete::work(std::shared_ptr<RegistryClient> client)
{
    const auto gone = goneToken();
    const auto tell = [this, gone](qint64 done, qint64 total) {
        if (!gone.stop_requested())
            setProgress(done, total);
    };
    auto resolving = resolveAllTags(client, m_request.repository, tell, stopToken());
    auto content = co_await resolving;
    if (gone.stop_requested())
        co_return;
    if (!content) {
        end(content.error());
        co_return;
    }
    m_content = std::move(*content);
    auto reading = readIndexes(client, gone);
    const auto read = co_await reading;
    if (gone.stop_requested())
        co_return;
    if (!read) {
        end(read.error());
        co_return;
    }
    m_around.capabilities = client->capabilities();
    m_around.host = client->address().host();
    m_around.now = QDateTime::currentDateTimeUtc();
    m_plan = groupDelete(m_request, m_content, m_around);
    end();
}

/// Reads the indexes, if one of them is chosen: their platform images may go with them. Not where reading
/// counts as a pull: there they stay.
QCoro::Task<Result<void>> PlanDelete::readIndexes(std::shared_ptr<RegistryClient> client,
                                                  std::stop_token gone)
{
    if (m_content.indexesComplete)
        co_return Result<void>();
    const RepositoryName repository = m_request.repository;
    const auto stop = stopToken();
    std::vector<Digest> indexes;
    for (const auto &[digest, image] : m_content.images) {
        if (image.mediaType && image.mediaType->isIndex())
            indexes.push_back(digest);
    }
    if (client->capabilities().countsPulls || !choosesOneOf(indexes))
        co_return Result<void>();
    bool complete = true;
    for (const Digest &digest : indexes) {
        const auto index = co_await client->getManifest(repository, digest, stop);
        if (gone.stop_requested())
            co_return fail(ErrorKind::Cancelled, "stopped");
        if (!index && index.error().kind == ErrorKind::Cancelled)
            co_return tl::unexpected(index.error());
        complete = complete && index.has_value();
        if (!index)
            continue;
        for (const Descriptor &child : index->manifest.manifests())
            m_content.images[digest].children.push_back(child.digest);
    }
    m_content.indexesComplete = complete;
    co_return Result<void>();
}

bool PlanDelete::choosesOneOf(const std::vector<Digest> &digests) const
{
    const auto isOne = [&](const Digest &digest) {
        return std::find(digests.begin(), digests.end(), digest) != digests.end();
    };
    return std::any_of(m_request.images.begin(), m_request.images.end(), isOne) ||
           std::any_of(m_request.tags.begin(), m_request.tags.end(), [&](const auto &chosen) {
               const auto found = m_content.tags.find(chosen.tag);
               return found != m_content.tags.end() && isOne(found->second);
           });
}

} // namespace quayside
