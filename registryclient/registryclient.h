// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/digest.h"
#include "oci/error.h"
#include "oci/manifest.h"
#include "oci/reference.h"
#include "registryclient/authenticator.h"
#include "registryclient/capabilities.h"
#include "registryclient/extension.h"
#include "registryclient/pages.h"
#include "registryclient/registryaddress.h"
#include "registryclient/transport.h"

#include <QCoroTask>

#include <memory>
#include <optional>
#include <stop_token>

namespace quayside {

class EventStream;
class RegistryWarnings;
struct BlobUpload;

/// What HEAD of a manifest tells.
struct ResolvedManifest
{
    Digest digest;
    std::optional<MediaType> mediaType;
    std::optional<qint64> size; ///< Bytes of the manifest itself.
};

/// A manifest's exact bytes, verified against `digest`, whether or not this program understands them.
struct RawManifest
{
    Digest digest;
    std::optional<MediaType> mediaType;
    QByteArray bytes;
};

/// A manifest that was read and understood.
struct FetchedManifest
{
    Digest digest;
    Manifest manifest;
};

/// Speaks the OCI Distribution Specification 1.1 (and what Docker registries do instead) to one registry with
/// one login. One coroutine per endpoint; each keeps the client alive while it runs, and a stop token ends it
/// with Cancelled. The transport must outlive them all (Transport::idle).
///
/// Errors common to all: those of Transport::send; Unauthorized (401), Forbidden (403), NotFound (404),
/// TooManyRequests (429), TooLarge (413), NotARegistry (a web page came), BadAnswer (wrong shape), Server
/// (5xx).
class RegistryClient : public std::enable_shared_from_this<RegistryClient>
{
    struct Private
    {
        explicit Private() = default;
    };

public:
    static std::shared_ptr<RegistryClient> create(Transport *transport, RegistryAddress address,
                                                  Access access = {});
    /// With a login that is in memory already.
    static std::shared_ptr<RegistryClient> create(Transport *transport, RegistryAddress address,
                                                  std::optional<Login> login);
    RegistryClient(Private, Transport *transport, RegistryAddress address, Access access);
    RegistryClient(const RegistryClient &) = delete;
    RegistryClient &operator=(const RegistryClient &) = delete;
    ~RegistryClient();

    const RegistryAddress &address() const { return m_address; }
    const Capabilities &capabilities() const { return m_capabilities; }
    /// Whether the registry works with tokens: only those tell permissions.
    bool usesTokens() const { return m_authenticator->usesTokens(); }
    bool hasLogin() const { return m_authenticator->hasLogin(); }
    QString user() const { return m_authenticator->user(); }
    /// Of TokenServerUnknown: the server that the registry sends logins to, as Access::tokenServers wants it.
    QString unknownTokenServer() const { return m_authenticator->unknownTokenServer(); }
    /// What it has said in Warning headers.
    RegistryWarnings &warnings() const { return *m_warnings; }
    /// Replaces the way to log in and forgets what was learned with the old one. Running requests keep
    /// theirs.
    void setAccess(Access access);
    /// The same with a login that is in memory already.
    void setLogin(std::optional<Login> login);
    /// Asks for the login again when it is needed next: it was refused, or the person has changed it.
    void logInAgain() { m_authenticator->forget(); }

    /// What the tokens so far say about this repository.
    Permissions permissions(const RepositoryName &repository) const;
    /// The same after a token for every action was asked for, if the registry works with tokens. Changes
    /// nothing. Errors: those of LoginAttempt::begin().
    QCoro::Task<Result<Permissions>> askPermissions(RepositoryName repository, std::stop_token stop = {});

    /// `GET /v2/`: whether this is a registry that lets this login in.
    QCoro::Task<Result<void>> ping(std::stop_token stop = {});
    /// `GET /v2/_oci/ext/discover`: sets Capabilities::quayside and returns it. Any answer but the extension
    /// means no.
    QCoro::Task<Result<bool>> discoverExtensions(std::stop_token stop = {});

