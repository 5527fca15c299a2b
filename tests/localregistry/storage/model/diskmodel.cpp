// SPDX-License-Identifier: Apache-2.0
#include "diskmodel.h"

#include <algorithm>
#include <fstream>

namespace quayside::test {

namespace fs = std::filesystem;

namespace {

constexpr auto temporaries = "quayside.tmp";

// The directory of a path and the last name in it.
std::pair<std::string, std::string> split(const std::string &path)
{
    const auto slash = path.rfind('/');
    return slash == std::string::npos ? std::pair(std::string(), path)
                                      : std::pair(path.substr(0, slash), path.substr(slash + 1));
}

bool isTemporary(const std::string &path)
{
    return path == temporaries || path.starts_with(std::string(temporaries) + '/');
}

} // namespace

DiskModel::DiskModel(const fs::path &root)
{
    m_now.push_back({true, {}, {}});
    readTree(root, 0);
    m_durable = m_now;
    for (const auto &[name, child] : m_now.front().entries) {
        if (!isTemporary(name))
            expose(child);
    }
    m_exposed.emplace(0, 0);
}

void DiskModel::expose(Inode inode)
{
    m_exposed.emplace(inode, m_operations);
    for (const auto &[name, child] : m_now[static_cast<std::size_t>(inode)].entries)
        expose(child);
}

// An entry of the root is no temporary, except quayside.tmp itself, whose name changes nothing.
bool DiskModel::isExposed(const Effect &effect, std::size_t count) const
{
    const auto isOutside = [&](Inode inode) {
        const auto found = m_exposed.find(inode);
        return found != m_exposed.end() && found->second < std::max<std::size_t>(count, 1);
    };
    if (effect.kind == Effect::Kind::Write || effect.kind == Effect::Kind::Truncate)
        return isOutside(effect.inode);
    if (effect.directory == 0 && effect.name == temporaries)
        return false;
    return isOutside(effect.directory) || (effect.fromDirectory >= 0 && isOutside(effect.fromDirectory));
}

DiskModel::Inode DiskModel::add(bool isDirectory)
{
    m_now.push_back({isDirectory, {}, {}});
    if (!m_durable.empty())
        m_durable.push_back({isDirectory, {}, {}});
    return static_cast<Inode>(m_now.size()) - 1;
}

void DiskModel::readTree(const fs::path &directory, Inode inode)
{
    for (const auto &entry : fs::directory_iterator(directory)) {
        const auto child = add(entry.is_directory());
        m_now[static_cast<std::size_t>(inode)].entries.emplace(entry.path().filename().string(), child);
        if (entry.is_directory()) {
            readTree(entry.path(), child);
        } else {
            std::ifstream file(entry.path());
            m_now[static_cast<std::size_t>(child)].bytes.assign(std::istreambuf_iterator<char>(file), {});
        }
    }
}

std::optional<DiskModel::Inode> DiskModel::find(const std::string &path) const
{
    if (path.empty())
        return 0;
    const auto [parent, name] = split(path);
    const auto directory = find(parent);
    if (!directory)
        return std::nullopt;
    const auto &entries = m_now[static_cast<std::size_t>(*directory)].entries;
    const auto found = entries.find(name);
    return found == entries.end() ? std::nullopt : std::optional(found->second);
}

// Calls that fail in reality (a directory that exists, a file that does not) change nothing here either.
void DiskModel::record(const FileOperation &operation)
{
    using Kind = FileOperation::Kind;
    switch (operation.kind) {
    case Kind::Create:
        link(operation.path, false);
        break;
    case Kind::MakeDirectory:
        link(operation.path, true);
        break;
    case Kind::Rename:
        move(operation.path, operation.target);
        break;
    case Kind::Unlink:
        unlink(operation.path);
        break;
    case Kind::Sync:
        sync(operation.path);
        break;
    case Kind::SyncAll:
        syncAll();
        break;
    case Kind::Write:
    case Kind::Truncate:
        if (const auto inode = find(operation.path)) {
            Effect effect{operation.kind == Kind::Write ? Effect::Kind::Write : Effect::Kind::Truncate};
            effect.inode = *inode;
            effect.offset = operation.offset;
            effect.bytes.assign(reinterpret_cast<const char *>(operation.bytes.data()),
                                operation.bytes.size());
            change(std::move(effect));
        }
        break;
    default:
        break;
    }
    ++m_operations;
}

void DiskModel::link(const std::string &path, bool isDirectory)
{
    const auto [parent, name] = split(path);
    const auto directory = find(parent);
    if (!directory || find(path))
        return;
    Effect effect{Effect::Kind::Link};
    effect.inode = add(isDirectory);
    effect.directory = *directory;
    effect.name = name;
    const auto inode = effect.inode;
    change(std::move(effect));
    if (!isTemporary(path))
        expose(inode);
}

void DiskModel::move(const std::string &from, const std::string &to)
{
    const auto inode = find(from);
    const auto directory = find(split(to).first);
    if (!inode || !directory)
        return;
    Effect effect{Effect::Kind::Move};
    effect.inode = *inode;
    effect.directory = *directory;
    effect.name = split(to).second;
    effect.fromDirectory = *find(split(from).first);
    effect.fromName = split(from).second;
    change(std::move(effect));
    if (!isTemporary(to))
        expose(*inode);
}

void DiskModel::unlink(const std::string &path)
{
    const auto inode = find(path);
    if (!inode || !m_now[static_cast<std::size_t>(*inode)].entries.empty())
        return;
    Effect effect{Effect::Kind::Unlink};
    effect.directory = *find(split(path).first);
    effect.name = split(path).second;
    change(std::move(effect));
}

void DiskModel::sync(const std::string &path)
{
    const auto inode = find(path);
    if (!inode)
        return;
    const bool isDirectory = m_now[static_cast<std::size_t>(*inode)].isDirectory;
    for (auto &effect : m_effects) {
        const bool isOfFile = effect.kind == Effect::Kind::Write || effect.kind == Effect::Kind::Truncate;
        const bool concerned =
            isDirectory ? !isOfFile && (effect.directory == *inode || effect.fromDirectory == *inode)
                        : isOfFile && effect.inode == *inode;
        if (concerned)
            effect.durableAfter = std::min(effect.durableAfter, m_operations);
    }
}

void DiskModel::syncAll()
{
    for (auto &effect : m_effects)
        effect.durableAfter = std::min(effect.durableAfter, m_operations);
}

void DiskModel::change(Effect effect)
{
    effect.operation = m_operations;
    apply(effect, Portion::All, m_now);
    m_effects.push_back(std::move(effect));
}

void DiskModel::apply(const Effect &effect, Portion portion, Nodes &nodes)
{
    if (portion == Portion::None)
        return;
    const auto node = [&](Inode inode) -> Node & { return nodes[static_cast<std::size_t>(inode)]; };
    switch (effect.kind) {
    case Effect::Kind::Move: {
        auto &from = node(effect.fromDirectory).entries;
        if (const auto found = from.find(effect.fromName);
            found != from.end() && found->second == effect.inode)
            from.erase(found);
        [[fallthrough]];
    }
    case Effect::Kind::Link:
        node(effect.directory).entries[effect.name] = effect.inode;
        break;
    case Effect::Kind::Unlink:
        node(effect.directory).entries.erase(effect.name);
        break;
    case Effect::Kind::Truncate:
        node(effect.inode).bytes.resize(static_cast<std::size_t>(effect.offset));
        break;
    case Effect::Kind::Write: {
        auto &bytes = node(effect.inode).bytes;
        const auto count = portion == Portion::Half ? effect.bytes.size() / 2 : effect.bytes.size();
        const auto offset = static_cast<std::size_t>(effect.offset);
        bytes.resize(std::max(bytes.size(), offset + count));
        bytes.replace(offset, count, effect.bytes, 0, count);
        break;
    }
    }
}

std::vector<const DiskModel::Effect *> DiskModel::pendingAfter(std::size_t count) const
{
    std::vector<const Effect *> pending;
    for (const auto &effect : m_effects) {
        if (effect.operation < count && effect.durableAfter >= count && isExposed(effect, count))
            pending.push_back(&effect);
    }
    return pending;
}

DiskModel::Tree DiskModel::treeOf(std::size_t count, const std::map<const Effect *, Portion> &portions) const
{
    auto nodes = m_durable;
    for (const auto &effect : m_effects) {
        if (effect.operation >= count)
            break;
        const auto found = portions.find(&effect);
        apply(effect, found == portions.end() ? Portion::All : found->second, nodes);
    }
    Tree tree;
    collect(nodes, 0, {}, tree);
    std::erase_if(tree,
                  [](const auto &entry) { return entry.first != temporaries && isTemporary(entry.first); });
    return tree;
}

void DiskModel::collect(const Nodes &nodes, Inode inode, const std::string &path, Tree &tree)
{
    for (const auto &[name, child] : nodes[static_cast<std::size_t>(inode)].entries) {
        const auto &node = nodes[static_cast<std::size_t>(child)];
        const auto full = path.empty() ? name : path + '/' + name;
        tree.emplace(full, node.isDirectory ? std::nullopt : std::optional(node.bytes));
        collect(nodes, child, full, tree);
    }
}

std::set<DiskModel::Tree> DiskModel::treesAfter(std::size_t count, std::size_t limit,
                                                std::mt19937_64 &random) const
{
    const auto pending = pendingAfter(count);
    const auto choicesOf = [](const Effect &effect) { return effect.kind == Effect::Kind::Write ? 3u : 2u; };
    std::size_t combinations = 1;
    for (const auto *effect : pending)
        combinations = std::min<std::size_t>(combinations * choicesOf(*effect), 1u << 30);

    std::set<Tree> trees;
    const auto add = [&](const auto &choose) {
        std::map<const Effect *, Portion> portions;
        for (std::size_t i = 0; i < pending.size(); ++i) {
            const auto choice = choose(i, choicesOf(*pending[i]));
            portions[pending[i]] = choice == 0 ? Portion::None : choice == 1 ? Portion::All : Portion::Half;
        }
        trees.insert(treeOf(count, portions));
    };
    // Nothing, everything, and everything but one or nothing but one come first.
    add([](std::size_t, unsigned) { return 0u; });
    add([](std::size_t, unsigned) { return 1u; });
    if (combinations > limit) {
        for (std::size_t one = 0; one < pending.size(); ++one) {
            for (unsigned others = 0; others < 2; ++others)
                add([&](std::size_t i, unsigned) { return i == one ? 1 - others : others; });
        }
        while (combinations > limit && limit-- > 0)
            add([&](std::size_t, unsigned choices) { return static_cast<unsigned>(random() % choices); });
        return trees;
    }
    for (std::size_t combination = 0; combination < combinations; ++combination) {
        auto rest = combination;
        add([&](std::size_t, unsigned choices) {
            const auto choice = static_cast<unsigned>(rest % choices);
            rest /= choices;
            return choice;
        });
    }
    return trees;
}

void DiskModel::write(const Tree &tree, const fs::path &root)
{
    fs::create_directories(root);
    for (const auto &[path, content] : tree) { // parents come before their children
        if (content)
            std::ofstream(root / path) << *content;
        else
            fs::create_directory(root / path);
    }
}

} // namespace quayside::test
