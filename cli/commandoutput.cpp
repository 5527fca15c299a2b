// SPDX-License-Identifier: Apache-2.0
#include "cli/commandoutput.h"

#include "model/visibletext.h"

#include <QJsonDocument>

namespace quayside {

namespace {

constexpr int jsonVersion = 1; ///< Grows when a field changes its meaning or goes; new fields may come.

} // namespace

CommandOutput::CommandOutput(QTextStream &out, QTextStream &err, bool showsProgress)
    : m_out(out)
    , m_err(err)
    , m_showsProgress(showsProgress)
{}

CommandOutput::~CommandOutput()
{
    clearProgress();
    m_out.flush();
    m_err.flush();
}

void CommandOutput::line(const QString &text)
{
    if (m_form != Form::Text)
        return;
    clearProgress();
    m_out << visibleDocument(text) << Qt::endl;
}

void CommandOutput::name(const QString &reference)
{
    if (m_form == Form::Names)
        m_out << reference << Qt::endl;
}

void CommandOutput::object(const QString &type, QJsonObject object)
{
    if (m_form != Form::Json)
        return;
    object.insert(QStringLiteral("version"), jsonVersion);
    object.insert(QStringLiteral("type"), type);
    m_out << QJsonDocument(object).toJson(QJsonDocument::Compact) << Qt::endl;
}

void CommandOutput::note(const QString &text)
{
    clearProgress();
    m_err << visibleDocument(text) << Qt::endl;
}

void CommandOutput::error(const QString &message, ExitCode code)
{
    if (m_form != Form::Json)
        return note(QStringLiteral("quaysidectl: ") + QString(message).replace(u'\n', u' '));
    object(QStringLiteral("error"),
           {{QStringLiteral("message"), message}, {QStringLiteral("exitCode"), int(code)}});
}

void CommandOutput::progress(const QString &text)
{
    if (!m_showsProgress)
        return;
    clearProgress();
    m_err << text << Qt::flush;
    m_hasProgress = true;
}

void CommandOutput::sheet(const QString &text)
{
    if (m_form == Form::Text)
        line(text);
    else
        note(text);
}

void CommandOutput::clearProgress()
{
    if (m_hasProgress)
        m_err << "\r\033[K" << Qt::flush; // back to the margin, erase the line (ECMA-48)
    m_hasProgress = false;
}

} // namespace quayside
