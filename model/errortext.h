// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"

#include <QList>
#include <QString>

namespace quayside {

/// What a person can do after an error. The window makes a button of each, the command line a sentence.
enum class NextStep { TryAgain, EditAddress, AllowPlainHttp, LogIn, Refresh, CopyDeleteSetting, Show };

/// What the error is about. Empty parts are left out of the text; all of them are untrusted.
struct ErrorContext
{
    QString registry;   ///< "harbor.example" or "localhost:5000".
    QString repository; ///< "team/api".
    QString tag;        ///< The tag or abbreviated digest in question.
    QString user;       ///< The login used; empty if anonymous.
    QString verb;       ///< "delete", "push": what was tried, in the infinitive.
};

/// An error as a person reads it: what happened to what, why, and what to do next. Plain text.
struct ErrorText
{
    QString headline;
    QString reason;
    QList<NextStep> steps;
    QString details; ///< Status, code and the registry's own words, for support; may be empty.

    static ErrorText of(const Error &error, const ErrorContext &context);
};

/// The setting that turns deletes on in distribution, as it is typed.
QString deleteSetting();

} // namespace quayside
