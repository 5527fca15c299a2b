// SPDX-License-Identifier: Apache-2.0
#include "model/plandelete.h"

#include "model/registrysession.h"
#include "oci/qtconversions.h"

#include <algorithm>

namespace quayside {

namespace {

constexpr int resolvers = 5; // one connection stays free for what the person clicks

} // namespace

PlanDelete::PlanDelete(RegistrySession *session, DeleteRequest request, QObject *parent)
    : Operation(Kind::Plan, session->id(), toQString(request.repository.toString()), parent)
    , m_request(std::move(request))
    , m_client(session->client())
{
    m_around.registry = session->config();
    setTitle(tr("Looking for tags that share these images"));
}

PlanDelete::~PlanDelete() = default;

void PlanDelete::run()
{
    if (m_around.registry.mode == RegistryMode::ReadOnly)
        end(Error{ErrorKind::ReadOnly, 0, {}, "this registry is set to read-only"});
    else if (!m_client)
        end(Error{ErrorKind::Refused, 0, {}, "the registry has no address"});
    else
        work(m_client);
}

QCoro::Task<> PlanDelete::work(std::shared_ptr<RegistryClient> client)
{
    const auto gone = goneToken();
    auto reading =
        client->capabilities().quayside.isYes() ? readContent(client, gone) : readTags(client, gone);
    const auto read = co_await reading;
    if (gone.stop_requested())
        co_return;
    if (!read) {
        end(read.error());
        co_return;
    }
    m_around.capabilities = client->capabilities();
    m_around.host = client->address().host();
    m_around.now = QDateTime::currentDateTimeUtc();
    m_plan = groupDelete(m_request, m_content, m_around);
    end();
}

/// A Quayside registry tells all of it in one list.
QCoro::Task<Result<void>> PlanDelete::readContent(std::shared_ptr<RegistryClient> client,
                                                  std::stop_token gone)
{
    const RepositoryName repository = m_request.repository;
    const auto stop = stopToken();
    PageCursor cursor;
    for (bool more = true; more;) {
        auto page = co_await client->contentList(repository, cursor, stop);
        if (gone.stop_requested())
            co_return fail(ErrorKind::Cancelled, "stopped");
        if (!page)
            co_return tl::unexpected(page.error());
        if (page->cut)
            co_return tl::unexpected(*page->cut);
        for (const ContentRow &row : page->rows) {
            m_content.images.insert_or_assign(row.digest, knownImage(row));
            for (const Tag &tag : row.tags)
                m_content.tags.insert_or_assign(tag, row.digest);
        }
        setProgress(qint64(m_content.tags.size()), qint64(m_content.tags.size()));
        more = page->next.has_value();
        if (more)
            cursor = std::move(*page->next);
    }
    m_content.indexesComplete = true;
    co_return Result<void>();
}

RepositoryContent::Image PlanDelete::knownImage(const ContentRow &row)
{
    return RepositoryContent::Image{row.mediaType, row.children, row.subject};
}

QCoro::Task<Result<void>> PlanDelete::readTags(std::shared_ptr<RegistryClient> client, std::stop_token gone)
{
    const RepositoryName repository = m_request.repository;
    const auto stop = stopToken();
    PageCursor cursor;
    for (bool more = true; more;) {
        auto page = co_await client->listTags(repository, cursor, stop);
        if (gone.stop_requested())
            co_return fail(ErrorKind::Cancelled, "stopped");
        if (!page)
            co_return tl::unexpected(page.error());
        if (page->cut)
            co_return tl::unexpected(*page->cut);
        if (!page->invalid.isEmpty()) // a tag that cannot be resolved might share an image
            co_return fail(ErrorKind::BadAnswer, "the list of tags has names that are no tags");
        m_unresolved.insert(m_unresolved.end(), page->rows.begin(), page->rows.end());
        more = page->next.has_value();
        if (more)
            cursor = std::move(*page->next);
    }
    auto resolving = resolveTags(client, gone);
    co_return co_await resolving;
}

QCoro::Task<Result<void>> PlanDelete::resolveTags(std::shared_ptr<RegistryClient> client,
                                                  std::stop_token gone)
{
    m_total = qint64(m_unresolved.size());
    std::vector<QCoro::Task<Result<void>>> tasks;
    for (int i = 0; i < resolvers; ++i)
        tasks.push_back(resolveSome(client, gone));
    Result<void> all;
    for (auto &task : tasks) {
        const auto done = co_await task;
        if (!done)
            all = done;
    }
    if (!all || gone.stop_requested())
        co_return all;
    auto reading = readIndexes(client, gone);
    co_return co_await reading;
}

/// One of several that work on the same list.
QCoro::Task<Result<void>> PlanDelete::resolveSome(std::shared_ptr<RegistryClient> client,
                                                  std::stop_token gone)
{
    const RepositoryName repository = m_request.repository;
    const auto stop = stopToken();
    while (!m_unresolved.empty()) {
        const Tag tag = m_unresolved.back();
        m_unresolved.pop_back();
        const auto resolved = co_await client->headManifest(repository, tag, stop);
        if (gone.stop_requested())
            co_return fail(ErrorKind::Cancelled, "stopped");
        if (resolved) {
            m_content.tags.insert_or_assign(tag, resolved->digest);
            m_content.images[resolved->digest].mediaType = resolved->mediaType;
        } else if (resolved.error().kind == ErrorKind::NotFound) {
            m_content.unresolved.insert(tag);
        } else {
            m_unresolved.clear(); // the others have nothing left to do
            co_return tl::unexpected(resolved.error());
        }
        setProgress(m_total - qint64(m_unresolved.size()), m_total);
    }
    co_return Result<void>();
}

/// Reads the indexes, if one of them is chosen: their platform images may go with them. Not where reading
/// counts as a pull: there they stay.
QCoro::Task<Result<void>> PlanDelete::readIndexes(std::shared_ptr<RegistryClient> client,
                                                  std::stop_token gone)
{
    const RepositoryName repository = m_request.repository;
    const auto stop = stopToken();
    std::vector<Digest> indexes;
    for (const auto &[digest, image] : m_content.images) {
        if (image.mediaType && image.mediaType->isIndex())
            indexes.push_back(digest);
    }
    if (client->capabilities().countsPulls || !choosesOneOf(indexes))
        co_return Result<void>();
    bool complete = true;
    for (const Digest &digest : indexes) {
        const auto index = co_await client->getManifest(repository, digest, stop);
        if (gone.stop_requested())
            co_return fail(ErrorKind::Cancelled, "stopped");
        if (!index && index.error().kind == ErrorKind::Cancelled)
            co_return tl::unexpected(index.error());
        complete = complete && index.has_value();
        if (!index)
            continue;
        for (const Descriptor &child : index->manifest.manifests())
            m_content.images[digest].children.push_back(child.digest);
    }
    m_content.indexesComplete = complete;
    co_return Result<void>();
}

bool PlanDelete::choosesOneOf(const std::vector<Digest> &digests) const
{
    const auto isOne = [&](const Digest &digest) {
        return std::find(digests.begin(), digests.end(), digest) != digests.end();
    };
    return std::any_of(m_request.images.begin(), m_request.images.end(), isOne) ||
           std::any_of(m_request.tags.begin(), m_request.tags.end(), [&](const auto &chosen) {
               const auto found = m_content.tags.find(chosen.tag);
               return found != m_content.tags.end() && isOne(found->second);
           });
}

} // namespace quayside
