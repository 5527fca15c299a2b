// SPDX-License-Identifier: Apache-2.0
#include "view.h"

namespace quayside::test {

namespace {

class Viewer
{
public:
    Viewer(const Store &store, const World &world, std::vector<std::string> &contradictions)
        : m_store(store)
        , m_world(world)
        , m_contradictions(contradictions)
    {}

    View::Repository repository(int number)
    {
        m_name = &m_world.repository(number);
        View::Repository view;
        viewContents(view);
        viewTags(view);
        viewLists(view);
        return view;
    }

    std::vector<View::Trash> trash(int number)
    {
        m_name = &m_world.repository(number);
        std::vector<View::Trash> entries;
        std::string last;
        for (;;) {
            const auto page = m_store.trash(*m_name, last, 2);
            for (const auto &entry : page.entries) {
                expect(last < entry.key(), "the trash is out of order");
                expect(!entry.isOutdated, "an entry of the trash counts as pushed by another program");
                last = entry.key();
                entries.push_back(trashOf(entry));
            }
            if (!page.more)
                return entries;
        }
    }

    std::vector<std::string> catalog()
    {
        std::vector<std::string> names;
        for (auto page = m_store.repositories({}, 2);; page = m_store.repositories(names.back(), 2)) {
            names.insert(names.end(), page.names.begin(), page.names.end());
            if (!page.more)
                return names;
        }
    }

private:
    void expect(bool agrees, const std::string &what)
    {
        if (!agrees)
            m_contradictions.push_back(what + " in " + m_name->toString());
    }

    void viewContents(View::Repository &view)
    {
        for (int i = 0; i < World::contentCount; ++i) {
            const auto &content = m_world.content(i);
            const auto info = m_store.manifest(*m_name, content.digest);
            if (info) {
                view.manifests |= 1u << i;
                expect(i >= World::firstManifest && info->digest == content.digest &&
                           info->mediaType == content.manifest->mediaType().toString() &&
                           info->size == static_cast<std::int64_t>(content.bytes.size()),
                       "the manifest " + std::to_string(i) + " is described wrongly");
                for (const auto &tag : info->tags)
                    m_tagsByManifest.push_back({tag.toString(), i});
            }
            if (const auto blob = m_store.blob(*m_name, content.digest)) {
                view.blobs |= 1u << i;
                expect(blob->size == static_cast<std::int64_t>(content.bytes.size()),
                       "the size of blob " + std::to_string(i));
            }
            for (const auto &referrer : m_store.referrers(*m_name, content.digest))
                view.referrers[static_cast<std::size_t>(i)] |= 1u << m_world.numberOf(referrer.digest);
        }
    }

    void viewTags(View::Repository &view)
    {
        std::vector<std::string> names;
        for (int i = 0; i < World::tagCount; ++i) {
            const auto info = m_store.manifest(*m_name, m_world.tag(i));
            if (!info)
                continue;
            const auto name = m_world.tag(i).toString();
            const int content = m_world.numberOf(info->digest);
            view.tags[static_cast<std::size_t>(i)] = content;
            names.push_back(name);
            expect(std::erase(m_tagsByManifest, std::pair(name, content)) == 1,
                   "tag " + name + " is not among the tags of its manifest");
        }
        expect(m_tagsByManifest.empty(), "a manifest has a tag that does not resolve to it");
        m_tagsByManifest.clear();

        const auto first = m_store.tags(*m_name, {}, 2);
        view.isKnown = first.has_value();
        std::vector<std::string> listed;
        for (auto page = first; page;) {
            listed.insert(listed.end(), page->names.begin(), page->names.end());
            if (!page->more)
                break;
            page = m_store.tags(*m_name, listed.back(), 2);
        }
        expect(listed == names, "the list of tags differs from the tags");
    }

    void viewLists(const View::Repository &view)
    {
        Mask listed = 0;
        std::string last;
        for (auto page = m_store.content(*m_name, last, 2); page; page = m_store.content(*m_name, last, 2)) {
            for (const auto &manifest : page->manifests) {
                expect(last < manifest.digest.toString(), "the list of manifests is out of order");
                last = manifest.digest.toString();
                listed |= 1u << m_world.numberOf(manifest.digest);
            }
            if (!page->more)
                break;
        }
        expect(listed == view.manifests, "the list of manifests differs from the manifests");
    }

