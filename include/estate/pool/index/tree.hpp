// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace estate::detail {

/// What a node of a Tree has as its member `links`.
template <class Node>
struct TreeLinks {
    Node* up = nullptr;
    Node* left = nullptr;
    Node* right = nullptr;
    std::uint64_t priority = 0;
};

/// A sequence of nodes that the user owns, as a binary search tree that is balanced by chance. Each node sums up what
/// is below it: `node.sum_up()` makes its sums from those of links.left and links.right. Every operation takes
/// logarithmic time on average, whatever the order of insertion, and no memory.
/// Source  Seidel and Aragon, Randomized search trees, Algorithmica 16, 1996.
template <class Node>
class Tree {
public:
    Tree() noexcept = default;
    Tree(const Tree&) = delete;
    Tree& operator=(const Tree&) = delete;

    [[nodiscard]] Node* root() const noexcept { return root_; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] Node* first() const noexcept { return leftmost(root_); }
    [[nodiscard]] Node* last() const noexcept {
        Node* at = root_;
        while (at != nullptr && at->links.right != nullptr) at = at->links.right;
        return at;
    }
    [[nodiscard]] static Node* next(const Node& node) noexcept {
        if (node.links.right != nullptr) return leftmost(node.links.right);
        const Node* at = &node;
        while (at->links.up != nullptr && at->links.up->links.right == at) at = at->links.up;
        return at->links.up;
    }
    [[nodiscard]] Node* previous(const Node* node) const noexcept {
        if (node == nullptr) return last();
        if (node->links.left != nullptr) {
            Node* at = node->links.left;
            while (at->links.right != nullptr) at = at->links.right;
            return at;
        }
        while (node->links.up != nullptr && node->links.up->links.left == node) node = node->links.up;
        return node->links.up;
    }
    /// The first node that is_before(node) is false for, or null. Pre  those it is true for come first
    template <class Before>
    [[nodiscard]] Node* first_not(Before is_before) const noexcept {
        Node* found = nullptr;
        for (Node* at = root_; at != nullptr;) {
            if (is_before(*at)) {
                at = at->links.right;
            } else {
                found = at;
                at = at->links.left;
            }
        }
        return found;
    }

    /// All nodes go over; `from` is empty then. Pre  this is empty
    void take_all(Tree& from) noexcept {
        root_ = from.root_;
        size_ = from.size_;
        from.root_ = nullptr;
        from.size_ = 0;
    }
    /// In front of `place`; at the end for null.
    void insert(Node* place, Node& node) noexcept {
        node.links = {nullptr, nullptr, nullptr, random()};
        if (root_ == nullptr) {
            root_ = &node;
        } else if (place != nullptr && place->links.left == nullptr) {
            place->links.left = &node;
            node.links.up = place;
        } else {
            Node* const before = previous(place);
            before->links.right = &node;
            node.links.up = before;
        }
        ++size_;
        node.sum_up();
        while (node.links.up != nullptr && node.links.up->links.priority < node.links.priority) rotate_up(node);
        changed(node.links.up);
    }
    void erase(Node& node) noexcept {
        while (node.links.left != nullptr || node.links.right != nullptr) {
            Node* const left = node.links.left;
            Node* const right = node.links.right;
            const bool by_left =
                right == nullptr || (left != nullptr && left->links.priority > right->links.priority);
            rotate_up(by_left ? *left : *right);
        }
        Node* const up = node.links.up;
        replace(up, node, nullptr);
        --size_;
        changed(up);
    }
    /// What the node sums up has changed; so the sums above it.
    static void changed(Node* node) noexcept {
        for (; node != nullptr; node = node->links.up) node->sum_up();
    }

private:
    static Node* leftmost(Node* at) noexcept {
        while (at != nullptr && at->links.left != nullptr) at = at->links.left;
        return at;
    }
    void replace(Node* up, const Node& child, Node* by) noexcept {
        (up == nullptr ? root_ : up->links.left == &child ? up->links.left : up->links.right) = by;
        if (by != nullptr) by->links.up = up;
    }
    /// The node takes the place of its parent, which becomes its child.
    void rotate_up(Node& node) noexcept {
        Node& parent = *node.links.up;
        const bool is_left = parent.links.left == &node;
        Node*& inner = is_left ? node.links.right : node.links.left;
        replace(parent.links.up, parent, &node);
        (is_left ? parent.links.left : parent.links.right) = inner;
        if (inner != nullptr) inner->links.up = &parent;
        inner = &parent;
        parent.links.up = &node;
        parent.sum_up();
        node.sum_up();
    }
    std::uint64_t random() noexcept {
        state_ ^= state_ << 13;
        state_ ^= state_ >> 7;
        state_ ^= state_ << 17;
        return state_;
    }

    Node* root_ = nullptr;
    std::size_t size_ = 0;
    std::uint64_t state_ = 0x9E3779B97F4A7C15;
};

}  // namespace estate::detail
