// SPDX-License-Identifier: Apache-2.0
#include "app/check.h"

#include "app/application.h"
#include "oci/qtconversions.h"
#include "registryclient/registryclient.h"

#include <QTextStream>
#include <QTimer>

namespace quayside {

namespace {

constexpr auto patience = std::chrono::seconds(30);

} // namespace

Check::Check(Application &application, QString picture, QObject *parent)
    : QObject(parent)
    , m_application(application)
    , m_picture(std::move(picture))
{
    connect(&application.local(), &LocalRegistryControl::stateChanged, this, &Check::localChanged);
    QTimer::singleShot(patience, this, [this] { fail(QStringLiteral("it took longer than 30 s")); });
}

void Check::localChanged()
{
    const auto &local = m_application.local();
    if (local.state() == LocalRegistryControl::State::Failed)
        fail(toQString(local.reason()->message));
    else if (local.state() == LocalRegistryControl::State::Running)
        ping();
}

void Check::ping()
{
    const auto url = m_application.local().url();
    const auto address = RegistryAddress::parse(url.toString());
    if (!address) {
        fail(toQString(address.error().message));
        return;
    }
    const auto client = RegistryClient::create(&m_application.transport(), *address);
    QCoro::connect(client->ping(), this, [this, client, url](const Result<void> &answer) {
        if (!answer) {
            fail(toQString(answer.error().message));
            return;
        }
        QTextStream(stdout) << url.toString() << " answers /v2/" << Qt::endl;
        takePicture();
    });
}

void Check::takePicture()
{
    if (!m_application.window().grab().save(m_picture)) {
        fail(QStringLiteral("the picture could not be written to %1").arg(m_picture));
        return;
    }
    QTextStream(stdout) << "The window is in " << m_picture << Qt::endl;
    emit finished(0);
}

void Check::fail(const QString &reason)
{
    QTextStream(stderr) << "quayside --check: " << reason << Qt::endl;
    emit finished(1);
}

} // namespace quayside
