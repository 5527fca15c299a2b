// SPDX-License-Identifier: Apache-2.0
#include "registryclient/blobupload.h"

#include "oci/qtconversions.h"

namespace quayside {

namespace {

ClientRequest uploadRequest(const QByteArray &method, const QUrl &url)
{
    ClientRequest request;
    request.method = method;
    request.url = url;
    request.headers.append(
        HttpHeader{QByteArrayLiteral("Content-Type"), QByteArrayLiteral("application/octet-stream")});
    return request;
}

/// The session's address with `digest` added; the rest of its query is the registry's and stays as it is.
QUrl withDigest(QUrl url, const Digest &digest)
{
    QString query = url.query(QUrl::FullyEncoded);
    if (!query.isEmpty())
        query += u'&';
    url.setQuery(query + QStringLiteral("digest=") + toQString(digest.toString()));
    return url;
}

} // namespace

ClientRequest BlobUpload::wholeTo(const QUrl &session) const
{
    auto request = uploadRequest(QByteArrayLiteral("PUT"), withDigest(session, digest));
    request.bodyDevice = source;
    request.bodySize = size;
    request.progress = progress;
    return request;
}

ClientRequest BlobUpload::restTo(const QUrl &session, qint64 begin) const
{
    auto request = uploadRequest(QByteArrayLiteral("PATCH"), session);
    request.headers.append(HttpHeader{QByteArrayLiteral("Content-Range"),
                                      QByteArray::number(begin) + '-' + QByteArray::number(size - 1)});
    request.bodyDevice = source;
    request.bodyBegin = begin;
    request.bodySize = size - begin;
    if (progress)
        request.progress = [told = progress, begin, all = size](qint64 sent, qint64) {
            told(begin + sent, all);
        };
    return request;
}

ClientRequest BlobUpload::endOf(const QUrl &session) const
{
    return uploadRequest(QByteArrayLiteral("PUT"), withDigest(session, digest));
}

qint64 bytesInSession(const ClientReply &reply)
{
    const QByteArray range = reply.header("Range").trimmed();
    if (!range.startsWith("0-"))
        return 0;
    bool isNumber = false;
    const qint64 last = range.mid(2).toLongLong(&isNumber);
    return isNumber && last > 0 ? last + 1 : 0;
}

} // namespace quayside
