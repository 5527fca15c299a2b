// SPDX-License-Identifier: Apache-2.0
#include "localregistry/http/accesslog.h"

#include <QString>

namespace quayside {

namespace {

QString escaped(std::string_view text)
{
    QString result;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte >= 0x7f)
            result += QStringLiteral("\\x%1").arg(static_cast<uint>(byte), 2, 16, QLatin1Char('0'));
        else
            result += QLatin1Char(c);
    }
    return result;
}

} // namespace

const QLoggingCategory &accessLog()
{
    static const QLoggingCategory category("quayside.registry.access", QtWarningMsg);
    return category;
}

void logAccess(const AccessEntry &entry)
{
    qCInfo(accessLog).noquote() << escaped(entry.method) << escaped(entry.path) << entry.status << entry.bytes
                                << QString::number(entry.elapsed.count(), 'f', 1) + QStringLiteral("ms");
}

} // namespace quayside
