// SPDX-License-Identifier: Apache-2.0
#include "ui/operationtext.h"

#include "model/deleteimages.h"
#include "model/deleteresult.h"
#include "model/errortext.h"
#include "model/plantext.h"
#include "model/registrysession.h"
#include "model/restoreimages.h"
#include "ui/errormessage.h"

#include <QCoreApplication>

namespace quayside {

namespace {

QString translated(const char *text, int n = -1)
{
    return QCoreApplication::translate("quayside::results", text, nullptr, n);
}

Verb verbOf(Operation::Kind kind)
{
    switch (kind) {
    case Operation::Kind::Restore:
    case Operation::Kind::Repair:
        return Verb::Restore;
    case Operation::Kind::LoadSamples:
        return Verb::Push;
    case Operation::Kind::Check:
        return Verb::List;
    case Operation::Kind::Plan:
    case Operation::Kind::Forget:
    case Operation::Kind::Delete:
        break;
    }
    return Verb::Delete;
}

ErrorContext contextOf(const Operation &operation, const RegistrySession *session)
{
    ErrorContext context;
    context.registry = session ? session->config().name : QString();
    context.user = session ? session->user() : QString();
    context.repository = operation.repository();
    context.verb = verbOf(operation.kind());
    return context;
}

/// What a delete that ended early has not touched.
QString notSentNote(const Operation &operation)
{
    const int notSent = operation.count(Outcome::NotSent);
    if (notSent == 0 || operation.kind() != Operation::Kind::Delete)
        return {};
    if (operation.count(Outcome::Done) > 0)
        return translated(QT_TRANSLATE_N_NOOP("quayside::results", "%n untouched."), notSent);
    return notSent == 1 ? translated(QT_TRANSLATE_NOOP("quayside::results",
                                                       "Nothing was deleted; 1 request was not sent."))
                        : translated(QT_TRANSLATE_N_NOOP("quayside::results",
                                                         "Nothing was deleted; %n requests were not sent."),
                                     notSent);
}

/// The first thing that failed or was left alone, in words: with one item there is nothing else to say.
QString firstReason(const Operation &operation, const RegistrySession *session)
{
    for (const OperationItem &item : operation.items()) {
        if (!item.error)
            continue;
        ErrorContext context = contextOf(operation, session);
        context.reference = item.what;
        return errorLine(*item.error, context);
    }
    return {};
}

QString failedText(const Operation &operation)
{
    const int failed = operation.count(Outcome::Failed) + operation.count(Outcome::Moved);
    return failed == 0 ? QString()
                       : translated(QT_TRANSLATE_N_NOOP("quayside::results", "%n failed"), failed);
}

} // namespace

ResultBar::Result failureResult(const Operation &operation, const RegistrySession *session)
{
    ResultBar::Result result;
    result.symbol = Symbol::Warning;
    if (!operation.error()) {
        result.text = translated(QT_TRANSLATE_NOOP("quayside::results", "Stopped"));
        result.note = notSentNote(operation);
        return result;
    }
    const ErrorContext context = contextOf(operation, session);
    const ErrorText text = ErrorText::of(*operation.error(), context);
    result.text = text.headline;
    result.note = QStringList{text.reason, notSentNote(operation)}.join(u' ').trimmed();
    result.copyText = text.copyText;
    if (!text.copyText.isEmpty())
        result.actionText = actionLabel(ErrorAction::CopyServerSetting, context);
    return result;
}

ResultBar::Result deleteResult(const DeleteImages &operation, const RegistrySession *session, bool canUndo)
{
    const int done = DeleteCounts::of(operation).done();
    if (done == 0 && operation.error())
        return failureResult(operation, session);
    ResultBar::Result result;
    result.text = deletedText(operation);
    result.failed = failedText(operation);
    const int leftAlone = operation.count(Outcome::LeftAlone);
    if (done == 0 && operation.items().size() == 1)
        result.note = firstReason(operation, session);
    else if (leftAlone > 0)
        result.note = translated(QT_TRANSLATE_N_NOOP("quayside::results", "%n left alone"), leftAlone);
    else
        result.note = notSentNote(operation);
    if (canUndo && done > 0)
        result.actionText = translated(QT_TRANSLATE_NOOP("quayside::results", "Undo"));
    return result;
}

ResultBar::Result restoreResult(const RestoreImages &operation, const RegistrySession *session)
{
    const int done = operation.count(Outcome::Done);
    if (done == 0 && operation.error())
        return failureResult(operation, session);
    ResultBar::Result result;
    result.symbol = Symbol::Undo;
    const int total = static_cast<int>(operation.items().size());
    if (done == total)
        result.text = translated(QT_TRANSLATE_NOOP("quayside::results", "Restored"));
    else
        result.text =
            translated(QT_TRANSLATE_NOOP("quayside::results", "Restored %1 of %2")).arg(done).arg(total);
    if (total == 1 && done == 1)
        result.text += u' ' + operation.items().first().what;
    else if (done == total)
        result.text += u' ' + QString::number(total);
    result.failed = failedText(operation);
    if (!operation.tagsLeft().empty()) {
        result.note = translated(QT_TRANSLATE_NOOP("quayside::results", "%1 names another image now"))
                          .arg(tagNames(operation.tagsLeft(), QStringLiteral(", ")));
    } else if (done == 0) {
        result.note = firstReason(operation, session);
    }
    return result;
}

} // namespace quayside
