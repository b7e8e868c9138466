// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <estate/pool/lease/state_access.hpp>
#include <estate/store/group_commit.hpp>

namespace estate::detail {

/// Slots whose addresses another holder of the store has: they are taken here, and nobody has a share. Under the
/// pool's lock.
template <Family F>
class Elsewhere {
    using Locked = typename Core<F>::Locked;

public:
    void insert(Slot<F>& slot) noexcept {
        slot.due = round_;
        slot.waits = true;
        slot.timer_previous = nullptr;
        slot.timer_next = first_;
        if (first_ != nullptr) first_->timer_previous = &slot;
        first_ = &slot;
    }
    void erase(Slot<F>& slot) noexcept {
        (slot.timer_previous != nullptr ? slot.timer_previous->timer_next : first_) = slot.timer_next;
        if (slot.timer_next != nullptr) slot.timer_next->timer_previous = slot.timer_previous;
        slot.waits = false;
    }
    [[nodiscard]] Slot<F>* first() const noexcept { return first_; }
    [[nodiscard]] static Slot<F>* next(const Slot<F>& slot) noexcept { return slot.timer_next; }
    [[nodiscard]] static bool contains(const Slot<F>& slot) noexcept { return slot.waits; }

    /// The store is looked through: what is not found again is elsewhere no more.
    void begin_round(const Locked&) noexcept {
        ++round_;
        first_end_ = never;
    }
    void find_again(Slot<F>& slot) const noexcept { slot.due = round_; }
    [[nodiscard]] bool is_found(const Slot<F>& slot) const noexcept { return slot.due == round_; }
    /// A quarantine that the store has, and of whose end it has no news.
    void await(const StoredLease<F>& lease, std::int64_t now) noexcept {
        if (!lease.is_cooling) return;
        const std::int64_t left = (std::max)(lease.time_left.value_or(0), std::int64_t{0});
        first_end_ = (std::min)(first_end_, now <= never - left ? now + left : never);
    }
    [[nodiscard]] bool has_waited(const Locked&, std::int64_t now) const noexcept {
        return first_end_ != never && now >= first_end_;
    }

private:
    Slot<F>* first_ = nullptr;
    std::uint64_t round_ = 0;
    std::int64_t first_end_ = never;  // by the clock of the pool
};

/// What a DurablePool and the leases of its pool share: the store, and what is still to be written there. Ends with
/// the core of the pool, so with the last lease.
template <class S, Family F>
class DurableCore final : public StoreHook<F> {
public:
    using Kind = typename PoolEvent<F>::Kind;
    using Change = StoreChange<F>;

    DurableCore(Core<F>& core, S&& store) : core_{core}, commits_{std::move(store)} {}

    [[nodiscard]] GroupCommit<S, F>& commits() noexcept { return commits_; }

    void end(Slot<F>& slot, Kind kind) noexcept override {
        if (slot.kept) return core_.end_here(slot, kind);
        static_cast<void>(give_back(slot, kind));
    }
    /// Writes that the lease has ended, and then lets the address go. What cannot be written stays taken; settle()
    /// tries again.
    /// Errors  those of the store.
    [[nodiscard]] result<void> give_back(Slot<F>& slot, Kind kind) noexcept {
        Change change = release_of(slot);
        const auto written = commits_.write(change);
        end_or_postpone(slot, kind, written.has_value());
        return written;
    }
    /// The same of many at once, which are written with these changes. Pre  no slot stands here twice
    [[nodiscard]] result<void> give_back(const std::vector<Slot<F>*>& slots, std::vector<Change>& changes) noexcept {
        if (slots.empty()) return success();
        for (std::size_t i = 0; i < slots.size(); ++i) {
            changes[i] = release_of(*slots[i]);
            if (i != 0) changes[i - 1].next = &changes[i];
        }
        const auto written = commits_.write(changes.front());
        for (Slot<F>* const slot : slots) end_or_postpone(*slot, Kind::released, written.has_value());
        return written;
    }
    /// Writes what could not be written before.
    [[nodiscard]] result<void> settle() noexcept {
        while (Slot<F>* const slot = pop_postponed()) {
            if (auto done = give_back(*slot, static_cast<Kind>(slot->due)); !done) return done;
        }
        return success();
    }
    /// Nobody will try again: the store has what it has, and the pool goes.
    void give_up() noexcept {
        {
            const auto locked = core_.lock();
            has_given_up_ = true;
        }
        while (Slot<F>* const slot = pop_postponed()) core_.end_here(*slot, Kind::released);
    }
    [[nodiscard]] bool has_postponed() const noexcept { return has_postponed_.load(std::memory_order_relaxed); }

private:
    static Change release_of(const Slot<F>& slot) noexcept {
        Change change;
        change.address = slot.address;
        change.generation = slot.number();
        return change;
    }
    void end_or_postpone(Slot<F>& slot, Kind kind, bool is_written) noexcept {
        if (is_written || !postpone(slot, kind)) core_.end_here(slot, kind);
    }
    /// False where nobody will try again.
    [[nodiscard]] bool postpone(Slot<F>& slot, Kind kind) noexcept {
        const auto locked = core_.lock();
        if (has_given_up_) return false;
        slot.due = static_cast<std::uint64_t>(kind);
        slot.timer_next = postponed_;
        postponed_ = &slot;
        has_postponed_.store(true, std::memory_order_relaxed);
        return true;
    }
    [[nodiscard]] Slot<F>* pop_postponed() noexcept {
        if (!has_postponed()) return nullptr;
        const auto locked = core_.lock();
        Slot<F>* const slot = postponed_;
        if (slot != nullptr) postponed_ = slot->timer_next;
        has_postponed_.store(postponed_ != nullptr, std::memory_order_relaxed);
        return slot;
    }

    Core<F>& core_;
    GroupCommit<S, F> commits_;
    Slot<F>* postponed_ = nullptr;  // under the pool's lock
    bool has_given_up_ = false;     // the same
    std::atomic<bool> has_postponed_{false};
};

}  // namespace estate::detail
