// SPDX-License-Identifier: Apache-2.0
#include "registryclient/retry.h"

#include <QLocale>
#include <QRandomGenerator>

#include <algorithm>

namespace quayside {

namespace {

/// The preferred form of RFC 9110, section 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT".
QDateTime parseHttpDate(const QByteArray &text)
{
    QDateTime time =
        QLocale::c().toDateTime(QString::fromLatin1(text), QStringLiteral("ddd, dd MMM yyyy hh:mm:ss 'GMT'"));
    time.setTimeSpec(Qt::UTC);
    return time;
}

} // namespace

std::optional<std::chrono::milliseconds> retryAfter(const QByteArray &header, const QDateTime &now,
                                                    std::chrono::milliseconds most)
{
    using std::chrono::milliseconds;
    const QByteArray text = header.trimmed();
    const bool digits =
        !text.isEmpty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (digits) {
        if (text.size() > 9) // decades
            return most;
        return std::min(milliseconds(text.toLongLong() * 1000), most);
    }
    const QDateTime date = parseHttpDate(text);
    if (!date.isValid())
        return std::nullopt;
    return std::clamp(milliseconds(now.msecsTo(date)), milliseconds(0), most);
}

bool isWorthRepeating(const ClientRequest &request, const Result<ClientReply> &outcome)
{
    const bool onlyReads = request.method == "GET" || request.method == "HEAD";
    if (!outcome)
        return onlyReads && !request.sink && outcome.error().kind == ErrorKind::Disconnected;
    const int status = outcome->status;
    if (status == 429)
        return true;
    return onlyReads && (status == 408 || (status >= 500 && status != 501 && status != 505));
}

std::chrono::milliseconds backoff(std::chrono::milliseconds first, int attempt)
{
    const auto base = first * (1 << attempt);
    const auto half = static_cast<int>(std::max<std::int64_t>(base.count() / 2, 1));
    return base + std::chrono::milliseconds(QRandomGenerator::global()->bounded(half));
}

} // namespace quayside
