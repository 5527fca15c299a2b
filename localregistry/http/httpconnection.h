// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/http/bytestream.h"
#include "localregistry/http/httphandler.h"
#include "localregistry/http/requestparser.h"
#include "localregistry/http/responsewriter.h"

#include <QObject>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace quayside {

class HttpWorker;

/// One connection: requests in, answers out in the same order. Lives on one worker's thread and never blocks.
class HttpConnection final : public QObject
{
    Q_OBJECT

public:
    using Clock = std::chrono::steady_clock;

    HttpConnection(quint64 id, std::unique_ptr<ByteStream> stream, HttpWorker &worker);
    ~HttpConnection() override;

    quint64 id() const { return m_id; }
    /// Idle or still in a request's header: may be closed when the server is full.
    bool isWaiting() const { return m_stage == Stage::Idle || m_stage == Stage::Header; }
    /// When it became idle, or its request began.
    Clock::time_point waitingSince() const { return m_stageSince; }
    Clock::time_point deadline() const { return m_deadline; }

    /// The deadline has passed.
    void expire();
    /// What a job of this connection led to.
    void deliver(HttpAction action);
    /// The event source has something.
    void wake();
    /// Answers an error instead of serving, and closes.
    void refuse(int status, std::string_view message);
    /// Ends after the request that runs; at once if none does.
    void drain();
    void close(bool reset = false);

private:
    enum class Stage {
        Idle,      ///< Between requests.
        Header,    ///< A request has begun.
        Body,      ///< A receiver takes the body.
        Discard,   ///< Answered early; the rest of a short body is read away.
        Waiting,   ///< A job runs.
        Streaming, ///< Events are sent until either side ends it.
        Closing,   ///< The last answer is on its way.
        Lingering, ///< Answered and shut down; input is discarded until the peer has seen it.
        Closed,
    };

    void onReadable();
    void onInputEnd();
    void advance(std::string_view fresh);
    bool step(std::string_view &input);
    bool stepHeader(std::string_view &input);
    bool stepBody(std::string_view &input);
    bool mayDiscard(std::size_t bytes);
    void keepRest(std::string_view rest);
    void perform(HttpAction action);
    void startBody(std::unique_ptr<BodyReceiver> receiver);
    void answer(HttpResponse response);
    bool mayKeepAlive() const;
    void startStreaming(std::shared_ptr<EventSource> source);
    bool flush();
    void startLingering();
    void setStage(Stage stage);
    void setDeadline(Clock::time_point deadline);
    std::chrono::milliseconds stageTime() const;
    bool outputBusy() const;
    void updateReading();
    void logAnswer(const HttpResponse &response) const;

    const quint64 m_id;
    std::unique_ptr<ByteStream> m_stream;
    HttpWorker &m_worker;
    RequestParser m_parser;
    ResponseWriter m_writer;
    std::unique_ptr<BodyReceiver> m_receiver;
    std::shared_ptr<EventSource> m_source;
    std::string m_input; ///< Received, not parsed yet.
    Stage m_stage = Stage::Idle;
    Clock::time_point m_stageSince;
    Clock::time_point m_requestStart;
    Clock::time_point m_deadline = Clock::time_point::max();
    std::int64_t m_windowBytes =
        0; ///< Of the body, in the present window; while lingering, all that was discarded.
    std::int64_t m_discarded = 0;   ///< Of the body and its framing, after an early answer.
    bool m_continued = false;       ///< "100 Continue" was sent.
    bool m_allowsEmptyLine = false; ///< Before the next request: some clients end a body with one.
    bool m_inputEnded = false;
    bool m_outputBlocked = false;
    bool m_draining = false;
};

} // namespace quayside
