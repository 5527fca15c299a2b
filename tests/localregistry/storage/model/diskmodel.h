// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/storage/files.h"

#include <map>
#include <random>
#include <set>

namespace quayside::test {

/// What a disk may hold after the power went, worked out from recorded file operations.
///
/// The file system that is assumed promises no more than POSIX and what every journaling file system of Linux
/// (ext4, XFS, btrfs) adds to it:
///
/// - fsync of a file makes the bytes that were written to it durable, and its length; not its name.
/// - fsync of a directory makes the entries durable that were made, renamed or removed in it; not the
///   directory's own name in its parent.
/// - syncfs makes everything durable that was done before it, by whomever.
/// - A rename is atomic: never without the name in both places, never with it in both; it is durable after an
///   fsync of either directory.
/// - What no fsync has made durable may have reached the disk or not, each operation on its own and in any
///   order: a later one without an earlier one, a name without its bytes. Of a write also the first half
///   alone.
/// - What was durable stays as it was: no rotten bits, no torn directory.
///
/// What is in `quayside.tmp` does not matter, since a start removes it: of a file or directory that was made
/// there only what is pending once it has been moved out counts.
class DiskModel
{
public:
    /// The content of a file, or nothing for a directory, by path.
    using Tree = std::map<std::string, std::optional<std::string>>;

    /// Everything below `root` is durable.
    explicit DiskModel(const std::filesystem::path &root);

    /// The next operation, which is going to be carried out. A process that dies takes nothing along: the
    /// next one sees what it did, durable or not, and its operations are recorded behind.
    void record(const FileOperation &operation);
    /// How many operations have been recorded.
    std::size_t size() const { return m_operations; }

    /// The trees that may be found if the power goes after the first `count` operations: all of them, or
    /// `limit` of them taken at random.
    std::set<Tree> treesAfter(std::size_t count, std::size_t limit, std::mt19937_64 &random) const;

    static void write(const Tree &tree, const std::filesystem::path &root);

private:
    using Inode = int;
    struct Node
    {
        bool isDirectory = false;
        std::string bytes;
        std::map<std::string, Inode> entries;
    };
    using Nodes = std::vector<Node>;
    static constexpr std::size_t never = static_cast<std::size_t>(-1);

    /// One change of one inode, or of two by a rename.
    struct Effect
    {
        enum class Kind { Link, Move, Unlink, Write, Truncate };
        Kind kind;
        std::size_t operation = 0;
        Inode inode = -1; // linked, moved, or written to
        Inode directory = -1;
        std::string name;
        Inode fromDirectory = -1; // of a move
        std::string fromName;
        std::int64_t offset = 0;
        std::string bytes;
        std::size_t durableAfter = never; // the fsync's operation
    };
    enum class Portion { None, Half, All };

    Inode add(bool isDirectory);
    void readTree(const std::filesystem::path &directory, Inode inode);
    std::optional<Inode> find(const std::string &path) const;
    /// Remembers that an inode, with all below it, is outside quayside.tmp from now on.
    void expose(Inode inode);
    bool isExposed(const Effect &effect, std::size_t count) const;
    void link(const std::string &path, bool isDirectory);
    void move(const std::string &from, const std::string &to);
    void unlink(const std::string &path);
    void sync(const std::string &path);
    void syncAll();
    void change(Effect effect);
    static void apply(const Effect &effect, Portion portion, Nodes &nodes);
    std::vector<const Effect *> pendingAfter(std::size_t count) const;
    Tree treeOf(std::size_t count, const std::map<const Effect *, Portion> &portions) const;
    static void collect(const Nodes &nodes, Inode inode, const std::string &path, Tree &tree);

    Nodes m_durable; // at the beginning; inodes made later are empty in it
    Nodes m_now;     // as programs see it
    std::map<Inode, std::size_t> m_exposed; // the operation that first had it outside quayside.tmp
    std::vector<Effect> m_effects;
    std::size_t m_operations = 0;
};

} // namespace quayside::test
