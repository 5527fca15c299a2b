// SPDX-License-Identifier: Apache-2.0
#include "testhandler.h"

namespace quayside {

namespace {

QByteArray makeContent()
{
    QByteArray content(8 * 1024 * 1024, Qt::Uninitialized);
    quint32 value = 1;
    for (char &c : content) {
        value = value * 1664525 + 1013904223;
        c = static_cast<char>(value >> 24);
    }
    return content;
}

class Sink final : public BodyReceiver
{
public:
    Sink(std::atomic<int> &alive, std::size_t refuseAfter)
        : m_alive(alive)
        , m_refuseAfter(refuseAfter)
    {
        ++m_alive;
    }
    ~Sink() override { --m_alive; }

    std::optional<HttpResponse> receive(std::string_view bytes) override
    {
        m_received += bytes.size();
        if (m_received >= m_refuseAfter)
            return HttpResponse(400, std::string("enough"));
        return std::nullopt;
    }
    HttpAction finish() override { return HttpResponse(200, std::to_string(m_received)); }

private:
    std::atomic<int> &m_alive;
    const std::size_t m_refuseAfter;
    std::size_t m_received = 0;
};

} // namespace

void TestSource::open(std::function<void()> wake)
{
    const std::lock_guard lock(m_mutex);
    m_wake = std::move(wake);
    m_wasOpened = true;
}

void TestSource::close()
{
    const std::lock_guard lock(m_mutex);
    m_wake = nullptr;
}

std::optional<std::string> TestSource::take()
{
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_text, {});
}

void TestSource::add(std::string_view text)
{
    const std::lock_guard lock(m_mutex);
    m_text += text;
    if (m_wake)
        m_wake();
}

bool TestSource::isOpen()
{
    const std::lock_guard lock(m_mutex);
    return m_wake != nullptr;
}

TestHandler::TestHandler()
    : content(makeContent())
{
    if (file.open()) {
        file.write(content);
        file.flush();
    }
}

HttpAction TestHandler::handle(const HttpRequest &request)
{
    const std::string_view path = request.path();
    if (path == "/text")
        return HttpResponse(200, std::string("text"));
    if (path == "/big")
        return HttpResponse(200, std::make_shared<const std::string>(content.toStdString()));
    if (path == "/file")
        return openFile();
    if (path == "/job") {
        return HttpJob([this]() -> HttpAction {
            ++jobsStarted;
            m_gate.acquire();
            return HttpResponse(201, std::string("done"));
        });
    }
    if (path == "/sink")
        return std::make_unique<Sink>(receiversAlive, std::size_t(-1));
    if (path == "/half")
        return std::make_unique<Sink>(receiversAlive, 10);
    if (path == "/refused")
        return HttpResponse(403, std::string("no"));
    if (path == "/events")
        return HttpResponse(200, source);
    HttpResponse response(path == "/unchanged" ? 304 : 404);
    response.addHeader("X-Value", path == "/split" ? "a\r\nX-Forged: yes" : "a");
    return response;
}

HttpResponse TestHandler::openFile()
{
    ++filesOpen;
    const std::shared_ptr<const int> descriptor(new int(file.handle()), [this](const int *number) {
        delete number;
        --filesOpen;
    });
    return HttpResponse(200, FileRange{descriptor, 0, content.size()});
}

HttpResponse TestHandler::protocolError(int status, std::string_view message) const
{
    return HttpResponse(status, std::string(message));
}

} // namespace quayside
