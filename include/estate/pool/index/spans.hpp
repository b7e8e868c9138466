// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/index/span.hpp>
#include <estate/pool/index/tree.hpp>
#include <new>

namespace estate::detail {

/// A set of numbers as disjoint spans that do not touch: logarithmic time for each span that a call meets. What cannot
/// fail takes its memory from make_room().
class Spans {
public:
    Spans() noexcept = default;
    ~Spans() {
        while (Node* const at = tree_.root()) {
            tree_.erase(*at);
            delete at;
        }
        drop(spare_);
    }
    Spans(const Spans&) = delete;
    Spans& operator=(const Spans&) = delete;

    [[nodiscard]] bool empty() const noexcept { return tree_.root() == nullptr; }
    [[nodiscard]] bool contains(Uint128 x) const noexcept {
        if (empty()) return false;
        const Node* const at = ending_at_or_after(x);
        return at != nullptr && at->span.first <= x;
    }
    /// How many numbers.
    [[nodiscard]] Uint128 count() const noexcept { return empty() ? Uint128{} : tree_.root()->numbers; }
    /// The number, from base on, with `rank` numbers before it that are not in the set.
    [[nodiscard]] Uint128 outside(Uint128 base, Uint128 rank) const noexcept {
        Uint128 skipped;  // numbers of the set that lie before
        for (const Node* at = tree_.root(); at != nullptr;) {
            const Uint128 left = at->links.left != nullptr ? at->links.left->numbers : Uint128{};
            if (at->span.first - base - skipped - left <= rank) {
                skipped += left + at->span.count();
                at = at->links.right;
            } else {
                at = at->links.left;
            }
        }
        return base + rank + skipped;
    }

    /// The first part of the set in `in`; false where there is none.
    [[nodiscard]] bool first_in(const Span& in, Span& part) const noexcept {
        const Node* const at = ending_at_or_after(in.first);
        if (at == nullptr || at->span.first > in.last) return false;
        part = at->span.within(in);
        return true;
    }
    /// visit(span) for each part of the set in `in`.
    template <class Visit>
    void for_each_in(const Span& in, Visit visit) const {
        for (const Node* at = ending_at_or_after(in.first); at != nullptr && at->span.first <= in.last;
             at = tree_.next(*at)) {
            visit(at->span.within(in));
        }
    }
    /// visit(span) for each part of `in` that the set has not.
    template <class Visit>
    void for_each_gap_in(const Span& in, Visit visit) const {
        Uint128 from = in.first;
        for_each_in(in, [&](const Span& part) {
            if (from < part.first) visit(Span{from, part.first - Uint128{1}});
            from = part.last + Uint128{1};
        });
        if (from <= in.last && !(from == Uint128{} && contains(in.last))) visit(Span{from, in.last});
    }

    /// Room for what so many calls of add() and remove() need; false where memory is short.
    [[nodiscard]] bool make_room(std::size_t calls = 1) noexcept {
        std::size_t ready = 0;
        for (const Node* at = spare_; at != nullptr && ready < calls; at = at->links.up) ++ready;
        for (; ready < calls; ++ready) {
            Node* const made = new (std::nothrow) Node;
            if (made == nullptr) return false;
            keep(*made);
        }
        return true;
    }
    /// Pre  make_room() said yes; so for remove()
    void add(Span wide) noexcept {
        const Uint128 before = wide.first == Uint128{} ? wide.first : wide.first - Uint128{1};
        for (Node* at = ending_at_or_after(before); at != nullptr && (at->span.first <= wide.last ||
             at->span.first - Uint128{1} == wide.last);) {
            Node* const later = tree_.next(*at);
            if (at->span.first < wide.first) wide.first = at->span.first;
            if (at->span.last > wide.last) wide.last = at->span.last;
            take_out(*at);
            at = later;
        }
        put(wide);
        keep_few();
    }
    void remove(const Span& gap) noexcept {
        for (Node* at = ending_at_or_after(gap.first); at != nullptr && at->span.first <= gap.last;) {
            Node* const later = tree_.next(*at);
            const Span whole = at->span;
            take_out(*at);
            if (whole.first < gap.first) put({whole.first, gap.first - Uint128{1}});
            if (whole.last > gap.last) put({gap.last + Uint128{1}, whole.last});
            at = later;
        }
        keep_few();
    }

private:
    struct Node {
        Span span{};
        Uint128 numbers{};  // of this span and those below
        TreeLinks<Node> links{};

        void sum_up() noexcept {
            numbers = span.count();
            if (links.left != nullptr) numbers += links.left->numbers;
            if (links.right != nullptr) numbers += links.right->numbers;
        }
    };
    static constexpr std::size_t few = 4;

    [[nodiscard]] Node* ending_at_or_after(Uint128 x) const noexcept {
        return tree_.first_not([&](const Node& at) { return at.span.last < x; });
    }
    void put(const Span& span) noexcept {
        Node& node = *spare_;
        spare_ = node.links.up;
        --spares_;
        node.span = span;
        tree_.insert(tree_.first_not([&](const Node& at) { return at.span.first < span.first; }), node);
    }
    void take_out(Node& node) noexcept {
        tree_.erase(node);
        keep(node);
    }
    void keep(Node& node) noexcept {
        node.links.up = spare_;
        spare_ = &node;
        ++spares_;
    }
    void keep_few() noexcept {
        for (; spares_ > few; --spares_) {
            Node* const at = spare_;
            spare_ = at->links.up;
            delete at;
        }
    }
    static void drop(Node* at) noexcept {
        while (at != nullptr) {
            Node* const next = at->links.up;
            delete at;
            at = next;
        }
    }

    Tree<Node> tree_;
    Node* spare_ = nullptr;
    std::size_t spares_ = 0;
};

}  // namespace estate::detail
