// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <bit>
#include <estate/pool/range/slot.hpp>

namespace estate::detail {

/// Slots by the time at which they are due: a hierarchical timing wheel of eight levels with 64 places each, every
/// level 64 times coarser than the one before. A place is a list through the slots, so no heap; a slot moves
/// down at most once a level, one slot a step. Ticks of 2^20 ns, about a millisecond; nothing is due early.
/// Source  Varghese and Lauck, Hashed and hierarchical timing wheels, SOSP 1987.
template <Family F>
class Timers {
public:
    [[nodiscard]] std::size_t count() const noexcept { return count_; }

    /// Pre  the slot is not here
    void insert(Slot<F>& slot, std::int64_t due) noexcept {
        slot.due = tick_after(due);
        place(slot);
        ++count_;
    }
    void erase(Slot<F>& slot) noexcept {
        unlink(slot);
        --count_;
    }
    /// Pre  the slot is here
    [[nodiscard]] static bool is_due(const Slot<F>& slot, std::int64_t now) noexcept {
        return slot.due <= since_ever(now) >> tick_bits;
    }
    /// Takes away one that is due by `now`, or null; then there is none, or is_behind(). Time may not go back.
    [[nodiscard]] Slot<F>* pop(std::int64_t now) noexcept {
        const std::uint64_t until = since_ever(now) >> tick_bits;
        is_behind_ = false;
        for (int left = moves_at_once; count_ != 0; --left) {
            const Next next = earliest();
            if (next.start > until) break;
            if (left == 0) {
                is_behind_ = true;
                return nullptr;
            }
            if (next.start > reached_) reached_ = next.start;
            Slot<F>& slot = *places_[next.level][next.index];
            unlink(slot);
            if (next.level == 0) {
                --count_;
                return &slot;
            }
            place(slot);
        }
        if (until > reached_) reached_ = until;
        return nullptr;
    }

    /// pop() has stopped before it had looked at all, since that would have taken many steps.
    [[nodiscard]] bool is_behind() const noexcept { return is_behind_; }

private:
    static constexpr int moves_at_once = 64;
    static constexpr unsigned tick_bits = 20;
    static constexpr unsigned levels = 8;
    struct Next {
        std::uint64_t start;
        unsigned level;
        unsigned index;
    };

    /// `due`, rounded up to a tick.
    static std::uint64_t tick_after(std::int64_t due) noexcept {
        const std::uint64_t time = since_ever(due);
        return (time >> tick_bits) + (time << (64 - tick_bits) != 0 ? 1 : 0);
    }
    /// In the same order, and none below zero.
    static std::uint64_t since_ever(std::int64_t time) noexcept {
        return static_cast<std::uint64_t>(time) ^ std::uint64_t{1} << 63;
    }
    static unsigned digit(std::uint64_t tick, unsigned level) noexcept {
        return static_cast<unsigned>(tick >> 6 * level & 63);
    }

    /// A slot lies on the level of the first digit in which its time differs from the time reached.
    void place(Slot<F>& slot) noexcept {
        if (slot.due < reached_) slot.due = reached_;
        const unsigned differing = 64U - static_cast<unsigned>(std::countl_zero(slot.due ^ reached_));
        const unsigned level = differing == 0 ? 0 : (differing - 1) / 6;
        const unsigned index = digit(slot.due, level);
        slot.timer_place = static_cast<std::uint16_t>(level * 64 + index);
        Slot<F>*& head = places_[level][index];
        slot.timer_previous = nullptr;
        slot.timer_next = head;
        if (head != nullptr) head->timer_previous = &slot;
        head = &slot;
        occupied_[level] |= std::uint64_t{1} << index;
    }
    void unlink(Slot<F>& slot) noexcept {
        const unsigned level = slot.timer_place / 64U;
        const unsigned index = slot.timer_place % 64U;
        Slot<F>*& head = places_[level][index];
        (slot.timer_previous != nullptr ? slot.timer_previous->timer_next : head) = slot.timer_next;
        if (slot.timer_next != nullptr) slot.timer_next->timer_previous = slot.timer_previous;
        if (head == nullptr) occupied_[level] &= ~(std::uint64_t{1} << index);
    }
    /// The place that begins first; the coarsest of those that begin together, which must be emptied before the
    /// finer ones are in order. Pre  count_ != 0
    [[nodiscard]] Next earliest() const noexcept {
        Next best{~std::uint64_t{0}, 0, 0};
        for (unsigned level = levels; level-- > 0;) {
            const std::uint64_t ahead = occupied_[level] & ~std::uint64_t{0} << digit(reached_, level);
            if (ahead == 0) continue;
            const auto index = static_cast<unsigned>(std::countr_zero(ahead));
            const unsigned shift = 6 * level;
            const std::uint64_t start = (((reached_ >> shift) & ~std::uint64_t{63}) | index) << shift;
            if (start < best.start) best = {start, level, index};
        }
        return best;
    }

    Slot<F>* places_[levels][64]{};
    std::uint64_t occupied_[levels]{};
    std::uint64_t reached_ = 0;  // the tick up to which nothing is left
    std::size_t count_ = 0;
    bool is_behind_ = false;
};

}  // namespace estate::detail
