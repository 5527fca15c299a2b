// SPDX-License-Identifier: Apache-2.0
#include "registryclient/logins/credentialhelper.h"

#include "oci/json.h"
#include "oci/qtconversions.h"
#include "registryclient/wakeup.h"

#include <QDir>
#include <QFileInfo>
#include <QProcess>
#include <QTimer>

#include <algorithm>
#include <memory>

namespace quayside {

namespace {

/// What a helper has printed and how it ended.
struct HelperOutput
{
    QByteArray text;
    int exitCode = 0;
};

/// Lets go of a process without waiting for its end.
struct Ending
{
    void operator()(QProcess *process) const
    {
        process->disconnect();
        if (process->state() == QProcess::NotRunning) {
            process->deleteLater(); // one of its signals may be the caller
            return;
        }
        QObject::connect(process, &QProcess::finished, process, &QObject::deleteLater);
        process->kill();
    }
};

tl::unexpected<Error> helperFailed(const QString &name, const char *what)
{
    return fail(ErrorKind::Unauthorized, toStdString(name) + ' ' + what);
}

bool isSuffix(const QString &text)
{
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), [](QChar c) {
        return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || (c >= u'0' && c <= u'9') ||
               c == u'-' || c == u'_';
    });
}

/// One line of printable ASCII: more would be more than one answer to the helper.
bool isServer(const QString &text)
{
    return !text.isEmpty() &&
           std::all_of(text.begin(), text.end(), [](QChar c) { return c > u' ' && c < u'\x7f'; });
}

/// The program's absolute path; empty if it is on none of the directories.
QString findProgram(const QString &name, const QStringList &directories)
{
    for (const QString &directory : directories) {
        if (!QDir::isAbsolutePath(directory)) // the current directory may be anybody's
            continue;
        const QFileInfo program(QDir(directory), name);
        if (program.isFile() && program.isExecutable())
            return program.absoluteFilePath();
    }
    return {};
}

QCoro::Task<Result<HelperOutput>> run(QString program, QByteArray input, HelperOptions options,
                                      std::stop_token stop)
{
    const QString name = QFileInfo(program).fileName();
    const std::unique_ptr<QProcess, Ending> process(new QProcess);
    HelperOutput output;
    bool isTooSlow = false;
    Wakeup ended(stop);
    QObject::connect(process.get(), &QProcess::readyReadStandardOutput, &ended, [&] {
        output.text += process->readAllStandardOutput();
        if (output.text.size() > options.maxBytes)
            ended.wake();
    });
    QObject::connect(process.get(), &QProcess::finished, &ended, &Wakeup::wake);
    QObject::connect(process.get(), &QProcess::errorOccurred, &ended, [&](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            ended.wake();
    });
    QTimer::singleShot(options.timeout, &ended, [&] {
        isTooSlow = true;
        ended.wake();
    });
    process->setStandardErrorFile(QProcess::nullDevice());
    process->start(program, {QStringLiteral("get")});
    process->write(input);
    process->closeWriteChannel();

    const bool wasWoken = co_await ended;
    if (!wasWoken)
        co_return fail(ErrorKind::Cancelled, "stopped");
    if (isTooSlow)
        co_return helperFailed(name, "did not answer in time");
    if (process->error() == QProcess::FailedToStart)
        co_return helperFailed(name, "could not be started");
    output.text += process->readAllStandardOutput();
    if (output.text.size() > options.maxBytes)
        co_return helperFailed(name, "answered with more than a login");
    if (process->exitStatus() == QProcess::CrashExit)
        co_return helperFailed(name, "crashed");
    output.exitCode = process->exitCode();
    const auto result = std::move(output);
    co_return result;
}

Result<std::optional<Login>> readAnswer(const QString &name, const QString &server,
                                        const HelperOutput &output)
{
    if (output.text.trimmed().startsWith("credentials not found"))
        return std::nullopt;
    if (output.exitCode != 0)
        return helperFailed(
            name,
            ("failed with exit code " + std::to_string(output.exitCode) + " for this registry").c_str());
    const auto json = parseJson(toStringView(output.text), JsonRules::Strict);
    const auto user = json ? stringAt(*json, "Username") : std::nullopt;
    const auto secret = json ? stringAt(*json, "Secret") : std::nullopt;
    if (!user || !secret || secret->empty())
        return helperFailed(name, "answered, but not with a login");
    // Some helpers leave it out (gcloud).
    const auto answered = stringAt(*json, "ServerURL");
    if (answered && !answered->empty() && toQString(*answered) != server)
        return helperFailed(name, "answered with the login of another registry");
    if (*user == "<token>")
        return Login{{}, {}, toQString(*secret)};
    return Login{toQString(*user), toQString(*secret)};
}

} // namespace

QStringList HelperOptions::defaultPath()
{
    return qEnvironmentVariable("PATH").split(QDir::listSeparator(), Qt::SkipEmptyParts);
}

QCoro::Task<Result<std::optional<Login>>> askHelper(HelperQuestion question, HelperOptions options,
                                                    std::stop_token stop)
{
    const QString name = QStringLiteral("docker-credential-") + question.suffix;
    if (!isSuffix(question.suffix))
        co_return helperFailed(name, "is no name of a credential helper");
    if (!isServer(question.server))
        co_return helperFailed(name, "is not asked for a registry of this name");
    const QString program = findProgram(name, options.path);
    if (program.isEmpty())
        co_return helperFailed(name, "is not installed, but a login file names it for this registry");
    const auto output = co_await run(program, question.server.toUtf8(), options, stop);
    if (!output)
        co_return tl::unexpected(output.error());
    const auto answer = readAnswer(name, question.server, *output);
    co_return answer;
}

} // namespace quayside
