// SPDX-License-Identifier: Apache-2.0
#include "ui/format.h"

#include <QCoreApplication>
#include <QLocale>

#include <array>

namespace quayside {

namespace {

constexpr qint64 minute = 60;
constexpr qint64 hour = 60 * minute;
constexpr qint64 day = 24 * hour;

QString translated(const char *text, int n = -1)
{
    return QCoreApplication::translate("quayside::format", text, nullptr, n);
}

} // namespace

SizeText sizeText(qint64 bytes)
{
    static const std::array<QString, 5> units{QStringLiteral("B"), QStringLiteral("kB"), QStringLiteral("MB"),
                                              QStringLiteral("GB"), QStringLiteral("TB")};
    double value = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (value >= 999.5 && unit + 1 < units.size()) {
        value /= 1000;
        ++unit;
    }
    int decimals = 0;
    if (unit >= 2 && value < 99.95)
        decimals = value < 9.995 ? 2 : 1;
    return {QLocale().toString(value, 'f', decimals), units[unit]};
}

QString countText(qint64 count)
{
    return QLocale().toString(count);
}

QString ageText(const QDateTime &time, const QDateTime &now)
{
    const qint64 seconds = time.secsTo(now);
    if (seconds < minute)
        return translated(QT_TRANSLATE_NOOP("quayside::format", "now"));
    if (seconds < hour)
        return translated(QT_TRANSLATE_N_NOOP("quayside::format", "%n min"),
                          static_cast<int>(seconds / minute));
    if (seconds < day)
        return translated(QT_TRANSLATE_N_NOOP("quayside::format", "%n h"), static_cast<int>(seconds / hour));
    return translated(QT_TRANSLATE_N_NOOP("quayside::format", "%n d"), static_cast<int>(seconds / day));
}

QString shortAgoText(const QDateTime &time, const QDateTime &now)
{
    if (time.secsTo(now) < minute)
        return translated(QT_TRANSLATE_NOOP("quayside::format", "just now"));
    return translated(QT_TRANSLATE_NOOP("quayside::format", "%1 ago")).arg(ageText(time, now));
}

QString longAgeText(const QDateTime &time, const QDateTime &now)
{
    const qint64 seconds = time.secsTo(now);
    const auto plural = [](int n, const char *one, const char *many) {
        return translated(n == 1 ? one : many, n);
    };
    if (seconds < minute)
        return translated(QT_TRANSLATE_NOOP("quayside::format", "just now"));
    if (seconds < hour)
        return plural(static_cast<int>(seconds / minute),
                      QT_TRANSLATE_NOOP("quayside::format", "a minute ago"),
                      QT_TRANSLATE_N_NOOP("quayside::format", "%n minutes ago"));
    if (seconds < day)
        return plural(static_cast<int>(seconds / hour), QT_TRANSLATE_NOOP("quayside::format", "an hour ago"),
                      QT_TRANSLATE_N_NOOP("quayside::format", "%n hours ago"));
    return plural(static_cast<int>(seconds / day), QT_TRANSLATE_NOOP("quayside::format", "a day ago"),
                  QT_TRANSLATE_N_NOOP("quayside::format", "%n days ago"));
}

QString dayText(const QDateTime &time, const QDateTime &now)
{
    const QDateTime local = time.toLocalTime();
    const QLocale locale;
    const qint64 days = local.date().daysTo(now.toLocalTime().date());
    const QString clock = locale.toString(local.time(), QStringLiteral("HH:mm"));
    if (days == 0)
        return translated(QT_TRANSLATE_NOOP("quayside::format", "Today %1")).arg(clock);
    if (days == 1)
        return translated(QT_TRANSLATE_NOOP("quayside::format", "Yesterday %1")).arg(clock);
    const bool thisYear = local.date().year() == now.toLocalTime().date().year();
    return locale.toString(local.date(), thisYear ? QStringLiteral("d MMMM") : QStringLiteral("d MMMM yyyy"));
}

QString exactTimeText(const QDateTime &time)
{
    return QLocale().toString(time.toLocalTime(), QLocale::LongFormat);
}

} // namespace quayside
