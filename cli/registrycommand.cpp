// SPDX-License-Identifier: Apache-2.0
#include "cli/registrycommand.h"

#include "cli/terminal.h"
#include "model/logins.h"
#include "model/repairplaceholders.h"
#include "model/trashmodel.h"
#include "model/visibletext.h"
#include "oci/qtconversions.h"

#include <utility>

namespace quayside {

RegistryCommand::RegistryCommand(const CommandContext &context, Words words)
    : m_context(context)
    , m_words(std::move(words))
    , m_output(context.out, context.err, context.showsProgress)
{
    m_parser.setApplicationDescription(m_words.description);
    if (m_words.changes)
        m_parser.addOptions({
            {{QStringLiteral("n"), QStringLiteral("dry-run")},
             QStringLiteral("Say what would happen and change nothing.")},
            {{QStringLiteral("y"), QStringLiteral("yes")}, QStringLiteral("Do not ask.")},
        });
    m_parser.addOptions({
        {{QStringLiteral("q"), QStringLiteral("quiet")},
         QStringLiteral("Print full references only, for pipes.")},
        {QStringLiteral("json"), QStringLiteral("Print JSON, one object a line, errors too.")},
        {QStringLiteral("plain-http"),
         QStringLiteral("The registry does not encrypt: logins can be read on the way.")},
        {{QStringLiteral("h"), QStringLiteral("help")}, QStringLiteral("Show this text.")},
    });
}

RegistryCommand::~RegistryCommand() = default;

/// The logins in it may be what is missing; the command goes on without them.
void RegistryCommand::tellKeyring()
{
    const auto error = m_context.sessions->logins()->readError();
    if (!error || std::exchange(m_toldKeyring, true))
        return;
    m_output.note(error->kind == ErrorKind::Forbidden
                      ? QStringLiteral("The keyring is locked: logins that are in it are not used.")
                      : QStringLiteral("The keyring does not answer: logins that are in it are not used."));
}

void RegistryCommand::start(const QStringList &arguments)
{
    const QString command = m_words.usage.section(u' ', 1, 1);
    const bool understood = m_parser.parse(QStringList(command) + arguments);
    if (understood && isSet("json"))
        m_output.setForm(CommandOutput::Form::Json);
    else if (understood && isSet("quiet"))
        m_output.setForm(CommandOutput::Form::Names);
    if (!understood)
        return complain(wrong(m_parser.errorText()), exitUsage);
    if (isSet("help")) {
        m_context.out << commandHelp(m_parser, m_words.usage);
        return end(exitDone);
    }
    connect(m_context.sessions->logins(), &Logins::keyringErrorChanged, this, &RegistryCommand::tellKeyring);
    begin(m_parser.positionalArguments());
}

void RegistryCommand::stop()
{
    if (std::exchange(m_stopped, true) || m_ended)
        return;
    if (m_operation)
        m_operation->stop();
    else
        stopped();
}

void RegistryCommand::stopped()
{
    complain(QStringLiteral("stopped; nothing was changed"), exitFailed);
}

RegistryAddress::PlainHttp RegistryCommand::plainHttp() const
{
    return isSet("plain-http") ? RegistryAddress::PlainHttp::Allowed : RegistryAddress::PlainHttp::Refused;
}

void RegistryCommand::end(ExitCode code)
{
    if (std::exchange(m_ended, true))
        return;
    m_context.out.flush();
    m_context.err.flush();
    emit finished(code);
}

void RegistryCommand::complain(const QString &message, ExitCode code)
{
    m_output.error(message, code);
    end(code);
}

QString RegistryCommand::wrong(const QString &message) const
{
    return message.chopped(message.endsWith(u'.') ? 1 : 0) +
           QStringLiteral(". Try \"quaysidectl %1 --help\".").arg(m_words.usage.section(u' ', 1, 1));
}

void RegistryCommand::addReferenceArgument()
{
    m_parser.addPositionalArgument(
        QStringLiteral("REF"),
        QStringLiteral("HOST/REPO:TAG or HOST/REPO@DIGEST; \"-\": from standard input."));
}

std::optional<QStringList> RegistryCommand::withStandardInput(const QStringList &words)
{
    QStringList all;
    for (const QString &word : words) {
        const auto lines = word == u'-' ? m_context.terminal->readLines() : QStringList(word);
        if (!lines)
            return std::nullopt;
        all += *lines;
    }
    return all;
}

std::optional<std::vector<ReferenceGroup>> RegistryCommand::readReferences(const QStringList &words)
{
    return readGroups(words, groupReferences);
}

std::optional<std::vector<ReferenceGroup>> RegistryCommand::readRepositories(const QStringList &words)
{
    return readGroups(words, quayside::readRepositories);
}

std::optional<std::vector<ReferenceGroup>> RegistryCommand::readGroups(const QStringList &words,
                                                                       ReadGroups read)
{
    const auto all = withStandardInput(words);
    if (!all) {
        complain(QStringLiteral("standard input has no references: lines of UTF-8, at most 64 MiB"),
                 exitUsage);
        return std::nullopt;
    }
    if (words.isEmpty()) {
        complain(wrong(QStringLiteral("%1 wants references").arg(m_words.usage.section(u' ', 1, 1))),
                 exitUsage);
        return std::nullopt;
    }
    auto groups = read(*all);
    if (!groups) {
        complain(toQString(groups.error().message), exitUsage);
        return std::nullopt;
    }
    return std::move(*groups);
}

void RegistryCommand::whenConnected(RegistrySession *session, std::function<void()> then)
{
    using State = RegistrySession::State;
    const auto isSettled = [session] {
        return session->state() != State::Idle && session->state() != State::Connecting;
    };
    if (isSettled())
        return then();
    connect(session, &RegistrySession::warned, this, [this, session](const QString &text) {
        m_output.note(QStringLiteral("%1 says: %2").arg(session->displayAddress(), text));
    });
    auto *waiting = new QObject(this);
    connect(session, &RegistrySession::stateChanged, waiting, [=, this] {
        if (!isSettled())
            return;
        session->disconnect(waiting);
        waiting->deleteLater();
        if (!m_ended)
            repairFirst(session, then);
    });
    session->connectOnly();
}

void RegistryCommand::repairFirst(RegistrySession *session, const std::function<void()> &then)
{
    const bool changesNothing = m_words.changes && isDryRun();
    const bool isNeeded = session->state() == RegistrySession::State::Ready && !changesNothing;
    if (!isNeeded)
        return then();
    auto repairing = std::make_unique<RepairPlaceholders>(session, m_context.journal);
    const RepairPlaceholders *running = repairing.get();
    run(std::move(repairing), [=, this] {
        tellRepaired(*running, session->displayAddress());
        then();
    });
}

void RegistryCommand::tellRepaired(const RepairPlaceholders &repair, const QString &host)
{
    for (int i = 0; i < repair.items().size(); ++i) {
        const OperationItem &item = repair.items()[i];
        const QString reference = host + u'/' + repair.repositoryOf(i) + u':' + item.what;
        const QString why = item.error ? visibleText(toQString(item.error->message)) : QString();
        if (item.outcome == Outcome::Done)
            m_output.note(QStringLiteral("A delete had been interrupted: %1 is back.").arg(reference));
        else if (item.outcome == Outcome::AlreadyGone)
            m_output.note(QStringLiteral("A delete had been interrupted: %1 is deleted.").arg(reference));
        else if (item.outcome == Outcome::Moved)
            m_output.note(
                QStringLiteral("A delete had been interrupted: %1 was pushed again since, and is left alone.")
                    .arg(reference));
        else
            m_output.note(QStringLiteral("A delete had been interrupted, and %1 may still name an empty "
                                         "placeholder: %2.")
                              .arg(reference, why));
    }
}

void RegistryCommand::whenTrashRead(RegistrySession *session, std::function<void()> then)
{
    session->refreshTrash();
    const TrashModel *trash = session->trash();
    auto *waiting = new QObject(this);
    connect(trash, &TrashModel::statusChanged, waiting, [=, this] {
        if (trash->isLoading())
            return;
        trash->disconnect(waiting);
        waiting->deleteLater();
        if (!m_ended)
            then();
    });
}

void RegistryCommand::run(std::unique_ptr<Operation> operation, std::function<void()> then)
{
    m_operation = std::move(operation);
    connect(m_operation.get(), &Operation::finished, this, [this, then = std::move(then)] {
        Operation *ended = m_operation.release();
        ended->deleteLater(); // it is just emitting
        then();
    });
    m_operation->start();
}

QString RegistryCommand::sentence(const Error &error, const RegistrySession *session,
                                  const QString &repository, const QString &what, Verb verb)
{
    ErrorContext context;
    context.registry = session->displayAddress();
    context.repository = repository;
    context.reference = what;
    context.user = session->user();
    context.login = session->loginOrigin();
    context.verb = verb;
    context.tokenServer = session->unknownTokenServer();
    const ErrorText text = ErrorText::of(error, context);
    QString sentence = visibleText(text.headline) + u' ' + visibleText(text.reason);
    if (error.kind == ErrorKind::Unauthorized)
        sentence += QStringLiteral(" Log in with \"quaysidectl login %1\".").arg(context.registry);
    if (error.kind == ErrorKind::PlainHttp)
        sentence += QStringLiteral(" Allow it with --plain-http.");
    if (error.kind == ErrorKind::Storage || error.kind == ErrorKind::Unsupported)
        sentence += u' ' + visibleText(text.details);
    return sentence;
}

} // namespace quayside
