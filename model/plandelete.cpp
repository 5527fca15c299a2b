// SPDX-License-Identifier: Apache-2.0
#include "model/plandelete.h"

#include "model/indexreader.h"
#include "model/referrerreader.h"
#include "model/registrysession.h"
#include "model/tagresolver.h"
#include "oci/qtconversions.h"
#include "registryclient/computed.h"

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
    if (auto refusal = refusalToChange(m_around.registry))
        end(std::move(refusal));
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
    const QStringList files = QStringList(m_around.registry.inUseFile) + m_request.inUseFiles;
    const auto load = [files] { return InUse::load(files); };
    auto loading = computed(load, worthAThread); // a disk may take long
    const auto inUse = co_await loading;
    if (gone.stop_requested())
        co_return;
    if (!inUse) {
        end(inUse.error());
        co_return;
    }
    m_around.inUse = *inUse;
    m_around.capabilities = client->capabilities();
    m_around.host = client->address().host();
    m_around.address = client->address().display();
    m_around.now = QDateTime::currentDateTimeUtc();
    auto asking = client->askPermissions(m_request.repository, stopToken());
    const auto permissions = co_await asking;
    if (gone.stop_requested())
        co_return;
    m_around.permissions = permissions.value_or(Permissions()); // else not known: the delete itself will tell
    m_around.usesTokens = client->usesTokens();
    m_around.login = client->user();
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
    if (wantsReferrers()) {
        const auto going = [request = m_request, around = m_around](const RepositoryContent &known) {
            return groupDelete(request, known, around).going();
        };
        auto reading = readReferrers(client, m_request.repository, m_content, going, stopToken());
        auto read = co_await reading;
        if (gone.stop_requested())
            co_return;
        if (!read) {
            end(read.error());
            co_return;
        }
        m_content = std::move(*read);
    }
    m_plan = groupDelete(m_request, m_content, m_around);
    end();
}

/// Whether indexes could tell what goes along with an image, or that an image is a part of another one. Not
/// where reading counts as a pull: there what might go along stays, and the registry itself keeps the parts
/// of images.
bool PlanDelete::wantsIndexes() const
{
    return !m_content.indexesComplete && !m_around.capabilities.countsPulls;
}

/// The list of a Quayside registry has told what is attached to what. Lists of referrers are no pulls, but
/// what they name has to be read before it may go, and that no index names it must be known.
bool PlanDelete::wantsReferrers() const
{
    return m_content.indexesComplete && !m_around.capabilities.quayside.isYes() &&
           !m_around.capabilities.referrers.isNo();
}

} // namespace quayside
