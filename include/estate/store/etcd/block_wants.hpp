// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <estate/store/etcd/block_claims.hpp>
#include <estate/store/etcd/held_blocks.hpp>

namespace estate::detail {

/// What a host wants BlockClaims to have: the blocks that it uses, one more where nothing could be leased, and certain
/// ones for a while.
/// Thread safety: none, but for want_further().
class BlockWants {
public:
    /// So many blocks at least; all else is wanted for the time `patience`.
    BlockWants(std::size_t least, std::int64_t patience) noexcept
        : least_{(std::max)(least, std::size_t{1})}, patience_{patience} {}

    [[nodiscard]] std::size_t least() const noexcept { return least_; }
    /// Nothing is left to lease.
    void want_further() noexcept { wants_further_.store(true, std::memory_order_relaxed); }
    void wish(std::uint32_t block, std::int64_t now) { wishes_[block] = now + patience_; }
    [[nodiscard]] bool wishes(std::uint32_t block) const { return !leaves_ && wishes_.contains(block); }
    /// From now on nothing is wanted but what is in use.
    void leave() noexcept {
        leaves_ = true;
        steps_to_leave_ = 2;
    }
    [[nodiscard]] bool leaves() const noexcept { return leaves_; }
    /// What leave() asks for has been passed on since. Pre  it was called
    [[nodiscard]] bool has_told_leave() const noexcept { return steps_to_leave_ == 0; }

    void tell(BlockClaims& claims, HeldBlocks& held, std::set<std::uint32_t> used, std::int64_t now) {
        for (const std::uint32_t block : held.gone()) used.erase(block);
        for (const std::uint32_t block : needed_) {
            if (!used.contains(block)) claims.need_no_longer(block);
        }
        for (const std::uint32_t block : used) claims.need(block);
        needed_ = std::move(used);
        if (wants_further_.exchange(false, std::memory_order_relaxed) && !leaves_) {
            further_until_ = now + patience_, further_ = held.open().size() + 1;
            held.take_back();  // one that was to go is had again
        }
        std::erase_if(wishes_, [&](const auto& wish) {
            if (now < wish.second && !leaves_) return false;
            claims.wish_no_longer(wish.first);
            return true;
        });
        const std::size_t least = leaves_ ? 0 : least_;
        const std::size_t further = !leaves_ && now < further_until_ ? further_ : 0;
        claims.want((std::max)({least, further, needed_.size(), held.all().size()}));
        if (steps_to_leave_ != 0) --steps_to_leave_;
    }

private:
    std::size_t least_;
    std::int64_t patience_;
    std::set<std::uint32_t> needed_;
    std::map<std::uint32_t, std::int64_t> wishes_;  // and until when
    std::size_t further_ = 0;
    std::int64_t further_until_ = (std::numeric_limits<std::int64_t>::min)();
    bool leaves_ = false;
    int steps_to_leave_ = 0;
    std::atomic<bool> wants_further_{false};
};

}  // namespace estate::detail
