// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDateTime>
#include <QString>

namespace quayside {

/// A size in two parts, because the unit has a column of its own.
struct SizeText
{
    QString number;
    QString unit;
    QString joined() const { return number + u' ' + unit; }
};

/// Bytes in SI units with three significant digits; whole kilobytes: "84.1" "MB", "494" "kB".
SizeText sizeText(qint64 bytes);
QString countText(qint64 count);

/// How long ago, short: "now", "5 min", "2 h", "3 d".
QString ageText(const QDateTime &time, const QDateTime &now);
/// The same in a sentence: "5 min ago", "just now".
QString shortAgoText(const QDateTime &time, const QDateTime &now);
/// In full: "2 hours ago", "just now".
QString longAgeText(const QDateTime &time, const QDateTime &now);
/// The day in words where words are short: "Today 09:12", "Yesterday 23:40", "20 November", "3 March 2025".
QString dayText(const QDateTime &time, const QDateTime &now);
/// The whole date and time, for tool tips.
QString exactTimeText(const QDateTime &time);

} // namespace quayside
