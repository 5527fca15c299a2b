// SPDX-License-Identifier: Apache-2.0
#include "model/tagloader.h"

#include "model/factsreader.h"
#include "model/taglistmodel.h"
#include "oci/qtconversions.h"

#include <algorithm>

namespace quayside {

namespace {

constexpr int mostFetches = 4; // leaves connections for what a person clicks

} // namespace

TagLoader::TagLoader(RepositoryName repository, QObject *parent)
    : QObject(parent)
    , m_model(std::make_unique<TagListModel>(std::move(repository)))
{
    m_detailsTimer.setSingleShot(true);
    m_detailsTimer.setInterval(0); // a scroll asks many times in one turn of the loop
    connect(&m_detailsTimer, &QTimer::timeout, this, &TagLoader::fetchDetails);
    const auto wish = [this] { m_detailsTimer.start(); };
    connect(m_model.get(), &TagListModel::visibleRangeChanged, this, wish);
    connect(m_model.get(), &TagListModel::arranged, this, wish);
}

TagLoader::~TagLoader() = default;

void TagLoader::load(std::shared_ptr<RegistryClient> client, const QStringList &protectedTags)
{
    m_client = std::move(client);
    m_protected = protectedTags;
    if (m_loading) {
        m_again = true;
        return;
    }
    m_loading = true;
    m_tried.clear();
    m_model->setStatus(true, m_model->isComplete(), {});
    work(m_client, m_lifetime.token());
}

void TagLoader::stop()
{
    m_lifetime.restart();
    m_again = false;
    m_fetching = 0;
    if (m_loading)
        finish(fail(ErrorKind::Cancelled, "stopped"));
}

QCoro::Task<> TagLoader::work(std::shared_ptr<RegistryClient> client, std::stop_token stop)
{
    const bool tellsContent = client->capabilities().quayside.isYes();
    m_model->setTellsPushed(tellsContent);
    auto reading = tellsContent ? readContent(client, stop) : readTags(client, stop);
    const auto tags = co_await reading;
    if (!stop.stop_requested())
        finish(tags);
}

void TagLoader::finish(const Result<std::vector<Tag>> &tags)
{
    m_loading = false;
    if (tags)
        m_model->retain(*tags);
    m_model->setStatus(false, tags.has_value(), tags ? std::optional<Error>() : tags.error());
    m_detailsTimer.start();
    emit loaded();
    if (std::exchange(m_again, false))
        load(m_client, m_protected);
}

QCoro::Task<Result<std::vector<Tag>>> TagLoader::readContent(std::shared_ptr<RegistryClient> client,
                                                             std::stop_token stop)
{
    const RepositoryName repository = m_model->repository();
    if (!std::exchange(m_readBefore, true))
        m_model->sortBy(TagListModel::PushedColumn, Qt::DescendingOrder); // dates cost nothing here
    std::vector<Tag> tags;
    std::map<Digest, ContentRow> images;
    PageCursor cursor;
    for (bool more = true; more;) {
        auto page = co_await client->contentList(repository, cursor, stop);
        if (stop.stop_requested())
            co_return fail(ErrorKind::Cancelled, "stopped");
        if (!page && page.error().kind == ErrorKind::NotFound)
            break; // an empty repository
        if (!page)
            co_return tl::unexpected(page.error());
        takeContent(page->rows);
        for (ContentRow &row : page->rows) {
            tags.insert(tags.end(), row.tags.begin(), row.tags.end());
            images.insert_or_assign(row.digest, std::move(row));
        }
        if (page->cut)
            co_return tl::unexpected(*page->cut);
        more = page->next.has_value();
        if (more)
            cursor = std::move(*page->next);
    }
    sizeIndexes(images);
    co_return tags;
}

void TagLoader::takeContent(const std::vector<ContentRow> &rows)
{
    const auto now = QDateTime::currentDateTimeUtc();
    std::vector<TagEntry> entries;
    for (const ContentRow &row : rows) {
        ImageFacts facts = factsOf(row, now);
        if (const auto known = m_facts.find(row.digest); known != m_facts.end() && facts.isIndex())
            facts.size = known->second->size; // see sizeIndexes()
        const auto shared = std::make_shared<const ImageFacts>(std::move(facts));
        m_facts.insert_or_assign(row.digest, shared);
        for (const Tag &tag : row.tags) {
            TagEntry entry = newEntry(tag);
            entry.digest = row.digest;
            entry.facts = shared;
            entries.push_back(std::move(entry));
        }
    }
    m_model->merge(std::move(entries));
}

/// An index shows the size of this computer's platform, which stands in the row of that child.
void TagLoader::sizeIndexes(const std::map<Digest, ContentRow> &images)
{
    const QString here = toQString(thisPlatform().toString());
    std::vector<TagEntry> entries;
    for (const auto &[digest, row] : images) {
        if (row.children.empty() || row.tags.empty())
            continue;
        const auto isHere = [&](const Digest &child) {
            const auto found = images.find(child);
            return found != images.end() && found->second.platforms.contains(here);
        };
        const auto child = std::find_if(row.children.begin(), row.children.end(), isHere);
        if (child == row.children.end())
            continue;
        ImageFacts facts = *m_facts.at(digest);
        facts.size = images.at(*child).downloadSize;
        const auto shared = std::make_shared<const ImageFacts>(std::move(facts));
        m_facts.insert_or_assign(digest, shared);
        for (const Tag &tag : row.tags) {
            TagEntry entry = newEntry(tag);
            entry.digest = digest;
            entry.facts = shared;
            entries.push_back(std::move(entry));
        }
    }
    m_model->flush();
    m_model->merge(std::move(entries));
}

QCoro::Task<Result<std::vector<Tag>>> TagLoader::readTags(std::shared_ptr<RegistryClient> client,
                                                          std::stop_token stop)
{
    const RepositoryName repository = m_model->repository();
    std::vector<Tag> tags;
    PageCursor cursor;
    for (bool more = true; more;) {
        auto page = co_await client->listTags(repository, cursor, stop);
        if (stop.stop_requested())
            co_return fail(ErrorKind::Cancelled, "stopped");
        if (!page)
            co_return tl::unexpected(page.error());
        std::vector<TagEntry> entries;
        for (const Tag &tag : page->rows)
            entries.push_back(newEntry(tag));
        m_model->merge(std::move(entries));
        tags.insert(tags.end(), page->rows.begin(), page->rows.end());
        if (page->cut)
            co_return tl::unexpected(*page->cut);
        more = page->next.has_value();
        if (more)
            cursor = std::move(*page->next);
    }
    co_return tags;
}

TagEntry TagLoader::newEntry(const Tag &tag) const
{
    TagEntry entry{tag};
    entry.isSignature = isSignatureTag(tag);
    if (isProtected(m_protected, m_model->repository(), tag))
        entry.state = RowState::Protected;
    return entry;
}

/// Resolves the rows on the screen, and reads their sizes and dates where that is free.
void TagLoader::fetchDetails()
{
    if (!m_client || m_client->capabilities().quayside.isYes())
        return;
    const bool wantFacts = !m_client->capabilities().countsPulls;
    for (const Tag &tag : m_model->wanted(wantFacts)) {
        if (m_fetching >= mostFetches)
            return;
        if (!m_tried.insert(tag).second)
            continue;
        ++m_fetching;
        m_model->setLoading({tag}, true);
        fetchOne(m_client, tag, m_lifetime.token());
    }
}

QCoro::Task<> TagLoader::fetchOne(std::shared_ptr<RegistryClient> client, Tag tag, std::stop_token stop)
{
    const RepositoryName repository = m_model->repository();
    const auto resolved = co_await client->headManifest(repository, tag, stop, Priority::Background);
    if (stop.stop_requested())
        co_return;
    if (resolved) {
        const auto known = m_facts.find(resolved->digest);
        auto facts = known == m_facts.end() ? nullptr : known->second;
        m_model->setFacts(tag, resolved->digest, facts);
        if (!facts && !client->capabilities().countsPulls) {
            auto read = co_await readImageFacts(client, repository, resolved->digest, stop);
            if (stop.stop_requested())
                co_return;
            if (read) {
                facts = std::make_shared<const ImageFacts>(std::move(*read));
                m_facts.insert_or_assign(resolved->digest, facts);
                m_model->setFacts(tag, resolved->digest, facts);
            }
        }
    }
    m_model->setLoading({tag}, false);
    --m_fetching;
    m_detailsTimer.start();
}

} // namespace quayside
