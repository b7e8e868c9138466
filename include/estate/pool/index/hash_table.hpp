// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/index/zeroed.hpp>
#include <cstdint>

namespace estate::detail {

/// Pointers to what a user owns, by a hash that each item keeps as its member Hash: open addressing with linear
/// probing, at most half full where there is memory. Growing moves a few at a time, so that no call waits for all of
/// them.
template <class Item, std::uint64_t Item::*Hash>
class HashTable {
public:
    [[nodiscard]] std::size_t size() const noexcept { return now_.count + before_.count; }

    /// The item of this hash that is(item) is true for, or null.
    template <class Is>
    [[nodiscard]] Item* find(std::uint64_t hash, Is is) const noexcept {
        Item* const found = now_.find(hash, is);
        return found != nullptr || before_.count == 0 ? found : before_.find(hash, is);
    }
    /// Room for one more; false where memory is short.
    [[nodiscard]] bool make_room() noexcept {
        move_some();
        if (2 * (size() + 1) <= now_.size) return true;
        // Nothing is left in before_: of its n places 7 n / 8 were taken at most, so that n / 8 calls came since; each
        // has moved 8 items or passed 64 items and gaps, and 7 n / 64 + n / 64 such calls are enough.
        const std::size_t wanted = now_.size == 0 ? 16 : 2 * now_.size;
        Zeroed<Item*> made{wanted};
        if (made.data() == nullptr) return 8 * (size() + 1) <= 7 * now_.size;  // the searches become longer
        before_ = static_cast<Buckets&&>(now_);
        now_ = Buckets{static_cast<Zeroed<Item*>&&>(made), wanted, 0};
        cursor_ = 0;
        return true;
    }
    /// Pre  make_room() said yes
    void insert(Item& item) noexcept { now_.insert(item); }
    /// Pre  it is here
    void erase(Item& item) noexcept {
        if (!now_.erase(item)) static_cast<void>(before_.erase(item));
    }

private:
    static constexpr int moved_at_once = 8;
    static constexpr int looked_at_at_once = 64;

    struct Buckets {
        Zeroed<Item*> items{};
        std::size_t size = 0;  // a power of two, or 0
        std::size_t count = 0;

        [[nodiscard]] std::size_t home(std::uint64_t hash) const noexcept {
            return static_cast<std::size_t>(hash) & (size - 1);
        }
        [[nodiscard]] std::size_t next(std::size_t i) const noexcept { return (i + 1) & (size - 1); }
        template <class Is>
        [[nodiscard]] Item* find(std::uint64_t hash, Is is) const noexcept {
            if (count == 0) return nullptr;
            for (std::size_t i = home(hash); items[i] != nullptr; i = next(i)) {
                if (items[i]->*Hash == hash && is(*items[i])) return items[i];
            }
            return nullptr;
        }
        void insert(Item& item) noexcept {
            std::size_t i = home(item.*Hash);
            while (items[i] != nullptr) i = next(i);
            items[i] = &item;
            ++count;
        }
        /// False when it is not here.
        bool erase(const Item& item) noexcept {
            if (count == 0) return false;
            std::size_t gap = home(item.*Hash);
            for (; items[gap] != &item; gap = next(gap)) {
                if (items[gap] == nullptr) return false;
            }
            for (std::size_t i = next(gap); items[i] != nullptr; i = next(i)) {
                const std::size_t from_home = (i - home(items[i]->*Hash)) & (size - 1);
                if (from_home < ((i - gap) & (size - 1))) continue;
                items[gap] = items[i];
                gap = i;
            }
            items[gap] = nullptr;
            --count;
            return true;
        }
    };

    void move_some() noexcept {
        int moved = 0;
        for (int looked = 0; looked < looked_at_at_once && moved < moved_at_once && before_.count != 0; ++looked) {
            if (before_.items[cursor_] == nullptr) {  // erasing moves none before the cursor
                ++cursor_;
                continue;
            }
            ++moved;
            Item& item = *before_.items[cursor_];
            static_cast<void>(before_.erase(item));
            now_.insert(item);
        }
    }

    Buckets now_;
    Buckets before_;  // what was not moved yet
    std::size_t cursor_ = 0;
};

}  // namespace estate::detail
