// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <estate/backend/wasi/arena.hpp>
#include <estate/backend/wasi/room.hpp>
#include <estate/net/buffer.hpp>

namespace estate::wasi {

/// While it lives, lists from the host are placed in `buffer`; if they do not fit, in the previous Landing. So bytes
/// come straight into the caller's buffer, and nothing here needs the heap.
///
/// Source  component model, canonical ABI: a host writes a list to what the export cabi_realloc answers.
class Landing {
public:
    explicit Landing(MutableBuffer buffer) noexcept : room_{buffer}, before_{current} { current = this; }
    Landing(const Landing&) = delete;
    Landing& operator=(const Landing&) = delete;
    ~Landing() { current = before_; }

    /// Null where nobody has room.
    static void* take(std::size_t alignment, std::size_t size) noexcept {
        for (Landing* one = current; one != nullptr; one = one->before_) {
            if (void* const at = one->room_.take(alignment, size)) return at;
        }
        return nullptr;
    }

private:
    // Components have one thread, and the host calls back only inside the call that was made.
    static inline Landing* current = nullptr;

    Room room_;
    Landing* before_;
};

}  // namespace estate::wasi

/// Replaces the C library's, which is weak and always takes from the heap. What others ask the host for, such as the C
/// library for its arguments, still comes from there, or with ESTATE_WASI_NO_HEAP from the Arena: such a program
/// links no allocator, unless it calls one.
extern "C" [[gnu::used, clang::export_name("cabi_realloc")]] inline void* cabi_realloc(
    void* old, [[maybe_unused]] std::size_t old_size, std::size_t alignment, std::size_t size) noexcept {
    if (size == 0) return reinterpret_cast<void*>(alignment);
#if defined(ESTATE_WASI_NO_HEAP)
    void* at = estate::wasi::Landing::take(alignment, size);
    if (at == nullptr) at = estate::wasi::Arena::take(alignment, size);
    if (at == nullptr) __builtin_trap();
    if (old != nullptr) std::memcpy(at, old, old_size < size ? old_size : size);  // texts may grow
#else
    void* at = old == nullptr ? estate::wasi::Landing::take(alignment, size) : nullptr;
    if (at == nullptr) at = std::realloc(old, size);
    if (at == nullptr) std::abort();
#endif
    return at;
}
