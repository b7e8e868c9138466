// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <estate/error/result.hpp>
#include <vector>

namespace estate {

/// What socket.recv(max_len) calls: receives at most max_len bytes into a container of their own.
/// In a header of its own, so that the core never names the heap.
/// Errors  as recv(buffer); what std::vector throws: std::bad_alloc, std::length_error.
template <class S, class Until>
[[nodiscard]] result<std::vector<std::byte>> recv_container(const S& socket, std::size_t max_len, Until until) {
    std::vector<std::byte> bytes(max_len);
    const auto size = until.is_never() ? socket.recv(bytes) : socket.recv(bytes, until);
    if (!size) return size.assume_error();
    bytes.resize(size.assume_value());
    return bytes;
}

}  // namespace estate
