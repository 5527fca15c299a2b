// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QSocketNotifier>

namespace quayside {

/// Turns SIGTERM, SIGINT and SIGHUP into a Qt signal. Make it before any thread: the signals are blocked in
/// the calling thread, later threads inherit that, and a descriptor (signalfd) delivers them to the event
/// loop.
class UnixSignals : public QObject
{
    Q_OBJECT

public:
    explicit UnixSignals(QObject *parent = nullptr);
    ~UnixSignals() override;

signals:
    /// The process was asked to end.
    void terminationRequested();

private:
    void read();

    int m_descriptor;
    QSocketNotifier m_notifier;
};

} // namespace quayside
