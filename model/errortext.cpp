// SPDX-License-Identifier: Apache-2.0
#include "model/errortext.h"

#include "oci/qtconversions.h"

#include <QCoreApplication>

namespace quayside {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("ErrorText", text);
}

QString place(const ErrorContext &context)
{
    return context.repository.isEmpty() ? context.registry : context.repository;
}

// "1.12.0", or the repository or registry when the error is about no tag.
QString object(const ErrorContext &context)
{
    return context.tag.isEmpty() ? place(context) : context.tag;
}

ErrorText unreachable(const Error &error, const ErrorContext &context)
{
    switch (error.kind) {
    case ErrorKind::Refused:
        return {tr("Nothing answers at %1.").arg(context.registry),
                tr("Is the registry running and the port right?"),
                {NextStep::TryAgain, NextStep::EditAddress},
                {}};
    case ErrorKind::UnknownHost:
        return {tr("%1 is not known.").arg(context.registry),
                tr("Check the spelling or your VPN."),
                {NextStep::EditAddress, NextStep::TryAgain},
                {}};
    case ErrorKind::Timeout:
        return {tr("%1 does not answer.").arg(context.registry),
                tr("It was asked and stayed silent. The network or the registry may be overloaded."),
                {NextStep::TryAgain},
                {}};
    default:
        return {tr("The connection to %1 broke.").arg(context.registry),
                tr("What was not confirmed may or may not have happened; a refresh shows it."),
                {NextStep::Refresh},
                {}};
    }
}

ErrorText notTrusted(const Error &error, const ErrorContext &context)
{
    switch (error.kind) {
    case ErrorKind::PlainHttp:
        return {tr("%1 does not encrypt.").arg(context.registry),
                tr("Logins and images could be read on the way."),
                {NextStep::AllowPlainHttp},
                {}};
    case ErrorKind::CertificateExpired:
        return {tr("The certificate of %1 has expired or is not valid yet.").arg(context.registry),
                tr("Only the administrator can fix this. Is this computer's clock right?"),
                {NextStep::TryAgain},
                {}};
    case ErrorKind::CertificateWrongHost:
        return {tr("The certificate is for another name, not %1.").arg(context.registry),
                tr("Only the administrator can fix this."),
                {NextStep::EditAddress},
                {}};
    default:
        return {
            tr("The certificate of %1 is not signed by anyone this computer trusts.").arg(context.registry),
            tr("No login and no request was sent. Ask the administrator for the CA certificate and install "
               "it "
               "on this computer."),
            {NextStep::TryAgain},
            {}};
    }
}

ErrorText notAllowed(const Error &error, const ErrorContext &context)
{
    if (error.kind == ErrorKind::DeletesDisabled)
        return {tr("Deletes are switched off on this registry."),
                tr("On the server: %1, then restart.").arg(deleteSetting()),
                {NextStep::CopyDeleteSetting},
                {}};
    if (error.kind == ErrorKind::Unauthorized)
        return {context.user.isEmpty()
                    ? tr("%1 wants a login.").arg(context.registry)
                    : tr("%1 did not accept %2's login.").arg(context.registry, context.user),
                context.user.isEmpty() ? tr("Nothing was changed.") : tr("Check the name and the password."),
                {NextStep::LogIn},
                {}};
    if (error.kind == ErrorKind::ReadOnly)
        return {tr("%1 takes no changes now.").arg(context.registry),
                tr("It is read-only, or its disk failed. Nothing was changed."),
                {NextStep::TryAgain},
                {}};
    const auto who = context.user.isEmpty() ? tr("An anonymous visitor") : context.user;
    const auto verb = context.verb.isEmpty() ? tr("do this") : context.verb;
    return {tr("%1 may not %2 in %3.").arg(who, verb, place(context)),
            tr("The registry wants the \"%1\" permission.")
                .arg(context.verb.isEmpty() ? tr("pull") : context.verb),
            {NextStep::LogIn},
            {}};
}

