// SPDX-License-Identifier: Apache-2.0
#include "model/inuse.h"

#include "oci/qtconversions.h"
#include "oci/reference.h"
#include "registryclient/registryaddress.h"

#include <QFile>
#include <QFileInfo>
#include <QLocale>

namespace quayside {

namespace {

constexpr qint64 mostBytes = qint64(64) << 20;

/// Docker's rule for names without a host.
Reference withHost(Reference reference)
{
    if (!reference.host.empty())
        return reference;
    reference.host = "docker.io";
    const std::string name = reference.repository.toString();
    if (name.find('/') == std::string::npos) {
        if (auto library = RepositoryName::parse("library/" + name))
            reference.repository = std::move(*library);
    }
    return reference;
}

std::string tagKey(const QString &address, const RepositoryName &repository, const std::string &tag)
{
    return toStdString(address) + '/' + repository.toString() + ':' + tag;
}

tl::unexpected<Error> notUnderstood(const std::string &word)
{
    return fail(ErrorKind::InvalidInput, "\"" + word + "\" is neither a reference nor a digest");
}

} // namespace

QString InUse::Source::text() const
{
    return name + QStringLiteral(", ") + QLocale().toString(date, QStringLiteral("d MMMM"));
}

Result<std::shared_ptr<const InUse>> InUse::load(const QStringList &files)
{
    const auto inUse = std::make_shared<InUse>();
    for (const QString &path : files) {
        if (path.isEmpty())
            continue;
        auto added = inUse->addFile(path);
        if (!added) {
            const std::string name = toStdString(QFileInfo(path).fileName());
            return tl::unexpected(
                Error{added.error().kind, 0, unreadable, name + ": " + added.error().message});
        }
    }
    return std::shared_ptr<const InUse>(inUse);
}

Result<void> InUse::addFile(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorKind::Storage, toStdString(file.errorString()));
    const QByteArray words = file.read(mostBytes + 1);
    if (words.size() > mostBytes)
        return fail(ErrorKind::TooLarge, "larger than 64 MiB");
    const QFileInfo info(path);
    return add(words, Source{info.fileName(), info.lastModified().date()});
}

Result<void> InUse::add(const QByteArray &words, const Source &source)
{
    m_sources.push_back(source);
    const QList<QByteArray> all = words.simplified().split(' ');
    for (const QByteArray &word : all) {
        if (word.isEmpty())
            continue;
        if (auto added = addWord(word.toStdString(), m_sources.size() - 1); !added)
            return added;
    }
    return {};
}

Result<void> InUse::addWord(const std::string &word, std::size_t source)
{
    const auto scheme = word.find("://");
    const std::string name = scheme == std::string::npos ? word : word.substr(scheme + 3);
    if (const auto digest = Digest::parse(name)) {
        m_digests.emplace(digest->toString(), source);
        return {};
    }
    const bool isShortDigest = name.starts_with("sha256:") || name.starts_with("sha512:"); // cut off
    const auto parsed = Reference::parse(name);
    if (!parsed || isShortDigest)
        return notUnderstood(word);
    const Reference reference = withHost(*parsed);
    if (reference.digest)
        m_digests.emplace(reference.digest->toString(), source);
    if (reference.digest && !reference.tag)
        return {};
    const auto address = RegistryAddress::parse(toQString(reference.host));
    if (!address)
        return notUnderstood(word);
    const std::string tag = reference.tag ? reference.tag->toString() : "latest";
    m_tags.emplace(tagKey(address->display(), reference.repository, tag), source);
    return {};
}

std::optional<InUse::Source> InUse::sourceAt(const std::map<std::string, std::size_t> &words,
                                             const std::string &word) const
{
    const auto found = words.find(word);
    return found == words.end() ? std::nullopt : std::optional(m_sources[found->second]);
}

std::optional<InUse::Source> InUse::digest(const Digest &digest) const
{
    return sourceAt(m_digests, digest.toString());
}

std::optional<InUse::Source> InUse::tag(const QString &address, const RepositoryName &repository,
                                        const Tag &tag) const
{
    return sourceAt(m_tags, tagKey(address, repository, tag.toString()));
}

} // namespace quayside
