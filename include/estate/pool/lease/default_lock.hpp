// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <estate/base/attributes.hpp>
#include <estate/pool/lock.hpp>

namespace estate::detail {

#if !defined(__wasi__)  // where a component has one thread, and its library nothing to sleep by
/// What an IpPool is locked by: one atomic operation to lock and one to unlock where nobody else wants it. Others look
/// for a moment, since sections are short, and then sleep.
/// Source  Drepper, Futexes are tricky, 2011, the second mutex.
class SleepingLock {
public:
    ESTATE_INLINE void lock() noexcept {
        std::uint32_t expected = open;
        if (!state_.compare_exchange_strong(expected, taken, std::memory_order_acquire, std::memory_order_relaxed))
            [[unlikely]] wait();
    }
    ESTATE_INLINE void unlock() noexcept {
        if (state_.exchange(open, std::memory_order_release) == wanted) [[unlikely]] state_.notify_one();
    }

private:
    enum : std::uint32_t { open, taken, wanted };
    static constexpr int looks = 200;

    [[gnu::noinline]] void wait() noexcept {
        for (int left = looks; left != 0; --left) {
            std::uint32_t expected = state_.load(std::memory_order_relaxed);
            if (expected == open &&
                state_.compare_exchange_weak(expected, taken, std::memory_order_acquire, std::memory_order_relaxed))
                return;
        }
        while (state_.exchange(wanted, std::memory_order_acquire) != open)
            state_.wait(wanted, std::memory_order_relaxed);
    }

    std::atomic<std::uint32_t> state_{open};
};
#endif

#if defined(ESTATE_POOL_LOCK)
/// A program's own, which all its units must name alike: for a system with locks of another kind, or to measure.
using DefaultLock = ESTATE_POOL_LOCK;
#elif defined(__wasi__)
using DefaultLock = NoLock;
#else
using DefaultLock = SleepingLock;
#endif

}  // namespace estate::detail