ErrorText wrongAnswer(const Error &error, const ErrorContext &context)
{
    if (error.kind == ErrorKind::NotARegistry)
        return {tr("%1 answers, but not as a registry.").arg(context.registry),
                tr("It sent something else for /v2/. The registry may have its own name or port."),
                {NextStep::EditAddress, NextStep::TryAgain},
                {}};
    if (error.kind == ErrorKind::DigestMismatch)
        return {
            tr("%1 sent other bytes than %2 for %3.").arg(context.registry, object(context), place(context)),
            tr("Nothing was kept or deleted."),
            {NextStep::TryAgain},
            {}};
    return {tr("The answer of %1 for %2 cannot be read.").arg(context.registry, place(context)),
            tr("Nothing was changed."),
            {NextStep::TryAgain},
            {}};
}

ErrorText aboutObject(const Error &error, const ErrorContext &context)
{
    if (error.kind == ErrorKind::Moved)
        return {tr("%1 was pushed again since you looked.").arg(object(context)),
                tr("It names another image now than the one you chose. Not deleted."),
                {NextStep::Show},
                {}};
    if (!context.tag.isEmpty())
        return {tr("%1 was already gone.").arg(context.tag),
                tr("Somebody else deleted it."),
                {NextStep::Refresh},
                {}};
    return {tr("%1 is not on %2.").arg(place(context), context.registry),
            tr("Check the name."),
            {NextStep::Refresh},
            {}};
}

ErrorText onThisSide(const Error &error, const ErrorContext &context)
{
    switch (error.kind) {
    case ErrorKind::TooManyRequests:
        return {tr("%1 asks to wait.").arg(context.registry),
                tr("It gets more requests than it wants. Nothing was changed."),
                {NextStep::TryAgain},
                {}};
    case ErrorKind::NoSpace:
        return {tr("%1 is out of space.").arg(context.registry),
                tr("Nothing else changed. Deletes still work."),
                {NextStep::TryAgain},
                {}};
    case ErrorKind::Cancelled:
        return {tr("Stopped."), tr("What was done until then stays done."), {}, {}};
    default:
        return {tr("%1 could not do this for %2.").arg(context.registry, object(context)),
                toQString(error.message),
                {NextStep::TryAgain},
                {}};
    }
}

ErrorText textOf(const Error &error, const ErrorContext &context)
{
    switch (error.kind) {
    case ErrorKind::Refused:
    case ErrorKind::UnknownHost:
    case ErrorKind::Timeout:
    case ErrorKind::Disconnected:
        return unreachable(error, context);
    case ErrorKind::PlainHttp:
    case ErrorKind::CertificateUntrusted:
    case ErrorKind::CertificateExpired:
    case ErrorKind::CertificateWrongHost:
        return notTrusted(error, context);
    case ErrorKind::Unauthorized:
    case ErrorKind::Forbidden:
    case ErrorKind::DeletesDisabled:
    case ErrorKind::ReadOnly:
        return notAllowed(error, context);
    case ErrorKind::NotARegistry:
    case ErrorKind::DigestMismatch:
    case ErrorKind::BadAnswer:
    case ErrorKind::TooLarge:
        return wrongAnswer(error, context);
    case ErrorKind::Moved:
    case ErrorKind::NotFound:
        return aboutObject(error, context);
    default:
        return onThisSide(error, context);
    }
}

} // namespace

ErrorText ErrorText::of(const Error &error, const ErrorContext &context)
{
    auto text = textOf(error, context);
    QStringList details;
    if (error.httpStatus != 0)
        details += tr("HTTP status %1").arg(error.httpStatus);
    if (!error.code.empty())
        details += toQString(error.code);
    if (!error.message.empty())
        details += toQString(error.message);
    text.details = details.join(QStringLiteral(" · "));
    return text;
}

QString deleteSetting()
{
    return QStringLiteral("REGISTRY_STORAGE_DELETE_ENABLED=true");
}

} // namespace quayside
