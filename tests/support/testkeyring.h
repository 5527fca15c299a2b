// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QMap>
#include <QProcess>
#include <QString>

namespace quayside::test {

/// A real gnome-keyring on the bus of this process. A process knows one bus for its whole life, so what needs
/// one runs in a process of its own: see runInside().
class KeyringDaemon
{
public:
    ~KeyringDaemon();

    static bool isInstalled();
    /// Starts it, unlocked, and waits until it is on the bus.
    bool start();
    bool lock();
    /// As if the person had typed the password into the desktop's question.
    bool unlock();
    /// It answers nothing until resume().
    bool suspend();
    bool resume();
    bool stop();

private:
    QProcess m_process;
};

/// Runs this program again as `--inside NAME`, away from the person's bus, display and files, with a session
/// bus of its own or none. Whether it ended well.
bool runInside(const QString &name, bool withBus, const QMap<QString, QString> &variables = {});

} // namespace quayside::test
