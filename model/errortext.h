// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/digest.h"
#include "oci/error.h"
#include "registryclient/logins/loginchoice.h"

#include <QList>
#include <QString>

#include <optional>

namespace quayside {

/// What a person was doing when the error came.
enum class Verb { Open, List, Look, Delete, Restore, Push };

/// What an error is about. All text is untrusted but `registry`.
struct ErrorContext
{
    QString registry;   ///< "harbor.example:443" or its name.
    QString repository; ///< "team/api"; empty for none.
    QString reference;  ///< A tag or an abbreviated digest; empty for none.
    QString user;       ///< Empty when anonymous.
    LoginOrigin login;  ///< Where the login came from.
    Verb verb = Verb::Open;
    std::optional<Digest> seen; ///< Of Moved: what the person chose.
    std::optional<Digest> now;  ///< Of Moved: what the tag names now.
    QString tokenServer;        ///< Of TokenServerUnknown: "https://auth.example".
    /// Of ClientCertificate: whether the registry has one of ours, and did not accept it.
    bool showedCertificate = false;
};

/// The one next step, as buttons.
enum class ErrorAction {
    TryAgain,
    EditAddress,
    AllowPlainHttp,
    AllowTokenServer, ///< RegistryConfig::tokenServers
    TrustCertificate,
    ChooseCaFile,
    ChooseCertificate, ///< One of our own, to show.
    Cancel,
    LogIn,
    UseAnotherLogin,
    CopyServerSetting, ///< ErrorText::copyText
    Refresh,
    ShowDetails,
    ShowTag,
    Stop,
    Retry,
};

/// An error in words: what happened, why or what it means, what to do next. Plain text.
struct ErrorText
{
    QString headline;
    QString reason;
    QList<ErrorAction> actions;
    QString copyText; ///< Of CopyServerSetting.
    QString details;  ///< For the folded part: status, code and the registry's own message; untrusted.

    static ErrorText of(const Error &error, const ErrorContext &context);
};

/// The label of an action's button.
QString actionLabel(ErrorAction action, const ErrorContext &context);
/// "auth.example", and "http://auth.lan" where it does not encrypt.
QString tokenServerText(const QString &tokenServer);

} // namespace quayside
