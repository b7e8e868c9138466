// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ESTATE_SIM_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#define ESTATE_SIM_TSAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) && !defined(ESTATE_SIM_ASAN)
#define ESTATE_SIM_ASAN 1
#endif
#if defined(__SANITIZE_THREAD__) && !defined(ESTATE_SIM_TSAN)
#define ESTATE_SIM_TSAN 1
#endif

#if defined(ESTATE_SIM_ASAN)
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(ESTATE_SIM_TSAN)
#include <sanitizer/tsan_interface.h>
#endif

namespace estate::sim {

/// Tells the sanitizers that the thread goes to another stack, which Boost.Context as it is usually built does not:
/// AddressSanitizer has to know where the stack is, ThreadSanitizer who runs.
class StackSwitch {
public:
    /// A stack for a program. `bottom` is its lowest address.
    void set(const void* bottom, std::size_t size) noexcept {
        bottom_ = bottom;
        size_ = size;
#if defined(ESTATE_SIM_TSAN)
        inside_ = __tsan_create_fiber(0);
#endif
    }
    /// Its memory is free again.
    void forget() noexcept {
#if defined(ESTATE_SIM_TSAN)
        if (inside_ != nullptr) __tsan_destroy_fiber(inside_);
        inside_ = nullptr;
#endif
    }

    // ThreadSanitizer counts the calls of each stack, so each call must return on the stack that it was made on: these
    // are inlined, and a program that ends, whose last calls return after leave(), goes to the other stack in
    // entered_again().

    /// Outside, before and after the program runs.
    [[gnu::always_inline]] void enter() noexcept {
#if defined(ESTATE_SIM_ASAN)
        __sanitizer_start_switch_fiber(&fake_outside_, bottom_, size_);
#endif
#if defined(ESTATE_SIM_TSAN)
        outside_ = __tsan_get_current_fiber();
        __tsan_switch_to_fiber(inside_, 0);
#endif
    }
    [[gnu::always_inline]] void entered_again() noexcept {
#if defined(ESTATE_SIM_ASAN)
        __sanitizer_finish_switch_fiber(fake_outside_, nullptr, nullptr);
#endif
#if defined(ESTATE_SIM_TSAN)
        if (__tsan_get_current_fiber() != outside_) __tsan_switch_to_fiber(outside_, 0);
#endif
    }

    /// Inside, when it begins or goes on, and before it waits or (`for_good`) ends.
    void arrived() noexcept {
#if defined(ESTATE_SIM_ASAN)
        __sanitizer_finish_switch_fiber(fake_inside_, &outer_bottom_, &outer_size_);
#endif
    }
    [[gnu::always_inline]] void leave([[maybe_unused]] bool for_good) noexcept {
#if defined(ESTATE_SIM_ASAN)
        __sanitizer_start_switch_fiber(for_good ? nullptr : &fake_inside_, outer_bottom_, outer_size_);
#endif
#if defined(ESTATE_SIM_TSAN)
        if (!for_good) __tsan_switch_to_fiber(outside_, 0);
#endif
    }

private:
    const void* bottom_ = nullptr;
    std::size_t size_ = 0;
#if defined(ESTATE_SIM_ASAN)
    void* fake_outside_ = nullptr;
    void* fake_inside_ = nullptr;
    const void* outer_bottom_ = nullptr;
    std::size_t outer_size_ = 0;
#endif
#if defined(ESTATE_SIM_TSAN)
    void* inside_ = nullptr;
    void* outside_ = nullptr;
#endif
};

}  // namespace estate::sim
