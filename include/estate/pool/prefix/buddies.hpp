// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <estate/net/cidr_range.hpp>
#include <new>

namespace estate::detail {

template <Family F>
struct Grant;

/// A range in a binary tree of halves: free as a whole, granted as a whole, or split into two.
template <Family F>
struct Block {
    enum class State : std::uint8_t { free, granted, split };

    CidrRange<F> range;
    Block* parent = nullptr;
    Block* halves[2] = {nullptr, nullptr};
    Block* previous = nullptr;  // among the free ones of its length
    Block* next = nullptr;
    State state = State::free;
    Grant<F>* grant = nullptr;  // its holder, if it is granted
};

/// CIDR ranges cut out of larger ones, the best fitting first: a buddy system over a tree. Each operation takes at
/// most one step a bit of an address; memory is in proportion to what is granted, times the bits.
/// Source  Knowlton, A fast storage allocator, CACM 8:10, 1965.
template <Family F>
class Buddies {
public:
    using Node = Block<F>;
    using State = typename Node::State;

    Buddies() noexcept = default;
    Buddies(const Buddies&) = delete;
    Buddies& operator=(const Buddies&) = delete;

    /// A whole range to cut from, or null where memory is short.
    [[nodiscard]] Node* add(const CidrRange<F>& range) noexcept {
        auto* const root = new (std::nothrow) Node{range};
        if (root != nullptr) offer(*root);
        return root;
    }
    /// Pre  nothing of it is granted
    void remove(Node& root) noexcept {
        withdraw(root);
        delete &root;
    }

    /// Grants a range of this length, out of the smallest free one that has room; null for none. `short_of_memory`
    /// distinguishes the two reasons.
    [[nodiscard]] Node* take(int length, bool& short_of_memory) noexcept {
        Node* from = nullptr;
        for (int at = length; at >= 0 && from == nullptr; --at) from = free_[static_cast<std::size_t>(at)].first;
        short_of_memory = false;
        return from != nullptr ? cut(*from, length, from->range.first(), short_of_memory) : nullptr;
    }
    /// Grants this very range; null where a part of it is granted. Pre  it lies in the root's
    [[nodiscard]] Node* take(Node& root, const CidrRange<F>& range, bool& short_of_memory) noexcept {
        Node* const from = deepest(root, range);
        short_of_memory = false;
        return from->state == State::free ? cut(*from, range.prefix_length(), range.first(), short_of_memory) : nullptr;
    }
    /// The granted range with this address in it, or null. Pre  it lies in the root's
    [[nodiscard]] static Node* granted(Node& root, const IpAddress<F>& ip) noexcept {
        Node* const found = deepest(root, CidrRange<F>::of(ip));
        return found->state == State::granted ? found : nullptr;
    }
    /// Gives a granted range back, and joins it with the other half while that is free too.
    void give(Node& node) noexcept {
        offer(node);
        join(node);
    }
    /// The largest free range, or null.
    [[nodiscard]] const Node* largest() const noexcept {
        for (const List& list : free_) {
            if (list.first != nullptr) return list.first;
        }
        return nullptr;
    }

private:
    struct List {
        Node* first = nullptr;
        Node* last = nullptr;
    };

    /// The smallest block that has all of the range, and is not split further there.
    static Node* deepest(Node& root, const CidrRange<F>& range) noexcept {
        Node* at = &root;
        while (at->state == State::split && at->range.prefix_length() < range.prefix_length()) {
            at = at->halves[at->halves[1]->range.contains(range.first()) ? 1 : 0];
        }
        return at;
    }
    /// Splits a free block down to the length, towards the address, and grants what is left.
    [[nodiscard]] Node* cut(Node& from, int length, const IpAddress<F>& towards, bool& short_of_memory) noexcept {
        Node* at = &from;
        withdraw(*at);
        while (at->range.prefix_length() < length) {
            if (!split(*at)) {
                short_of_memory = true;
                offer(*at);
                join(*at);
                return nullptr;
            }
            const int side = at->halves[1]->range.contains(towards) ? 1 : 0;
            offer(*at->halves[1 - side]);
            at = at->halves[side];
        }
        at->state = State::granted;
        return at;
    }
    [[nodiscard]] static bool split(Node& node) noexcept {
        auto* const low = new (std::nothrow) Node{node.range.lower_half().assume_value(), &node};
        auto* const high = new (std::nothrow) Node{node.range.upper_half().assume_value(), &node};
        if (low == nullptr || high == nullptr) {
            delete low;
            delete high;
            return false;
        }
        node.halves[0] = low;
        node.halves[1] = high;
        node.state = State::split;
        return true;
    }
    void join(Node& node) noexcept {
        for (Node* at = node.parent; at != nullptr; at = at->parent) {
            Node* const low = at->halves[0];
            Node* const high = at->halves[1];
            if (low->state != State::free || high->state != State::free) return;
            for (Node* half : {low, high}) {
                withdraw(*half);
                delete half;
            }
            at->halves[0] = at->halves[1] = nullptr;
            offer(*at);
        }
    }
    /// Among the free ones, as the last of its length: what was given back longest ago is taken first.
    void offer(Node& node) noexcept {
        List& list = free_[static_cast<std::size_t>(node.range.prefix_length())];
        node.state = State::free;
        node.previous = list.last;
        node.next = nullptr;
        (list.last != nullptr ? list.last->next : list.first) = &node;
        list.last = &node;
    }
    void withdraw(Node& node) noexcept {
        List& list = free_[static_cast<std::size_t>(node.range.prefix_length())];
        (node.previous != nullptr ? node.previous->next : list.first) = node.next;
        (node.next != nullptr ? node.next->previous : list.last) = node.previous;
    }

    std::array<List, static_cast<std::size_t>(F::bits) + 1> free_{};
};

}  // namespace estate::detail
