// SPDX-License-Identifier: Apache-2.0
#include "model/errortext.h"

#include "model/certificatetext.h"
#include "model/deleteplan.h"
#include "model/inuse.h"
#include "model/keptcopy.h"
#include "model/logintext.h"
#include "model/registryconfig.h"
#include "oci/qtconversions.h"

#include <QCoreApplication>
#include <QStringList>

namespace quayside {

namespace {

QString text(const char *source)
{
    return QCoreApplication::translate("ErrorText", source);
}

/// What the message is about, the most exact name first.
QString subject(const ErrorContext &context)
{
    return !context.reference.isEmpty()    ? context.reference
           : !context.repository.isEmpty() ? context.repository
                                           : context.registry;
}

QString host(const ErrorContext &context)
{
    const qsizetype colon = context.registry.lastIndexOf(u':');
    return colon > 0 && !context.registry.endsWith(u']') ? context.registry.left(colon) : context.registry;
}

QString verbText(Verb verb)
{
    switch (verb) {
    case Verb::Delete:
        return text("delete");
    case Verb::Push:
    case Verb::Restore:
        return text("push");
    default:
        return text("read");
    }
}

QString permission(Verb verb)
{
    switch (verb) {
    case Verb::Delete:
        return QStringLiteral("delete");
    case Verb::Push:
    case Verb::Restore:
        return QStringLiteral("push");
    default:
        return QStringLiteral("pull");
    }
}

QString details(const Error &error)
{
    QStringList parts;
    if (error.httpStatus != 0)
        parts.append(text("Status %1").arg(error.httpStatus));
    if (!error.code.empty())
        parts.append(toQString(error.code));
    if (!error.message.empty())
        parts.append(toQString(error.message));
    return parts.join(QStringLiteral(" · "));
}

ErrorText forbidden(const ErrorContext &context)
{
    const QString who = context.user.isEmpty() ? text("You") : context.user;
    const QString where = context.repository.isEmpty() ? context.registry : context.repository;
    return {text("%1 may not %2 in %3.").arg(who, verbText(context.verb), where),
            text("The registry wants the \"%1\" permission.").arg(permission(context.verb)),
            {ErrorAction::UseAnotherLogin},
            {},
            {}};
}

ErrorText unauthorized(const Error &error, const ErrorContext &context)
{
    // No answer of the registry: the login could not be had from where it is kept.
    if (error.httpStatus == 0 && !error.message.empty())
        return {text("The login for %1 cannot be read.").arg(context.registry),
                toQString(error.message) + u'.',
                {ErrorAction::TryAgain, ErrorAction::LogIn},
                {},
                {}};
    if (context.user.isEmpty())
        return {text("%1 wants a login.").arg(context.registry),
                text("A user name and a password or token."),
                {ErrorAction::LogIn},
                {},
                {}};
    const QString headline = text("%1 did not accept %2's login.").arg(context.registry, context.user);
    const QString tool = loginTool(context.login);
    if (tool.isEmpty())
        return {headline, text("The password may have changed."), {ErrorAction::LogIn}, {}, {}};
    return {headline,
            text("It comes from %1; \"%2 login %3\" renews it.")
                .arg(loginPlace(context.login), tool, context.registry),
            {ErrorAction::LogIn},
            {},
            {}};
}

ErrorText tokenServerUnknown(const ErrorContext &context)
{
    return {text("%1 sends logins to another server, %2.")
                .arg(context.registry, tokenServerText(context.tokenServer)),
            text("Allow it only if you know that it belongs to the registry: it sees your password."),
            {ErrorAction::AllowTokenServer},
            {},
            {}};
}

ErrorText notFound(const ErrorContext &context)
{
    if (context.verb == Verb::Restore)
        return {text("%1 cannot come back: layers are gone from the registry.").arg(subject(context)),
                text("Pushing it again from a computer that has it works."),
                {ErrorAction::ShowDetails},
                {},
                {}};
    if (context.verb == Verb::Delete)
        return {text("%1 was already gone.").arg(subject(context)),
                text("Somebody else deleted it."),
                {ErrorAction::Refresh},
                {},
                {}};
    return {text("%1 is not on %2.").arg(subject(context), context.registry),
            text("Check the name."),
            {ErrorAction::Refresh},
            {},
            {}};
}

ErrorText moved(const ErrorContext &context)
{
    QString reason;
    if (context.now && context.seen)
        reason = text("It names %1 now; you chose %2. ")
                     .arg(toQString(context.now->abbreviated()), toQString(context.seen->abbreviated()));
    return {text("%1 was pushed again since you looked.").arg(subject(context)),
            reason + text("Not deleted."),
            {ErrorAction::ShowTag},
            {},
            {}};
}

ErrorText deletesDisabled()
{
    const QString setting = QStringLiteral("REGISTRY_STORAGE_DELETE_ENABLED=true");
    return {text("Deletes are switched off on this registry."),
            text("On the server: %1, then restart.").arg(setting),
            {ErrorAction::CopyServerSetting},
            setting,
            {}};
}

ErrorText digestMismatch(const ErrorContext &context)
{
    const QString wanted = context.reference.isEmpty() ? text("asked for") : context.reference;
    return {text("%1 sent other bytes than %2 for %3.").arg(context.registry, wanted, context.repository),
            text("Nothing was kept or deleted."),
            {ErrorAction::TryAgain},
            {},
            {}};
}

ErrorText unreadable(const ErrorContext &context)
{
    const QString headline =
        context.repository.isEmpty()
            ? text("The answer of %1 cannot be read.").arg(context.registry)
            : text("The answer of %1 for %2 cannot be read.").arg(context.registry, context.repository);
    return {headline, text("Nothing was changed."), {ErrorAction::ShowDetails}, {}, {}};
}

ErrorText broken(const ErrorContext &context)
{
    if (context.verb == Verb::Delete)
        return {text("The connection broke while deleting %1.").arg(subject(context)),
                text("Asked again: it is still there."),
                {ErrorAction::Retry},
                {},
                {}};
    return {text("The connection to %1 broke.").arg(context.registry),
            text("Nothing was changed."),
            {ErrorAction::TryAgain},
            {},
            {}};
}

ErrorText unreachable(ErrorKind kind, const ErrorContext &context)
{
    switch (kind) {
    case ErrorKind::Refused:
        return {text("Nothing answers at %1.").arg(context.registry),
                text("Is the registry running and the port right?"),
                {ErrorAction::TryAgain, ErrorAction::EditAddress},
                {},
                {}};
    case ErrorKind::UnknownHost:
        return {text("%1 is not known.").arg(host(context)),
                text("Check the spelling or your VPN."),
                {ErrorAction::EditAddress},
                {},
                {}};
    case ErrorKind::Timeout:
        return {text("%1 does not answer.").arg(context.registry),
                text("It may be busy, or a firewall is between."),
                {ErrorAction::TryAgain},
                {},
                {}};
    case ErrorKind::NotARegistry:
        return {text("%1 answers, but not as a registry.").arg(context.registry),
                text("It sent a web page for /v2/. The registry may have its own name or port."),
                {ErrorAction::EditAddress},
                {},
                {}};
    default:
        return {text("%1 does not encrypt.").arg(context.registry),
                text("Logins and images could be read on the way."),
                {ErrorAction::AllowPlainHttp},
                {},
                {}};
    }
}

ErrorText ofKind(const Error &error, const ErrorContext &context)
{
    if (error.code == InUse::unreadable)
        return {text("The list of what is in use cannot be read."),
                toQString(error.message) + u'.' + u' ' + text("Nothing was deleted."),
                {},
                {},
                {}};
    if (error.code == copyFailed)
        return {text("The full copy could not be made."),
                toQString(error.message) + u'.' + u' ' + text("Nothing was deleted."),
                {},
                {},
                {}};
    switch (error.kind) {
    case ErrorKind::Refused:
    case ErrorKind::UnknownHost:
    case ErrorKind::Timeout:
    case ErrorKind::NotARegistry:
    case ErrorKind::PlainHttp:
        return unreachable(error.kind, context);
    case ErrorKind::CertificateUntrusted:
    case ErrorKind::CertificateExpired:
    case ErrorKind::CertificateWrongHost:
    case ErrorKind::ClientCertificate:
        return certificateText(error, host(context), context.showedCertificate);
    case ErrorKind::Unauthorized:
        return unauthorized(error, context);
    case ErrorKind::TokenServerUnknown:
        return tokenServerUnknown(context);
    case ErrorKind::Forbidden:
        return forbidden(context);
    case ErrorKind::NotFound:
        return notFound(context);
    case ErrorKind::DeletesDisabled:
        return deletesDisabled();
    case ErrorKind::Moved:
        return moved(context);
    case ErrorKind::DigestMismatch:
        return digestMismatch(context);
    case ErrorKind::BadAnswer:
    case ErrorKind::TooLarge:
        return unreadable(context);
    case ErrorKind::Disconnected:
        return broken(context);
    case ErrorKind::TooManyRequests:
        return {text("%1 asks to wait.").arg(context.registry),
                text("Work on it goes on by itself."),
                {ErrorAction::Stop},
                {},
                {}};
    case ErrorKind::Conflict:
        if (error.code == confirmationWanted)
            return {text("The delete was not confirmed."), toQString(error.message) + u'.', {}, {}, {}};
        if (context.verb == Verb::Open)
            return {text("The port is used by another program."),
                    text("Choose another port, or stop that program."),
                    {ErrorAction::TryAgain},
                    {},
                    {}};
        return {text("%1 is held by something else.").arg(subject(context)),
                text("Nothing was changed."),
                {ErrorAction::ShowDetails},
                {},
                {}};
    case ErrorKind::NoSpace:
        return {text("%1 is out of space.").arg(context.registry),
                text("Nothing was changed."),
                {ErrorAction::TryAgain},
                {},
                {}};
    case ErrorKind::ReadOnly:
        if (error.code == setToReadOnly)
            return {text("%1 is set to read-only.").arg(context.registry),
                    text("Nothing was changed. Its settings in Quayside say so."),
                    {},
                    {},
                    {}};
        return {text("%1 is read-only.").arg(context.registry), text("Nothing was changed."), {}, {}, {}};
    case ErrorKind::Storage:
        return {text("A file on this computer cannot be read or written."),
                text("Nothing was changed."),
                {ErrorAction::ShowDetails},
                {},
                {}};
    case ErrorKind::Unsupported:
        return {text("%1 cannot do this.").arg(context.registry),
                text("Nothing was changed."),
                {ErrorAction::ShowDetails},
                {},
                {}};
    case ErrorKind::InvalidInput:
        return {text("%1 refused the request.").arg(context.registry),
                text("Nothing was changed."),
                {ErrorAction::ShowDetails},
                {},
                {}};
    case ErrorKind::Cancelled:
        return {text("Stopped."), text("What was done stays done."), {}, {}, {}};
    case ErrorKind::Server:
        break;
    }
    return {text("%1 has an error of its own.").arg(context.registry),
            text("The registry's log may say more."),
            {ErrorAction::TryAgain},
            {},
            {}};
}

} // namespace

ErrorText ErrorText::of(const Error &error, const ErrorContext &context)
{
    ErrorText result = ofKind(error, context);
    result.details = quayside::details(error);
    return result;
}

QString tokenServerText(const QString &tokenServer)
{
    const QString https = QStringLiteral("https://");
    return tokenServer.startsWith(https) ? tokenServer.mid(https.size()) : tokenServer;
}

QString actionLabel(ErrorAction action, const ErrorContext &context)
{
    switch (action) {
    case ErrorAction::TryAgain:
        return text("Try again");
    case ErrorAction::EditAddress:
        return text("Edit address");
    case ErrorAction::AllowPlainHttp:
        return text("Allow for this registry…");
    case ErrorAction::AllowTokenServer:
        return text("Allow %1 for %2").arg(tokenServerText(context.tokenServer), context.registry);
    case ErrorAction::TrustCertificate:
        return text("Trust this certificate");
    case ErrorAction::ChooseCaFile:
        return text("Choose CA file…");
    case ErrorAction::ChooseCertificate:
        return text("Choose certificate…");
    case ErrorAction::Cancel:
        return text("Cancel");
    case ErrorAction::LogIn:
        return text("Log in here…");
    case ErrorAction::UseAnotherLogin:
        return text("Use another login…");
    case ErrorAction::CopyServerSetting:
        return text("Copy");
    case ErrorAction::Refresh:
        return text("Refresh");
    case ErrorAction::ShowDetails:
        return text("Details");
    case ErrorAction::ShowTag:
        return text("Show");
    case ErrorAction::Stop:
        return text("Stop");
    case ErrorAction::Retry:
        return text("Retry");
    }
    return {};
}

} // namespace quayside
