// SPDX-License-Identifier: Apache-2.0
#include "tests/support/testkeyring.h"

#include <QCoreApplication>
#include <QDBusArgument>
#include <QDBusConnection>
#include <QDBusConnectionInterface>
#include <QDBusMessage>
#include <QDBusMetaType>
#include <QDBusObjectPath>
#include <QDBusVariant>
#include <QDeadlineTimer>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

namespace quayside::test {

namespace {

const QString service = QStringLiteral("org.freedesktop.secrets");
const QString path = QStringLiteral("/org/freedesktop/secrets");
const QString collection = QStringLiteral("/org/freedesktop/secrets/aliases/default");
constexpr const char *password = "password";

} // namespace

/// `(oayays)` of the Secret Service.
struct Secret
{
    QDBusObjectPath session;
    QByteArray parameters;
    QByteArray value;
    QString contentType;
};

QDBusArgument &operator<<(QDBusArgument &argument, const Secret &secret)
{
    argument.beginStructure();
    argument << secret.session << secret.parameters << secret.value << secret.contentType;
    argument.endStructure();
    return argument;
}

const QDBusArgument &operator>>(const QDBusArgument &argument, Secret &secret)
{
    argument.beginStructure();
    argument >> secret.session >> secret.parameters >> secret.value >> secret.contentType;
    argument.endStructure();
    return argument;
}

namespace {

QDBusMessage call(const char *interface, const char *method, const QVariantList &arguments)
{
    auto message = QDBusMessage::createMethodCall(service, path, QString::fromLatin1(interface),
                                                  QString::fromLatin1(method));
    message.setArguments(arguments);
    const auto reply = QDBusConnection::sessionBus().call(message);
    if (reply.type() != QDBusMessage::ReplyMessage)
        qWarning("%s: %s", method, qPrintable(reply.errorMessage()));
    return reply;
}

} // namespace

KeyringDaemon::~KeyringDaemon()
{
    stop();
}

bool KeyringDaemon::isInstalled()
{
    return !QStandardPaths::findExecutable(QStringLiteral("dbus-run-session")).isEmpty() &&
           !QStandardPaths::findExecutable(QStringLiteral("gnome-keyring-daemon")).isEmpty();
}

bool KeyringDaemon::start()
{
    m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    m_process.start(
        QStringLiteral("gnome-keyring-daemon"),
        {QStringLiteral("--unlock"), QStringLiteral("--components=secrets"), QStringLiteral("--foreground")});
    m_process.write(password);
    m_process.closeWriteChannel();
    return QTest::qWaitFor(
        [] { return QDBusConnection::sessionBus().interface()->isServiceRegistered(service).value(); },
        60'000);
}

bool KeyringDaemon::lock()
{
    const QList<QDBusObjectPath> all{QDBusObjectPath(collection)};
    return call("org.freedesktop.Secret.Service", "Lock", {QVariant::fromValue(all)}).type() ==
           QDBusMessage::ReplyMessage;
}

bool KeyringDaemon::unlock()
{
    qDBusRegisterMetaType<Secret>();
    const QDBusMessage opened = call("org.freedesktop.Secret.Service", "OpenSession",
                                     {QStringLiteral("plain"), QVariant::fromValue(QDBusVariant(QString()))});
    const auto session = opened.arguments().value(1).value<QDBusObjectPath>();
    const Secret secret{session, {}, password, QStringLiteral("text/plain")};
    return call("org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface", "UnlockWithMasterPassword",
                {QVariant::fromValue(QDBusObjectPath(collection)), QVariant::fromValue(secret)})
               .type() == QDBusMessage::ReplyMessage;
}

bool KeyringDaemon::suspend()
{
    return kill(static_cast<pid_t>(m_process.processId()), SIGSTOP) == 0;
}

bool KeyringDaemon::resume()
{
    return kill(static_cast<pid_t>(m_process.processId()), SIGCONT) == 0;
}

bool KeyringDaemon::stop()
{
    if (m_process.state() == QProcess::NotRunning)
        return true;
    resume();
    m_process.terminate();
    return m_process.waitForFinished();
}

bool runInside(const QString &name, bool withBus, const QMap<QString, QString> &variables)
{
    const QTemporaryDir home;
    auto environment = QProcessEnvironment::systemEnvironment();
    for (const char *variable :
         {"DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "XDG_CURRENT_DESKTOP", "DESKTOP_SESSION",
          "KDE_FULL_SESSION", "GNOME_KEYRING_CONTROL", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"})
        environment.remove(QString::fromLatin1(variable));
    for (auto variable = variables.begin(); variable != variables.end(); ++variable)
        environment.insert(variable.key(), variable.value());
    environment.insert(QStringLiteral("HOME"), home.path());
    environment.insert(QStringLiteral("XDG_RUNTIME_DIR"), home.path());

    QStringList command{QCoreApplication::applicationFilePath(), QStringLiteral("--inside"), name};
    if (withBus)
        command = QStringList{QStringLiteral("dbus-run-session"), QStringLiteral("--")} + command;
    QProcess inside;
    inside.setProcessEnvironment(environment);
    inside.setProcessChannelMode(QProcess::ForwardedChannels);
    inside.start(command.takeFirst(), command);
    return inside.waitForFinished(300'000) && inside.exitStatus() == QProcess::NormalExit &&
           inside.exitCode() == 0;
}

} // namespace quayside::test
