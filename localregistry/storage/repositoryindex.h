// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/storage/repositoryloader.h"

#include <condition_variable>
#include <thread>

namespace quayside {

/// All repositories of the store. A background thread first collects their names, then loads one after the
/// other; what is asked for earlier is loaded by who asks. So the first answer does not wait for the size of
/// the store.
class RepositoryIndex
{
public:
    /// `problems` hears of directories that are left out.
    RepositoryIndex(StorageDriver &driver, RepositoryLoader loader, RepositoryLoader::ProblemSink problems);
    /// Waits for the repository that is being loaded.
    ~RepositoryIndex();
    RepositoryIndex(const RepositoryIndex &) = delete;
    RepositoryIndex &operator=(const RepositoryIndex &) = delete;

    /// Loaded. Errors: NotFound with NAME_UNKNOWN; those of the loader.
    Result<std::shared_ptr<Repository>> find(const RepositoryName &name);
    /// The same without loading it. Looks at the disk only until all names are known.
    Result<std::shared_ptr<Repository>> locate(const RepositoryName &name);
    /// find() answers from memory: it is loaded, or known not to exist.
    bool isLoaded(const RepositoryName &name) const;
    /// All of them are.
    bool isLoaded() const { return m_allLoaded; }
    /// Ends the loading in the background. Who waits for it goes on with what is known, forEach() with an
    /// error.
    void stop();
    /// Loaded; new in memory if the store has no such repository. Its directory comes with its first file.
    /// Errors: also InvalidInput with NAME_INVALID if the name is a detour to another.
    Result<std::shared_ptr<Repository>> findOrMake(const RepositoryName &name);
    /// Repositories with a live manifest, waiting until all names are known. Loads only what it must.
    NamePage listed(const std::string &last, std::size_t limit);
    /// The repositories at and after `first` in byte-wise order, loaded one by one as `visit` asks for more.
    void visitFrom(const std::string &first, const std::function<bool(Repository &)> &visit);
    /// All repositories, loaded. Stops at the first error; one that cannot be loaded, or a directory in which
    /// there may be others that are not known, is one.
    Result<void> forEach(const std::function<Result<void>(Repository &)> &visit);
    /// Those that are known, but not loaded now.
    std::vector<RepositoryName> unloaded() const;
    /// Those that are loaded now.
    std::vector<std::shared_ptr<Repository>> loaded() const;

    const RepositoryLoader &loader() const { return m_loader; }

private:
    using Map = std::map<std::string, std::shared_ptr<Repository>>;

    void run();
    void collectNames(const std::string &directory, const std::string &prefix);
    std::shared_ptr<Repository> known(const RepositoryName &name) const;
    std::shared_ptr<Repository> insert(const RepositoryName &name, bool hasFiles);
    std::shared_ptr<Repository> at(const std::string &first, bool inclusive) const;
    bool existsOnDisk(const RepositoryName &name) const;
    bool leadsBack(const std::string &directory) const;
    bool isListed(Repository &repository);
    std::optional<bool> hasUndeletedRevision(const RepositoryName &name) const;
    Result<std::shared_ptr<Repository>> load(std::shared_ptr<Repository> repository);
    void waitForNames() const;
    void addUnknown(const std::string &directory);

    StorageDriver &m_driver;
    RepositoryLoader m_loader;
    RepositoryLoader::ProblemSink m_problems;
    mutable std::shared_mutex m_mutex;
    mutable std::condition_variable_any m_namesChanged;
    Map m_repositories;
    std::vector<std::string> m_unknown; // directories that could not be read or are named like no repository
    std::atomic<bool> m_namesKnown = false;
    std::atomic<bool> m_allLoaded = false;
    std::atomic<bool> m_stopping = false;
    std::thread m_thread; // last: it uses everything above
};

} // namespace quayside
