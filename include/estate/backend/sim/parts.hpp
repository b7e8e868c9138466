// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sys/socket.h>
#include <sys/uio.h>

#include <cstddef>
#include <estate/backend/sim/bytes.hpp>

namespace estate::sim {

/// The pieces of memory that a call sends from, or receives into.
struct Parts {
    iovec* all;
    std::size_t count;

    /// The count is a size with glibc, as in Linux, and an int with musl, as in POSIX.
    static Parts of(const msghdr& message) noexcept {
        return {message.msg_iov, static_cast<std::size_t>(message.msg_iovlen)};
    }
    [[nodiscard]] std::size_t size() const noexcept {
        std::size_t sum = 0;
        for (std::size_t i = 0; i < count; ++i) sum += all[i].iov_len;
        return sum;
    }
    /// Calls move(bytes, length) for each piece of `most` bytes behind the offset, until it moves less than it is
    /// given. Returns how many were moved in all.
    template <class Move>
    std::size_t walk(std::size_t offset, std::size_t most, Move move) const noexcept {
        std::size_t done = 0;
        for (std::size_t i = 0; i < count && done < most; ++i) {
            const std::size_t length = all[i].iov_len;
            if (offset >= length) {
                offset -= length;
                continue;
            }
            const std::size_t piece = length - offset < most - done ? length - offset : most - done;
            const std::size_t moved = move(static_cast<std::byte*>(all[i].iov_base) + offset, piece);
            done += moved;
            offset = 0;
            if (moved < piece) break;
        }
        return done;
    }
    /// Copies the first `most` bytes of a world behind the offset.
    void scatter(const Blocks& blocks, const Bytes& from, std::size_t offset, std::size_t most) const noexcept {
        std::size_t done = 0;
        walk(offset, most, [&](std::byte* to, std::size_t piece) noexcept {
            const std::size_t moved = blocks.peek(from, done, to, piece);
            done += moved;
            return moved;
        });
    }
};

/// Where the sender's address, MSG_TRUNC and control messages go, where somebody asks.
struct Sender {
    sockaddr* address = nullptr;
    socklen_t* size = nullptr;  // none without an address
    int* flags = nullptr;
    msghdr* control = nullptr;
    std::size_t control_room = 0;
};

}  // namespace estate::sim
