// SPDX-License-Identifier: Apache-2.0
#include "registryclient/pager.h"

#include "oci/qtconversions.h"
#include "registryclient/linkheader.h"

#include <QCryptographicHash>
#include <QUrlQuery>

#include <array>
#include <utility>

namespace quayside {

namespace {

constexpr std::array pageSizes{1000, 100, 0}; // 0: let the registry choose
constexpr int lastStep = static_cast<int>(pageSizes.size()) - 1;
constexpr int maxPages = 10'000;

/// A short name for a URL or a body, to find repetitions with.
QByteArray fingerprint(const QByteArray &bytes)
{
    return QCryptographicHash::hash(bytes, QCryptographicHash::Sha1);
}

QUrl withQuery(const QUrl &url, const QString &name, const QString &value)
{
    QUrlQuery query(url);
    query.removeAllQueryItems(name);
    query.addQueryItem(name, QString::fromLatin1(QUrl::toPercentEncoding(value)));
    QUrl result = url;
    result.setQuery(query);
    return result;
}

} // namespace

Pager::Pager(const QUrl &list, PageCursor cursor, PageSize size)
    : m_list(list)
    , m_cursor(std::move(cursor))
{
    if (size == PageSize::OfRegistry)
        m_cursor.m_sizeStep = lastStep;
    m_url = m_cursor.isBeginning() ? firstUrl() : m_cursor.m_next;
}

QUrl Pager::firstUrl() const
{
    const int size = pageSizes.at(static_cast<std::size_t>(m_cursor.m_sizeStep));
    return size == 0 ? m_list : withQuery(m_list, QStringLiteral("n"), QString::number(size));
}

bool Pager::tryOtherwise(const ClientReply &reply)
{
    const bool isFirst = m_cursor.isBeginning();
    if (isFirst && reply.status == 400 && m_cursor.m_sizeStep < lastStep) {
        ++m_cursor.m_sizeStep;
        m_url = firstUrl();
        return true;
    }
    if (!isFirst && reply.status == 404 && !m_cursor.m_restarted) {
        const int step = m_cursor.m_sizeStep;
        m_cursor = {};
        m_cursor.m_sizeStep = step;
        m_cursor.m_restarted = true;
        m_restartedNow = true;
        m_url = firstUrl();
        return true;
    }
    return false;
}

Result<std::optional<PageCursor>> Pager::cursorAfter(const ClientReply &reply, qsizetype rows,
                                                     const QByteArray &lastName)
{
    const QByteArray content = fingerprint(reply.body);
    m_isRepetition = content == m_cursor.m_lastContent;
    const auto url = nextUrl(reply, rows, lastName);
    if (!url)
        return tl::unexpected(url.error());
    if (!*url)
        return std::nullopt;

    PageCursor next = std::move(m_cursor); // copies would make long lists slow
    next.m_seen.insert(fingerprint(m_url.toEncoded()));
    if (next.m_seen.contains(fingerprint((*url)->toEncoded())) || next.m_seen.size() >= maxPages)
        return fail(ErrorKind::BadAnswer, toStdString(m_url.host()) + " sends its list in circles");
    next.m_lastContent = content;
    next.m_next = **url;
    return next;
}

Result<std::optional<QUrl>> Pager::nextUrl(const ClientReply &reply, qsizetype rows,
                                           const QByteArray &lastName) const
{
    const bool nothingNew = rows == 0 || m_isRepetition;
    if (const auto target = nextLink(reply.header("Link"))) {
        if (nothingNew)
            return fail(ErrorKind::BadAnswer,
                        toStdString(m_url.host()) + " promises more and sends nothing new");
        auto url = resolveNextPage(m_url, *target);
        if (!url)
            return tl::unexpected(url.error());
        return std::move(*url);
    }
    // Some registries cut at n without a Link. Whoever ignores n and sent exactly that many repeats himself:
    // the end.
    const int size = pageSizes.at(static_cast<std::size_t>(m_cursor.m_sizeStep));
    if (nothingNew || size == 0 || rows != size || lastName.isEmpty())
        return std::nullopt;
    return withQuery(firstUrl(), QStringLiteral("last"), toQString(toStringView(lastName)));
}

} // namespace quayside
