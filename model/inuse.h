// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/digest.h"
#include "oci/error.h"
#include "oci/repositoryname.h"
#include "oci/tag.h"

#include <QByteArray>
#include <QDate>
#include <QString>
#include <QStringList>

#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace quayside {

/// What runs somewhere and must not be deleted: references and digests from text files, words divided by
/// white space, as `kubectl get pods -A -o jsonpath="{..image} {..imageID}"` prints them. A word is
/// `host/repo:tag`, `host/repo@digest` or a digest alone; docker's short names and the `docker-pullable://`
/// of an image id are understood, a reference without tag means `latest`.
class InUse
{
public:
    /// The file that a word came from.
    struct Source
    {
        QString name; ///< Without its directory.
        QDate date;   ///< When it was written.

        /// "in-use.txt, 23 November"
        QString text() const;
    };

    /// Error::code of load().
    static constexpr const char *unreadable = "IN_USE_LIST";

    /// Reads the files; empty names are passed over. Blocks. Errors: Storage (a file cannot be read),
    /// TooLarge (over 64 MiB), InvalidInput (a word is none of the above: what it protects is not known).
    static Result<std::shared_ptr<const InUse>> load(const QStringList &files);
    /// Adds the words of a file. Errors: InvalidInput.
    Result<void> add(const QByteArray &words, const Source &source);

    /// How many references and digests there are, each counted once.
    std::size_t size() const { return m_digests.size() + m_tags.size(); }
    bool isEmpty() const { return m_digests.empty() && m_tags.empty(); }
    /// Who says that this digest is in use.
    std::optional<Source> digest(const Digest &digest) const;
    /// Who says that this tag is. `address`: RegistryAddress::display() of its registry.
    std::optional<Source> tag(const QString &address, const RepositoryName &repository, const Tag &tag) const;

private:
    Result<void> addFile(const QString &path);
    Result<void> addWord(const std::string &word, std::size_t source);
    std::optional<Source> sourceAt(const std::map<std::string, std::size_t> &words,
                                   const std::string &word) const;

    std::vector<Source> m_sources;
    std::map<std::string, std::size_t> m_digests; // to the index of a source
    std::map<std::string, std::size_t> m_tags;    // "address/repository:tag"
};

} // namespace quayside
