// SPDX-License-Identifier: Apache-2.0
#include "registryclient/registryaddress.h"

#include "oci/qtconversions.h"
#include "oci/reference.h"

#include <QHostAddress>

#include <algorithm>

namespace quayside {

namespace {

int defaultPort(const QUrl &url)
{
    return url.scheme() == QLatin1String("https") ? 443 : 80;
}

const QString hubName = QStringLiteral("docker.io");
const QString hubHost = QStringLiteral("registry-1.docker.io");

/// Docker Hub's registry does not answer at the name that everybody writes.
void leadToHub(QUrl &url)
{
    const bool isHub = url.host() == hubName || url.host() == QLatin1String("index.docker.io");
    if (isHub && url.scheme() == QLatin1String("https") && url.port() < 0)
        url.setHost(hubHost);
}

/// Takes "http://" or "https://" off the front; returns the scheme, or nothing if the text names none.
Result<QString> takeScheme(QString &text)
{
    const qsizetype end = text.indexOf(QLatin1String("://"));
    if (end < 0)
        return QString();
    const QString scheme = text.left(end).toLower();
    if (scheme != QLatin1String("http") && scheme != QLatin1String("https"))
        return fail(ErrorKind::InvalidInput, "an address begins with http:// or https://, or with the host");
    text.remove(0, end + 3);
    return scheme;
}

/// Takes off what may stand after the host: "/" or the API's own root.
void takeApiRoot(QString &text)
{
    for (const QLatin1String suffix : {QLatin1String("/v2/"), QLatin1String("/v2"), QLatin1String("/")}) {
        if (text.endsWith(suffix)) {
            text.chop(suffix.size());
            return;
        }
    }
}

} // namespace

Result<RegistryAddress> RegistryAddress::parse(QStringView typed, PlainHttp plainHttp)
{
    QString text = typed.trimmed().toString();
    const bool printableAscii =
        std::all_of(text.begin(), text.end(), [](QChar c) { return c > u' ' && c < u'\x7f'; });
    if (text.isEmpty() || !printableAscii)
        return fail(ErrorKind::InvalidInput,
                    "an address has ASCII letters, digits, \".\", \"-\" and \":\" only");

    auto scheme = takeScheme(text);
    if (!scheme)
        return tl::unexpected(scheme.error());
    takeApiRoot(text);
    // User info, paths, queries and backslashes all break the grammar of host[:port].
    const auto host = parseRegistryHost(toStdString(text.toLower()));
    if (!host)
        return tl::unexpected(host.error());

    QUrl url(QStringLiteral("https://") + toQString(*host) + u'/', QUrl::StrictMode);
    if (!url.isValid() || url.host().isEmpty() || url.port(1) == 0)
        return fail(ErrorKind::InvalidInput, "not a host name and port: " + toStdString(text));

    const bool mayBePlain = isLoopbackHost(url.host()) || plainHttp == PlainHttp::Allowed;
    if (*scheme == QLatin1String("http") && !mayBePlain)
        return tl::unexpected(
            Error{ErrorKind::PlainHttp, 0, {}, *host + " would be used without encryption"});
    if (scheme->isEmpty() ? mayBePlain : *scheme == QLatin1String("http"))
        url.setScheme(QStringLiteral("http"));
    if (url.port() == defaultPort(url))
        url.setPort(-1);
    leadToHub(url);
    return RegistryAddress(url);
}

QString RegistryAddress::display() const
{
    return m_base.host() == hubHost && m_base.port() < 0 ? hubName : m_base.authority();
}

quint16 RegistryAddress::port() const
{
    return static_cast<quint16>(m_base.port(defaultPort(m_base)));
}

bool RegistryAddress::isEncrypted() const
{
    return m_base.scheme() == QLatin1String("https");
}

bool RegistryAddress::isLoopback() const
{
    return isLoopbackHost(host());
}

bool isLoopbackHost(const QString &host)
{
    return host == QLatin1String("localhost") || QHostAddress(host).isLoopback();
}

bool sameOrigin(const QUrl &a, const QUrl &b)
{
    return a.scheme() == b.scheme() && a.host() == b.host() &&
           a.port(defaultPort(a)) == b.port(defaultPort(b));
}

} // namespace quayside
