// SPDX-License-Identifier: Apache-2.0
#include "registryclient/listreaders.h"
#include "registryclient/registryclient_page.h"

namespace quayside {

namespace {

/// 404 NAME_UNKNOWN, and zot's 400: a repository that has nothing in it is not there.
bool saysNameUnknown(const Error &error)
{
    return error.code == "NAME_UNKNOWN" && (error.httpStatus == 404 || error.httpStatus == 400);
}

bool saysNoCatalog(const Error &error)
{
    return error.kind == ErrorKind::Unauthorized || error.kind == ErrorKind::Forbidden ||
           error.kind == ErrorKind::NotFound || error.kind == ErrorKind::Unsupported;
}

/// The specification wants an empty index for what nothing is attached to, whether or not it is there.
bool saysNoReferrers(const Error &error)
{
    return error.kind == ErrorKind::NotFound || error.kind == ErrorKind::Unsupported ||
           error.kind == ErrorKind::BadAnswer || error.kind == ErrorKind::NotARegistry;
}

} // namespace

QCoro::Task<Result<RepositoryPage>> RegistryClient::listRepositories(PageCursor cursor, std::stop_token stop)
{
    const Call call(this);
    ClientRequest request;
    request.url = url(QStringLiteral("_catalog"));
    auto page = co_await fetchPage(std::move(request), Purpose::catalog(), std::move(cursor),
                                   &readRepositoryPage, stop);
    if (page)
        m_capabilities.catalog = Ability{Ability::State::Yes, {}};
    else if (saysNoCatalog(page.error()))
        m_capabilities.catalog = Ability{Ability::State::No, toQString(page.error().message)};
    co_return page;
}

QCoro::Task<Result<TagPage>> RegistryClient::listTags(RepositoryName repository, PageCursor cursor,
                                                      std::stop_token stop, Priority priority)
{
    const Call call(this);
    ClientRequest request;
    request.url = url(toQString(repository.toString() + "/tags/list"));
    request.priority = priority;
    // Later on it means a lost cursor: calling that an empty page would make half a list look complete.
    const bool isFirst = cursor.isBeginning();
    auto page = co_await fetchPage(std::move(request), Purpose::pull(repository), std::move(cursor),
                                   &readTagPage, stop);
    if (!page && isFirst && saysNameUnknown(page.error())) {
        TagPage empty;
        empty.unknownRepository = true;
        co_return empty;
    }
    co_return page;
}

QCoro::Task<Result<ReferrerPage>> RegistryClient::listReferrers(RepositoryName repository, Digest subject,
                                                                PageCursor cursor, std::stop_token stop)
{
    const Call call(this);
    ClientRequest request;
    request.url = url(toQString(repository.toString() + "/referrers/" + subject.toString()));
    request.priority = Priority::Background;
    auto page = co_await fetchPage(std::move(request), Purpose::pull(repository), std::move(cursor),
                                   &readReferrerPage, stop);
    Ability &known = m_capabilities.referrers;
    if (page)
        known = Ability{Ability::State::Yes, {}};
    else if (!known.isYes() && saysNoReferrers(page.error()))
        known = Ability{Ability::State::No, toQString(page.error().message)};
    co_return page;
}

} // namespace quayside