    View::Trash trashOf(const TrashEntry &entry) const
    {
        View::Trash view;
        view.tag = entry.tag ? m_world.numberOf(*entry.tag) : -1;
        view.content = m_world.numberOf(entry.digest);
        for (const auto role : entry.roles)
            view.roles |= role == ContentRole::Manifest ? 1u : 2u;
        for (const auto &tag : entry.tags)
            view.tags |= 1u << m_world.numberOf(tag);
        view.tagCount = entry.tagCount;
        view.deletedAt = entry.deletedAt;
        view.expiresAt = entry.expiresAt;
        return view;
    }

    const Store &m_store;
    const World &m_world;
    std::vector<std::string> &m_contradictions;
    const RepositoryName *m_name = nullptr;
    std::vector<std::pair<std::string, int>> m_tagsByManifest;
};

std::string names(Mask mask)
{
    std::string text;
    for (int i = 0; i < 32; ++i) {
        if (has(mask, i))
            text += (text.empty() ? "" : ",") + std::to_string(i);
    }
    return text.empty() ? "-" : text;
}

} // namespace

View viewOf(const Store &store, const World &world, const UploadNames &uploads,
            std::vector<std::string> &contradictions)
{
    View view;
    Viewer viewer(store, world, contradictions);
    for (int i = 0; i < World::repositoryCount; ++i)
        view.repositories[static_cast<std::size_t>(i)] = viewer.repository(i);
    for (const auto &name : viewer.catalog()) {
        for (int i = 0; i < World::repositoryCount; ++i) {
            if (world.repository(i).toString() == name)
                view.repositories[static_cast<std::size_t>(i)].isListed = true;
        }
    }
    for (std::size_t i = 0; i < uploads.size(); ++i) {
        const auto status = uploads[i]
                                ? store.uploadStatus(world.repository(uploads[i]->repository), uploads[i]->id)
                                : fail(ErrorKind::NotFound, {});
        view.uploads[i] = status ? status->offset : -1;
    }
    return view;
}

void viewTrash(View &view, const Store &store, const World &world, std::vector<std::string> &contradictions)
{
    Viewer viewer(store, world, contradictions);
    for (int i = 0; i < World::repositoryCount; ++i)
        view.repositories[static_cast<std::size_t>(i)].trash = viewer.trash(i);
}

bool View::showsNoMoreThan(const View &other) const
{
    for (std::size_t i = 0; i < repositories.size(); ++i) {
        const auto &mine = repositories[i];
        const auto &theirs = other.repositories[i];
        if ((mine.manifests & ~theirs.manifests) != 0 || (mine.blobs & ~theirs.blobs) != 0)
            return false;
        for (std::size_t tag = 0; tag < mine.tags.size(); ++tag) {
            if (mine.tags[tag] >= 0 && mine.tags[tag] != theirs.tags[tag])
                return false;
        }
    }
    return true;
}

std::string View::toString() const
{
    std::string text;
    for (std::size_t i = 0; i < repositories.size(); ++i) {
        const auto &repository = repositories[i];
        text += "repository " + std::to_string(i) + (repository.isKnown ? " known" : "") +
                (repository.isListed ? " listed" : "") + " manifests " + names(repository.manifests) +
                " blobs " + names(repository.blobs) + " tags";
        for (const int content : repository.tags)
            text += ' ' + std::to_string(content);
        text += " referrers";
        for (const auto mask : repository.referrers)
            text += ' ' + names(mask);
        text += '\n';
        for (const auto &entry : repository.trash) {
            text += "  trash: tag " + std::to_string(entry.tag) + " content " +
                    std::to_string(entry.content) + " roles " + std::to_string(entry.roles) + " tags " +
                    names(entry.tags) + " of " + std::to_string(entry.tagCount) +
                    (entry.deletedAt ? " deleted " + formatRfc3339(*entry.deletedAt) : "") +
                    (entry.expiresAt ? " expires " + formatRfc3339(*entry.expiresAt) : "") + '\n';
        }
    }
    text += "uploads";
    for (const auto offset : uploads)
        text += ' ' + std::to_string(offset);
    return text + '\n';
}

} // namespace quayside::test
