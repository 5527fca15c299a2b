// SPDX-License-Identifier: Apache-2.0
#include "registryclient/networkerror.h"

#include "oci/qtconversions.h"

#include <QNetworkReply>

namespace quayside {

namespace {

/// Whether the server has ended TLS over the certificate that we sent, or that we did not (RFC 8446, section
/// 6.2). Qt passes the alert on only in OpenSSL's words.
bool isAboutOurCertificate(const QString &message)
{
    for (const auto *alert :
         {"alert bad certificate", "alert certificate required", "alert certificate unknown",
          "alert certificate expired", "alert certificate revoked", "alert unsupported certificate",
          "alert unknown ca"}) {
        if (message.contains(QLatin1String(alert)))
            return true;
    }
    return false;
}

/// A handshake that failed without a word about certificates.
ErrorKind handshakeErrorKind(const QString &message)
{
    // OpenSSL's reason for "these bytes are no TLS record": the other side speaks plain HTTP. Qt passes the
    // reason on as text only.
    return message.contains(QLatin1String("wrong version number")) ? ErrorKind::PlainHttp
                                                                   : ErrorKind::Disconnected;
}

ErrorKind kindOf(const QNetworkReply &reply, bool wasSent)
{
    if (isAboutOurCertificate(reply.errorString()))
        return ErrorKind::ClientCertificate;
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
        return handshakeErrorKind(reply.errorString());
    case QNetworkReply::ProtocolUnknownError:
    case QNetworkReply::ProtocolInvalidOperationError:
    case QNetworkReply::ProtocolFailure:
        return ErrorKind::NotARegistry; // it answers, but not in HTTP
    case QNetworkReply::RemoteHostClosedError:
    case QNetworkReply::ContentReSendError: // Qt wanted to send a body again, see BodyPart
        return ErrorKind::Disconnected;
    default: // among others "no route to host", which is found out before anything is sent
        return wasSent ? ErrorKind::Disconnected : ErrorKind::Refused;
    }
}

} // namespace

bool failedBelowHttp(const QNetworkReply &reply)
{
    const auto error = reply.error();
    // The first is Qt's name for the statuses 400 and 418 too; without a status they mean what they say.
    if (error == QNetworkReply::ProtocolInvalidOperationError || error == QNetworkReply::ContentReSendError)
        return !reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).isValid();
    const bool aboutStatus =
        (error >= QNetworkReply::ContentAccessDenied && error <= QNetworkReply::UnknownContentError) ||
        (error >= QNetworkReply::InternalServerError && error <= QNetworkReply::UnknownServerError);
    return error != QNetworkReply::NoError && !aboutStatus;
}

Error networkError(const QNetworkReply &reply, bool wasSent)
{
    return Error{kindOf(reply, wasSent),
                 0,
                 {},
                 toStdString(reply.url().host() + QLatin1String(": ") + reply.errorString())};
}

} // namespace quayside
