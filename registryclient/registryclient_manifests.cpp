// SPDX-License-Identifier: Apache-2.0
#include "oci/hasher.h"
#include "oci/qtconversions.h"
#include "registryclient/computed.h"
#include "registryclient/registryclient_call.h"
#include "registryclient/replyerror.h"

namespace quayside {

namespace {

/// Fixed for every HEAD and GET of a manifest: without it an old registry answers with the digest of a
/// rewritten schema 1 manifest or of the linux/amd64 child, and a delete then removes the wrong thing.
const QByteArray &acceptedManifests()
{
    static const QByteArray accept = QByteArrayLiteral(
        "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, "
        "application/vnd.docker.distribution.manifest.list.v2+json, "
        "application/vnd.docker.distribution.manifest.v2+json, */*;q=0.1");
    return accept;
}

/// The answer's Docker-Content-Digest; nothing if it is absent (ECR, static hosting) or no digest.
std::optional<Digest> statedDigest(const ClientReply &reply)
{
    auto digest = Digest::parse(toStringView(reply.header("Docker-Content-Digest")));
    return digest ? std::optional(*digest) : std::nullopt;
}

std::optional<MediaType> statedMediaType(const ClientReply &reply)
{
    auto type = MediaType::fromContentType(toStringView(reply.header("Content-Type")));
    return type ? std::optional(*type) : std::nullopt;
}

std::optional<Digest> askedDigest(const TagOrDigest &reference)
{
    const auto *digest = std::get_if<Digest>(&reference);
    return digest ? std::optional(*digest) : std::nullopt;
}

tl::unexpected<Error> mismatch(const std::string &subject, const Digest &wanted, const Digest &got)
{
    return fail(ErrorKind::DigestMismatch,
                subject + ": the bytes sent hash to " + got.toString() + " instead of " + wanted.toString());
}

/// Checks the bytes against the digest asked for and the one that the registry states.
Result<RawManifest> verified(const ClientReply &reply, const TagOrDigest &reference,
                             const std::string &subject)
{
    const auto asked = askedDigest(reference);
    const auto stated = statedDigest(reply);
    for (const auto &wanted : {asked, stated}) {
        if (!wanted)
            continue;
        const Digest got = Hasher::hash(toStringView(reply.body), wanted->algorithm());
        if (got != *wanted)
            return mismatch(subject, *wanted, got);
    }
    const Digest digest = asked ? *asked : stated ? *stated : Hasher::hash(toStringView(reply.body));
    return RawManifest{digest, statedMediaType(reply), reply.body};
}

ClientRequest manifestRequest(const QByteArray &method, const QUrl &url, Priority priority)
{
    ClientRequest request;
    request.method = method;
    request.url = url;
    request.headers.append(HttpHeader{QByteArrayLiteral("Accept"), acceptedManifests()});
    request.maxBody = limits::manifest;
    request.priority = priority;
    return request;
}

} // namespace

QCoro::Task<Result<ResolvedManifest>> RegistryClient::headManifest(RepositoryName repository,
                                                                   TagOrDigest reference,
                                                                   std::stop_token stop, Priority priority)
{
    const Call call(this);
    const std::string subject = imageName(repository, reference);
    auto request = manifestRequest(QByteArrayLiteral("HEAD"), manifestUrl(repository, reference), priority);
    const auto reply = co_await send(std::move(request), Purpose::pull(repository), stop);
    if (!reply)
        co_return tl::unexpected(reply.error());
    const bool headRefused = reply->status == 405 || reply->status == 501;
    if (!reply->isSuccess() && !headRefused)
        co_return tl::unexpected(replyError(*reply, subject));

    if (const auto digest = statedDigest(*reply); digest && !headRefused) {
        if (const auto asked = askedDigest(reference); asked && *asked != *digest)
            co_return mismatch(subject, *asked, *digest);
        bool known = false;
        const qint64 size = reply->header("Content-Length").toLongLong(&known);
        co_return ResolvedManifest{*digest, statedMediaType(*reply),
                                   known ? std::optional(size) : std::nullopt};
    }
    auto raw = co_await getManifestBytes(std::move(repository), std::move(reference), stop, priority);
    if (!raw)
        co_return tl::unexpected(raw.error());
    co_return ResolvedManifest{raw->digest, raw->mediaType, raw->bytes.size()};
}

QCoro::Task<Result<RawManifest>> RegistryClient::getManifestBytes(RepositoryName repository,
                                                                  TagOrDigest reference, std::stop_token stop,
                                                                  Priority priority)
{
    const Call call(this);
    const std::string subject = imageName(repository, reference);
    auto request = manifestRequest(QByteArrayLiteral("GET"), manifestUrl(repository, reference), priority);
    const auto reply = co_await send(std::move(request), Purpose::pull(repository), stop);
    if (!reply)
        co_return tl::unexpected(reply.error());
    if (!reply->isSuccess())
        co_return tl::unexpected(replyError(*reply, subject));
    if (isWebPage(*reply))
        co_return tl::unexpected(badAnswer(*reply, subject, {}));
    co_return verified(*reply, reference, subject);
}

QCoro::Task<Result<FetchedManifest>> RegistryClient::getManifest(RepositoryName repository,
                                                                 TagOrDigest reference, std::stop_token stop,
                                                                 Priority priority)
{
    const Call call(this);
    const std::string subject = imageName(repository, reference);
    auto raw = co_await getManifestBytes(std::move(repository), std::move(reference), stop, priority);
    if (!raw)
        co_return tl::unexpected(raw.error());
    const auto work = [bytes = raw->bytes, type = raw->mediaType] {
        return Manifest::parse(bytes.toStdString(), type, JsonRules::Lenient);
    };
    auto manifest = co_await computed(work, raw->bytes.size());
    if (!manifest) {
        Error error = std::move(manifest.error());
        error.message = subject + ": " + error.message;
        if (error.kind != ErrorKind::Unsupported)
            error.kind = ErrorKind::BadAnswer;
        co_return tl::unexpected(std::move(error));
    }
    co_return FetchedManifest{raw->digest, std::move(*manifest)};
}

QCoro::Task<Result<Digest>> RegistryClient::putManifest(RepositoryName repository, TagOrDigest reference,
                                                        QByteArray bytes, MediaType mediaType,
                                                        std::stop_token stop)
{
    const Call call(this);
    const std::string subject = imageName(repository, reference);
    const auto asked = askedDigest(reference);
    const Digest own =
        Hasher::hash(toStringView(bytes), asked ? asked->algorithm() : DigestAlgorithm::Sha256);
    if (asked && *asked != own)
        co_return mismatch(subject, *asked, own);

    ClientRequest request;
    request.method = QByteArrayLiteral("PUT");
    request.url = manifestUrl(repository, reference);
    request.headers.append(HttpHeader{QByteArrayLiteral("Content-Type"), toQByteArray(mediaType.toString())});
    request.body = std::move(bytes);
    const auto reply = co_await send(std::move(request), Purpose::push(repository), stop);
    if (!reply)
        co_return tl::unexpected(reply.error());
    if (!reply->isSuccess()) {
        auto error = replyError(*reply, subject);
        if (reply->status == 405)
            error.kind = ErrorKind::ReadOnly;
        co_return tl::unexpected(std::move(error));
    }
    const auto stated = statedDigest(*reply);
    if (stated && stated->algorithm() == own.algorithm() && *stated != own)
        co_return mismatch(subject, own, *stated);
    co_return own;
}

} // namespace quayside
