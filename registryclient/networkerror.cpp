// SPDX-License-Identifier: Apache-2.0
#include "registryclient/networkerror.h"

#include "oci/qtconversions.h"

#include <QNetworkReply>

namespace quayside {

namespace {

/// One kind for the errors of a certificate chain. Trust comes first: only a certificate that could be
/// trusted is worth calling expired or wrong.
ErrorKind certificateErrorKind(const QList<QSslError> &errors)
{
    auto kind = ErrorKind::CertificateWrongHost;
    for (const QSslError &error : errors) {
        switch (error.error()) {
        case QSslError::HostNameMismatch:
            break;
        case QSslError::CertificateExpired:
        case QSslError::CertificateNotYetValid:
            kind = ErrorKind::CertificateExpired;
            break;
        default:
            return ErrorKind::CertificateUntrusted;
        }
    }
    return kind;
}

/// A handshake that failed without a word about certificates.
ErrorKind handshakeErrorKind(const QString &message)
{
    // OpenSSL's reason for "these bytes are no TLS record": the other side speaks plain HTTP. Qt passes the
    // reason on as text only.
    return message.contains(QLatin1String("wrong version number")) ? ErrorKind::PlainHttp
                                                                   : ErrorKind::Disconnected;
}

ErrorKind kindOf(const QNetworkReply &reply, const QList<QSslError> &certificateErrors, bool wasSent)
{
    switch (reply.error()) {
    case QNetworkReply::ConnectionRefusedError:
    case QNetworkReply::ProxyConnectionRefusedError:
        return ErrorKind::Refused;
    case QNetworkReply::HostNotFoundError:
    case QNetworkReply::ProxyNotFoundError:
        return ErrorKind::UnknownHost;
    case QNetworkReply::TimeoutError:
    case QNetworkReply::ProxyTimeoutError:
        return ErrorKind::Timeout;
    case QNetworkReply::OperationCanceledError:
        return ErrorKind::Cancelled;
    case QNetworkReply::SslHandshakeFailedError:
        return certificateErrors.isEmpty() ? handshakeErrorKind(reply.errorString())
                                           : certificateErrorKind(certificateErrors);
    case QNetworkReply::ProtocolUnknownError:
    case QNetworkReply::ProtocolInvalidOperationError:
    case QNetworkReply::ProtocolFailure:
        return ErrorKind::NotARegistry; // it answers, but not in HTTP
    case QNetworkReply::RemoteHostClosedError:
        return ErrorKind::Disconnected;
    default: // among others "no route to host", which is found out before anything is sent
        return wasSent ? ErrorKind::Disconnected : ErrorKind::Refused;
    }
}

} // namespace

bool failedBelowHttp(const QNetworkReply &reply)
{
    const auto error = reply.error();
    // Qt's name for the statuses 400 and 418; without a status it means what it says.
    if (error == QNetworkReply::ProtocolInvalidOperationError)
        return !reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).isValid();
    const bool aboutStatus =
        (error >= QNetworkReply::ContentAccessDenied && error <= QNetworkReply::UnknownContentError) ||
        (error >= QNetworkReply::InternalServerError && error <= QNetworkReply::UnknownServerError);
    return error != QNetworkReply::NoError && !aboutStatus;
}

Error networkError(const QNetworkReply &reply, const QList<QSslError> &certificateErrors, bool wasSent)
{
    std::string message = toStdString(reply.url().host() + QLatin1String(": ") + reply.errorString());
    for (const QSslError &error : certificateErrors)
        message += "; " + toStdString(error.errorString());
    return Error{kindOf(reply, certificateErrors, wasSent), 0, {}, std::move(message)};
}

} // namespace quayside
