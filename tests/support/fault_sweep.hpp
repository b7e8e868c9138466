// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <cstdio>
#include <span>

#include "check.hpp"
#include "deadlines.hpp"
#include "descriptor_count.hpp"
#include "faulty.hpp"

// Every error number at every position of every system call, in lives that between them make every call of this
// library. Whatever the kernel answers, a life ends by itself, tells the error and leaves no descriptor open.

namespace estate::test {

struct Life {
    const char* name;
    result<void> (*live)(Deadline);
    bool has_deadlines = true;
};
inline constexpr int last_errno = 133;  // EHWPOISON; Linux has no further

/// How often each call is made in a life where nothing fails.
[[nodiscard]] inline std::array<int, calls> counted(const Life& life) {
    const Faults none;
    BOOST_TEST_CONTEXT(life.name) { BOOST_TEST(succeeds(life.live(soon()))); }
    std::array<int, calls> made{};
    for (std::size_t i = 0; i < calls; ++i) made[i] = none.made(static_cast<Call>(i));
    return made;
}

/// A refused close() would keep the descriptor open: it closes, and fails all the same.
[[nodiscard]] inline Fault fault_at(Call call, int error, int times, int after) {
    return call == Call::close ? spoil(call, error, times, after) : refuse(call, error, times, after);
}

/// Prints how many lives it were.
inline void sweep_every_error(std::span<const Life> lives) {
    int runs = 0;
    for (const Life& life : lives) {
        const auto made = counted(life);
        const auto before = count_descriptors();
        for (std::size_t i = 0; i < calls; ++i) {
            const auto call = static_cast<Call>(i);
            for (int position = 0; position < made[i]; ++position) {
                for (int error = 1; error <= last_errno; ++error, ++runs) {
                    const auto outcome = [&] {
                        const Faults faults{fault_at(call, error, 1, position)};
                        return life.live(soon());
                    }();
                    const bool is_told =
                        outcome || outcome.assume_error() != errc::moved_from;  // the error of a socket that is lost
                    if (is_told && count_descriptors() == before) continue;
                    BOOST_ERROR(life.name << ": " << name_of(call) << ", position " << position << ", errno " << error);
                    return;
                }
            }
        }
    }
    BOOST_TEST(runs > 10'000);
    std::printf("swept: %d faults, one in each of so many lives of %zu kinds\n", runs, lives.size());
}

/// Interrupted or refused for ever, from any position on: a life ends, and makes few calls.
inline void sweep_for_ever(std::span<const Life> lives) {
    for (const Life& life : lives) {
        if (!life.has_deadlines) continue;
        const auto made = counted(life);
        int all = 0;
        for (const int count : made) all += count;
        const auto before = count_descriptors();
        for (std::size_t i = 0; i < calls; ++i) {
            const auto call = static_cast<Call>(i);
            if (call == Call::poll || call == Call::close) continue;
            for (int position = 0; position < made[i]; ++position) {
                for (const int error : {EINTR, EAGAIN}) {
                    const Faults faults{fault_at(call, error, always, position)};
                    (void)life.live(Deadline::at_once());
                    // Two half-closed ends drop at most 256 pieces each before they close, whatever the calls say.
                    const bool drops = call == Call::recvmsg && error == EINTR;
                    BOOST_TEST(faults.made() <= all + (drops ? 600 : 20),
                               life.name << ": " << name_of(call) << ", position " << position << ", errno " << error
                                         << ": " << faults.made() << " calls, " << all << " without faults");
                    BOOST_TEST(count_descriptors() == before);
                }
            }
        }
    }
}

}  // namespace estate::test
