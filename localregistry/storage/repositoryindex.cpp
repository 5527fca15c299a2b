// SPDX-License-Identifier: Apache-2.0
#include "localregistry/storage/repositoryindex.h"

#include "localregistry/storage/layout.h"
#include "localregistry/storage/storeerrors.h"

#include <algorithm>
#include <set>

namespace quayside {

namespace {

// The names of a repository's own directories; a component of a repository's name cannot begin with "_".
bool isRepositoryPart(const std::string &name)
{
    return name.starts_with('_');
}

} // namespace

RepositoryIndex::RepositoryIndex(StorageDriver &driver, RepositoryLoader loader,
                                 RepositoryLoader::ProblemSink problems)
    : m_driver(driver)
    , m_loader(std::move(loader))
    , m_problems(std::move(problems))
    , m_thread([this] { run(); })
{}

RepositoryIndex::~RepositoryIndex()
{
    stop();
    m_thread.join();
}

void RepositoryIndex::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
    }
    m_namesChanged.notify_all();
}

void RepositoryIndex::run()
{
    collectNames(layout::repositories, {});
    if (m_stopping)
        return;
    {
        const std::lock_guard lock(m_mutex);
        m_namesKnown = true;
    }
    m_namesChanged.notify_all();
    bool allLoaded = true;
    for (auto repository = at({}, true); repository && !m_stopping;
         repository = at(repository->name().toString(), false))
        allLoaded = load(repository) && allLoaded; // an error is met again, and answered, by who asks for it
    m_allLoaded = allLoaded && !m_stopping;
}

void RepositoryIndex::collectNames(const std::string &directory, const std::string &prefix)
{
    const auto entries = m_driver.list(directory);
    if (!entries && entries.error().kind != ErrorKind::NotFound)
        addUnknown(directory);
    if (!entries || m_stopping)
        return;
    if (std::any_of(entries->begin(), entries->end(),
                    [](const auto &e) { return isRepositoryPart(e.name); })) {
        if (const auto name = RepositoryName::parse(prefix))
            insert(*name, true);
        else
            addUnknown(directory);
    }
    for (const auto &entry : *entries) {
        const auto name = prefix.empty() ? entry.name : prefix + '/' + entry.name;
        const auto path = directory + '/' + entry.name;
        if (!entry.isDirectory || isRepositoryPart(entry.name))
            continue;
        if (entry.mayBeLink && leadsBack(path))
            m_problems(path + " leads back to a directory above it: it is not followed");
        else if (name.size() <= RepositoryName::maxLength)
            collectNames(path, name);
        else
            addUnknown(path);
    }
}

/// Whether a directory on the way to this one, itself included, is there twice: a link made a loop.
bool RepositoryIndex::leadsBack(const std::string &directory) const
{
    std::set<std::string> seen;
    for (auto end = layout::repositories.size();; end = directory.find('/', end + 1)) {
        const auto info = m_driver.info(directory.substr(0, end));
        if (!info)
            return false;
        if (!seen.insert(info->identity).second)
            return true;
        if (end >= directory.size())
            return false;
    }
}

void RepositoryIndex::addUnknown(const std::string &directory)
{
    const std::lock_guard lock(m_mutex);
    m_unknown.push_back(directory);
}

Result<void> RepositoryIndex::forEach(const std::function<Result<void>(Repository &)> &visit)
{
    waitForNames();
    {
        const std::shared_lock lock(m_mutex);
        if (!m_unknown.empty())
            return fail(ErrorKind::BadAnswer, "it is not known what " + m_unknown.front() + " holds");
        if (!m_namesKnown)
            return fail(ErrorKind::Cancelled, "the store is being closed");
    }
    for (auto repository = at({}, true); repository; repository = at(repository->name().toString(), false)) {
        if (auto done = load(repository); !done)
            return tl::unexpected(done.error());
        if (auto done = visit(*repository); !done)
            return done;
    }
    return {};
}

void RepositoryIndex::waitForNames() const
{
    std::shared_lock lock(m_mutex);
    m_namesChanged.wait(lock, [this] { return m_namesKnown || m_stopping; });
}

std::shared_ptr<Repository> RepositoryIndex::known(const RepositoryName &name) const
{
    const std::shared_lock lock(m_mutex);
    const auto found = m_repositories.find(name.toString());
    return found == m_repositories.end() ? nullptr : found->second;
}

std::shared_ptr<Repository> RepositoryIndex::insert(const RepositoryName &name, bool hasFiles)
{
    const std::lock_guard lock(m_mutex);
    auto &repository = m_repositories[name.toString()];
    if (repository)
        return repository;
    repository = std::make_shared<Repository>(name);
    if (!hasFiles)
        repository->markLoaded(); // before anyone else sees it, or he would load what is just being written
    return repository;
}

