// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QSocketNotifier>

namespace quayside {

/// Turns SIGTERM, SIGINT and SIGHUP into a Qt signal: they are blocked in all threads, and a descriptor
/// (signalfd) delivers them to the event loop. Make it before any thread, or call block() before.
class UnixSignals : public QObject
{
    Q_OBJECT

public:
    explicit UnixSignals(QObject *parent = nullptr);
    ~UnixSignals() override;

    /// In the calling thread and all that it starts from here on. QApplication starts some: one that does not
    /// block the signals would take them, and the process would die.
    static void block();

signals:
    /// The process was asked to end.
    void terminationRequested();

private:
    void read();

    int m_descriptor;
    QSocketNotifier m_notifier;
};

} // namespace quayside
