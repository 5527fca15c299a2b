// SPDX-License-Identifier: Apache-2.0
#include "oci/qtconversions.h"
#include "registryclient/registryclient_call.h"
#include "registryclient/replyerror.h"

#include <array>

namespace quayside {

namespace {

const Ability yes{Ability::State::Yes, {}};

Ability no(const Error &error)
{
    return Ability{Ability::State::No, toQString(error.message)};
}

/// A digest that nothing has. The only thing that may ever be deleted as a question: some versions of
/// distribution untag an existing one even with deletes off.
Digest zeroDigest()
{
    constexpr std::array<std::uint8_t, 32> zeros{};
    return Digest::fromBytes(DigestAlgorithm::Sha256, zeros);
}

/// The error of a refused DELETE by digest. 405 says that deletes are off, unless the code says that only
/// this manifest is protected.
Error deleteError(const ClientReply &reply, const std::string &subject)
{
    Error error = replyError(reply, subject);
    if (reply.status == 405)
        error.kind = error.code == "DENIED" ? ErrorKind::Forbidden : ErrorKind::DeletesDisabled;
    return error;
}

} // namespace

QCoro::Task<Result<ClientReply>> RegistryClient::deleteReference(RepositoryName repository,
                                                                 TagOrDigest reference, std::stop_token stop)
{
    ClientRequest request;
    request.method = QByteArrayLiteral("DELETE");
    request.url = manifestUrl(repository, reference);
    co_return co_await send(std::move(request), Purpose::remove(repository), stop);
}

QCoro::Task<Result<void>> RegistryClient::deleteManifest(RepositoryName repository, Digest digest,
                                                         std::stop_token stop)
{
    const Call call(this);
    const auto reply = co_await deleteReference(repository, digest, stop);
    if (!reply)
        co_return tl::unexpected(reply.error());
    if (reply->isSuccess()) { // 2.8.2 sends an error body with its 202 when a tag went along
        m_capabilities.deleteByDigest = yes;
        co_return Result<void>();
    }
    auto error = deleteError(*reply, imageName(repository, digest));
    if (error.kind == ErrorKind::DeletesDisabled)
        m_capabilities.deleteByDigest = no(error);
    co_return tl::unexpected(std::move(error));
}

QCoro::Task<Result<void>> RegistryClient::deleteTag(RepositoryName repository, Tag tag, std::stop_token stop)
{
    const Call call(this);
    const auto reply = co_await deleteReference(repository, tag, stop);
    if (!reply)
        co_return tl::unexpected(reply.error());
    if (reply->isSuccess()) {
        m_capabilities.deleteTag = yes;
        co_return Result<void>();
    }
    auto error = replyError(*reply, imageName(repository, tag));
    if (reply->status == 405 && error.code == "DENIED") {
        error.kind = ErrorKind::Forbidden;
    } else if (reply->status == 400) {
        error.kind = ErrorKind::Unsupported;
        m_capabilities.deleteTag = no(error);
    } else if (reply->status == 405) {
        // No tag deletes, or no deletes at all: both say 405.
        const auto deletes = co_await zeroDigestProbe(repository, stop);
        if (!deletes)
            co_return tl::unexpected(deletes.error());
        if (deletes->isNo())
            error.kind = ErrorKind::DeletesDisabled;
        else
            m_capabilities.deleteTag = no(error);
    }
    co_return tl::unexpected(std::move(error));
}

QCoro::Task<Result<Ability>> RegistryClient::zeroDigestProbe(RepositoryName repository, std::stop_token stop)
{
    const Call call(this);
    const auto reply = co_await deleteReference(repository, zeroDigest(), stop);
    if (!reply)
        co_return tl::unexpected(reply.error());
    const auto error = deleteError(*reply, repository.toString());
    if (reply->isSuccess() || error.kind == ErrorKind::NotFound)
        m_capabilities.deleteByDigest = yes;
    else if (error.kind == ErrorKind::DeletesDisabled)
        m_capabilities.deleteByDigest = no(error);
    else
        co_return tl::unexpected(error);
    co_return m_capabilities.deleteByDigest;
}

} // namespace quayside
