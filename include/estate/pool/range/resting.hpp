// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/index/span.hpp>
#include <estate/pool/quarantine.hpp>
#include <estate/pool/range/slot.hpp>
#include <estate/pool/range/time.hpp>

namespace estate::detail {

/// Slots of addresses that nobody has, in the order in which they were given back: first those whose quarantine
/// is over, then those that wait in it.
template <Family F>
class Resting {
public:
    [[nodiscard]] std::size_t ready() const noexcept { return ready_.count; }
    [[nodiscard]] std::size_t cooling() const noexcept { return cooling_.count; }
    /// When the oldest in quarantine came, and the latest. Pre  cooling() != 0
    [[nodiscard]] std::int64_t since() const noexcept { return cooling_.first->released; }
    [[nodiscard]] std::int64_t latest() const noexcept { return cooling_.last->released; }
    /// expire() has something to do.
    [[nodiscard]] bool has_due(const Quarantine& rule, std::int64_t now) const noexcept {
        return cooling_.count != 0 && elapsed(since(), now) >= rule.least;
    }

    void push(Slot<F>& slot, const Quarantine& rule, std::int64_t now) noexcept {
        slot.released = now;
        if (rule.least == 0 && cooling_.count == 0) return push_ready(slot);
        slot.rest = Rest::cooling;
        cooling_.push_back(slot);
    }
    /// As the last of those whose quarantine is over.
    void push_ready(Slot<F>& slot) noexcept {
        slot.rest = Rest::ready;
        ready_.push_back(slot);
    }
    /// Each list by its name, here and below: g++ 12 does not see that a list chosen by reference is one of the two,
    /// and keeps a count that it has read.
    void erase(Slot<F>& slot) noexcept {
        if (slot.rest == Rest::ready) {
            ready_.erase(slot);
        } else {
            cooling_.erase(slot);
        }
        slot.rest = Rest::none;
    }
    /// The one given back first, if its quarantine is over, or null.
    [[nodiscard]] Slot<F>* pop() noexcept { return pop(ready_); }
    /// The one given back first of those in quarantine, whether it is over or not, or null.
    [[nodiscard]] Slot<F>* pop_oldest() noexcept { return pop(cooling_); }
    /// Moves at most so many of those whose quarantine is over; then moved(slot).
    template <class Moved>
    void expire(const Quarantine& rule, std::int64_t now, std::uint32_t most, Moved moved) noexcept {
        for (; most != 0 && has_due(rule, now); --most) {
            Slot<F>& slot = *cooling_.first;
            cooling_.erase(slot);
            push_ready(slot);
            moved(slot);
        }
    }
    void expire(const Quarantine& rule, std::int64_t now, std::uint32_t most) noexcept {
        expire(rule, now, most, [](Slot<F>&) {});
    }
    /// Pre  it rests here
    [[nodiscard]] static bool is_over(const Slot<F>& slot, const Quarantine& rule, std::int64_t now) noexcept {
        return slot.rest == Rest::ready || elapsed(slot.released, now) >= rule.least;
    }
    /// How many in quarantine have waited long enough.
    [[nodiscard]] std::size_t over(const Quarantine& rule, std::int64_t now) const noexcept {
        std::size_t count = 0;
        for (const Slot<F>* at = cooling_.first; at != nullptr && is_over(*at, rule, now); at = at->next) ++count;
        return count;
    }
    /// Takes away what lies in the span, in time proportional to the smaller of both; find(number) gives the
    /// slot of an address, or null. Calls gone(slot, rest) for each, with what it
    /// was before.
    template <class Find, class Gone>
    void erase_span(const Span& span, Find find, Gone gone) noexcept {
        const auto take = [&](Slot<F>& slot) {
            const Rest before = slot.rest;
            erase(slot);
            gone(slot, before);
        };
        for_each_in(span, find, take);
    }
    /// visit(slot) for each in the span, as erase_span().
    template <class Find, class Visit>
    void for_each_in(const Span& span, Find find, Visit visit) const noexcept {
        if (ready() + cooling() == 0) return;
        if (span.last - span.first < Uint128{ready() + cooling()}) {
            for (Uint128 at = span.first;; ++at) {
                Slot<F>* const slot = find(at);
                if (slot != nullptr && slot->rest != Rest::none) visit(*slot);
                if (at == span.last) return;
            }
        }
        for (const SlotList<F>* list : {&ready_, &cooling_}) {
            for (Slot<F>* at = list->first; at != nullptr;) {
                Slot<F>* const later = at->next;
                if (span.contains(at->address.bits())) visit(*at);
                at = later;
            }
        }
    }

private:
    Slot<F>* pop(SlotList<F>& list) noexcept {
        Slot<F>* const slot = list.first;
        if (slot == nullptr) return nullptr;
        list.erase(*slot);
        slot->rest = Rest::none;
        return slot;
    }

    SlotList<F> ready_;
    SlotList<F> cooling_;
};

}  // namespace estate::detail
