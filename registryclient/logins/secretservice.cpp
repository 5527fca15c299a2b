// SPDX-License-Identifier: Apache-2.0
#include "registryclient/logins/secretservice.h"

#include "registryclient/wakeup.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>

namespace quayside {

namespace {

constexpr int answerMilliseconds = 2'000;

QDBusMessage askForLocked()
{
    auto call = QDBusMessage::createMethodCall(
        QStringLiteral("org.freedesktop.secrets"), QStringLiteral("/org/freedesktop/secrets/aliases/default"),
        QStringLiteral("org.freedesktop.DBus.Properties"), QStringLiteral("Get"));
    call.setArguments({QStringLiteral("org.freedesktop.Secret.Collection"), QStringLiteral("Locked")});
    call.setAutoStartService(false);
    return call;
}

} // namespace

QCoro::Task<bool> secretServiceIsLocked(std::stop_token stop)
{
    const QDBusPendingCallWatcher call(
        QDBusConnection::sessionBus().asyncCall(askForLocked(), answerMilliseconds));
    Wakeup answered(stop);
    QObject::connect(&call, &QDBusPendingCallWatcher::finished, &answered, [&answered] { answered.wake(); });
    if (!call.isFinished() && !co_await answered)
        co_return false;
    const QDBusPendingReply<QDBusVariant> reply = call;
    co_return reply.isValid() && reply.value().variant().toBool();
}

} // namespace quayside
