// SPDX-License-Identifier: Apache-2.0
#include "registryclient/redirects.h"

#include "oci/qtconversions.h"
#include "registryclient/registryaddress.h"

namespace quayside {

namespace {

bool onlyReads(const QByteArray &method)
{
    return method == "GET" || method == "HEAD";
}

Error refusal(const ClientReply &reply, const char *why)
{
    return Error{ErrorKind::BadAnswer, reply.status, {}, toStdString(reply.url.host()) + why};
}

} // namespace

bool isRedirect(const ClientReply &reply)
{
    switch (reply.status) {
    case 301:
    case 302:
    case 303:
    case 307:
    case 308:
        return !reply.header("Location").isEmpty();
    default:
        return false;
    }
}

Result<ClientRequest> followed(ClientRequest request, const ClientReply &reply)
{
    QUrl target = reply.url.resolved(QUrl::fromEncoded(reply.header("Location")));
    target.setFragment({});
    const bool http = target.scheme() == QLatin1String("http");
    if (!target.isValid() || target.host().isEmpty() || (!http && target.scheme() != QLatin1String("https")))
        return tl::unexpected(refusal(reply, " redirects to something that is no web address"));
    if (!target.userInfo().isEmpty())
        return tl::unexpected(refusal(reply, " redirects to an address with a login in it"));
    if (http && reply.url.scheme() == QLatin1String("https"))
        return tl::unexpected(refusal(reply, " redirects to an address without encryption"));

    const bool same = sameOrigin(reply.url, target);
    if (!onlyReads(request.method) && (!same || (reply.status != 307 && reply.status != 308)))
        return tl::unexpected(refusal(reply, " redirects a change to another place"));
    // Once dropped it stays away: a redirect back to the first host gets no login either.
    if (!same)
        request.authorization.clear();
    if (target.host() != reply.url.host())
        request.tls = {};
    request.url = target;
    return request;
}

} // namespace quayside
