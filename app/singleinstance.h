// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLocalServer>
#include <QLockFile>
#include <QObject>
#include <QString>

namespace quayside {

/// One desktop program for each user session. A second start hands its argument to the first and ends.
class SingleInstance : public QObject
{
    Q_OBJECT

public:
    /// `directory` is private to the user: $XDG_RUNTIME_DIR.
    explicit SingleInstance(const QString &directory, QObject *parent = nullptr);
    ~SingleInstance() override;

    /// True if this process is the first one; it then receives what later ones say.
    bool claim();
    /// Says `argument` to the first instance. False if it does not answer within two seconds.
    bool handOver(const QString &argument) const;

signals:
    /// A second start was asked to show `argument` (may be empty). The text is untrusted.
    void activationRequested(const QString &argument);

private:
    void receive();

    QString m_socketPath;
    QLockFile m_lock;
    QLocalServer m_server;
};

} // namespace quayside
