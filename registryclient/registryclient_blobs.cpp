// SPDX-License-Identifier: Apache-2.0
#include "oci/hasher.h"
#include "oci/qtconversions.h"
#include "registryclient/blobdownload.h"
#include "registryclient/registryclient_call.h"
#include "registryclient/replyerror.h"
#include "registryclient/retry.h"
#include "registryclient/wakeup.h"

#include <QBuffer>

namespace quayside {

namespace {

Error badSize(const std::string &subject)
{
    return Error{ErrorKind::TooLarge, 0, {}, subject + ": more bytes came than the blob has"};
}

bool mayGoOn(ErrorKind kind)
{
    return kind == ErrorKind::Disconnected || kind == ErrorKind::Timeout;
}

/// The error for a blob whose bytes are not the right ones. A captive portal's page is called what it is.
Error wrongBytes(const ClientReply &reply, const std::string &subject, const Digest &got)
{
    if (isWebPage(reply))
        return badAnswer(reply, subject, {});
    return Error{
        ErrorKind::DigestMismatch, reply.status, {}, subject + ": the bytes sent hash to " + got.toString()};
}

} // namespace

QCoro::Task<Result<bool>> RegistryClient::hasBlob(RepositoryName repository, Digest digest,
                                                  std::stop_token stop)
{
    const Call call(this);
    ClientRequest request;
    request.method = QByteArrayLiteral("HEAD");
    request.url = blobUrl(repository, digest);
    const auto reply = co_await send(std::move(request), Purpose::pull(repository), stop);
    if (!reply)
        co_return tl::unexpected(reply.error());
    if (!reply->isSuccess() && reply->status != 404)
        co_return tl::unexpected(replyError(*reply, imageName(repository, digest)));
    co_return reply->isSuccess();
}

QCoro::Task<Result<bool>> RegistryClient::blobReadable(RepositoryName repository, Digest digest,
                                                       std::stop_token stop)
{
    const Call call(this);
    constexpr int tries = 2;
    for (int i = 1; true; ++i) {
        const auto readable = co_await readFirstByte(repository, digest, FirstByte::AsAsked, stop);
        if (readable || readable.error().kind != ErrorKind::Disconnected)
            co_return readable;
        // A cache that promises a blob that is gone: the head of an answer comes, then the connection is
        // closed. Whoever answers HEAD but never sends the byte does not have it.
        const auto promised = co_await hasBlob(repository, digest, stop);
        if (!promised || !*promised || i == tries)
            co_return promised.map([](bool) { return false; });
    }
}

/// `AsAsked` takes one byte only and does not repeat a request that breaks off; who sends more is asked again
/// with `Cut`.
QCoro::Task<Result<bool>> RegistryClient::readFirstByte(RepositoryName repository, Digest digest,
                                                        FirstByte how, std::stop_token stop)
{
    const bool hasFirstByte = digest != Hasher::hash({}, digest.algorithm());
    const auto byte = std::make_shared<QBuffer>();
    byte->open(QIODevice::WriteOnly);
    ClientRequest request;
    request.url = blobUrl(repository, digest);
    request.headers.append(HttpHeader{QByteArrayLiteral("Range"), QByteArrayLiteral("bytes=0-0")});
    request.maxBody = 1; // whoever ignores the range sends the whole blob
    request.cutAtLimit = true;
    if (how == FirstByte::AsAsked)
        request.sink = byte;
    const auto reply = co_await send(std::move(request), Purpose::pull(repository), stop);
    if (!reply && how == FirstByte::AsAsked && reply.error().kind == ErrorKind::TooLarge)
        co_return co_await readFirstByte(repository, digest, FirstByte::Cut, stop);
    if (!reply)
        co_return tl::unexpected(reply.error());
    if (reply->status == 404)
        co_return false;
    if (reply->status == 416)
        co_return !hasFirstByte;
    if (!reply->isSuccess())
        co_return tl::unexpected(replyError(*reply, imageName(repository, digest)));
    if (isWebPage(*reply))
        co_return tl::unexpected(badAnswer(*reply, imageName(repository, digest), {}));
    // A cache may answer 200 with nothing in it for a blob that is gone.
    co_return !hasFirstByte || !reply->body.isEmpty() || !byte->data().isEmpty();
}

QCoro::Task<Result<QByteArray>> RegistryClient::getBlob(RepositoryName repository, Digest digest,
                                                        qint64 maxBytes, std::stop_token stop,
                                                        Priority priority)
{
    const Call call(this);
    ClientRequest request;
    request.url = blobUrl(repository, digest);
    request.maxBody = maxBytes;
    request.priority = priority;
    const auto reply = co_await send(std::move(request), Purpose::pull(repository), stop);
    if (!reply)
        co_return tl::unexpected(reply.error());
    const std::string subject = imageName(repository, digest);
    if (!reply->isSuccess())
        co_return tl::unexpected(replyError(*reply, subject));
    const Digest got = Hasher::hash(toStringView(reply->body), digest.algorithm());
    if (got != digest)
        co_return tl::unexpected(wrongBytes(*reply, subject, got));
    co_return reply->body;
}

QCoro::Task<Result<void>> RegistryClient::downloadBlob(RepositoryName repository, Digest digest, qint64 size,
                                                       std::shared_ptr<QIODevice> target,
                                                       ByteProgress progress, std::stop_token stop)
{
    const Call call(this);
    const std::string subject = imageName(repository, digest);
    const auto download =
        std::make_shared<BlobDownload>(std::move(target), digest, size, std::move(progress));
    for (int failures = 0;;) {
        const qint64 before = download->received();
        auto request = download->request(blobUrl(repository, digest));
        const auto reply = co_await send(std::move(request), Purpose::pull(repository), stop);
        if (reply && !reply->isSuccess())
            co_return tl::unexpected(replyError(*reply, subject));
        if (reply && download->digest() != digest)
            co_return tl::unexpected(wrongBytes(*reply, subject, download->digest()));
        if (reply)
            co_return Result<void>();
        if (download->isTooLarge())
            co_return tl::unexpected(badSize(subject));
        // What breaks off goes on where it stood, as long as that brings something.
        failures = download->received() > before ? 1 : failures + 1;
        if (!mayGoOn(reply.error().kind) || failures > maxRepeats)
            co_return tl::unexpected(reply.error());
        if (!co_await sleepFor(backoff(m_transport->options().retryDelay, failures - 1), stop))
            co_return fail(ErrorKind::Cancelled, "stopped");
    }
}

} // namespace quayside
