// SPDX-License-Identifier: Apache-2.0
#include "registryclient/eventstream.h"
#include "registryclient/extensionreaders.h"
#include "registryclient/registryclient_page.h"

#include <QUrlQuery>

namespace quayside {

namespace {

/// "digest=…" or "tag=…", as the trash wants it.
QUrlQuery entryQuery(const TagOrDigest &reference)
{
    const bool isTag = std::holds_alternative<Tag>(reference);
    QUrlQuery query;
    query.addQueryItem(isTag ? QStringLiteral("tag") : QStringLiteral("digest"),
                       toQString(toString(reference)));
    return query;
}

QString trashPath(const RepositoryName &repository, const char *module)
{
    return toQString(repository.toString() + "/_quayside/trash/" + module);
}

} // namespace

QCoro::Task<Result<bool>> RegistryClient::discoverExtensions(std::stop_token stop)
{
    const Call call(this);
    ClientRequest request;
    request.url = url(QStringLiteral("_oci/ext/discover"));
    const auto reply = co_await send(std::move(request), Purpose::registry(), stop);
    if (!reply)
        co_return tl::unexpected(reply.error());
    if (reply->status == 401 || reply->status == 429 || reply->status >= 500) // says nothing about extensions
        co_return tl::unexpected(replyError(*reply, toStdString(m_address.display())));
    const auto found = reply->isSuccess() ? readDiscovery(reply->body) : std::nullopt;
    m_capabilities.quayside.state = found ? Ability::State::Yes : Ability::State::No;
    m_capabilities.trashRetention = found ? found->trashRetention : std::nullopt;
    co_return found.has_value();
}

QCoro::Task<Result<void>> RegistryClient::requireQuayside(std::stop_token stop)
{
    if (m_capabilities.quayside.state == Ability::State::NotTried) {
        const auto found = co_await discoverExtensions(stop);
        if (!found)
            co_return tl::unexpected(found.error());
    }
    if (!m_capabilities.quayside.isYes())
        co_return fail(ErrorKind::Unsupported, toStdString(m_address.display()) + " is no Quayside registry");
    co_return Result<void>();
}

QCoro::Task<Result<ContentRowPage>> RegistryClient::contentList(RepositoryName repository, PageCursor cursor,
                                                                std::stop_token stop)
{
    const Call call(this);
    if (const auto able = co_await requireQuayside(stop); !able)
        co_return tl::unexpected(able.error());
    ClientRequest request;
    request.url = url(toQString(repository.toString() + "/_quayside/content/list"));
    co_return co_await fetchPage(std::move(request), Purpose::pull(repository), std::move(cursor),
                                 &readContentPage, stop);
}

QCoro::Task<Result<TrashRowPage>> RegistryClient::trashList(std::optional<RepositoryName> repository,
                                                            PageCursor cursor, std::stop_token stop)
{
    const Call call(this);
    if (const auto able = co_await requireQuayside(stop); !able)
        co_return tl::unexpected(able.error());
    ClientRequest request;
    request.url = url(repository ? trashPath(*repository, "list") : QStringLiteral("_quayside/trash/list"));
    auto purpose = repository ? Purpose::pull(*repository) : Purpose::registry();
    co_return co_await fetchPage(std::move(request), std::move(purpose), std::move(cursor), &readTrashPage,
                                 stop);
}

QCoro::Task<Result<RestoreOutcome>> RegistryClient::restore(RepositoryName repository, TagOrDigest reference,
                                                            bool deep, std::stop_token stop)
{
    const Call call(this);
    if (const auto able = co_await requireQuayside(stop); !able)
        co_return tl::unexpected(able.error());
    QUrlQuery query = entryQuery(reference);
    if (deep)
        query.addQueryItem(QStringLiteral("deep"), QStringLiteral("true"));
    ClientRequest request;
    request.method = QByteArrayLiteral("POST");
    request.url = url(trashPath(repository, "restore"));
    request.url.setQuery(query);
    request.headers.append(
        HttpHeader{QByteArrayLiteral("Content-Type"), QByteArrayLiteral("application/json")});
    const auto reply = co_await send(std::move(request), Purpose::push(repository), stop);
    if (!reply)
        co_return tl::unexpected(reply.error());
    const std::string subject = imageName(repository, reference);
    if (!reply->isSuccess())
        co_return tl::unexpected(replyError(*reply, subject));
    auto outcome = readRestoreOutcome(reply->body);
    if (!outcome)
        co_return tl::unexpected(badAnswer(*reply, subject, outcome.error().message));
    co_return outcome;
}

QCoro::Task<Result<void>> RegistryClient::purgeEntry(RepositoryName repository, TagOrDigest reference,
                                                     std::stop_token stop)
{
    const Call call(this);
    if (const auto able = co_await requireQuayside(stop); !able)
        co_return tl::unexpected(able.error());
    ClientRequest request;
    request.method = QByteArrayLiteral("DELETE");
    request.url = url(trashPath(repository, "entry"));
    request.url.setQuery(entryQuery(reference));
    const auto reply = co_await send(std::move(request), Purpose::remove(repository), stop);
    if (!reply)
        co_return tl::unexpected(reply.error());
    if (!reply->isSuccess())
        co_return tl::unexpected(replyError(*reply, imageName(repository, reference)));
    co_return Result<void>();
}

std::unique_ptr<EventStream> RegistryClient::events()
{
    return std::make_unique<EventStream>(m_transport, m_authenticator,
                                         url(QStringLiteral("_quayside/store/events")));
}

} // namespace quayside
