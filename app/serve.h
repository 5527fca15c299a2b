// SPDX-License-Identifier: Apache-2.0
#pragma once

class QCoreApplication;

namespace quayside {

struct ServeOptions;

/// Serves a store until the process is asked to end, then finishes what runs. Prints the URL on standard
/// output when ready. Returns the exit code: 0 after an orderly stop, 1 if the store or the address cannot be
/// had.
int serve(QCoreApplication &application, const ServeOptions &options);

} // namespace quayside
