// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registryclient/http.h"
#include "registryclient/pages.h"

#include <QUrl>

#include <optional>

namespace quayside {

/// Who says how long a page is: an `n` of ours, lowered where a registry refuses it, or the registry alone.
enum class PageSize { Asked, OfRegistry };

/// Turns a cursor into the URL of its page and the answer into the next cursor, with what registries do to
/// page lists: refuse page sizes, forget cursors, repeat themselves, and point elsewhere.
class Pager
{
public:
    /// `list` is the list's URL without a query of paging.
    Pager(const QUrl &list, PageCursor cursor, PageSize size = PageSize::Asked);

    const QUrl &url() const { return m_url; }

    /// After an answer that is no success: whether url() has changed to something that may succeed. A refused
    /// page size is lowered (1000, 100, none); a cursor that the registry has forgotten restarts the list
    /// once.
    bool tryOtherwise(const ClientReply &reply);

    /// Where the list goes on after a good answer: sets the page's `next`, `cut` and `restarted`.
    /// `lastName` is the page's last name as the registry wrote it, for registries without Link; empty for
    /// none.
    template <typename Row>
    void turn(Page<Row> &page, const ClientReply &reply, const QByteArray &lastName)
    {
        page.restarted = m_restartedNow;
        const qsizetype rows = static_cast<qsizetype>(page.rows.size()) + page.invalid.size();
        auto next = cursorAfter(reply, rows, lastName);
        if (!next)
            page.cut = next.error();
        else if (*next)
            page.next = std::move(**next);
        if (m_isRepetition) { // the same names once more
            page.rows.clear();
            page.invalid.clear();
        }
    }

private:
    QUrl firstUrl() const;
    Result<std::optional<PageCursor>> cursorAfter(const ClientReply &reply, qsizetype rows,
                                                  const QByteArray &lastName);
    Result<std::optional<QUrl>> nextUrl(const ClientReply &reply, qsizetype rows,
                                        const QByteArray &lastName) const;

    QUrl m_list;
    PageCursor m_cursor;
    QUrl m_url;
    bool m_restartedNow = false;
    bool m_isRepetition = false;
};

} // namespace quayside
