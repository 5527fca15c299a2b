// SPDX-License-Identifier: Apache-2.0
#include "registryclient/blobdownload.h"

#include <algorithm>
#include <utility>

namespace quayside {

/// The device that an answer's body is written to.
class BlobDownload::Sink : public QIODevice
{
public:
    explicit Sink(std::shared_ptr<BlobDownload> download)
        : m_download(std::move(download))
    {
        open(QIODevice::WriteOnly | QIODevice::Unbuffered);
    }
    bool isSequential() const override { return true; }

protected:
    qint64 readData(char *, qint64) override { return -1; }
    qint64 writeData(const char *bytes, qint64 count) override
    {
        return m_download->take(bytes, count) ? count : -1;
    }

private:
    std::shared_ptr<BlobDownload> m_download;
};

BlobDownload::BlobDownload(std::shared_ptr<QIODevice> target, const Digest &digest, qint64 size,
                           ByteProgress progress)
    : m_target(std::move(target))
    , m_hasher(digest.algorithm())
    , m_size(size)
    , m_progress(std::move(progress))
{}

ClientRequest BlobDownload::request(const QUrl &url)
{
    const auto self = shared_from_this();
    ClientRequest request;
    request.url = url;
    request.sink = std::make_shared<Sink>(self);
    request.acceptsHead = [self](const ClientReply &head) { return self->acceptsHead(head); };
    request.maxBody = m_size;
    request.priority = Priority::Background;
    if (m_received > 0)
        request.headers.append(
            HttpHeader{QByteArrayLiteral("Range"), "bytes=" + QByteArray::number(m_received) + '-'});
    return request;
}

/// 206 has to begin where we are (RFC 9110, section 14.4); 200 is the whole, whose beginning is here already.
bool BlobDownload::acceptsHead(const ClientReply &head)
{
    m_known = head.status == 200 ? m_received : 0;
    const QByteArray begin = "bytes " + QByteArray::number(m_received) + '-';
    return head.status == 200 || head.header("Content-Range").startsWith(begin);
}

bool BlobDownload::take(const char *bytes, qint64 count)
{
    const qint64 skipped = std::min(m_known, count);
    m_known -= skipped;
    bytes += skipped;
    count -= skipped;
    m_isTooLarge = count > m_size - m_received;
    if (m_isTooLarge || m_target->write(bytes, count) != count)
        return false;
    m_hasher.update(std::string_view(bytes, static_cast<std::size_t>(count)));
    m_received += count;
    if (m_progress && count > 0)
        m_progress(m_received, m_size);
    return true;
}

} // namespace quayside
