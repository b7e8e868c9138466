// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <estate/net/buffer.hpp>

namespace estate::wasi {

/// Memory from which lists of the host are served, one behind the other.
struct Room {
    MutableBuffer left;

    /// Null where it does not fit.
    void* take(std::size_t alignment, std::size_t size) noexcept {
        const std::size_t gap = (0 - reinterpret_cast<std::uintptr_t>(left.data())) & (alignment - 1);
        if (left.size() < gap || left.size() - gap < size) return nullptr;
        void* const at = left.data() + gap;
        left = left.subspan(gap + size);
        return at;
    }
};

}  // namespace estate::wasi
