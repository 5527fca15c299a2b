// SPDX-License-Identifier: Apache-2.0
#include "registryclient/linkheader.h"

#include "oci/qtconversions.h"
#include "registryclient/registryaddress.h"

namespace quayside {

namespace {

/// Reads RFC 8288's `Link` from the left.
class LinkReader
{
public:
    explicit LinkReader(const QByteArray &header)
        : m_text(header)
    {}

    /// The next link's target; false at the end or where the grammar ends.
    bool readTarget(QByteArray &target)
    {
        while (skip(',')) {
        }
        if (!skip('<'))
            return false;
        const qsizetype end = m_text.indexOf('>', m_at);
        if (end < 0)
            return false;
        target = m_text.mid(m_at, end - m_at);
        m_at = end + 1;
        return true;
    }

    /// The next parameter of the current link; false when it has no more.
    bool readParameter(QByteArray &name, QByteArray &value)
    {
        if (!skip(';'))
            return false;
        name = readToken().toLower();
        value.clear();
        if (skip('='))
            value = skip('"') ? readQuoted() : readToken();
        return true;
    }

private:
    void skipSpace()
    {
        while (m_at < m_text.size() && (m_text[m_at] == ' ' || m_text[m_at] == '\t'))
            ++m_at;
    }

    bool skip(char wanted)
    {
        skipSpace();
        if (m_at >= m_text.size() || m_text[m_at] != wanted)
            return false;
        ++m_at;
        return true;
    }

    QByteArray readToken()
    {
        skipSpace();
        const qsizetype begin = m_at;
        while (m_at < m_text.size() && !QByteArrayView(" \t;,=\"<>").contains(m_text[m_at]))
            ++m_at;
        return m_text.mid(begin, m_at - begin);
    }

    QByteArray readQuoted()
    {
        QByteArray value;
        for (; m_at < m_text.size() && m_text[m_at] != '"'; ++m_at) {
            if (m_text[m_at] == '\\' && m_at + 1 < m_text.size())
                ++m_at;
            value += m_text[m_at];
        }
        ++m_at; // the closing quote
        return value;
    }

    const QByteArray &m_text;
    qsizetype m_at = 0;
};

bool isNextRelation(const QByteArray &value)
{
    const auto relations = value.toLower().split(' ');
    return relations.contains("next");
}

/// From "/v2/" on: the path that all registries share.
QString apiPath(const QUrl &url)
{
    const QString path = url.path(QUrl::FullyEncoded);
    const qsizetype at = path.indexOf(QLatin1String("/v2/"));
    return at < 0 ? QString() : path.mid(at);
}

bool differInSchemeOnly(const QUrl &a, const QUrl &b)
{
    return a.host() == b.host() && a.port() == b.port();
}

} // namespace

std::optional<QByteArray> nextLink(const QByteArray &header)
{
    LinkReader reader(header);
    QByteArray target;
    while (reader.readTarget(target)) {
        bool isNext = false;
        bool hasRelation = false; // only the first rel counts
        QByteArray name;
        QByteArray value;
        while (reader.readParameter(name, value)) {
            if (name == "rel" && !std::exchange(hasRelation, true))
                isNext = isNextRelation(value);
        }
        if (isNext)
            return target;
    }
    return std::nullopt;
}

Result<QUrl> resolveOnOrigin(const QUrl &request, const QByteArray &target)
{
    const auto refuse = [&](const char *why) {
        return fail(ErrorKind::BadAnswer, toStdString(request.host()) + why);
    };
    QUrl url = request.resolved(QUrl::fromEncoded(target));
    url.setFragment({});
    if (!url.isValid() || url.host().isEmpty() || !url.userInfo().isEmpty())
        return refuse(" points to something that is no address of its own");
    if (url.scheme() != QLatin1String("http") && url.scheme() != QLatin1String("https"))
        return refuse(" points to something that is no web address");
    if (differInSchemeOnly(request, url))
        url.setScheme(request.scheme());
    if (!sameOrigin(request, url))
        return refuse(" points to another host");
    return url;
}

Result<QUrl> resolveNextPage(const QUrl &request, const QByteArray &target)
{
    auto url = resolveOnOrigin(request, target);
    if (url && !apiPath(request).isEmpty() && apiPath(request) == apiPath(*url))
        url->setPath(request.path(QUrl::FullyEncoded), QUrl::TolerantMode);
    return url;
}

} // namespace quayside
