// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace estate::sim {

/// Which sockets have a key, in the order in which they got it: a hash table of lists whose links stand in
/// tables as long as the table of sockets. It finds candidates; whoever asks compares.
class Chains {
public:
    static constexpr std::uint32_t end = UINT32_MAX;

    explicit Chains(std::size_t things)
        : heads_(std::bit_ceil(things + 1), end), tails_(heads_.size(), end), links_(things) {}

    void add(std::uint32_t thing, std::uint64_t key) noexcept {
        const std::size_t row = row_of(key);
        links_[thing] = {end, tails_[row], row};
        (tails_[row] == end ? heads_[row] : links_[tails_[row]].next) = thing;
        tails_[row] = thing;
    }
    /// Nothing where it is in no chain.
    void remove(std::uint32_t thing) noexcept {
        Links& links = links_[thing];
        if (links.row == nowhere) return;
        (links.previous == end ? heads_[links.row] : links_[links.previous].next) = links.next;
        (links.next == end ? tails_[links.row] : links_[links.next].previous) = links.previous;
        links = Links{};
    }
    [[nodiscard]] bool has(std::uint32_t thing) const noexcept { return links_[thing].row != nowhere; }
    [[nodiscard]] std::uint32_t first(std::uint64_t key) const noexcept { return heads_[row_of(key)]; }
    [[nodiscard]] std::uint32_t next(std::uint32_t thing) const noexcept { return links_[thing].next; }

private:
    static constexpr std::size_t nowhere = SIZE_MAX;
    struct Links {
        std::uint32_t next = end;
        std::uint32_t previous = end;
        std::size_t row = nowhere;
    };
    [[nodiscard]] std::size_t row_of(std::uint64_t key) const noexcept {
        return static_cast<std::size_t>((key * 0x9e3779b97f4a7c15ULL) >> 32) & (heads_.size() - 1);
    }

    std::vector<std::uint32_t> heads_;
    std::vector<std::uint32_t> tails_;
    std::vector<Links> links_;
};

}  // namespace estate::sim
