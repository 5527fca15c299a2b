// SPDX-License-Identifier: Apache-2.0
#include "cli/commandline.h"

#include <QCommandLineParser>

namespace quayside {

ExitCode exitCodeOf(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::InvalidInput:
        return exitUsage;
    case ErrorKind::ReadOnly:
    case ErrorKind::DeletesDisabled:
    case ErrorKind::Moved:
        return exitRefused;
    case ErrorKind::Unauthorized:
    case ErrorKind::TokenServerUnknown:
    case ErrorKind::Forbidden:
        return exitLogin;
    case ErrorKind::NotFound:
        return exitNotFound;
    case ErrorKind::Refused:
    case ErrorKind::UnknownHost:
    case ErrorKind::Timeout:
    case ErrorKind::Disconnected:
    case ErrorKind::NotARegistry:
    case ErrorKind::PlainHttp:
    case ErrorKind::CertificateUntrusted:
    case ErrorKind::CertificateExpired:
    case ErrorKind::CertificateWrongHost:
    case ErrorKind::ClientCertificate:
        return exitUnreachable;
    default:
        return exitFailed;
    }
}

QString commandHelp(const QCommandLineParser &parser, const QString &usage)
{
    QString text = parser.helpText();
    // The parser puts the program's own path into the first line.
    text.replace(0, text.indexOf(u'\n'), QStringLiteral("Usage: ") + usage);
    return text;
}

} // namespace quayside
