// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>

namespace estate {

/// What a pool may be locked by: std::mutex, the two below, a critical section of one's own.
template <class L>
concept Lockable = requires(L& lock) {
    lock.lock();
    lock.unlock();
};

/// For pools that one thread uses.
struct NoLock {
    constexpr void lock() noexcept {}
    constexpr void unlock() noexcept {}
};

/// Busy waiting, without a heap and without the system. The sections of a pool are some hundred instructions;
/// where a thread can be preempted inside one by another of higher priority, give a lock that knows priorities.
class SpinLock {
public:
    void lock() noexcept {
        while (taken_.test_and_set(std::memory_order_acquire)) {
            while (taken_.test(std::memory_order_relaxed)) {
            }
        }
    }
    void unlock() noexcept { taken_.clear(std::memory_order_release); }

private:
    std::atomic_flag taken_{};
};

namespace detail {
template <Lockable L>
class Guard {
public:
    constexpr explicit Guard(L& lock) noexcept : lock_{lock} { lock_.lock(); }
    constexpr ~Guard() { lock_.unlock(); }
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

private:
    L& lock_;
};
}  // namespace detail

}  // namespace estate
