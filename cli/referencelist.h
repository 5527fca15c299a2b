// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/reference.h"

#include <QString>
#include <QStringList>

#include <vector>

namespace quayside {

/// What a person named of one repository.
struct ReferenceGroup
{
    QString host;
    RepositoryName repository;
    std::vector<Reference>
        references; ///< Each once, each with a tag or a digest; none: the whole repository.

    /// "harbor.example/team/api"
    QString name() const;
    /// "team/api"
    QString repositoryText() const;
};

/// Reads references like "harbor.example/team/api:1.0" and sorts them by repository, in the order in which
/// those come first. Errors: InvalidInput; the message quotes the word and says what is missing.
Result<std::vector<ReferenceGroup>> groupReferences(const QStringList &words);

/// Reads repositories like "harbor.example/team/api", each once: groups without references. Errors:
/// InvalidInput; the message quotes the word and says what is wrong.
Result<std::vector<ReferenceGroup>> readRepositories(const QStringList &words);

/// "harbor.example/team/api:1.0"
QString tagReference(const QString &host, const RepositoryName &repository, const Tag &tag);
/// "harbor.example/team/api@sha256:…"
QString digestReference(const QString &host, const RepositoryName &repository, const Digest &digest);

} // namespace quayside
