// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QCoroTask>

#include <stop_token>

namespace quayside {

/// Whether the desktop's Secret Service keeps its default collection locked, where QtKeychain looks: a locked
/// one says of every entry that it is not there. False if there is no such service (KWallet), or it does not
/// answer. Asks nobody anything and starts nothing. (Secret Service API Draft 0.2, "Collection".)
QCoro::Task<bool> secretServiceIsLocked(std::stop_token stop);

} // namespace quayside
