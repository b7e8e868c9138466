// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <unistd.h>

#include <chrono>
#include <cstring>
#include <estate/base/deadline.hpp>

// Programs that check themselves without a test framework: it would need exceptions, RTTI and the heap.

namespace core {

inline void say(const char* text) {
    if (::write(STDERR_FILENO, text, std::strlen(text)) < 0) ::_exit(2);
}

/// Says what is skipped and why; the program's exit code, which CTest counts as skipped.
inline int skip(const char* what, const char* why) {
    say("skipped: ");
    say(what);
    say(", ");
    say(why);
    say("\n");
    return 77;
}

inline int failed(const char* claim) {
    say("not as claimed: ");
    say(claim);
    say("\n");
    return 1;
}

inline estate::Deadline soon() { return std::chrono::steady_clock::now() + std::chrono::seconds(5); }

}  // namespace core

/// Ends the function, which returns 0 where all claims hold.
#define CLAIM(...) \
    if (!(__VA_ARGS__)) return core::failed(#__VA_ARGS__)
/// The same for a function that makes claims.
#define CLAIMS_OF(...) \
    if (const int answer = (__VA_ARGS__); answer != 0) return answer
