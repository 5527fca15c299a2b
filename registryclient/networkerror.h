// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"

#include <QList>
#include <QSslError>

class QNetworkReply;

namespace quayside {

/// Whether the reply failed below HTTP: no status, or a body that broke off. Error statuses are no failure.
bool failedBelowHttp(const QNetworkReply &reply);

/// Why. `certificateErrors` are what its sslErrors signal said; `wasSent`: whether a request left on a
/// connection.
Error networkError(const QNetworkReply &reply, const QList<QSslError> &certificateErrors, bool wasSent);

} // namespace quayside
