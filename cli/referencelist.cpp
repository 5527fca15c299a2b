// SPDX-License-Identifier: Apache-2.0
#include "cli/referencelist.h"

#include "oci/qtconversions.h"

#include <algorithm>

namespace quayside {

namespace {

std::string quoted(const QString &word)
{
    return '"' + toStdString(word) + '"';
}

/// With its registry.
Result<Reference> readReference(const QString &word)
{
    auto reference = Reference::parse(toStdString(word));
    if (!reference)
        return fail(ErrorKind::InvalidInput, quoted(word) + " is no image: " + reference.error().message);
    if (reference->host.empty())
        return fail(ErrorKind::InvalidInput, quoted(word) + " names no registry; write HOST/REPO");
    return reference;
}

ReferenceGroup &groupOf(std::vector<ReferenceGroup> &groups, const Reference &reference)
{
    const QString host = toQString(reference.host);
    const auto group = std::find_if(groups.begin(), groups.end(), [&](const ReferenceGroup &known) {
        return known.host == host && known.repository == reference.repository;
    });
    return group == groups.end() ? groups.emplace_back(ReferenceGroup{host, reference.repository, {}})
                                 : *group;
}

} // namespace

QString ReferenceGroup::name() const
{
    return host + u'/' + repositoryText();
}

QString ReferenceGroup::repositoryText() const
{
    return toQString(repository.toString());
}

Result<std::vector<ReferenceGroup>> groupReferences(const QStringList &words)
{
    std::vector<ReferenceGroup> groups;
    for (const QString &word : words) {
        const auto reference = readReference(word);
        if (!reference)
            return tl::unexpected(reference.error());
        if (!reference->tag && !reference->digest)
            return fail(ErrorKind::InvalidInput,
                        quoted(word) + " names no tag and no digest; write HOST/REPO:TAG");
        auto &known = groupOf(groups, *reference).references;
        if (std::find(known.begin(), known.end(), *reference) == known.end())
            known.push_back(*reference);
    }
    return groups;
}

Result<std::vector<ReferenceGroup>> readRepositories(const QStringList &words)
{
    std::vector<ReferenceGroup> groups;
    for (const QString &word : words) {
        const auto reference = readReference(word);
        if (!reference)
            return tl::unexpected(reference.error());
        if (reference->tag || reference->digest)
            return fail(ErrorKind::InvalidInput, quoted(word) + " is one image; a repository is HOST/REPO");
        groupOf(groups, *reference);
    }
    return groups;
}

QString tagReference(const QString &host, const RepositoryName &repository, const Tag &tag)
{
    return host + u'/' + toQString(repository.toString()) + u':' + toQString(tag.toString());
}

QString digestReference(const QString &host, const RepositoryName &repository, const Digest &digest)
{
    return host + u'/' + toQString(repository.toString()) + u'@' + toQString(digest.toString());
}

} // namespace quayside
