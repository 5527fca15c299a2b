// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLocale>
#include <QString>

namespace quayside {

/// "1 image" or "3,004 images": `one` as it is, or `many` with its %1 replaced by the number. The source
/// texts have no plural forms of their own (Qt takes those from a catalogue of translations only).
inline QString counted(qint64 number, const QString &one, const QString &many)
{
    return number == 1 ? one : many.arg(QLocale().toString(number));
}

} // namespace quayside