    // Lists
    /// `GET /v2/_catalog`. Errors 401, 403, 404 and 405 also set Capabilities::catalog to No.
    QCoro::Task<Result<RepositoryPage>> listRepositories(PageCursor cursor = {}, std::stop_token stop = {});
    QCoro::Task<Result<TagPage>> listTags(RepositoryName repository, PageCursor cursor = {},
                                          std::stop_token stop = {}, Priority priority = Priority::Click);
    /// `GET /v2/<name>/referrers/<digest>`: what says that it is attached to this manifest (OCI Distribution
    /// Specification 1.1, "Listing Referrers"). Descriptors that break the grammar are in Page::invalid.
    /// Errors: 404, 405 and an answer that is no index also set Capabilities::referrers to No, unless it has
    /// worked before.
    QCoro::Task<Result<ReferrerPage>> listReferrers(RepositoryName repository, Digest subject,
                                                    PageCursor cursor = {}, std::stop_token stop = {});

    // Manifests
    /// Resolves with HEAD and one fixed Accept header. Falls back to GET and hashing the bytes when the
    /// answer has no digest or HEAD is refused (405, 501). Errors: DigestMismatch when a digest was asked and
    /// another one came.
    QCoro::Task<Result<ResolvedManifest>> headManifest(RepositoryName repository, TagOrDigest reference,
                                                       std::stop_token stop = {},
                                                       Priority priority = Priority::Click);
    /// The exact bytes, for keeping and pushing back. Errors: DigestMismatch, TooLarge (over 8 MiB).
    QCoro::Task<Result<RawManifest>> getManifestBytes(RepositoryName repository, TagOrDigest reference,
                                                      std::stop_token stop = {},
                                                      Priority priority = Priority::Click);
    /// The same, parsed. Errors also: BadAnswer (no manifest), Unsupported (Docker schema 1, unknown type).
    QCoro::Task<Result<FetchedManifest>> getManifest(RepositoryName repository, TagOrDigest reference,
                                                     std::stop_token stop = {},
                                                     Priority priority = Priority::Click);
    /// Pushes bytes as they are. Returns their digest, checked against what the registry says.
    /// Errors: DigestMismatch, Conflict (an immutable tag), InvalidInput (400, e.g. code
    /// MANIFEST_BLOB_UNKNOWN), ReadOnly (405).
    QCoro::Task<Result<Digest>> putManifest(RepositoryName repository, TagOrDigest reference,
                                            QByteArray bytes, MediaType mediaType, std::stop_token stop = {});

    // Deletes
    /// Deletes a manifest and every tag that names it. Errors: NotFound (who has just seen it counts that as
    /// done: the request may have been sent twice), DeletesDisabled (405; also learned), Forbidden (403, and
    /// 405 with code DENIED: this manifest only), Conflict, InvalidInput (400).
    QCoro::Task<Result<void>> deleteManifest(RepositoryName repository, Digest digest,
                                             std::stop_token stop = {});
    /// Removes one tag and leaves its siblings. Errors: Unsupported (this registry cannot remove one tag:
    /// 400, or 405 while zeroDigestProbe() says that deletes are on; also learned), DeletesDisabled,
    /// NotFound, Forbidden.
    QCoro::Task<Result<void>> deleteTag(RepositoryName repository, Tag tag, std::stop_token stop = {});
    /// Asks for the delete of a digest that nothing has: whether deletes are switched on, changing nothing.
    /// Only on request. Sets and returns Capabilities::deleteByDigest.
    QCoro::Task<Result<Ability>> zeroDigestProbe(RepositoryName repository, std::stop_token stop = {});

    // Blobs
    /// HEAD. A registry's cache may promise a blob that is gone: see blobReadable().
    QCoro::Task<Result<bool>> hasBlob(RepositoryName repository, Digest digest, std::stop_token stop = {});
    /// Whether the first byte can really be read. A registry that promises a blob with HEAD and breaks off
    /// instead of sending it has lost it.
    QCoro::Task<Result<bool>> blobReadable(RepositoryName repository, Digest digest,
                                           std::stop_token stop = {});
    /// A small blob (a config) in memory. Errors: DigestMismatch, TooLarge (over `maxBytes`).
    QCoro::Task<Result<QByteArray>> getBlob(RepositoryName repository, Digest digest, qint64 maxBytes,
                                            std::stop_token stop = {}, Priority priority = Priority::Click);
    /// A blob of `size` bytes into a device, hashed on the way. A download that breaks off or stalls goes on
    /// where it was, at most three times in a row without a byte. What was written counts only on success.
    /// Errors: DigestMismatch, TooLarge (more than `size` bytes came), Storage (the device).
    QCoro::Task<Result<void>> downloadBlob(RepositoryName repository, Digest digest, qint64 size,
                                           std::shared_ptr<QIODevice> target, ByteProgress progress = {},
                                           std::stop_token stop = {});
    /// Pushes a blob in an upload session. What breaks off or stalls goes on from what the session has, at
    /// most three times in a row without a byte more; a session that is lost is begun anew, at most three
    /// times. A session that came to nothing is cancelled. Errors: InvalidInput (400: the bytes are not those
    /// of `digest`), ReadOnly (405).
    QCoro::Task<Result<void>> uploadBlob(RepositoryName repository, Digest digest, QByteArray bytes,
                                         std::stop_token stop = {});
    /// The same from a seekable device, read from its start and never held in memory.
    QCoro::Task<Result<void>> uploadBlob(RepositoryName repository, Digest digest,
                                         std::shared_ptr<QIODevice> source, qint64 size,
                                         ByteProgress progress = {}, std::stop_token stop = {});

