// SPDX-License-Identifier: Apache-2.0
// How several objects of one change are written with few waits for the disk.
#include "localregistry/storage/filesystemdriver.h"

#include <algorithm>
#include <set>

namespace quayside {

namespace {

// From this many changes at a time on, one flush of the whole file system is cheaper than those of each file
// and directory. It also waits for what other programs have written.
constexpr int sharedFrom = 8;
// The kernel makes one file at a time in a directory, and may wait for the journal meanwhile.
constexpr std::uint64_t writeDirectories = 32;

bool isBelow(const std::string &path, const std::string &directory)
{
    return path.size() > directory.size() && path.starts_with(directory) && path[directory.size()] == '/';
}

std::string writeDirectory(const std::string &parent, std::uint64_t number)
{
    return parent + "/w" + std::to_string(number);
}

} // namespace

/// A directory that is missing is made aside too, with all that is to be in it: one rename then moves the
/// whole tree, and only the directory that gets it is left to be synced.
class FilesystemDriver::Staging final : public StagedObjects
{
public:
    explicit Staging(FilesystemDriver &driver)
        : m_driver(driver)
    {}

    ~Staging() override
    {
        for (const auto &step : m_steps) {
            for (const auto &piece : step)
                remove(piece);
        }
    }

    Result<void> write(const std::vector<std::vector<NewObject>> &steps)
    {
        const Turn turn(m_driver.m_stagings);
        m_isShared = turn.number() >= sharedFrom && m_driver.m_files.canSyncAll();
        for (const auto &objects : steps) {
            m_steps.emplace_back();
            for (const auto &object : objects) {
                if (auto written = write(object, m_steps.back()); !written)
                    return written;
            }
        }
        return m_isShared ? m_driver.checkedSync(m_driver.m_sharedSync.wait()) : syncDirectories();
    }

    Result<void> placeNext() override
    {
        for (auto &piece : m_steps.at(m_placed)) {
            if (auto placed = place(piece); !placed)
                return placed;
        }
        ++m_placed;
        return {};
    }

private:
    /// What one rename moves: a file, or a tree of directories with files.
    struct Piece
    {
        std::string aside;                    // where it is
        std::string target;                   // where it goes
        std::vector<std::string> directories; // aside, parents before their children; empty for a file
        std::vector<std::string> objects;     // their final paths
        bool isPlaced = false;

        std::string asideOf(const std::string &path) const { return aside + path.substr(target.size()); }
    };
    using Step = std::vector<Piece>;

    /// Counts the stagings that are being written.
    class Turn
    {
    public:
        explicit Turn(std::atomic<int> &count)
            : m_count(count)
            , m_number(++count)
        {}
        Turn(const Turn &) = delete;
        ~Turn() { --m_count; }
        int number() const { return m_number; }

    private:
        std::atomic<int> &m_count;
        int m_number;
    };

    Result<void> write(const NewObject &object, Step &step)
    {
        auto piece = std::find_if(step.begin(), step.end(),
                                  [&](const auto &each) { return isBelow(object.path, each.target); });
        if (piece == step.end()) {
            const auto missing = m_driver.highestMissing(object.path, m_planned);
            step.push_back({m_driver.nextWritePath(), missing.value_or(object.path), {}, {}});
            piece = step.end() - 1;
        }
        piece->objects.push_back(object.path);
        const auto path = piece->asideOf(object.path);
        if (auto made = makeDirectories(*piece, path); !made)
            return made;
        return m_driver.writeNew(path, object.bytes, !m_isShared);
    }

    // Those from the piece's own on that `path` needs.
    Result<void> makeDirectories(Piece &piece, const std::string &path)
    {
        for (auto end = path.find('/', piece.aside.size()); end != std::string::npos;
             end = path.find('/', end + 1)) {
            const auto directory = path.substr(0, end);
            const auto &known = piece.directories;
            if (std::find(known.begin(), known.end(), directory) != known.end())
                continue;
            if (auto made = m_driver.makeAside(directory); !made)
                return made;
            piece.directories.push_back(directory);
            m_planned.insert(piece.target + directory.substr(piece.aside.size()));
        }
        return {};
    }

