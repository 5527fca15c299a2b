// SPDX-License-Identifier: Apache-2.0
#include "oci/qtconversions.h"
#include "registryclient/blobupload.h"
#include "registryclient/linkheader.h"
#include "registryclient/registryclient_call.h"
#include "registryclient/replyerror.h"
#include "registryclient/retry.h"
#include "registryclient/wakeup.h"

#include <QBuffer>
#include <QTimer>

namespace quayside {

namespace {

/// Nobody waits longer than this for a session to be cancelled: registries end old ones by themselves.
constexpr auto cancelTime = std::chrono::seconds(2);

/// Of lookAtSession().
constexpr qint64 allStored = -1;

Error writeError(const ClientReply &reply, const std::string &subject)
{
    Error error = replyError(reply, subject);
    if (reply.status == 405)
        error.kind = ErrorKind::ReadOnly;
    return error;
}

/// Whether the session may have a part of the bytes by now, or all of them.
bool mayGoOn(const Error &error)
{
    return error.kind == ErrorKind::Disconnected || error.kind == ErrorKind::Timeout ||
           error.httpStatus == 416;
}

/// The session's new address, if the answer has one. Another host would get the bytes and, if it asks nicely,
/// the login: refused.
Result<QUrl> nextAddress(const ClientReply &reply, const QUrl &session)
{
    const QByteArray location = reply.header("Location");
    if (location.isEmpty())
        return session;
    return resolveOnOrigin(reply.url, location);
}

} // namespace

QCoro::Task<Result<void>> RegistryClient::uploadBlob(RepositoryName repository, Digest digest,
                                                     QByteArray bytes, std::stop_token stop)
{
    const Call call(this);
    const qint64 size = bytes.size();
    const auto source = std::make_shared<QBuffer>();
    source->setData(std::move(bytes));
    source->open(QIODevice::ReadOnly);
    auto uploading = uploadBlob(std::move(repository), digest, source, size, {}, stop);
    co_return co_await uploading;
}

QCoro::Task<Result<void>> RegistryClient::uploadBlob(RepositoryName repository, Digest digest,
                                                     std::shared_ptr<QIODevice> source, qint64 size,
                                                     ByteProgress progress, std::stop_token stop)
{
    const Call call(this);
    const auto upload = std::make_shared<const BlobUpload>(
        BlobUpload{std::move(repository), digest, std::move(source), size, std::move(progress)});
    for (int sessions = 1;; ++sessions) {
        auto opening = openSession(upload, stop);
        const auto session = co_await opening;
        if (!session)
            co_return tl::unexpected(session.error());
        auto filling = useSession(upload, *session, stop);
        const auto end = co_await filling;
        if (!end)
            co_return tl::unexpected(end.error());
        if (*end == SessionEnd::Stored)
            co_return Result<void>();
        if (sessions > maxRepeats)
            co_return tl::unexpected(
                Error{ErrorKind::Disconnected,
                      0,
                      {},
                      imageName(upload->repository, digest) + ": the registry loses what was uploaded"});
    }
}

QCoro::Task<Result<QUrl>> RegistryClient::openSession(std::shared_ptr<const BlobUpload> upload,
                                                      std::stop_token stop)
{
    const std::string subject = imageName(upload->repository, upload->digest);
    ClientRequest start;
    start.method = QByteArrayLiteral("POST");
    start.url = url(toQString(upload->repository.toString() + "/blobs/uploads/"));
    start.headers.append(
        HttpHeader{QByteArrayLiteral("Content-Type"), QByteArrayLiteral("application/octet-stream")});
    const auto session = co_await send(std::move(start), Purpose::push(upload->repository), stop);
    if (!session)
        co_return tl::unexpected(session.error());
    if (!session->isSuccess())
        co_return tl::unexpected(writeError(*session, subject));
    if (session->header("Location").isEmpty())
        co_return tl::unexpected(badAnswer(*session, subject, "no address to upload to"));
    co_return nextAddress(*session, {});
}

/// The session does not outlive this.
QCoro::Task<Result<RegistryClient::SessionEnd>>
RegistryClient::useSession(std::shared_ptr<const BlobUpload> upload, QUrl address, std::stop_token stop)
{
    const auto session = std::make_shared<QUrl>(std::move(address));
    auto filling = fillSession(upload, session, stop);
    const auto end = co_await filling;
    if (!end || *end == SessionEnd::Lost)
        cancelSession(upload->repository, *session);
    co_return end;
}

/// Sends everything, and after each break what the session lacks: at most three times in a row without a byte
/// more.
QCoro::Task<Result<RegistryClient::SessionEnd>>
RegistryClient::fillSession(std::shared_ptr<const BlobUpload> upload, std::shared_ptr<QUrl> session,
                            std::stop_token stop)
{
    qint64 there = 0;
    for (int failures = 0;;) {
        auto sending = sendRest(upload, session, there, stop);
        const auto sent = co_await sending;
        if (sent)
            co_return SessionEnd::Stored;
        const int status = sent.error().httpStatus;
        if (there > 0 && (status == 400 || status == 404)) // the parts make no whole
            co_return SessionEnd::Lost;
        if (!mayGoOn(sent.error()) || failures == maxRepeats)
            co_return tl::unexpected(sent.error());
        if (!co_await sleepFor(backoff(m_transport->options().retryDelay, failures++), stop))
            co_return fail(ErrorKind::Cancelled, "stopped");

        auto looking = lookAtSession(upload, session, stop);
        const auto found = co_await looking;
        if (!found)
            co_return tl::unexpected(found.error());
        if (*found == allStored)
            co_return SessionEnd::Stored;
        if (*found == 0 || *found > upload->size)
            co_return SessionEnd::Lost;
        if (*found > there)
            failures = 0;
        there = *found;
    }
}

/// What a session that has `there` bytes lacks, and its end.
QCoro::Task<Result<void>> RegistryClient::sendRest(std::shared_ptr<const BlobUpload> upload,
                                                   std::shared_ptr<QUrl> session, qint64 there,
                                                   std::stop_token stop)
{
    const std::string subject = imageName(upload->repository, upload->digest);
    const auto purpose = Purpose::push(upload->repository);
    if (there > 0 && there < upload->size) {
        const auto patched = co_await send(upload->restTo(*session, there), purpose, stop);
        if (!patched)
            co_return tl::unexpected(patched.error());
        if (!patched->isSuccess())
            co_return tl::unexpected(writeError(*patched, subject));
        const auto next = nextAddress(*patched, *session);
        if (!next)
            co_return tl::unexpected(next.error());
        *session = *next;
    }
    auto last = there == 0 ? upload->wholeTo(*session) : upload->endOf(*session);
    const auto put = co_await send(std::move(last), purpose, stop);
    if (!put)
        co_return tl::unexpected(put.error());
    if (!put->isSuccess())
        co_return tl::unexpected(writeError(*put, subject));
    co_return Result<void>();
}

/// How many bytes the session has; `allStored` if it is gone because it was ended, and only that answer was
/// lost; 0 if it is gone otherwise.
QCoro::Task<Result<qint64>> RegistryClient::lookAtSession(std::shared_ptr<const BlobUpload> upload,
                                                          std::shared_ptr<QUrl> session, std::stop_token stop)
{
    ClientRequest request;
    request.url = *session;
    const auto reply = co_await send(std::move(request), Purpose::push(upload->repository), stop);
    if (!reply)
        co_return tl::unexpected(reply.error());
    if (reply->status == 404) {
        const auto readable = co_await blobReadable(upload->repository, upload->digest, stop);
        if (!readable)
            co_return tl::unexpected(readable.error());
        co_return *readable ? allStored : qint64(0);
    }
    if (!reply->isSuccess())
        co_return tl::unexpected(writeError(*reply, imageName(upload->repository, upload->digest)));
    const auto next = nextAddress(*reply, *session);
    if (!next)
        co_return tl::unexpected(next.error());
    *session = *next;
    co_return bytesInSession(*reply);
}

/// Nobody waits for it, but the transport does, for a short time.
QCoro::Task<> RegistryClient::cancelSession(RepositoryName repository, QUrl session)
{
    const Call call(this);
    std::stop_source late;
    QTimer timer;
    timer.setSingleShot(true);
    QObject::connect(&timer, &QTimer::timeout, &timer, [&late] { late.request_stop(); });
    timer.start(cancelTime);
    ClientRequest request;
    request.method = QByteArrayLiteral("DELETE");
    request.url = std::move(session);
    request.priority = Priority::Background;
    co_await send(std::move(request), Purpose::push(repository), late.get_token());
}

} // namespace quayside
