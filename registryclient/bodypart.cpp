// SPDX-License-Identifier: Apache-2.0
#include "registryclient/bodypart.h"

#include <algorithm>

namespace quayside {

std::shared_ptr<BodyPart> BodyPart::of(const ClientRequest &request)
{
    if (!request.bodyDevice)
        return nullptr;
    return std::make_shared<BodyPart>(request.bodyDevice, request.bodyBegin, request.bodySize);
}

BodyPart::BodyPart(std::shared_ptr<QIODevice> source, qint64 begin, qint64 size)
    : m_source(std::move(source))
    , m_next(begin)
    , m_left(size)
{
    open(QIODevice::ReadOnly | QIODevice::Unbuffered);
}

qint64 BodyPart::readData(char *bytes, qint64 most)
{
    if (!m_source || m_left == 0 || (m_source->pos() != m_next && !m_source->seek(m_next)))
        return -1;
    const qint64 got = m_source->read(bytes, std::min(most, m_left));
    if (got <= 0)
        return -1;
    m_next += got;
    m_left -= got;
    return got;
}

} // namespace quayside
