// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdlib>
#include <new>

#include "sanitizers.hpp"

// The allocator of a test program, in which a request for memory can fail. It replaces operator new, so that one file
// of a program includes it, and only where ESTATE_TEST_FAILS_MEMORY says that it can be replaced.
#if ESTATE_TEST_ASAN || ESTATE_TEST_TSAN || !defined(__GLIBC__)
#define ESTATE_TEST_FAILS_MEMORY 0

namespace estate::test {
inline constexpr const char* why_memory_never_fails =
    "a sanitizer, or a C library that is not glibc, has the allocator for itself";
}  // namespace estate::test
#else
#define ESTATE_TEST_FAILS_MEMORY 1

namespace estate::test {

inline thread_local int requests_until_failure = -1;  // counts down; negative for never

inline bool fails_now() { return requests_until_failure >= 0 && requests_until_failure-- == 0; }

/// While one lives, the n-th request for memory of this thread fails.
struct ShortMemory {
    explicit ShortMemory(int n) { requests_until_failure = n; }
    ~ShortMemory() { requests_until_failure = -1; }
    bool happened() const { return requests_until_failure < 0; }
};

}  // namespace estate::test

// The nothrow forms call this one.
[[gnu::noinline]] void* operator new(std::size_t size) {
    if (!estate::test::fails_now()) {
        if (void* const got = std::malloc(size)) return got;
    }
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

extern "C" void* __libc_calloc(std::size_t count, std::size_t size);
extern "C" void* calloc(std::size_t count, std::size_t size) {
    return estate::test::fails_now() ? nullptr : __libc_calloc(count, size);
}

#endif
