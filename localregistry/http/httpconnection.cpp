// SPDX-License-Identifier: Apache-2.0
#include "localregistry/http/httpconnection.h"

#include "localregistry/http/accesslog.h"
#include "localregistry/http/httpworker.h"

#include <utility>

namespace quayside {

HttpConnection::HttpConnection(quint64 id, std::unique_ptr<ByteStream> stream, HttpWorker &worker)
    : QObject(&worker)
    , m_id(id)
    , m_stream(std::move(stream))
    , m_worker(worker)
    , m_parser(worker.limits())
{
    connect(m_stream.get(), &ByteStream::readyRead, this, &HttpConnection::onReadable);
    connect(m_stream.get(), &ByteStream::readyWrite, this, [this] { advance({}); });
    setStage(Stage::Idle);
}

HttpConnection::~HttpConnection()
{
    if (m_source)
        m_source->close();
}

void HttpConnection::onReadable()
{
    if (m_stage == Stage::Closed)
        return;
    const std::span<char> buffer = m_worker.receiveBuffer();
    const IoResult result = m_stream->read(buffer);
    if (result.status == IoResult::Status::Blocked)
        return;
    if (result.status == IoResult::Status::Failed)
        return close();
    if (result.status == IoResult::Status::End)
        return onInputEnd();
    if (m_stage == Stage::Lingering) {
        m_windowBytes += static_cast<std::int64_t>(result.bytes);
        if (m_windowBytes > m_worker.limits().linger)
            return close();
        return setDeadline(Clock::now() + m_worker.limits().lingerSilence);
    }
    if (m_stage != Stage::Streaming) // nothing can be asked behind a stream that has no end
        advance({buffer.data(), result.bytes});
}

/// The peer sent everything; it may still be waiting for answers.
void HttpConnection::onInputEnd()
{
    m_inputEnded = true;
    m_stream->setReading(false);
    if (m_stage == Stage::Lingering || m_stage == Stage::Streaming)
        return close();
    advance({});
}

/// Goes on as far as the input and the output allow.
void HttpConnection::advance(std::string_view fresh)
{
    if (m_stage == Stage::Closed)
        return;
    if (!m_input.empty())
        m_input.append(fresh);
    std::string_view input = m_input.empty() ? fresh : std::string_view(m_input);
    for (;;) {
        while (step(input)) {
        }
        const bool waitedForOutput = outputBusy();
        if (!flush())
            return;
        if (!waitedForOutput || outputBusy())
            break;
    }
    keepRest(input);
    const bool wantsInput = isWaiting() || m_stage == Stage::Body || m_stage == Stage::Discard;
    if (m_inputEnded && wantsInput && m_writer.isEmpty())
        return close();
    updateReading();
}

/// Keeps what was not parsed yet; `rest` is the end of either m_input or the worker's buffer.
void HttpConnection::keepRest(std::string_view rest)
{
    if (m_input.empty())
        m_input.assign(rest);
    else
        m_input.erase(0, m_input.size() - rest.size());
    if (m_input.empty() && m_input.capacity() > 4096)
        m_input.shrink_to_fit();
}

/// Returns true if it may be called again at once.
bool HttpConnection::step(std::string_view &input)
{
    switch (m_stage) {
    case Stage::Idle:
    case Stage::Header:
        return stepHeader(input);
    case Stage::Body:
    case Stage::Discard:
        return stepBody(input);
    default:
        return false;
    }
}

bool HttpConnection::stepHeader(std::string_view &input)
{
    if (input.empty() || outputBusy())
        return false;
    if (m_stage == Stage::Idle) {
        if (m_allowsEmptyLine && input == "\r")
            return false;
        if (std::exchange(m_allowsEmptyLine, false) && input.starts_with("\r\n")) {
            input.remove_prefix(2); // RFC 9112, section 2.2
            return true;
        }
        m_parser.reset();
        m_continued = false;
        setStage(Stage::Header);
        m_requestStart = m_stageSince;
    }
    const std::size_t length = m_parser.readHeader(input);
    if (m_parser.state() == RequestParser::State::Failed) {
        refuse(m_parser.errorStatus(), m_parser.errorMessage());
        return false;
    }
    if (length == 0)
        return false;
    input.remove_prefix(length);
    perform(m_worker.handler().handle(m_parser.request()));
    return true;
}

bool HttpConnection::stepBody(std::string_view &input)
{
    if (m_parser.state() == RequestParser::State::Body) {
        if (input.empty())
            return false;
        const std::size_t before = input.size();
        const std::string_view slice = m_parser.readBody(input);
        m_windowBytes += static_cast<std::int64_t>(slice.size());
        if (m_stage == Stage::Discard && !mayDiscard(before - input.size()))
            return false;
        if (m_parser.state() == RequestParser::State::Failed) {
            if (m_stage == Stage::Body)
                refuse(m_parser.errorStatus(), m_parser.errorMessage());
            else
                close(); // answered already
            return false;
        }
        if (m_stage == Stage::Body && !slice.empty()) {
            if (auto early = m_receiver->receive(slice))
                answer(std::move(*early));
        }
        return true;
    }
    if (m_stage == Stage::Discard) {
        setStage(Stage::Idle);
    } else {
        HttpAction next = m_receiver->finish();
        m_receiver.reset(); // what it holds is free before a job begins
        perform(std::move(next));
    }
    return true;
}

/// How long a chunked body is shows only as it comes. One that is too long ends the connection like any that
/// is answered for the last time.
bool HttpConnection::mayDiscard(std::size_t bytes)
{
    m_discarded += static_cast<std::int64_t>(bytes);
    if (m_discarded <= m_worker.limits().drain || m_parser.state() != RequestParser::State::Body)
        return true;
    setStage(Stage::Closing);
    return false;
}

void HttpConnection::perform(HttpAction action)
{
    if (auto *response = std::get_if<HttpResponse>(&action)) {
        answer(std::move(*response));
    } else if (auto *job = std::get_if<HttpJob>(&action)) {
        setStage(Stage::Waiting);
        m_worker.run(m_id, std::move(*job));
    } else {
        startBody(std::move(std::get<std::unique_ptr<BodyReceiver>>(action)));
    }
}

void HttpConnection::startBody(std::unique_ptr<BodyReceiver> receiver)
{
    m_receiver = std::move(receiver);
    m_windowBytes = 0;
    setStage(Stage::Body);
    if (m_parser.request().expectContinue && m_parser.state() == RequestParser::State::Body) {
        m_writer.append("HTTP/1.1 100 Continue\r\n\r\n");
        m_continued = true;
    }
}

/// Whether the next request can be told from what may be left of this one's body.
bool HttpConnection::mayKeepAlive() const
{
    if (m_draining || !m_parser.request().keepAlive || m_parser.state() == RequestParser::State::Failed)
        return false;
    if (m_parser.state() != RequestParser::State::Body)
        return true;
    // The rest of a short body is read away. One that was promised after "100 Continue" may never come.
    const auto remaining = m_parser.remaining();
    const auto limit = static_cast<std::uint64_t>(m_worker.limits().drain);
    return remaining.value_or(0) <= limit && (m_continued || !m_parser.request().expectContinue);
}

void HttpConnection::answer(HttpResponse response)
{
    m_receiver.reset();
    const HttpRequest &request = m_parser.request();
    const bool keepAlive = mayKeepAlive();
    const bool headOnly = request.method() == "HEAD";
    const ResponseFraming framing{request.version(), headOnly, keepAlive, m_worker.handler().commonHeaders(),
                                  m_worker.date()};
    m_writer.append(response, framing);
    if (accessLog().isInfoEnabled())
        logAnswer(response);
    if (const auto *source = std::get_if<std::shared_ptr<EventSource>>(&response.body()); source && !headOnly)
        return startStreaming(*source);
    m_windowBytes = m_discarded = 0;
    m_allowsEmptyLine = true;
    if (!keepAlive)
        setStage(Stage::Closing);
    else
        setStage(m_parser.state() == RequestParser::State::Body ? Stage::Discard : Stage::Idle);
}

void HttpConnection::refuse(int status, std::string_view message)
{
    m_receiver.reset();
    const HttpResponse response = m_worker.handler().protocolError(status, message);
    m_writer.append(response, {11, false, false, m_worker.handler().commonHeaders(), m_worker.date()});
    if (accessLog().isInfoEnabled())
        logAnswer(response);
    setStage(Stage::Closing);
    if (!flush())
        return;
    updateReading();
}

void HttpConnection::startStreaming(std::shared_ptr<EventSource> source)
{
    setStage(Stage::Streaming);
    m_source = std::move(source);
    m_source->open([worker = &m_worker, id = m_id] { worker->post(id, &HttpConnection::wake); });
    wake();
}

void HttpConnection::wake()
{
    if (m_stage != Stage::Streaming || !m_writer.isEmpty())
        return; // asked again when the writer is empty
    const auto text = m_source->take();
    if (!text)
        return close(true);
    if (text->empty())
        return;
    if (m_parser.request().version() == 11)
        m_writer.appendChunk(*text);
    else
        m_writer.append(*text);
    flush();
}

void HttpConnection::deliver(HttpAction action)
{
    if (m_stage != Stage::Waiting)
        return;
    perform(std::move(action));
    advance({});
}

/// Returns false if the connection is closed.
bool HttpConnection::flush()
{
    if (m_stage == Stage::Closed)
        return false;
    switch (m_writer.flush(*m_stream)) {
    case ResponseWriter::Progress::Failed:
        close(true);
        return false;
    case ResponseWriter::Progress::Blocked:
        m_outputBlocked = true;
        m_stream->setWriting(true);
        setDeadline(Clock::now() + m_worker.limits().sendStall);
        return true;
    case ResponseWriter::Progress::Done:
        break;
    }
    if (m_outputBlocked) {
        m_outputBlocked = false;
        m_stream->setWriting(false);
        setStage(m_stage); // the stage's own time begins now
    }
    if (m_stage == Stage::Closing)
        startLingering();
    else if (m_stage == Stage::Streaming)
        wake();
    return m_stage != Stage::Closed;
}

/// A plain close with input unread would reset the connection and could lose the answer on its way.
void HttpConnection::startLingering()
{
    if (m_inputEnded)
        return close();
    m_stream->shutdownWrite();
    m_windowBytes = 0;
    setStage(Stage::Lingering);
}

void HttpConnection::drain()
{
    m_draining = true;
    if (m_stage == Stage::Streaming || (isWaiting() && m_writer.isEmpty()))
        close();
    else if (isWaiting())
        setStage(Stage::Closing);
}

void HttpConnection::close(bool reset)
{
    if (m_stage == Stage::Closed)
        return;
    m_stage = Stage::Closed;
    m_deadline = Clock::time_point::max();
    m_receiver.reset();
    if (m_source)
        m_source->close();
    m_stream->close(reset);
    m_worker.removed(m_id);
    deleteLater();
}

bool HttpConnection::outputBusy() const
{
    return m_writer.hasBody() || m_writer.queued() > m_worker.limits().queuedOutput;
}

void HttpConnection::updateReading()
{
    const bool inStage = m_stage != Stage::Waiting && m_stage != Stage::Closing && m_stage != Stage::Closed;
    m_stream->setReading(inStage && !m_inputEnded && !(isWaiting() && outputBusy()));
}

void HttpConnection::logAnswer(const HttpResponse &response) const
{
    const HttpRequest &request = m_parser.request();
    const auto elapsed = std::chrono::duration<double, std::milli>(Clock::now() - m_requestStart);
    logAccess(
        {request.method(), request.path(), response.status(), response.contentLength().value_or(0), elapsed});
}

} // namespace quayside
