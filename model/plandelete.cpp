// SPDX-License-Identifier: Apache-2.0
#include "model/plandelete.h"

#include "model/indexreader.h"
#include "model/registrysession.h"
#include "model/tagentry.h"
#include "model/tagresolver.h"
#include "oci/qtconversions.h"

#include <algorithm>
#include <set>

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
    for (const Digest &digest : m_request.images)
        m_content.images[digest]; // untagged ones
    m_around.capabilities = client->capabilities();
    if (wantsIndexes()) {
        auto reading = readIndexes(client, m_request.repository, m_content, stopToken());
        auto read = co_await reading;
        if (gone.stop_requested())
            co_return;
        if (!read) {
            end(read.error());
            co_return;
        }
        m_content = std::move(*read);
    }
    m_around.host = client->address().host();
    m_around.now = QDateTime::currentDateTimeUtc();
    m_plan = groupDelete(m_request, m_content, m_around);
    end();
}

/// Whether something could go along that indexes tell of: the platforms of a chosen image, or what an index
/// under a tool's tag attaches to it. Not where reading counts as a pull: there they stay.
bool PlanDelete::wantsIndexes() const
{
    if (m_content.indexesComplete || m_around.capabilities.countsPulls)
        return false;
    if (m_request.wholeRepository)
        return true;
    std::set<Digest> chosen(m_request.images.begin(), m_request.images.end());
    for (const auto &choice : m_request.tags) {
        if (const auto found = m_content.tags.find(choice.tag); found != m_content.tags.end())
            chosen.insert(found->second);
    }
    const auto isAttached = [&](const auto &entry) {
        const auto subject = subjectOfTag(entry.first);
        return subject && chosen.contains(*subject) && mayBeIndex(m_content, entry.second);
    };
    return std::any_of(chosen.begin(), chosen.end(),
                       [this](const Digest &digest) { return mayBeIndex(m_content, digest); }) ||
           std::any_of(m_content.tags.begin(), m_content.tags.end(), isAttached);
}

} // namespace quayside
