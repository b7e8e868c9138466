// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <condition_variable>
#include <estate/store/lease_store.hpp>
#include <mutex>

namespace estate {

/// Lets the changes that several threads make at one time share a transaction: what comes while one is written goes
/// together into the next. Nobody waits for company: a thread alone writes at once.
/// Thread safety: every member may be called from any thread.
template <class S, Family F>
    requires LeaseStore<S, F>
class GroupCommit {
public:
    using Change = StoreChange<F>;

    explicit GroupCommit(S&& store) : store_{std::move(store)} {}

    /// Writes the changes from `first` to the last one by `next`, with those of others: all that one call gives, or
    /// none. Says their outcomes.
    /// Errors  those of the store.
    [[nodiscard]] result<void> write(Change& first) noexcept {
        Ticket mine{&first, &first};
        while (mine.last->next != nullptr) mine.last = mine.last->next;
        std::unique_lock waiting{queue_};
        enqueue(mine);
        while (!mine.is_done && is_writing_) written_.wait(waiting);
        if (!mine.is_done) write_all(waiting);
        return mine.outcome;
    }
    /// section(store), while nobody writes.
    template <class Section>
    auto exclusively(Section section) {
        const std::lock_guard alone{store_lock_};
        return section(store_);
    }

private:
    struct Ticket {
        Change* first;
        Change* last;
        Ticket* after = nullptr;
        bool is_done = false;
        result<void> outcome = success();
    };

    /// Not inline: g++ 12 takes the place in the queue for one that stays.
    [[gnu::noinline]] void enqueue(Ticket& ticket) noexcept {
        (last_ != nullptr ? last_->after : first_) = &ticket;
        last_ = &ticket;
    }
    /// What all wait for, in one transaction. Pre  nobody writes
    void write_all(std::unique_lock<std::mutex>& waiting) noexcept {
        is_writing_ = true;
        Ticket* const group = first_;
        first_ = last_ = nullptr;
        for (Ticket* at = group; at->after != nullptr; at = at->after) at->last->next = at->after->first;
        waiting.unlock();
        const result<void> outcome = exclusively([&](S& store) { return store.write(group->first); });
        waiting.lock();
        for (Ticket* at = group; at != nullptr;) {
            Ticket* const after = at->after;
            at->last->next = nullptr;
            at->outcome = outcome;
            at->is_done = true;  // from here on it may go
            at = after;
        }
        is_writing_ = false;
        written_.notify_all();
    }

    std::mutex queue_;
    std::condition_variable written_;
    Ticket* first_ = nullptr;
    Ticket* last_ = nullptr;
    bool is_writing_ = false;
    std::mutex store_lock_;
    S store_;
};

}  // namespace estate
