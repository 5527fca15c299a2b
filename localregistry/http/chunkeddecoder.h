// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace quayside {

/// Removes the chunked transfer coding (RFC 9112, section 7.1) from a body that comes in arbitrary slices.
/// Exact: CRLF only, sizes of 1 to 15 hex digits, at most 256 bytes of extensions per chunk, 8 KiB of
/// trailers. Extensions and trailers are checked for control characters and discarded.
class ChunkedDecoder
{
public:
    static constexpr std::size_t maxExtension = 256;
    static constexpr std::size_t maxTrailers = 8 * 1024;

    void reset() { *this = ChunkedDecoder(); }
    /// Takes from the front of `input` up to the end of the next piece of data, and returns that piece; it is
    /// empty when more input is needed, at the end and after an error.
    std::string_view next(std::string_view &input);
    bool isDone() const { return m_state == State::Done; }
    bool hasFailed() const { return m_state == State::Failed; }

private:
    enum class State {
        Size,
        Extension,
        SizeLf,
        Data,
        DataCr,
        DataLf,
        TrailerStart,
        Trailer,
        TrailerLf,
        EndLf,
        Done,
        Failed
    };
    State step(char c);
    State sizeStep(char c);

    State m_state = State::Size;
    std::uint64_t m_remaining = 0; ///< Of the chunk's size while it is read, then of its data.
    std::size_t m_digits = 0;
    std::size_t m_extension = 0;
    std::size_t m_trailers = 0;
};

} // namespace quayside
