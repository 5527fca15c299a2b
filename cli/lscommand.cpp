// SPDX-License-Identifier: Apache-2.0
#include "cli/lscommand.h"

#include "model/taglisting.h"
#include "model/tagorder.h"
#include "oci/qtconversions.h"

#include <algorithm>

namespace quayside {

namespace {

const QString description = QStringLiteral(
    "Lists the repositories of a registry, or those below a path. Alone: the registries of the window.\n"
    "\n"
    "  quaysidectl ls\n"
    "  quaysidectl ls harbor.example\n"
    "  quaysidectl ls harbor.example/team\n"
    "\n"
    "Exit codes: 0 done, 1 the registry lists no repositories, 2 usage, 4 login, 5 no such repository,\n"
    "6 the registry cannot be reached.");

/// Errors with which registries refuse to list their repositories, whoever asks.
bool isWithoutCatalog(const RegistrySession *session, const Error &error)
{
    return error.kind != ErrorKind::Unauthorized && !session->catalogAvailable();
}

} // namespace

LsCommand::LsCommand(const CommandContext &context)
    : LookingCommand(context,
                     {QStringLiteral("quaysidectl ls [options] [REGISTRY[/PATH]]"), description, false})
{
    parser().addPositionalArgument(QStringLiteral("REGISTRY[/PATH]"), QStringLiteral("HOST or HOST/PATH."),
                                   QStringLiteral("[REGISTRY[/PATH]]"));
}

void LsCommand::begin(const QStringList &words)
{
    if (words.size() > 1)
        return complain(QStringLiteral("ls takes one registry or path"), exitUsage);
    if (words.isEmpty())
        return listRegistries();
    m_host = words.first().section(u'/', 0, 0);
    m_path = words.first().section(u'/', 1);
    while (m_path.endsWith(u'/'))
        m_path.chop(1);
    const auto session = context().sessions->at(m_host, plainHttp());
    if (!session)
        return complain(
            QStringLiteral("%1 is no registry: %2").arg(m_host, toQString(session.error().message)),
            exitUsage);
    whenConnected(*session, [this, session = *session] { readNames(session); });
}

void LsCommand::listRegistries()
{
    const auto known = context().sessions->known();
    qsizetype widest = 0;
    for (const RegistryConfig &config : known)
        widest = std::max(widest, config.address.size());
    for (const RegistryConfig &config : known) {
        output().name(config.address);
        output().object(QStringLiteral("registry"), {{QStringLiteral("address"), config.address},
                                                     {QStringLiteral("name"), config.name},
                                                     {QStringLiteral("production"), config.production}});
        const QString name = config.name == config.address ? QString() : config.name;
        output().line((config.address.leftJustified(widest) + QStringLiteral("  ") + name).trimmed());
    }
    if (known.isEmpty() && output().form() == CommandOutput::Form::Text)
        output().note(QStringLiteral("No registries yet. Name one: quaysidectl ls HOST"));
    end(exitDone);
}

void LsCommand::readNames(RegistrySession *session)
{
    if (session->state() != RegistrySession::State::Ready)
        return refuse(session, {}, session->error().value_or(Error()));
    using Names = Result<std::vector<RepositoryName>>;
    QCoro::connect(readCatalog(session->client(), stopToken()), this, [this, session](const Names &names) {
        if (isStopped())
            return;
        if (names)
            return listRepositories(*names);
        if (isWithoutCatalog(session, names.error()))
            return complain(QStringLiteral("%1 does not list its repositories. Name one: \"quaysidectl tags "
                                           "%1/REPO\"")
                                .arg(m_host),
                            exitFailed);
        refuse(session, {}, names.error());
    });
}

void LsCommand::listRepositories(const std::vector<RepositoryName> &all)
{
    const QString below = m_path + u'/';
    std::vector<RepositoryName> shown;
    for (const RepositoryName &name : all) {
        const QString text = toQString(name.toString());
        if (m_path.isEmpty() || text == m_path || text.startsWith(below))
            shown.push_back(name);
    }
    if (shown.empty() && !m_path.isEmpty())
        return complainUnknown(m_host, m_path, all);
    std::sort(shown.begin(), shown.end(), [](const RepositoryName &a, const RepositoryName &b) {
        const int order = compareNaturally(a.toString(), b.toString());
        return order != 0 ? order < 0 : a.toString() < b.toString();
    });
    for (const RepositoryName &name : shown) {
        const QString repository = toQString(name.toString());
        const QString reference = m_host + u'/' + repository;
        output().name(reference);
        output().line(reference);
        output().object(QStringLiteral("repository"), {{QStringLiteral("reference"), reference},
                                                       {QStringLiteral("registry"), m_host},
                                                       {QStringLiteral("repository"), repository}});
    }
    if (shown.empty() && output().form() == CommandOutput::Form::Text)
        output().note(QStringLiteral("%1 has no repositories.").arg(m_host));
    end(exitDone);
}

} // namespace quayside
