// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/range/slot.hpp>
#include <estate/pool/index/spans.hpp>
#include <estate/pool/quarantine.hpp>

namespace estate::detail {

/// Slots of addresses that nobody has, in the order in which they were given back: first those whose quarantine
/// is over, then those that wait in it.
template <Family F>
class Resting {
public:
    [[nodiscard]] std::size_t ready() const noexcept { return ready_.count; }
    [[nodiscard]] std::size_t cooling() const noexcept { return cooling_.count; }
    /// When the oldest in quarantine came. Pre  cooling() != 0
    [[nodiscard]] std::int64_t since() const noexcept { return cooling_.first->released; }

    void push(Slot<F>& slot, const Quarantine& rule, std::int64_t now) noexcept {
        slot.released = now;
        slot.rest = rule.least == 0 && cooling_.count == 0 ? Rest::ready : Rest::cooling;
        list_of(slot).push_back(slot);
    }
    void erase(Slot<F>& slot) noexcept {
        list_of(slot).erase(slot);
        slot.rest = Rest::none;
    }
    /// The one given back first, if its quarantine is over, or null.
    [[nodiscard]] Slot<F>* pop() noexcept { return pop(ready_); }
    /// The same, whether it is over or not.
    [[nodiscard]] Slot<F>* pop_oldest() noexcept { return pop(ready_.count != 0 ? ready_ : cooling_); }
    void expire(const Quarantine& rule, std::int64_t now, std::uint32_t most) noexcept {
        for (; most != 0 && cooling_.count != 0 && now - since() >= rule.least; --most) {
            Slot<F>& slot = *cooling_.first;
            cooling_.erase(slot);
            slot.rest = Rest::ready;
            ready_.push_back(slot);
        }
    }
    /// Takes away what lies in the span, in time proportional to the smaller of both; find(number) gives the
    /// slot of an address, or null. Calls gone(slot) for each.
    template <class Find, class Gone>
    void erase_span(const Span& span, Find find, Gone gone) noexcept {
        const auto take = [&](Slot<F>& slot) {
            erase(slot);
            gone(slot);
        };
        if (span.last - span.first < Uint128{ready() + cooling()}) {
            for (Uint128 at = span.first;; ++at) {
                Slot<F>* const slot = find(at);
                if (slot != nullptr && slot->rest != Rest::none) take(*slot);
                if (at == span.last) return;
            }
        }
        for (SlotList<F>* list : {&ready_, &cooling_}) {
            for (Slot<F>* at = list->first; at != nullptr;) {
                Slot<F>* const later = at->next;
                if (span.contains(at->address.bits())) take(*at);
                at = later;
            }
        }
    }

private:
    SlotList<F>& list_of(const Slot<F>& slot) noexcept { return slot.rest == Rest::ready ? ready_ : cooling_; }
    Slot<F>* pop(SlotList<F>& list) noexcept {
        Slot<F>* const slot = list.first;
        if (slot != nullptr) erase(*slot);
        return slot;
    }

    SlotList<F> ready_;
    SlotList<F> cooling_;
};

}  // namespace estate::detail
