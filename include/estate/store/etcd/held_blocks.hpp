// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <map>
#include <set>

namespace estate::detail {

/// What a host makes of the blocks that BlockClaims has: which ones its pool leases from, and which leases are void.
/// Thread safety: none.
class HeldBlocks {
public:
    using Revisions = std::map<std::uint32_t, std::uint64_t>;

    /// The revision of a block, for a lease of this generation; 0 where it is void.
    [[nodiscard]] std::uint64_t token(std::uint32_t block, std::uint64_t generation) const {
        const auto held = held_.find(block);
        return held == held_.end() || is_void(block, generation) ? 0 : held->second;
    }
    /// Its range leases.
    [[nodiscard]] bool is_open(std::uint32_t block) const { return held_.contains(block) && !closed_.contains(block); }
    /// Which time it was opened, of all blocks together; 0 while its range does not lease.
    [[nodiscard]] std::uint64_t opening(std::uint32_t block) const {
        return is_open(block) ? openings_.at(block) : 0;
    }
    [[nodiscard]] Revisions open() const {
        Revisions made = held_;
        for (const std::uint32_t block : closed_) made.erase(block);
        return made;
    }
    [[nodiscard]] const Revisions& all() const noexcept { return held_; }
    /// Lost ones that are not had again.
    [[nodiscard]] const std::set<std::uint32_t>& gone() const noexcept { return gone_; }
    [[nodiscard]] bool has_left() const noexcept { return left_.empty(); }

    /// Those of `mine` whose ranges are to be opened. They are held from here on: what is leased of a range the moment
    /// that it opens has a token.
    [[nodiscard]] Revisions gain(const Revisions& mine) {
        std::erase_if(left_, [&](std::uint32_t block) { return !mine.contains(block); });
        Revisions gained;
        for (const auto& [block, revision] : mine) {
            if (left_.contains(block) || is_open(block)) continue;
            held_.emplace(block, revision);
            closed_.insert(block);
            gone_.erase(block);
            gained.emplace(block, revision);
        }
        return gained;
    }
    void opened(std::uint32_t block) {
        closed_.erase(block);
        openings_[block] = ++last_opening_;
    }
    /// Its leases go on, and gain() names it again.
    void close(std::uint32_t block) { closed_.insert(block); }
    /// It has no range any more, and is not gained again as long as it is still in `mine`.
    void give_up(std::uint32_t block) {
        lose(block);
        left_.insert(block);
    }
    /// What was given up and is still in `mine` is gained again.
    void take_back() { left_.clear(); }
    void take_back(std::uint32_t block) { left_.erase(block); }
    void lose(std::uint32_t block) {
        held_.erase(block);
        closed_.erase(block);
        openings_.erase(block);
        left_.erase(block);
    }
    [[nodiscard]] bool is_void(std::uint32_t block, std::uint64_t generation) const {
        const auto gone = void_.find(block);
        return gone != void_.end() && generation <= gone->second;
    }
    /// The leases up to this generation are void.
    void end_leases(std::uint32_t block, std::uint64_t generation) {
        void_[block] = generation;
        gone_.insert(block);
    }

private:
    Revisions held_;
    std::set<std::uint32_t> closed_;  // held ones whose range does not lease, or not yet
    Revisions openings_;
    std::uint64_t last_opening_ = 0;
    std::set<std::uint32_t> left_;
    std::set<std::uint32_t> gone_;
    std::map<std::uint32_t, std::uint64_t> void_;  // by block, the last generation that is
};

}  // namespace estate::detail
