// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/commandline.h"

#include <QJsonObject>
#include <QString>
#include <QTextStream>

namespace quayside {

/// How a command tells what it did: in words, as names for a pipe (-q), or as JSON (--json), one object a
/// line. Results go to standard output, all else to standard error. What may come from a registry is made
/// visible here, so that it cannot steer a terminal.
class CommandOutput
{
public:
    enum class Form { Text, Names, Json };

    /// Both must outlive this. `showsProgress`: whether `err` is a terminal.
    CommandOutput(QTextStream &out, QTextStream &err, bool showsProgress = false);
    ~CommandOutput();

    void setForm(Form form) { m_form = form; }
    Form form() const { return m_form; }

    /// A line of the result in words; nothing in the other forms.
    void line(const QString &text);
    /// A full reference, for pipes; nothing in the other forms.
    void name(const QString &reference);
    /// An object of JSON; nothing in the other forms. Its version and type are added.
    void object(const QString &type, QJsonObject object);
    /// What a person should know and a program should not read.
    void note(const QString &text);
    /// Why something was not done: in words, or as an object of type "error".
    void error(const QString &message, ExitCode code);
    /// What is going on, on a terminal alone; the next line replaces it.
    void progress(const QString &text);
    /// Lines that a question refers to: the result in words, else only for the eye.
    void sheet(const QString &text);

private:
    void clearProgress();

    QTextStream &m_out;
    QTextStream &m_err;
    Form m_form = Form::Text;
    bool m_showsProgress;
    bool m_hasProgress = false;
};

} // namespace quayside
