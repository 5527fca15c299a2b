// SPDX-License-Identifier: Apache-2.0
#include "model/copyoffer.h"

#include "model/keptcopy.h"
#include "model/plantext.h"
#include "model/registrysession.h"

#include <utility>

namespace quayside {

CopyOffer::CopyOffer(const RegistrySession &session, DeletePlan plan, std::optional<qint64> freeBytes)
    : m_plan(std::move(plan))
    , m_freeBytes(freeBytes)
    , m_client(session.client())
{
    if (!session.capabilities().countsPulls)
        look();
}

CopyOffer::~CopyOffer() = default;

void CopyOffer::look()
{
    if (m_client && !std::exchange(m_looking, true))
        lookNow(m_client, m_lifetime.token());
}

QCoro::Task<> CopyOffer::lookNow(std::shared_ptr<RegistryClient> client, std::stop_token stop)
{
    auto reading = readManifests(client, m_plan.repository, digests(true), stop);
    auto kept = co_await reading;
    if (stop.stop_requested())
        co_return;
    m_kept = std::move(kept);
    emit changed();
}

std::set<Digest> CopyOffer::digests(bool withAlso) const
{
    std::set<Digest> digests;
    for (const DeletePlan::Image &image : m_plan.deletedImages)
        digests.insert(image.digest);
    for (const DeletePlan::Also &also : m_plan.also) {
        if (withAlso)
            digests.insert(also.digest);
    }
    return digests;
}

std::optional<qint64> CopyOffer::bytes(bool withAlso) const
{
    if (!m_kept)
        return {};
    const auto content = copyContentOf(*m_kept, digests(withAlso));
    return content ? std::optional(content->bytes()) : std::nullopt;
}

bool CopyOffer::isTooLarge(bool withAlso) const
{
    return m_freeBytes && bytes(withAlso).value_or(0) > *m_freeBytes;
}

QString CopyOffer::text(bool withAlso) const
{
    const auto known = bytes(withAlso);
    const QString size = known ? bytesText(*known) : QStringLiteral("…");
    if (!m_freeBytes)
        return tr("Keep a full copy in Local first (%1)").arg(size);
    if (isTooLarge(withAlso))
        return tr("Keep a full copy in Local first (%1; only %2 free)").arg(size, bytesText(*m_freeBytes));
    return tr("Keep a full copy in Local first (%1; %2 free)").arg(size, bytesText(*m_freeBytes));
}

} // namespace quayside
