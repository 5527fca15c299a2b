// SPDX-License-Identifier: Apache-2.0
#include "cli/storecommands.h"

#include "cli/commandline.h"
#include "model/storemaintenance.h"

#include <QCommandLineParser>
#include <QDir>

namespace quayside {

namespace {

const auto rootOption = QStringLiteral("root");

void addRoot(QCommandLineParser &parser)
{
    parser.addOption({rootOption,
                      QStringLiteral("The store's directory. Without it: the desktop's own store."),
                      QStringLiteral("DIR")});
    parser.addOption({{QStringLiteral("h"), QStringLiteral("help")}, QStringLiteral("Show this text.")});
}

QString rootOf(const QCommandLineParser &parser, const QString &defaultRoot)
{
    return parser.isSet(rootOption) ? QDir::current().absoluteFilePath(parser.value(rootOption))
                                    : defaultRoot;
}

} // namespace

StoreCommands::StoreCommands(StoreMaintenance &maintenance, QString defaultRoot, QTextStream &out,
                             QTextStream &err)
    : m_maintenance(maintenance)
    , m_defaultRoot(std::move(defaultRoot))
    , m_out(out)
    , m_err(err)
{}

int StoreCommands::complain(const QString &message, int code)
{
    m_err << "quaysidectl: " << message << '\n';
    return code;
}

int StoreCommands::check(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("Looks for damage in a store that is not served: links, and the digest of all data."));
    addRoot(parser);
    parser.addOption(
        {QStringLiteral("repair"),
         QStringLiteral("Write damaged links again and move corrupt data aside, so that it can be "
                        "pushed again.")});
    if (!parser.parse(QStringList(QStringLiteral("check")) + arguments))
        return complain(parser.errorText(), exitUsage);
    if (parser.isSet(QStringLiteral("help"))) {
        m_out << commandHelp(parser, QStringLiteral("quaysidectl check [options]"));
        return exitDone;
    }
    if (!parser.positionalArguments().isEmpty())
        return complain(QStringLiteral("check takes options only. Try \"quaysidectl check --help\"."),
                        exitUsage);
    const auto found =
        m_maintenance.check(rootOf(parser, m_defaultRoot), parser.isSet(QStringLiteral("repair")));
    if (!found)
        return complain(QString::fromStdString(found.error().message), exitFailed);
    for (const auto &line : found->repaired)
        m_out << "repaired: " << line << '\n';
    for (const auto &line : found->left)
        m_out << "wrong: " << line << '\n';
    m_out << found->repositories << " repositories, " << found->links << " links, " << found->data
          << " files with " << found->bytes
          << " bytes: " << (found->left.isEmpty() ? QStringLiteral("sound") : QStringLiteral("damaged"))
          << '\n';
    return found->left.isEmpty() ? exitDone : exitFailed;
}

int StoreCommands::purge(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral(
        "Removes everything that was deleted from a store that is not served, for good. Do this "
        "before another\nregistry serves the store: it would show deleted images again."));
    addRoot(parser);
    const QString all = QStringLiteral("all");
    parser.addOption({all, QStringLiteral("Really everything; nothing else can be purged here.")});
    if (!parser.parse(QStringList(QStringLiteral("purge")) + arguments))
        return complain(parser.errorText(), exitUsage);
    if (parser.isSet(QStringLiteral("help"))) {
        m_out << commandHelp(parser, QStringLiteral("quaysidectl purge [options]"));
        return exitDone;
    }
    if (!parser.isSet(all) || !parser.positionalArguments().isEmpty())
        return complain(QStringLiteral("purge wants --all. Try \"quaysidectl purge --help\"."), exitUsage);
    const auto result = m_maintenance.purgeAll(rootOf(parser, m_defaultRoot));
    if (!result)
        return complain(QString::fromStdString(result.error().message), exitFailed);
    m_out << result->purged << " purged\n";
    if (result->kept > 0)
        m_out << result->kept << " kept: another program pushed them after they had been deleted\n";
    return exitDone;
}

} // namespace quayside
