// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/index/span.hpp>
#include <estate/pool/index/tree.hpp>
#include <new>

namespace estate::detail {

/// Numbers that were opened at some time and are not free yet: disjoint spans, by number and by age. Logarithmic time
/// for each span that a call meets; what cannot fail takes its memory from make_room().
class Waits {
public:
    struct Wait {
        Span span{};
        std::int64_t since = 0;
        TreeLinks<Wait> links{};
        Wait* older = nullptr;
        Wait* newer = nullptr;

        void sum_up() noexcept {}
    };

    Waits() noexcept = default;
    ~Waits() {
        while (oldest_ != nullptr) erase(*oldest_);
        while (spare_ != nullptr) delete pop_spare();
    }
    Waits(const Waits&) = delete;
    Waits& operator=(const Waits&) = delete;

    [[nodiscard]] bool empty() const noexcept { return oldest_ == nullptr; }
    [[nodiscard]] const Wait* oldest() const noexcept { return oldest_; }
    [[nodiscard]] bool contains(Uint128 x) const noexcept {
        return find(x) != nullptr;
    }
    /// The wait of this number, or null.
    [[nodiscard]] const Wait* find(Uint128 x) const noexcept {
        const Wait* const at = empty() ? nullptr : ending_at_or_after(x);
        return at != nullptr && at->span.first <= x ? at : nullptr;
    }
    /// visit(wait), by age.
    template <class Visit>
    void for_each(Visit visit) const {
        for (const Wait* at = oldest_; at != nullptr; at = at->newer) visit(*at);
    }

    /// Room for so many calls of add(); false where memory is short.
    [[nodiscard]] bool make_room(std::size_t calls) noexcept {
        std::size_t ready = 0;
        for (const Wait* at = spare_; at != nullptr && ready < 2 * calls; at = at->newer) ++ready;
        for (; ready < 2 * calls; ++ready) {
            auto* const made = new (std::nothrow) Wait;
            if (made == nullptr) return false;
            keep(*made);
        }
        return true;
    }
    /// The span waits from now on, and no part of it since another time. Pre  make_room() said yes
    void add(const Span& span, std::int64_t since) noexcept {
        subtract(span);
        Wait& made = *pop_spare();
        made.span = span;
        made.since = since;
        made.newer = nullptr;
        made.older = newest_;
        (newest_ != nullptr ? newest_->newer : oldest_) = &made;
        newest_ = &made;
        tree_.insert(ending_at_or_after(span.first), made);
    }
    /// No part of the span waits any more. Pre  make_room() said yes, or the span begins where a wait does
    void subtract(const Span& span) noexcept {
        for (Wait* at = ending_at_or_after(span.first); at != nullptr && at->span.first <= span.last;) {
            Wait* const later = Tree<Wait>::next(*at);
            const bool left = at->span.first < span.first;
            const bool right = at->span.last > span.last;
            if (left && right) {
                Wait& rest = *pop_spare();
                rest.span = {span.last + Uint128{1}, at->span.last};
                rest.since = at->since;
                rest.older = at;
                rest.newer = at->newer;
                (at->newer != nullptr ? at->newer->older : newest_) = &rest;
                at->newer = &rest;
                tree_.insert(later, rest);
                at->span.last = span.first - Uint128{1};
            } else if (left) {
                at->span.last = span.first - Uint128{1};
            } else if (right) {
                at->span.first = span.last + Uint128{1};
            } else {
                erase(*at);
            }
            at = later;
        }
    }

private:
    [[nodiscard]] Wait* ending_at_or_after(Uint128 x) const noexcept {
        return tree_.first_not([&](const Wait& at) { return at.span.last < x; });
    }
    void erase(Wait& wait) noexcept {
        (wait.older != nullptr ? wait.older->newer : oldest_) = wait.newer;
        (wait.newer != nullptr ? wait.newer->older : newest_) = wait.older;
        tree_.erase(wait);
        delete &wait;
    }
    void keep(Wait& wait) noexcept {
        wait.newer = spare_;
        spare_ = &wait;
    }
    [[nodiscard]] Wait* pop_spare() noexcept {
        Wait* const at = spare_;
        spare_ = at->newer;
        return at;
    }

    Tree<Wait> tree_;
    Wait* oldest_ = nullptr;
    Wait* newest_ = nullptr;
    Wait* spare_ = nullptr;
};

}  // namespace estate::detail
