// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/wasi/failure.hpp>
#include <estate/backend/wasi/resource.hpp>
#include <estate/error/result.hpp>

namespace estate::wasi {

/// Upper bound of one write. wasmtime permits a gigabyte, keeps what the system does not take, and traps
/// if it is asked to copy more than 128 MiB.
inline constexpr std::size_t longest_write = 65536;

/// How many bytes the host takes now; a write of more is a trap.
/// Pre     the handle has streams.
/// Source  wasi:io/streams check-write.
[[nodiscard]] inline result<std::size_t> permitted_now(const StreamHandle& handle) noexcept {
    std::uint64_t permit = 0;
    streams_stream_error_t error{};
    if (!streams_method_output_stream_check_write(handle.out.borrow(), &permit, &error)) {
        return failure(error, Error::system(EPIPE));
    }
    return permit < longest_write ? static_cast<std::size_t>(permit) : longest_write;
}

}  // namespace estate::wasi