    // The _quayside extension; Unsupported where it is not there.
    QCoro::Task<Result<ContentRowPage>> contentList(RepositoryName repository, PageCursor cursor = {},
                                                    std::stop_token stop = {});
    /// The tombstones of one repository, or of all.
    QCoro::Task<Result<TrashRowPage>> trashList(std::optional<RepositoryName> repository = {},
                                                PageCursor cursor = {}, std::stop_token stop = {});
    /// Takes a manifest (by digest, with its tags) or a tag out of the trash; `deep`: also the blobs and
    /// children that it needs. Errors: NotFound (swept meanwhile).
    QCoro::Task<Result<RestoreOutcome>> restore(RepositoryName repository, TagOrDigest reference, bool deep,
                                                std::stop_token stop = {});
    /// Removes an entry of the trash for good. Errors: Conflict (held by something live), Forbidden.
    QCoro::Task<Result<void>> purgeEntry(RepositoryName repository, TagOrDigest reference,
                                         std::stop_token stop = {});
    /// A stream of what happens in the registry; not started yet.
    std::unique_ptr<EventStream> events();

private:
    class Call;
    template <typename Row>
    using PageReader = Result<Page<Row>> (*)(const QByteArray &body);

    QUrl url(const QString &path) const;
    QUrl manifestUrl(const RepositoryName &repository, const TagOrDigest &reference) const;
    QUrl blobUrl(const RepositoryName &repository, const Digest &digest) const;
    QCoro::Task<Result<ClientReply>> send(ClientRequest request, Purpose purpose, std::stop_token stop);
    template <typename Row>
    QCoro::Task<Result<Page<Row>>> fetchPage(ClientRequest request, Purpose purpose, PageCursor cursor,
                                             PageReader<Row> read, std::stop_token stop);
    QCoro::Task<Result<ClientReply>> deleteReference(RepositoryName repository, TagOrDigest reference,
                                                     std::stop_token stop);
    enum class FirstByte { AsAsked, Cut };
    QCoro::Task<Result<bool>> readFirstByte(RepositoryName repository, Digest digest, FirstByte how,
                                            std::stop_token stop);
    enum class SessionEnd { Stored, Lost };
    QCoro::Task<Result<QUrl>> openSession(std::shared_ptr<const BlobUpload> upload, std::stop_token stop);
    QCoro::Task<Result<SessionEnd>> useSession(std::shared_ptr<const BlobUpload> upload, QUrl address,
                                               std::stop_token stop);
    QCoro::Task<Result<SessionEnd>> fillSession(std::shared_ptr<const BlobUpload> upload,
                                                std::shared_ptr<QUrl> session, std::stop_token stop);
    QCoro::Task<Result<void>> sendRest(std::shared_ptr<const BlobUpload> upload,
                                       std::shared_ptr<QUrl> session, qint64 there, std::stop_token stop);
    QCoro::Task<Result<qint64>> lookAtSession(std::shared_ptr<const BlobUpload> upload,
                                              std::shared_ptr<QUrl> session, std::stop_token stop);
    QCoro::Task<> cancelSession(RepositoryName repository, QUrl session);
    QCoro::Task<Result<void>> requireQuayside(std::stop_token stop);

    Transport *m_transport;
    RegistryAddress m_address;
    std::shared_ptr<Authenticator> m_authenticator;
    std::unique_ptr<RegistryWarnings> m_warnings;
    Capabilities m_capabilities;
};

} // namespace quayside
