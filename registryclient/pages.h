// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/descriptor.h"
#include "oci/error.h"
#include "oci/repositoryname.h"
#include "oci/tag.h"

#include <QSet>
#include <QStringList>
#include <QUrl>

#include <optional>
#include <vector>

namespace quayside {

/// Where a list goes on: opaque to callers, who pass on the one of the last page. A default one is the
/// beginning.
class PageCursor
{
public:
    bool isBeginning() const { return m_next.isEmpty(); }

private:
    friend class Pager;
    QUrl m_next;
    QSet<QByteArray> m_seen;  // pages asked for so far, as hashes of their URLs
    QByteArray m_lastContent; // hash of the last page's names: a registry may repeat it under new URLs
    int m_sizeStep = 0;       // position on the ladder of page sizes that registries refuse
    bool m_restarted = false; // a vanished cursor restarts the list once
};

/// One page of a list. Names keep the registry's order.
template <typename Row>
struct Page
{
    std::vector<Row> rows;
    /// Names that break the grammar: untrusted text, to be shown but never put in a URL.
    QStringList invalid;
    /// The next page, if there is one.
    std::optional<PageCursor> next;
    /// Why the list cannot go on although the registry says that there is more. What came is still good.
    std::optional<Error> cut;
    /// The list began anew because the registry forgot the cursor: merge these rows with the ones at hand.
    bool restarted = false;
    /// The registry answered that it does not know the repository: it is empty, or its name is mistyped.
    bool unknownRepository = false;

    /// Whether this page ends a complete list. An incomplete list forbids deletes by digest.
    bool isLast() const { return !next && !cut; }
};

using RepositoryPage = Page<RepositoryName>;
using TagPage = Page<Tag>;
/// What is attached to a manifest, as the registry tells it: who acts on it reads the manifests themselves.
using ReferrerPage = Page<Descriptor>;

} // namespace quayside
