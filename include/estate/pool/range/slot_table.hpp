// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/hash.hpp>
#include <estate/pool/range/slot.hpp>
#include <estate/pool/index/zeroed.hpp>

namespace estate::detail {

/// Slots by the number of their address: open addressing with linear probing, at most half full. Growing moves a
/// few at a time, so that no insertion waits for all of them.
template <Family F>
class SlotTable {
public:
    explicit SlotTable(std::uint64_t seed) noexcept : seed_{seed} {}

    [[nodiscard]] std::size_t size() const noexcept { return now_.count + before_.count; }
    /// Bytes of the table itself.
    [[nodiscard]] std::size_t footprint() const noexcept { return (now_.size + before_.size) * sizeof(Slot<F>*); }

    [[nodiscard]] Slot<F>* find(Uint128 number) const noexcept {
        const std::size_t hash = hash_of(number, seed_);
        Slot<F>* const found = now_.find(number, hash);
        return found != nullptr || before_.count == 0 ? found : before_.find(number, hash);
    }
    /// Room for one more; false where memory is short.
    [[nodiscard]] bool make_room() noexcept {
        move_some();
        if (2 * (size() + 1) <= now_.size) return true;
        while (before_.count != 0) move_some();
        const std::size_t wanted = now_.size == 0 ? 64 : 2 * now_.size;
        Zeroed<Slot<F>*> made{wanted};
        if (made.data() == nullptr) return false;
        before_ = static_cast<Buckets&&>(now_);
        now_ = Buckets{static_cast<Zeroed<Slot<F>*>&&>(made), wanted, 0};
        cursor_ = 0;
        return true;
    }
    /// Pre  make_room() said yes, and the number is not there
    void insert(Slot<F>& slot) noexcept { now_.insert(slot, hash(slot)); }
    void erase(Slot<F>& slot) noexcept {
        if (!now_.erase(slot, hash(slot), *this)) static_cast<void>(before_.erase(slot, hash(slot), *this));
    }

private:
    static constexpr int moved_at_once = 8;

    struct Buckets {
        Zeroed<Slot<F>*> slots{};
        std::size_t size = 0;  // a power of two, or 0
        std::size_t count = 0;

        [[nodiscard]] std::size_t next(std::size_t i) const noexcept { return (i + 1) & (size - 1); }
        [[nodiscard]] Slot<F>* find(Uint128 number, std::size_t hash) const noexcept {
            if (count == 0) return nullptr;
            for (std::size_t i = hash & (size - 1); slots[i] != nullptr; i = next(i)) {
                if (slots[i]->address.bits() == number) return slots[i];
            }
            return nullptr;
        }
        void insert(Slot<F>& slot, std::size_t hash) noexcept {
            std::size_t i = hash & (size - 1);
            while (slots[i] != nullptr) i = next(i);
            slots[i] = &slot;
            ++count;
        }
        /// False when it is not here.
        bool erase(Slot<F>& slot, std::size_t hash, const SlotTable& table) noexcept {
            if (count == 0) return false;
            std::size_t gap = hash & (size - 1);
            for (; slots[gap] != &slot; gap = next(gap)) {
                if (slots[gap] == nullptr) return false;
            }
            // those behind move up, unless that would bring one before its home
            for (std::size_t i = next(gap); slots[i] != nullptr; i = next(i)) {
                const std::size_t from_home = (i - table.hash(*slots[i])) & (size - 1);
                if (from_home < ((i - gap) & (size - 1))) continue;
                slots[gap] = slots[i];
                gap = i;
            }
            slots[gap] = nullptr;
            --count;
            return true;
        }
    };

    [[nodiscard]] std::size_t hash(const Slot<F>& slot) const noexcept { return hash_of(slot.address.bits(), seed_); }

    void move_some() noexcept {
        for (int moved = 0; moved < moved_at_once && before_.count != 0; ++moved) {
            while (before_.slots[cursor_] == nullptr) ++cursor_;  // erasing moves none before the cursor
            Slot<F>& slot = *before_.slots[cursor_];
            static_cast<void>(before_.erase(slot, hash(slot), *this));
            now_.insert(slot, hash(slot));
        }
    }

    std::uint64_t seed_;
    Buckets now_;
    Buckets before_;  // what was not moved yet
    std::size_t cursor_ = 0;
};

}  // namespace estate::detail
