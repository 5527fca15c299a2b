// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/errortext.h"
#include "oci/fingerprint.h"

namespace quayside {

/// The words for the kinds Certificate… and ClientCertificate. `host`: without its port; `showedOurs`:
/// whether the registry has seen a certificate of ours.
ErrorText certificateText(const Error &error, const QString &host, bool showedOurs);

/// "9A:41:… …:07", with a space in its middle, so that it can be broken there.
QString fingerprintText(const Fingerprint &fingerprint);

} // namespace quayside
