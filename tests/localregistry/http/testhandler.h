// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/http/httphandler.h"

#include <QByteArray>
#include <QTemporaryFile>

#include <atomic>
#include <memory>
#include <mutex>
#include <semaphore>
#include <string>

namespace quayside {

/// An event source that a test feeds.
class TestSource final : public EventSource
{
public:
    void open(std::function<void()> wake) override;
    void close() override;
    std::optional<std::string> take() override;
    void add(std::string_view text);
    bool isOpen();

private:
    std::mutex m_mutex;
    std::function<void()> m_wake;
    std::string m_text;
    bool m_wasOpened = false;
};

/// Serves one path for each thing that a connection can be asked to do.
///
/// | path | |
/// |---|---|
/// | /text | "text" |
/// | /big | 8 MiB from memory |
/// | /file | 8 MiB from a file |
/// | /job | answered by a job that waits for release() |
/// | /sink | takes the body; answers with its size |
/// | /refused | 403 without reading the body |
/// | /half | takes 10 bytes of the body, then 400 |
/// | /events | `source` |
/// | /split | a header value with a line break |
/// | /unchanged | 304 |
class TestHandler final : public HttpHandler
{
public:
    TestHandler();
    HttpAction handle(const HttpRequest &request) override;
    HttpResponse protocolError(int status, std::string_view message) const override;
    std::string_view commonHeaders() const override { return "X-Common: yes\r\n"; }

    /// Lets one job finish.
    void release() { m_gate.release(); }

    const QByteArray content; ///< What /big and /file serve.
    std::shared_ptr<TestSource> source = std::make_shared<TestSource>();
    std::atomic<int> jobsStarted = 0;
    std::atomic<int> receiversAlive = 0;
    std::atomic<int> filesOpen = 0; ///< Answers of /file that are not sent yet.
    QTemporaryFile file;

private:
    HttpResponse openFile();

    std::counting_semaphore<64> m_gate{0};
};

} // namespace quayside
