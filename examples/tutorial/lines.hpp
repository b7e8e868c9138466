// SPDX-License-Identifier: BSL-1.0
#pragma once

//! [lines]
#include <cstring>
#include <estate/estate.hpp>

/// Cuts what a stream brings into lines. What came after a line's end stays in the buffer for the next line.
class Lines {
public:
    /// The next line without its '\n'; valid until the next call. The stream is whatever has recv(): a connection, or one
    /// whose sending half has ended.
    /// Errors  as recv(), end_of_stream after the last line; message_size when a line does not fit into the buffer.
    template <class Stream>
    estate::result<std::string_view> next(Stream& stream, estate::Deadline until) {
        std::memmove(buffer_, buffer_ + used_, size_ - used_);
        size_ -= used_;
        used_ = 0;
        for (;;) {
            const auto text = estate::as_text(std::span(buffer_).first(size_));
            if (const auto end = text.find('\n'); end != text.npos) {
                used_ = end + 1;
                return text.substr(0, end);
            }
            if (size_ == sizeof buffer_) return estate::Error::system(EMSGSIZE);
            BOOST_OUTCOME_TRY(const auto got, stream.recv(std::span(buffer_).subspan(size_), until));
            size_ += got;
        }
    }

private:
    std::byte buffer_[1000];
    std::size_t size_ = 0;  // bytes that came
    std::size_t used_ = 0;  // of them, those of the line that was returned last
};
//! [lines]
