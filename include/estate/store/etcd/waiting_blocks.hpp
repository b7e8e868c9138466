// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <estate/store/etcd/block_request.hpp>
#include <map>
#include <optional>
#include <utility>

namespace estate::detail {

/// The blocks that wait, each since this host learned of it. Time that goes by unseen does not count: no more than the
/// patience for each look at the clock.
class WaitingBlocks {
public:
    explicit WaitingBlocks(const BlockTerms& terms) : terms_{terms} {}

    /// A clock that jumps ahead, or a process that was stopped, must not shorten what others wait for.
    void look(std::int64_t now) noexcept {
        age_ += std::clamp<std::int64_t>(now - looked_, 0, terms_.patience);
        looked_ = now;
    }
    void add(std::uint32_t block, std::uint64_t revision) { seen_[block] = {revision, age_}; }
    /// These wait and no others. One with another revision has begun anew.
    void renew(const std::vector<BlockRecord>& records) {
        std::map<std::uint32_t, Seen> now;
        for (const BlockRecord& record : records) {
            if (!record.waits) continue;
            const auto seen = seen_.find(record.block);
            const bool is_known = seen != seen_.end() && seen->second.revision == record.revision;
            now[record.block] = is_known ? seen->second : Seen{record.revision, age_};
        }
        seen_ = std::move(now);
    }
    /// This one, if it has waited for long enough; it is here no more then.
    [[nodiscard]] std::optional<BlockRecord> take(std::uint32_t block) {
        const auto at = seen_.find(block);
        if (at == seen_.end() || age_ - at->second.since < terms_.quarantine()) return std::nullopt;
        const BlockRecord record{block, at->second.revision};
        seen_.erase(at);
        return record;
    }
    /// The first one from `start` on that has, all around.
    [[nodiscard]] std::optional<BlockRecord> take_from(std::uint32_t start) {
        auto at = seen_.lower_bound(start);
        for (std::size_t left = seen_.size(); left != 0; --left, ++at) {
            if (at == seen_.end()) at = seen_.begin();
            if (auto record = take(at->first)) return record;
        }
        return std::nullopt;
    }

private:
    struct Seen {
        std::uint64_t revision = 0;
        std::int64_t since = 0;
    };

    BlockTerms terms_;
    std::int64_t looked_ = 0;
    std::int64_t age_ = 0;  // of this host, as far as it has looked
    std::map<std::uint32_t, Seen> seen_;
};

}  // namespace estate::detail
