// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <bit>
#include <cstdint>
#include <estate/base/attributes.hpp>
#include <estate/base/deadline.hpp>

namespace estate {

/// A deadline that somebody waits for, inside an object of the program; so it neither moves nor is copied. Dropping it
/// cancels it.
class Timer {
public:
    Timer() noexcept = default;
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;
    ~Timer() { cancel(); }

    [[nodiscard]] bool is_armed() const noexcept { return place_ != nullptr; }
    /// The id that was given to arm().
    [[nodiscard]] std::uint32_t id() const noexcept { return id_; }
    /// It does not expire any more.
    void cancel() noexcept {
        if (place_ == nullptr) return;
        *place_ = next_;
        if (next_ != nullptr) next_->place_ = place_;
        place_ = nullptr;
    }

private:
    friend class Wheel;

    Timer* next_ = nullptr;
    Timer** place_ = nullptr;  // the pointer that leads here
    std::uint64_t tick_ = 0;
    std::uint32_t id_ = 0;
};

/// Deadlines by the thousand: arming, cancelling and expiring one takes a number of steps that does not depend on how
/// many there are, and no memory but its own. They expire up to 1.05 ms late, never early. Dropping the wheel cancels
/// them.
///
/// Source  Varghese and Lauck, Hashed and Hierarchical Timing Wheels, 1987.
class Wheel {
public:
    /// Units  nanoseconds of the clock that the deadlines are of.
    explicit Wheel(std::int64_t now = 0) noexcept : elapsed_{ticks_before(now)} {}
    Wheel(const Wheel&) = delete;
    Wheel& operator=(const Wheel&) = delete;
    ~Wheel() {
        for (auto& level : slots_) {
            for (Timer*& head : level) {
                while (head != nullptr) head->cancel();
            }
        }
    }

    /// Expires at `when`, or as soon as possible after it; a timer that is armed already is armed anew. With never() it
    /// is only cancelled, as with the last millisecond of the clock.
    void arm(Timer& timer, Deadline when, std::uint32_t id = 0) noexcept {
        timer.cancel();
        if (when >= Deadline::at(end)) return;
        const std::uint64_t tick = ticks_before(when.nanoseconds()) + 1;
        timer.tick_ = tick > elapsed_ ? tick : elapsed_ + 1;
        timer.id_ = id;
        put(timer);
    }

    /// When something is to be done next; never() where nothing is armed. It may be too early, never too late.
    [[nodiscard]] Deadline next() noexcept {
        const Place first = find();
        if (first.level == levels) return Deadline::never();
        return Deadline::at(static_cast<std::int64_t>(first.tick << shift));
    }

    /// Calls act(timer) for each timer whose deadline is not after `now`. It may arm and cancel any. If it throws, that
    /// timer has expired, and the others that are due do in the next call.
    template <class Act>
    void expire(std::int64_t now, Act&& act) {
        const std::uint64_t until = ticks_before(now);
        for (Place first = find(); first.level < levels && first.tick <= until; first = find()) {
            elapsed_ = first.tick;
            Timer*& head = slots_[first.level][first.slot];
            while (head != nullptr) {
                Timer& timer = *head;
                timer.cancel();
                if (first.level == 0) {
                    act(timer);  // puts none into this slot: what it arms is due in a later tick
                } else {
                    put(timer);  // into a lower level
                }
            }
        }
        if (until > elapsed_) elapsed_ = until;
    }

private:
    static constexpr unsigned shift = 20;  // a tick is 2^20 ns
    static constexpr unsigned bits = 6;
    static constexpr unsigned slots = 1U << bits;
    static constexpr unsigned levels = 8;  // 2^48 ticks: more than the clock has
    static constexpr std::int64_t end = INT64_MAX >> shift << shift;

    struct Place {
        unsigned level;
        unsigned slot;
        std::uint64_t tick;
    };

    static constexpr std::uint64_t ticks_before(std::int64_t nanoseconds) noexcept {
        return nanoseconds > 0 ? static_cast<std::uint64_t>(nanoseconds) >> shift : 0;
    }

    /// The level is that of the highest digit in which the tick differs from now.
    void put(Timer& timer) noexcept {
        const std::uint64_t difference = timer.tick_ ^ elapsed_;
        const unsigned level = difference == 0 ? 0 : (static_cast<unsigned>(std::bit_width(difference)) - 1) / bits;
        const auto slot = static_cast<unsigned>(timer.tick_ >> (level * bits)) % slots;
        Timer*& head = slots_[level][slot];
        timer.next_ = head;
        timer.place_ = &head;
        if (head != nullptr) head->place_ = &timer.next_;
        head = &timer;
        occupied_[level] |= std::uint64_t{1} << slot;
    }
    /// The first slot that holds a timer. Those that were emptied by cancel() are seen here.
    Place find() noexcept {
        for (unsigned level = 0; level < levels; ++level) {
            const auto here = static_cast<unsigned>(elapsed_ >> (level * bits)) % slots;
            while (occupied_[level] != 0) {
                const std::uint64_t from_here = std::rotr(occupied_[level], static_cast<int>(here));
                const auto ahead = static_cast<unsigned>(std::countr_zero(from_here));
                const unsigned slot = (here + ahead) % slots;
                if (slots_[level][slot] == nullptr) {
                    occupied_[level] &= ~(std::uint64_t{1} << slot);
                    continue;
                }
                const std::uint64_t start = elapsed_ >> (level * bits) << (level * bits);
                const std::uint64_t tick = start + (std::uint64_t{ahead} << (level * bits));
                return {level, slot, tick > elapsed_ ? tick : elapsed_};
            }
        }
        return {levels, 0, 0};
    }

    std::uint64_t elapsed_;
    std::uint64_t occupied_[levels] = {};
    Timer* slots_[levels][slots] = {};
};

}  // namespace estate