std::shared_ptr<Repository> RepositoryIndex::at(const std::string &first, bool inclusive) const
{
    const std::shared_lock lock(m_mutex);
    const auto found = inclusive ? m_repositories.lower_bound(first) : m_repositories.upper_bound(first);
    return found == m_repositories.end() ? nullptr : found->second;
}

bool RepositoryIndex::existsOnDisk(const RepositoryName &name) const
{
    const auto entries = m_driver.list(layout::repository(name));
    return entries &&
           std::any_of(entries->begin(), entries->end(),
                       [](const auto &entry) { return isRepositoryPart(entry.name); }) &&
           !leadsBack(layout::repository(name));
}

Result<std::shared_ptr<Repository>> RepositoryIndex::load(std::shared_ptr<Repository> repository)
{
    const auto done = repository->ensureLoaded([this](Repository &r) { return m_loader.load(r); });
    if (!done)
        return tl::unexpected(done.error());
    return repository;
}

Result<std::shared_ptr<Repository>> RepositoryIndex::find(const RepositoryName &name)
{
    auto repository = locate(name);
    return repository ? load(std::move(*repository)) : repository;
}

bool RepositoryIndex::isLoaded(const RepositoryName &name) const
{
    const bool namesKnown = m_namesKnown;
    const auto repository = known(name);
    return repository ? repository->isLoaded() : namesKnown;
}

Result<std::shared_ptr<Repository>> RepositoryIndex::locate(const RepositoryName &name)
{
    // Read before the map: the flag is set after the last name is in.
    const bool namesKnown = m_namesKnown;
    auto repository = known(name);
    if (!repository && !namesKnown && existsOnDisk(name))
        repository = insert(name, true);
    if (!repository)
        return failWithCode(ErrorKind::NotFound, "NAME_UNKNOWN", "there is no repository " + name.toString());
    return repository;
}

Result<std::shared_ptr<Repository>> RepositoryIndex::findOrMake(const RepositoryName &name)
{
    const bool namesKnown = m_namesKnown;
    if (!known(name) && leadsBack(layout::repository(name)))
        return failWithCode(ErrorKind::InvalidInput, "NAME_INVALID",
                            name.toString() + " is not the name of a repository, but a detour to another");
    return load(insert(name, !namesKnown));
}

NamePage RepositoryIndex::listed(const std::string &last, std::size_t limit)
{
    waitForNames();
    NamePage page;
    for (auto repository = at(last, last.empty()); repository;
         repository = at(repository->name().toString(), false)) {
        if (!isListed(*repository))
            continue;
        if (page.names.size() == limit) {
            page.more = true;
            break;
        }
        page.names.push_back(repository->name().toString());
    }
    return page;
}

bool RepositoryIndex::isListed(Repository &repository)
{
    if (!repository.isLoaded()) {
        if (const auto answer = hasUndeletedRevision(repository.name()))
            return *answer;
        static_cast<void>(repository.ensureLoaded([this](Repository &r) { return m_loader.load(r); }));
    }
    return repository.hasLiveManifest();
}

// Nothing: only the records can tell.
std::optional<bool> RepositoryIndex::hasUndeletedRevision(const RepositoryName &name) const
{
    const auto root = layout::repository(name);
    bool hasRevisions = false;
    for (const auto algorithm : {DigestAlgorithm::Sha256, DigestAlgorithm::Sha512}) {
        const auto part = '/' + std::string(algorithmName(algorithm));
        const auto revisions = m_driver.list(root + '/' + layout::revisions + part);
        if (!revisions || revisions->empty())
            continue;
        hasRevisions = true;
        std::set<std::string> deleted;
        if (const auto tombstones = m_driver.list(root + '/' + layout::deleted + part)) {
            for (const auto &tombstone : *tombstones)
                deleted.insert(tombstone.name);
        }
        if (std::any_of(revisions->begin(), revisions->end(),
                        [&](const auto &r) { return !deleted.contains(r.name); }))
            return true;
    }
    return hasRevisions ? std::nullopt : std::optional(false);
}

void RepositoryIndex::visitFrom(const std::string &first, const std::function<bool(Repository &)> &visit)
{
    waitForNames();
    for (auto repository = at(first, true); repository;
         repository = at(repository->name().toString(), false)) {
        if (load(repository) && !visit(*repository))
            return;
    }
}

std::vector<RepositoryName> RepositoryIndex::unloaded() const
{
    const std::shared_lock lock(m_mutex);
    std::vector<RepositoryName> result;
    for (const auto &[name, repository] : m_repositories) {
        if (!repository->isLoaded())
            result.push_back(repository->name());
    }
    return result;
}

std::vector<std::shared_ptr<Repository>> RepositoryIndex::loaded() const
{
    const std::shared_lock lock(m_mutex);
    std::vector<std::shared_ptr<Repository>> result;
    for (const auto &[name, repository] : m_repositories) {
        if (repository->isLoaded())
            result.push_back(repository);
    }
    return result;
}

} // namespace quayside
