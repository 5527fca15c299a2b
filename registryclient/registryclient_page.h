// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Shared by the source files of RegistryClient; nobody else includes it.

#include "oci/qtconversions.h"
#include "registryclient/computed.h"
#include "registryclient/pager.h"
#include "registryclient/registryclient_call.h"
#include "registryclient/replyerror.h"

#include <type_traits>

namespace quayside {

/// What a registry without Link goes on after: the page's last name. Only lists of names know it.
template <typename Row>
QByteArray lastNameOf(const Page<Row> &page)
{
    if constexpr (std::is_same_v<Row, Tag> || std::is_same_v<Row, RepositoryName>) {
        if (page.invalid.isEmpty() && !page.rows.empty())
            return toQByteArray(page.rows.back().toString());
    }
    return {};
}

/// Lists of names take a page size; the specification knows none for referrers.
template <typename Row>
constexpr auto sizeOfPages = std::is_same_v<Row, Descriptor> ? PageSize::OfRegistry : PageSize::Asked;

/// One page of a list. `request.url` is the list's; `read` understands its body.
template <typename Row>
QCoro::Task<Result<Page<Row>>> RegistryClient::fetchPage(ClientRequest request, Purpose purpose,
                                                         PageCursor cursor, PageReader<Row> read,
                                                         std::stop_token stop)
{
    const std::string subject = toStdString(request.url.path());
    Pager pager(request.url, std::move(cursor), sizeOfPages<Row>);
    Result<ClientReply> reply;
    do {
        request.url = pager.url();
        request.maxBody = limits::list;
        reply = co_await send(request, purpose, stop);
        if (!reply)
            co_return tl::unexpected(reply.error());
    } while (!reply->isSuccess() && pager.tryOtherwise(*reply));
    if (!reply->isSuccess())
        co_return tl::unexpected(replyError(*reply, subject));

    const auto work = [read, body = reply->body] { return read(body); };
    auto page = co_await computed(work, reply->body.size());
    if (!page)
        co_return tl::unexpected(badAnswer(*reply, subject, page.error().message));
    pager.turn(*page, *reply, lastNameOf(*page));
    co_return std::move(*page);
}

} // namespace quayside
