// SPDX-License-Identifier: Apache-2.0
#include "cli/serveoptions.h"

#include "cli/commandline.h"
#include "oci/qtconversions.h"
#include "oci/reference.h"

#include <QCommandLineParser>

namespace quayside {

namespace {

void addOptions(QCommandLineParser &parser)
{
    parser.setApplicationDescription(
        QStringLiteral("Serves a store as a registry. docker, podman and skopeo push to it and pull from it; "
                       "what is deleted\n"
                       "there can be restored. It runs until it gets SIGTERM or SIGINT (Ctrl+C)."));
    parser.addOptions({
        {QStringLiteral("root"),
         QStringLiteral("The store's directory. Without it: the desktop's own store."),
         QStringLiteral("DIR")},
        {QStringLiteral("listen"),
         QStringLiteral(
             "Where to listen: ADDR:PORT, or PORT alone for this computer only (127.0.0.1 and [::1]). "
             "Port 0 takes a free one. Can be given several times. Default: 5000."),
         QStringLiteral("ADDR:PORT")},
        {QStringLiteral("allow-host"),
         QStringLiteral("Also answer requests for this name (as NAME or NAME:PORT). Names of this computer's "
                        "loopback always work."),
         QStringLiteral("NAME")},
        {QStringLiteral("insecure-lan"),
         QStringLiteral(
             "Allow an address that other computers reach, without encryption and without a login.")},
        {QStringLiteral("read-only"), QStringLiteral("Refuse every change.")},
        {QStringLiteral("no-delete"), QStringLiteral("Refuse deletes.")},
        {QStringLiteral("allow-purge"),
         QStringLiteral("Allow purging what was deleted also where other computers reach the registry.")},
        {QStringLiteral("allow-sparse-index"),
         QStringLiteral("Accept a multi-platform image of which not all platforms are there.")},
        {QStringLiteral("max-connections"), QStringLiteral("Connections at the same time (default 256)."),
         QStringLiteral("N")},
        {QStringLiteral("threads"), QStringLiteral("Connection workers (default: one for each core)."),
         QStringLiteral("N")},
        {QStringLiteral("trash-days"), QStringLiteral("How long deleted images are kept (default 30)."),
         QStringLiteral("DAYS")},
        {QStringLiteral("trash-untagged"),
         QStringLiteral("Also delete images that have had no tag for so long (default: never)."),
         QStringLiteral("DAYS")},
        {{QStringLiteral("h"), QStringLiteral("help")}, QStringLiteral("Show this text.")},
    });
}

tl::unexpected<Error> wrongValue(const char *option, const QString &value, const char *takes)
{
    return fail(ErrorKind::InvalidInput,
                "--" + std::string(option) + " " + toStdString(value) + ": " + takes);
}

// Reads an integer option into `target`; leaves the default if it was not given.
Result<void> readNumber(const QCommandLineParser &parser, const char *option, int least, int most,
                        int &target)
{
    const auto name = QString::fromLatin1(option);
    if (!parser.isSet(name))
        return {};
    bool ok = false;
    const int value = parser.value(name).toInt(&ok);
    if (!ok || value < least || value > most) {
        const auto takes = "a number from " + std::to_string(least) + " to " + std::to_string(most);
        return wrongValue(option, parser.value(name), takes.c_str());
    }
    target = value;
    return {};
}

Result<ServeOptions::Listen> parseListen(const QString &text)
{
    constexpr auto takes = "an address and port like 127.0.0.1:5000 or [::1]:5000, or a port";
    const auto colon = text.lastIndexOf(u':');
    bool ok = false;
    const auto port = text.mid(colon + 1).toUShort(&ok);
    if (!ok)
        return wrongValue("listen", text, takes);
    if (colon < 0 || text.left(colon) == u"localhost")
        return ServeOptions::Listen{std::nullopt, port};

    auto host = text.left(colon);
    if (host.startsWith(u'[') && host.endsWith(u']'))
        host = host.mid(1, host.size() - 2);
    QHostAddress address;
    if (!address.setAddress(host))
        return wrongValue("listen", text, takes);
    return ServeOptions::Listen{address, port};
}

Result<void> readListen(const QCommandLineParser &parser, ServeOptions &options)
{
    for (const auto &text : parser.values(QStringLiteral("listen"))) {
        auto listen = parseListen(text);
        if (!listen)
            return tl::unexpected(listen.error());
        if (listen->address && !listen->address->isLoopback() && !options.insecureLan)
            return wrongValue("listen", text,
                              "other computers could read and change everything there, without a login. "
                              "Add --insecure-lan if that is what you want");
        options.listen.push_back(std::move(*listen));
    }
    return {};
}

} // namespace

Result<ServeOptions> ServeOptions::parse(const QStringList &arguments)
{
    QCommandLineParser parser;
    addOptions(parser);
    if (!parser.parse(QStringList(QStringLiteral("quaysidectl serve")) + arguments))
        return fail(ErrorKind::InvalidInput, toStdString(parser.errorText()));
    if (!parser.positionalArguments().isEmpty())
        return fail(ErrorKind::InvalidInput, "serve takes options only, not \"" +
                                                 toStdString(parser.positionalArguments().first()) + "\"");

    ServeOptions options;
    options.root = parser.value(QStringLiteral("root"));
    if (parser.isSet(QStringLiteral("root")) && options.root.isEmpty())
        return fail(ErrorKind::InvalidInput, "--root wants a directory");
    options.insecureLan = parser.isSet(QStringLiteral("insecure-lan"));
    options.readOnly = parser.isSet(QStringLiteral("read-only"));
    options.noDelete = parser.isSet(QStringLiteral("no-delete"));
    options.allowPurge = parser.isSet(QStringLiteral("allow-purge"));
    options.allowSparseIndex = parser.isSet(QStringLiteral("allow-sparse-index"));
    for (const auto &name : parser.values(QStringLiteral("allow-host"))) {
        if (!parseRegistryHost(toStdString(name)))
            return wrongValue("allow-host", name, "a host name, with or without a port");
        options.allowedHosts.append(name);
    }
    int untaggedDays = 0;
    int days = static_cast<int>(options.trashRetention.count());
    for (const auto &read :
         {readNumber(parser, "max-connections", 1, 65536, options.maxConnections),
          readNumber(parser, "threads", 1, 256, options.threads),
          readNumber(parser, "trash-days", 1, 36500, days),
          readNumber(parser, "trash-untagged", 1, 36500, untaggedDays), readListen(parser, options)}) {
        if (!read)
            return tl::unexpected(read.error());
    }
    options.trashRetention = std::chrono::days(days);
    if (untaggedDays > 0)
        options.trashUntagged = std::chrono::days(untaggedDays);
    return options;
}

QString ServeOptions::help()
{
    QCommandLineParser parser;
    addOptions(parser);
    return commandHelp(parser, QStringLiteral("quaysidectl serve [options]"));
}

} // namespace quayside
