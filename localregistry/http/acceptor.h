// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/http/listeningsocket.h"

#include <QObject>

#include <vector>

class QSocketNotifier;
class QTimer;

namespace quayside {

class HttpWorker;

/// Accepts the connections of one socket and hands each to the worker that has the fewest. Lives on a
/// worker's thread, so that a busy main thread delays nobody. (QTcpServer stops accepting for good once
/// descriptors run out.)
class Acceptor final : public QObject
{
    Q_OBJECT

public:
    /// The workers must outlive it.
    Acceptor(ListeningSocket socket, std::vector<HttpWorker *> workers);
    ~Acceptor() override;

    /// Begins to accept. On the thread it lives on, as the destructor.
    void start();

private:
    void acceptAll();
    void pauseWithoutDescriptors();

    ListeningSocket m_socket;
    std::vector<HttpWorker *> m_workers;
    QSocketNotifier *m_notifier = nullptr;
    QTimer *m_resume = nullptr;
    int m_reserve; ///< Given up for a moment to turn a peer away when descriptors run out.
};

} // namespace quayside
