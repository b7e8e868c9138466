// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <estate/backend/wasi/room.hpp>
#include <span>

#if !defined(ESTATE_WASI_ARENA)
#define ESTATE_WASI_ARENA 4096
#endif

namespace estate::wasi {

/// What takes the place of the heap with ESTATE_WASI_NO_HEAP: ESTATE_WASI_ARENA bytes, 4096 where a program defines
/// nothing else, for the lists of the host that nobody has room for. estate has room for all of its own, so these are
/// those that the program asks the bindings for itself, such as its arguments.
///
/// A list that does not fit is a trap: the host has no other answer to it. Where its length is somebody else's choice,
/// ask for left() at most. The `_free` functions of the bindings are not for lists that lie here.
class Arena {
public:
    static constexpr std::size_t capacity = ESTATE_WASI_ARENA;

    /// How many bytes are free.
    [[nodiscard]] static std::size_t left() noexcept { return room.left.size(); }
    /// Frees all of it. Pre  no list that lies here is used any more.
    static void reset() noexcept { room.left = bytes; }

    /// Null where it is full.
    static void* take(std::size_t alignment, std::size_t size) noexcept { return room.take(alignment, size); }

private:
    alignas(std::max_align_t) static inline std::byte bytes[capacity];
    static inline constinit Room room{bytes};
};

}  // namespace estate::wasi