    Result<void> syncDirectories()
    {
        for (const auto &step : m_steps) {
            for (const auto &piece : step) {
                for (auto it = piece.directories.rbegin(); it != piece.directories.rend(); ++it) {
                    if (auto synced = m_driver.checkedSync(m_driver.m_files.syncDirectory(*it)); !synced)
                        return synced;
                }
            }
        }
        return {};
    }

    Result<void> place(Piece &piece)
    {
        if (piece.directories.empty())
            return place(piece, m_driver.renameDurably(piece.aside, piece.target));
        const auto moved = m_driver.m_files.rename(piece.aside, piece.target);
        if (moved)
            return place(piece, syncPlace(piece));
        if (moved.error().kind != ErrorKind::Conflict && moved.error().kind != ErrorKind::NotFound)
            return moved;
        // Another change has made the directory meanwhile, or a parent was removed because it was empty.
        for (const auto &path : piece.objects) {
            if (auto placed = m_driver.renameDurably(piece.asideOf(path), path); !placed)
                return placed;
        }
        return {};
    }

    static Result<void> place(Piece &piece, Result<void> done)
    {
        piece.isPlaced = done.has_value();
        return done;
    }

    Result<void> syncPlace(const Piece &piece)
    {
        if (auto synced = m_driver.syncParents(piece.target); !synced)
            return synced;
        std::vector<std::string> durable;
        for (const auto &directory : piece.directories)
            durable.push_back(piece.target + directory.substr(piece.aside.size()));
        m_driver.rememberDurable(durable);
        return {};
    }

    void remove(const Piece &piece)
    {
        if (piece.isPlaced)
            return;
        if (piece.directories.empty())
            static_cast<void>(m_driver.m_files.unlink(piece.aside));
        else
            m_driver.m_files.removeTree(piece.aside);
    }

    FilesystemDriver &m_driver;
    std::vector<Step> m_steps;
    std::set<std::string> m_planned; // directories that are there once the steps so far are placed
    std::size_t m_placed = 0;
    bool m_isShared = false;
};

Result<std::unique_ptr<StagedObjects>>
FilesystemDriver::stage(const std::vector<std::vector<NewObject>> &steps)
{
    auto staging = std::make_unique<Staging>(*this);
    if (auto written = staging->write(steps); !written)
        return tl::unexpected(written.error());
    return staging;
}

// The directory nearest to the root that `path` needs and that is neither there nor planned.
std::optional<std::string> FilesystemDriver::highestMissing(const std::string &path,
                                                            const std::set<std::string> &planned) const
{
    for (auto end = path.find('/'); end != std::string::npos; end = path.find('/', end + 1)) {
        const auto directory = path.substr(0, end);
        if (planned.contains(directory) || isKnownDurable(directory))
            continue;
        const auto status = m_files.status(directory);
        if (!status && status.error().kind == ErrorKind::NotFound)
            return directory;
    }
    return std::nullopt;
}

std::string FilesystemDriver::nextWritePath()
{
    const auto number = ++m_lastTemporary;
    return writeDirectory(temporaryDirectory, number % writeDirectories) + '/' + std::to_string(number);
}

Result<void> FilesystemDriver::makeAside(const std::string &directory)
{
    auto made = m_files.makeDirectory(directory);
    if (made || made.error().kind != ErrorKind::NotFound)
        return made;
    made = makeWriteDirectories();
    return made ? m_files.makeDirectory(directory) : made;
}

Result<void> FilesystemDriver::makeWriteDirectories()
{
    auto made = m_files.makeDirectory(temporaryDirectory);
    for (std::uint64_t number = 0; made && number < writeDirectories; ++number)
        made = m_files.makeDirectory(writeDirectory(temporaryDirectory, number));
    return made;
}

Result<FileDescriptor> FilesystemDriver::createAside(const std::string &path)
{
    auto file = m_files.create(path);
    if (file || file.error().kind != ErrorKind::NotFound)
        return file;
    if (auto made = makeWriteDirectories(); !made)
        return tl::unexpected(made.error());
    return m_files.create(path);
}

Result<void> FilesystemDriver::writeNew(const std::string &path, std::string_view bytes, bool syncsIt)
{
    auto file = createAside(path);
    if (!file)
        return tl::unexpected(file.error());
    auto written = m_files.writeAt(*file, path, 0, std::as_bytes(std::span(bytes)));
    return written && syncsIt ? checkedSync(m_files.sync(*file, path)) : written;
}

} // namespace quayside
