// SPDX-License-Identifier: Apache-2.0
#include "cli/referencelist.h"

#include "oci/qtconversions.h"

#include <algorithm>

namespace quayside {

namespace {

Result<Reference> readReference(const QString &word)
{
    const std::string quoted = '"' + toStdString(word) + '"';
    auto reference = Reference::parse(toStdString(word));
    if (!reference)
        return fail(ErrorKind::InvalidInput, quoted + " is no image: " + reference.error().message);
    if (reference->host.empty())
        return fail(ErrorKind::InvalidInput, quoted + " names no registry; write HOST/REPO:TAG");
    if (!reference->tag && !reference->digest)
        return fail(ErrorKind::InvalidInput, quoted + " names no tag and no digest; write HOST/REPO:TAG");
    return reference;
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
        const QString host = toQString(reference->host);
        auto group = std::find_if(groups.begin(), groups.end(), [&](const ReferenceGroup &known) {
            return known.host == host && known.repository == reference->repository;
        });
        if (group == groups.end())
            group = groups.insert(group, {host, reference->repository, {}});
        auto &known = group->references;
        if (std::find(known.begin(), known.end(), *reference) == known.end())
            known.push_back(*reference);
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
