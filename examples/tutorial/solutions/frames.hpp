// SPDX-License-Identifier: BSL-1.0
#pragma once

// Chapter 4: messages of any bytes, each with its length in front: two bytes, the higher one first.

//! [solution]
#include <estate/estate.hpp>

/// Errors  as send_all(); message_size for more than 65,535 bytes.
template <estate::ByteStream Stream>
estate::result<void> send_frame(Stream& stream, std::string_view message, estate::Deadline until) {
    if (message.size() > 0xFFFF) return estate::Error::system(EMSGSIZE);
    const std::byte head[2] = {static_cast<std::byte>(message.size() >> 8), static_cast<std::byte>(message.size() & 0xFF)};
    BOOST_OUTCOME_TRY(stream.send_all(head, until));
    BOOST_OUTCOME_TRY(stream.send_all(message, until));
    return estate::success();
}

/// The next message, in the buffer.
/// Errors  as recv_exact(): end_of_stream with transferred == 0 is a clean end; message_size when the buffer is too small.
template <estate::ByteStream Stream>
estate::result<std::string_view> recv_frame(Stream& stream, estate::MutableBuffer buffer, estate::Deadline until) {
    std::byte head[2];
    BOOST_OUTCOME_TRY(stream.recv_exact(head, until));
    const std::size_t size = std::to_integer<std::size_t>(head[0]) << 8 | std::to_integer<std::size_t>(head[1]);
    if (size > buffer.size()) return estate::Error::system(EMSGSIZE);
    if (size > 0) {  // receiving into an empty buffer is an error
        BOOST_OUTCOME_TRY(stream.recv_exact(buffer.first(size), until));
    }
    return estate::as_text(buffer.first(size));
}
//! [solution]
