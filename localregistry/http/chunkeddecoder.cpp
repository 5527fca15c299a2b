// SPDX-License-Identifier: Apache-2.0
#include "localregistry/http/chunkeddecoder.h"

#include <algorithm>

namespace quayside {

namespace {

constexpr std::size_t maxDigits = 15;

int hexValue(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool isText(char c)
{
    return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
}

} // namespace

std::string_view ChunkedDecoder::next(std::string_view &input)
{
    while (!input.empty() && m_state != State::Done && m_state != State::Failed) {
        if (m_state == State::Data) {
            const std::string_view data =
                input.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(m_remaining, input.size())));
            input.remove_prefix(data.size());
            m_remaining -= data.size();
            if (m_remaining == 0)
                m_state = State::DataCr;
            return data;
        }
        m_state = step(input.front());
        input.remove_prefix(1);
    }
    return {};
}

ChunkedDecoder::State ChunkedDecoder::step(char c)
{
    switch (m_state) {
    case State::Size:
        return sizeStep(c);
    case State::Extension:
        if (c == '\r')
            return State::SizeLf;
        return isText(c) && ++m_extension <= maxExtension ? State::Extension : State::Failed;
    case State::SizeLf:
        if (c != '\n')
            return State::Failed;
        m_digits = m_extension = 0;
        return m_remaining == 0 ? State::TrailerStart : State::Data;
    case State::DataCr:
        return c == '\r' ? State::DataLf : State::Failed;
    case State::DataLf:
        return c == '\n' ? State::Size : State::Failed;
    case State::TrailerStart:
        if (c == '\r')
            return State::EndLf;
        [[fallthrough]];
    case State::Trailer:
        if (++m_trailers > maxTrailers)
            return State::Failed;
        if (c == '\r')
            return State::TrailerLf;
        return isText(c) ? State::Trailer : State::Failed;
    case State::TrailerLf:
        return c == '\n' ? State::TrailerStart : State::Failed;
    case State::EndLf:
        return c == '\n' ? State::Done : State::Failed;
    case State::Data:
    case State::Done:
    case State::Failed:
        break;
    }
    return State::Failed;
}

ChunkedDecoder::State ChunkedDecoder::sizeStep(char c)
{
    if (const int digit = hexValue(c); digit >= 0) {
        if (++m_digits > maxDigits)
            return State::Failed;
        m_remaining = m_remaining * 16 + static_cast<std::uint64_t>(digit);
        return State::Size;
    }
    if (m_digits == 0)
        return State::Failed;
    if (c == '\r')
        return State::SizeLf;
    if (c == ';' || c == ' ' || c == '\t') {
        m_extension = 1;
        return State::Extension;
    }
    return State::Failed;
}

} // namespace quayside
