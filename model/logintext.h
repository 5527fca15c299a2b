// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registryclient/logins/loginchoice.h"

#include <QString>

namespace quayside {

/// Where a login comes from, in words: "docker's config.json", "podman's auth.json, by
/// docker-credential-pass", "given here". Empty for Anonymous. A helper's name is untrusted text.
QString loginPlace(const LoginOrigin &origin);

/// "ada, from docker's config.json", "ada, given here"; empty for Anonymous. Untrusted text.
QString loginLine(const LoginOrigin &origin);

/// The program whose login it is, "docker" or "podman"; empty for none.
QString loginTool(const LoginOrigin &origin);

} // namespace quayside
