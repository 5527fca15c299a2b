// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Conversions between the std:: types of oci and Qt, for the edge only. Header-only, so that oci itself
/// links no Qt.

#include <QByteArray>
#include <QString>

#include <string>
#include <string_view>

namespace quayside {

/// UTF-8 text; invalid sequences become U+FFFD.
inline QString toQString(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

inline std::string toStdString(const QString &text)
{
    return text.toStdString();
}

inline std::string_view toStringView(const QByteArray &bytes)
{
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

inline QByteArray toQByteArray(std::string_view text)
{
    return QByteArray(text.data(), static_cast<qsizetype>(text.size()));
}

} // namespace quayside
