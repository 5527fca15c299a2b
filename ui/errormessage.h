// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/errortext.h"
#include "ui/messagepage.h"

namespace quayside {

/// An error as a page in place. `actions`, if given, gets what each button of the page stands for.
MessagePage::Message errorMessage(const Error &error, const ErrorContext &context,
                                  QList<ErrorAction> *actions = nullptr);
/// The same in one line, for rows and bars.
QString errorLine(const Error &error, const ErrorContext &context);

} // namespace quayside
