// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/lease/timers.hpp>
#include <optional>

namespace estate::detail {

/// The shares that a pool has itself, one of a lease at most, for good or until a time.
template <Family F>
class Keeper {
public:
    [[nodiscard]] bool is_timing() const noexcept { return timers_.count() != 0; }

    /// Takes a share over; a second one is dropped.
    void keep(Slot<F>& slot, std::optional<std::int64_t> until) noexcept {
        if (slot.kept) static_cast<void>(slot.drop());  // not the last one
        renew(slot, until);
    }
    /// The time begins anew.
    void renew(Slot<F>& slot, std::optional<std::int64_t> until) noexcept {
        unkeep(slot);
        slot.kept = true;
        slot.timed = until.has_value();
        if (slot.timed) timers_.insert(slot, *until);
    }
    /// Its time has come, though nobody has looked.
    [[nodiscard]] static bool is_over(const Slot<F>& slot, std::int64_t now) noexcept {
        return slot.timed && Timers<F>::is_due(slot, now);
    }
    /// The share becomes the caller's.
    void unkeep(Slot<F>& slot) noexcept {
        if (slot.timed) timers_.erase(slot);
        slot.kept = slot.timed = false;
    }
    /// pop_expired() must be called again before it is known that there is none.
    [[nodiscard]] bool is_behind() const noexcept { return timers_.is_behind(); }
    /// One whose time has come, as the caller's share, or null.
    [[nodiscard]] Slot<F>* pop_expired(std::int64_t now) noexcept {
        Slot<F>* const slot = timers_.pop(now);
        if (slot != nullptr) slot->kept = slot->timed = false;
        return slot;
    }

private:
    Timers<F> timers_;
};

}  // namespace estate::detail
