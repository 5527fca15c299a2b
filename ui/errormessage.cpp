// SPDX-License-Identifier: Apache-2.0
#include "ui/errormessage.h"

#include <QCoreApplication>

namespace quayside {

namespace {

/// Those that this version can carry out.
bool isOffered(ErrorAction action)
{
    switch (action) {
    case ErrorAction::TryAgain:
    case ErrorAction::Refresh:
    case ErrorAction::Retry:
    case ErrorAction::EditAddress:
    case ErrorAction::AllowPlainHttp:
    case ErrorAction::AllowTokenServer:
    case ErrorAction::TrustCertificate:
    case ErrorAction::ChooseCaFile:
    case ErrorAction::ChooseCertificate:
    case ErrorAction::LogIn:
    case ErrorAction::UseAnotherLogin:
    case ErrorAction::CopyServerSetting:
        return true;
    case ErrorAction::Cancel:
    case ErrorAction::ShowDetails:
    case ErrorAction::ShowTag:
    case ErrorAction::Stop:
        break;
    }
    return false;
}

} // namespace

MessagePage::Message errorMessage(const Error &error, const ErrorContext &context,
                                  QList<ErrorAction> *actions)
{
    const ErrorText text = ErrorText::of(error, context);
    MessagePage::Message message;
    message.isError = true;
    message.headline = text.headline;
    message.reason = text.reason;
    if (!text.copyText.isEmpty())
        message.codeLines = QStringList{text.copyText};
    for (const ErrorAction action : text.actions) {
        if (!isOffered(action) || action == ErrorAction::CopyServerSetting)
            continue;
        message.actions << actionLabel(action, context);
        if (actions)
            actions->append(action);
    }
    const auto name = [](const char *source) {
        return QCoreApplication::translate("quayside::errors", source);
    };
    if (!context.registry.isEmpty())
        message.details << std::pair(name(QT_TRANSLATE_NOOP("quayside::errors", "Address")),
                                     context.registry);
    if (!text.details.isEmpty())
        message.details << std::pair(name(QT_TRANSLATE_NOOP("quayside::errors", "Answer")), text.details);
    return message;
}

QString errorLine(const Error &error, const ErrorContext &context)
{
    return ErrorText::of(error, context).headline;
}

} // namespace quayside
