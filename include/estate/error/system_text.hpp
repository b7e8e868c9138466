// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cerrno>
#include <cstring>

// The English name and text of an errno value: static lifetime, thread-safe, no allocation.
//
// No function of POSIX gives that: strerror() may translate into a buffer that the next call overwrites, strerror_r()
// has two signatures, and strerror_l() needs a locale object. glibc 2.32 has two functions that do; every other C
// library gets a table, unless its own strerror() is one (wasi-libc).
#if defined(__GLIBC__) && defined(__USE_GNU) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 32)

namespace estate::detail {

[[nodiscard]] inline const char* system_message(int number) noexcept {
    const char* const text = number == 0 ? nullptr : ::strerrordesc_np(number);
    return text != nullptr ? text : "system error";
}
[[nodiscard]] inline const char* system_name(int number) noexcept {
    const char* const name = number == 0 ? nullptr : ::strerrorname_np(number);
    return name != nullptr ? name : "unknown";
}

}  // namespace estate::detail

#else

#include <estate/error/errno_table.hpp>

namespace estate::detail {

[[nodiscard]] inline const char* system_message(int number) noexcept {
#if defined(__wasi__)
    return number == 0 ? "system error" : std::strerror(number);  // wasi-libc's is a table: a second one is 2 KB
#else
    const errno_entry* const entry = find_errno(number);
    return entry != nullptr ? entry->message : "system error";
#endif
}
[[nodiscard]] inline const char* system_name(int number) noexcept {
    const errno_entry* const entry = find_errno(number);
    return entry != nullptr ? entry->name : "unknown";
}

}  // namespace estate::detail

#endif
