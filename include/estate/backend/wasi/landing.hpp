// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <estate/net/buffer.hpp>

namespace estate::wasi {

/// Where the lists that the host returns shall lie while it lives: in room, or where they do not fit, in the
/// landing made before it. So bytes come straight into the caller's buffer, and nothing here needs the heap.
///
/// Source  component model, canonical ABI: a host writes a list to what the export cabi_realloc answers.
class Landing {
public:
    explicit Landing(MutableBuffer room) noexcept : room_{room}, before_{current} { current = this; }
    Landing(const Landing&) = delete;
    Landing& operator=(const Landing&) = delete;
    ~Landing() { current = before_; }

    /// Null where nobody has room.
    static void* take(std::size_t alignment, std::size_t size) noexcept {
        for (Landing* one = current; one != nullptr; one = one->before_) {
            if (void* const at = one->take_here(alignment, size)) return at;
        }
        return nullptr;
    }

private:
    void* take_here(std::size_t alignment, std::size_t size) noexcept {
        const std::size_t gap = (0 - reinterpret_cast<std::uintptr_t>(room_.data())) & (alignment - 1);
        if (room_.size() < gap || room_.size() - gap < size) return nullptr;
        void* const at = room_.data() + gap;
        room_ = room_.subspan(gap + size);
        return at;
    }

    // Components have one thread, and the host calls back only inside the call that was made.
    static inline Landing* current = nullptr;

    MutableBuffer room_;
    Landing* before_;
};

}  // namespace estate::wasi

/// Replaces the C library's, which is weak and always takes from the heap. What others ask the host for (the C
/// library for its arguments) still comes from there; with ESTATE_WASI_NO_HEAP that is a trap, and estate alone,
/// which always gives room, links no allocator.
extern "C" [[gnu::used, clang::export_name("cabi_realloc")]] inline void* cabi_realloc(
    void* old, [[maybe_unused]] std::size_t old_size, std::size_t alignment, std::size_t size) noexcept {
    if (old == nullptr) {
        if (void* const at = estate::wasi::Landing::take(alignment, size)) return at;
    }
    if (size == 0) return reinterpret_cast<void*>(alignment);
#if defined(ESTATE_WASI_NO_HEAP)
    __builtin_trap();
#else
    void* const at = std::realloc(old, size);
    if (at == nullptr) std::abort();
    return at;
#endif
}
