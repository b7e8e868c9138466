// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/ip_pool.hpp>
#include <functional>

#include "pool/manual_clock.hpp"

namespace estate::test {

/// A clock that goes on by more than an hour when it is looked at for the n-th time from now, and then for the m-th.
struct JumpTime {
    using duration = std::chrono::nanoseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<JumpTime, duration>;
    static constexpr bool is_steady = true;

    static time_point now() noexcept {
        if (looks_++ == first_ || looks_ - 1 == second_) {
            time_ += std::chrono::hours{1} + std::chrono::milliseconds{10};
            ++jumps_;
        }
        return time_point{time_};
    }
    static void jump_at(int first, int second = -1) {
        looks_ = jumps_ = 0;
        first_ = first;
        second_ = second;
    }
    /// How often it did; it does no more.
    static int stop() {
        const int jumps = jumps_;
        jump_at(-1);
        return jumps;
    }

private:
    static inline duration time_{0};
    static inline int looks_ = 0;
    static inline int jumps_ = 0;
    static inline int first_ = -1;
    static inline int second_ = -1;
};

/// A pool that keeps two leases of 203.0.113.0/29, which end at the jumps of its clock: in the middle of another call.
/// Then, without the pool's lock, comes what another thread might do: first(), and second().
struct Interrupted {
    using Pool = IpPool<V4, NextFit, JumpTime>;

    Interrupted() {
        static_cast<void>(pool.add_cidr_range("203.0.113.0/29"));
        for (const int hours : {1, 2})
            static_cast<void>(pool.keep(pool.allocate("kept", "r", {}).value(), std::chrono::hours{hours}));
        pool.observe({[](void* self, const PoolEvent<V4>& event) noexcept {
                          if (event.kind == PoolEvent<V4>::Kind::expired) static_cast<Interrupted*>(self)->come();
                      }, this});
    }
    Interrupted(const Interrupted&) = delete;
    Interrupted& operator=(const Interrupted&) = delete;

    Pool pool;
    std::function<void()> first = [] {};
    std::function<void()> second = [] {};
    int came = 0;

private:
    void come() {
        if (++came == 1) first();
        if (came == 2) second();
    }
};

}  // namespace estate::test
