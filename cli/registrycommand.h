// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/commandline.h"
#include "cli/commandoutput.h"
#include "cli/referencelist.h"
#include "model/errortext.h"
#include "model/hostsessions.h"
#include "model/operation.h"

#include <QCommandLineParser>
#include <QObject>
#include <QStringList>
#include <QTextStream>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace quayside {

class RepairPlaceholders;
class Terminal;
class UndoJournal;

/// What commands that talk to registries are given. All must outlive them.
struct CommandContext
{
    HostSessions *sessions;
    UndoJournal *journal;
    const Terminal *terminal;
    QTextStream &out;
    QTextStream &err;
    bool showsProgress = false; ///< Whether `err` is a terminal.
};

/// A command that talks to registries: reads its words, works from the event loop, and ends once.
class RegistryCommand : public QObject
{
    Q_OBJECT
public:
    ~RegistryCommand() override;

    /// `arguments`: the words after the command. `finished` follows, at the earliest from here.
    void start(const QStringList &arguments);
    /// The person wants it to end (Ctrl+C): what was begun is finished, nothing else is sent.
    void stop();

signals:
    void finished(int exitCode);

protected:
    struct Words
    {
        QString usage;       ///< "quaysidectl rm [options] REF..."
        QString description; ///< With an example.
        bool changes = true; ///< Whether -n and -y make sense.
    };
    RegistryCommand(const CommandContext &context, Words words);

    /// The work, once the words are read. Ends with end() or complain().
    virtual void begin(const QStringList &words) = 0;
    /// Nothing is under way that could be stopped: the command may end between two steps.
    virtual void stopped();

    const CommandContext &context() const { return m_context; }
    CommandOutput &output() { return m_output; }
    QCommandLineParser &parser() { return m_parser; }
    bool isDryRun() const { return isSet("dry-run"); }
    bool isAgreed() const { return isSet("yes"); }
    bool isSet(const char *option) const { return m_parser.isSet(QString::fromLatin1(option)); }
    bool isStopped() const { return m_stopped; }
    RegistryAddress::PlainHttp plainHttp() const;

    void end(ExitCode code);
    /// Ends with a message.
    void complain(const QString &message, ExitCode code);
    /// Lets the command's help say what REF is.
    void addReferenceArgument();
    /// The references that the words name, with those of standard input instead of "-". Nothing if the
    /// command has ended, because one is wrong or there is none.
    std::optional<std::vector<ReferenceGroup>> readReferences(const QStringList &words);
    /// The same for whole repositories.
    std::optional<std::vector<ReferenceGroup>> readRepositories(const QStringList &words);
    /// Calls `then` once the session is connected, or has failed. Tags on which a program that was killed has
    /// left a placeholder are put right first.
    void whenConnected(RegistrySession *session, std::function<void()> then);
    /// Reads what is deleted there into RegistrySession::trash(), then calls `then`. Without a connection:
    /// what this computer knows.
    void whenTrashRead(RegistrySession *session, std::function<void()> then);
    /// Runs an operation and calls `then` at its end; it lives until then. One at a time.
    void run(std::unique_ptr<Operation> operation, std::function<void()> then);
    /// An error in words, with the next step if there is one on the command line.
    static QString sentence(const Error &error, const RegistrySession *session, const QString &repository,
                            const QString &what, Verb verb);

private:
    using ReadGroups = Result<std::vector<ReferenceGroup>> (*)(const QStringList &words);
    std::optional<std::vector<ReferenceGroup>> readGroups(const QStringList &words, ReadGroups read);
    std::optional<QStringList> withStandardInput(const QStringList &words);
    void repairFirst(RegistrySession *session, const std::function<void()> &then);
    void tellRepaired(const RepairPlaceholders &repair, const QString &host);
    void tellKeyring();
    QString wrong(const QString &message) const;

    CommandContext m_context;
    Words m_words;
    CommandOutput m_output;
    QCommandLineParser m_parser;
    std::unique_ptr<Operation> m_operation;
    bool m_toldKeyring = false;
    bool m_stopped = false;
    bool m_ended = false;
};

} // namespace quayside
