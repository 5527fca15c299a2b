// SPDX-License-Identifier: Apache-2.0
#include "ui/promise.h"

namespace quayside {

Symbol promiseSymbol(UndoPromise promise)
{
    switch (promise) {
    case UndoPromise::UntilDate:
    case UndoPromise::FullCopy:
        return Symbol::CheckCircle;
    case UndoPromise::UntilCollection:
    case UndoPromise::NotSure:
        return Symbol::QuestionCircle;
    case UndoPromise::NotPromised:
    case UndoPromise::NotWithLogin:
        break;
    }
    return Symbol::XCircle;
}

Tone promiseTone(UndoPromise promise)
{
    switch (promiseSymbol(promise)) {
    case Symbol::CheckCircle:
        return Tone::Good;
    case Symbol::XCircle:
        return Tone::Danger;
    default:
        return Tone::Muted;
    }
}

} // namespace quayside
