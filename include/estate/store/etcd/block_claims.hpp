// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <estate/store/etcd/waiting_blocks.hpp>
#include <limits>
#include <set>
#include <string_view>
#include <utility>

namespace estate {

/// The blocks of addresses that a host has: the protocol alone, without a network and without a clock. Whoever runs it
/// passes the time, sends what next() says and hands the answers back. doc/blocks.md has its proof.
///
/// A block is this host's from the moment its claim was answered, for as long as may_lease() says so: up to the fence.
/// That is the time at which the last answered request to keep the session alive was *sent*, plus its time to live,
/// less the skew. From then on nothing may be leased, and what is leased must be out of use within the flush time.
/// Time     by one clock of the host that never goes back, and goes on while the machine is suspended.
/// Thread safety: none.
class BlockClaims {
public:
    BlockClaims(std::string host, const BlockTerms& terms) : host_{std::move(host)}, terms_{terms}, waiting_{terms} {}

    /// How many blocks it is to have, those that it needs among them, had or not yet. It gives up none that it needs.
    void want(std::size_t blocks) { wanted_ = blocks; }
    /// Blocks in which this host has leases, from its own file: it claims them, and keeps them, unless another host may
    /// have had them meanwhile. Those are reported by take_lost().
    void need(std::uint32_t block) { needed_.insert(block); }
    void need_no_longer(std::uint32_t block) { needed_.erase(block); }
    /// A certain block that it is to have, beyond what want() says: it claims it as soon as nobody has it, and a dead
    /// host's after its quarantine.
    void wish(std::uint32_t block) {
        if (!wished_.insert(block).second) return;
        owners_.erase(block);  // what an earlier list said
        must_list_ = true;
    }
    void wish_no_longer(std::uint32_t block) { wished_.erase(block); }
    void pause(bool pauses) noexcept { pauses_ = pauses; }  ///< it asks for nothing but life and the list
    /// The host that has a block wished for, where that is another one and lived when the last list was made; else
    /// empty.
    [[nodiscard]] std::string owner_of(std::uint32_t block) const {
        const auto found = owners_.find(block);
        return found != owners_.end() ? found->second : std::string{};
    }

    /// Addresses of the block can be leased now.
    [[nodiscard]] bool may_lease(std::uint32_t block, std::int64_t now) const {
        return now < fence_ && mine_.contains(block);
    }
    /// The time from which on nothing may be leased, unless it moves.
    [[nodiscard]] std::int64_t fence() const noexcept { return fence_; }
    [[nodiscard]] bool has_session() const noexcept { return stage_ == Stage::ready; }
    /// Block and revision of what it has. The revision is the fencing token: that of a later owner is greater.
    [[nodiscard]] const std::map<std::uint32_t, std::uint64_t>& mine() const noexcept { return mine_; }
    /// Blocks that it had or needed at the last call, or since, and no longer has: their leases are void. After the end
    /// of a session they are not, as long as it needs the block and this does not name it again.
    [[nodiscard]] std::vector<std::uint32_t> take_lost() { return std::exchange(lost_, {}); }

    /// What to send now, if anything. One request is under way at a time.
    [[nodiscard]] std::optional<BlockRequest> next(std::int64_t now) {
        waiting_.look(now);
        if (pending_ && now - sent_ < terms_.patience) return std::nullopt;
        if (pending_) give_up_waiting();  // lost, or late
        if (now < not_before_) return std::nullopt;
        auto request = choose(now);
        if (!request) return std::nullopt;
        request->number = ++number_;
        request->session = request->kind == BlockRequest::Kind::announce || stage_ == Stage::ready ? session_ : 0;
        pending_ = *request;
        sent_ = now;
        return request;
    }
    /// There will be no answer to what next() said: another request is made, a while later. Whether it was done is not
    /// known.
    void fail(std::int64_t now) {
        if (!pending_) return;
        give_up_waiting();
        not_before_ = now + terms_.patience / 16;
    }
    void hear(const BlockAnswer& answer, std::int64_t now) {
        if (!pending_ || answer.number != pending_->number) return;
        const BlockRequest asked = *std::exchange(pending_, std::nullopt);
        switch (asked.kind) {
            case Kind::grant: return granted(answer);
            case Kind::announce: return announced(answer, now);
            case Kind::keep_alive: return kept_alive(answer);
            case Kind::list: return listed(answer, now);
            case Kind::claim:
                if (answer.done) mine_[asked.block] = answer.revision;
                break;
            case Kind::mark:
                if (answer.done) waiting_.add(asked.block, answer.revision);
                break;
            case Kind::give_up:
            case Kind::erase: break;
        }
        if (!answer.done) must_list_ = true;
    }

private:
    enum class Stage : std::uint8_t { none, granted, ready };
    using Kind = BlockRequest::Kind;

    /// From here on the answer is not listened to.
    void give_up_waiting() {
        must_list_ = true;
        pending_.reset();
    }
    /// Had, or needed and still to be claimed.
    [[nodiscard]] std::size_t count() const {
        const auto is_to_come = [&](std::uint32_t block) { return !mine_.contains(block); };
        return mine_.size() + static_cast<std::size_t>(std::count_if(needed_.begin(), needed_.end(), is_to_come));
    }

    [[nodiscard]] std::optional<BlockRequest> choose(std::int64_t now) {
        // one that was not announced by now may have ended
        if (stage_ == Stage::granted && now - granted_sent_ >= terms_.time_to_live / 2) stage_ = Stage::none;
        if (stage_ == Stage::none) return request(Kind::grant);
        if (stage_ == Stage::granted) return request(Kind::announce);
        if (now - sent_alive_ >= terms_.time_to_live / 3) return request(Kind::keep_alive);
        if (now - listed_ >= (must_list_ ? terms_.time_to_live / 100 : terms_.time_to_live)) return request(Kind::list);
        if (now >= fence_ || pauses_) return std::nullopt;  // keep_alive will say whether the session lives
        if (mine_.size() > (std::max)(wanted_, needed_.size())) {
            for (const auto& [block, revision] : mine_) {
                if (needed_.contains(block) || wished_.contains(block)) continue;
                auto erase = of_block(Kind::erase, {block, revision});
                mine_.erase(block);  // from here on, whatever the answer is
                return erase;
            }
        }
        while (!old_.empty()) {
            const BlockRecord record = pop(old_);
            if (mine_.contains(record.block)) continue;
            const bool is_to_be_had = needed_.contains(record.block) || wished_.contains(record.block);
            if (is_to_be_had || count() < wanted_) return of_block(Kind::claim, record);
            return of_block(Kind::give_up, record);  // of an earlier session: its last packets may still be under way
        }
        for (const std::uint32_t block : wished_) {
            if (mine_.contains(block)) continue;
            if (const auto waited = waiting_.take(block)) return of_block(Kind::claim, *waited);
            const auto dead = std::find_if(dead_.begin(), dead_.end(),
                                           [&](const BlockRecord& record) { return record.block == block; });
            if (dead != dead_.end()) return mark_of(dead);
        }
        if (count() >= wanted_) return std::nullopt;
        if (!free_.empty()) {
            must_list_ = must_list_ || (free_.size() == 1 && has_more_);
            return of_block(Kind::claim, pop(free_));
        }
        // starting at a place of its own, so that hosts seldom meet
        const auto start = static_cast<std::uint32_t>(place() % (std::max)(terms_.blocks, 1U));
        if (const auto waited = waiting_.take_from(start)) return of_block(Kind::claim, *waited);
        if (dead_.empty()) return std::nullopt;
        return mark_of(dead_.begin() + static_cast<std::ptrdiff_t>(place() % dead_.size()));
    }
    [[nodiscard]] BlockRequest mark_of(std::vector<BlockRecord>::iterator at) {
        std::swap(*at, dead_.back());
        const BlockRecord record = pop(dead_);
        auto mark = of_block(Kind::mark, record);
        mark.host = record.host;
        mark.host_session = record.session;
        return mark;
    }
    [[nodiscard]] std::size_t place() const noexcept { return std::hash<std::string>{}(host_) + number_ * 7919; }
    static BlockRecord pop(std::vector<BlockRecord>& from) {
        BlockRecord last = std::move(from.back());
        from.pop_back();
        return last;
    }
    static BlockRequest request(Kind kind) {
        BlockRequest made;
        made.kind = kind;
        return made;
    }
    static BlockRequest of_block(Kind kind, const BlockRecord& record) {
        BlockRequest made = request(kind);
        made.block = record.block;
        made.revision = record.revision;
        return made;
    }
    void granted(const BlockAnswer& answer) {
        if (!answer.done) return;
        stage_ = Stage::granted;
        session_ = answer.session;
        granted_sent_ = sent_;
    }
    void announced(const BlockAnswer& answer, std::int64_t now) {
        if (!answer.done) {  // an earlier session of this host has not ended yet, or this one has
            not_before_ = now + terms_.time_to_live / 8;
            return;
        }
        stage_ = Stage::ready;
        sent_alive_ = granted_sent_;
        fence_ = granted_sent_ + terms_.time_to_live - terms_.skew;
        must_list_ = true;
    }
    void kept_alive(const BlockAnswer& answer) {
        if (answer.done) {
            sent_alive_ = sent_;
            fence_ = sent_ + terms_.time_to_live - terms_.skew;
            return;
        }
        stage_ = Stage::none;  // the session has ended, and with it what was claimed
        fence_ = 0;
        for (const auto& [block, revision] : mine_) lost_.push_back(block);
        mine_.clear();
        forget();
    }
    void forget() {
        old_.clear();
        free_.clear();
        dead_.clear();
    }
    void listed(BlockAnswer answer, std::int64_t now) {
        std::erase_if(answer.records, [&](const BlockRecord& record) { return record.block >= terms_.blocks; });
        must_list_ = false;
        listed_ = now;
        forget();
        owners_.clear();
        waiting_.renew(answer.records);
        std::vector<std::uint32_t> recorded;
        for (const BlockRecord& record : answer.records) {
            recorded.push_back(record.block);
            const bool is_own = record.host == host_;
            if (!is_own) lose(record.block);
            if (is_own && !mine_.contains(record.block)) {
                if (!record.waits || needed_.contains(record.block)) old_.push_back(record);
            }
            if (record.waits || is_own) continue;
            if (!std::binary_search(answer.live_hosts.begin(), answer.live_hosts.end(), record.host)) {
                dead_.push_back(record);
            } else if (wished_.contains(record.block)) {
                owners_[record.block] = record.host;
            }
        }
        // what has no record was another host's that erased it, or the store is not the one that it was
        std::sort(recorded.begin(), recorded.end());
        const auto is_recorded = [&](std::uint32_t block) {
            return std::binary_search(recorded.begin(), recorded.end(), block);
        };
        lose_all_but(is_recorded);
        const std::size_t start = place();
        constexpr std::size_t at_once = 64;
        for (std::uint32_t i = 0; i < terms_.blocks && free_.size() < at_once; ++i) {
            const auto block = static_cast<std::uint32_t>((start + i) % terms_.blocks);
            if (!is_recorded(block)) free_.push_back({block});
        }
        has_more_ = free_.size() == at_once;
        for (const std::uint32_t block : wished_) {
            if (!is_recorded(block)) old_.push_back({block});
        }
    }
    /// Another host has the block, or had it since this one did: what it has leased there is void.
    void lose(std::uint32_t block) {
        const bool was_mine = mine_.erase(block) != 0;
        const bool was_needed = needed_.erase(block) != 0;
        if (was_mine || was_needed) lost_.push_back(block);
    }
    void lose_all_but(auto is_recorded) {
        std::set<std::uint32_t> gone = needed_;
        for (const auto& [block, revision] : mine_) gone.insert(block);
        for (const std::uint32_t block : gone) {
            if (!is_recorded(block)) lose(block);
        }
    }

    std::string host_;
    BlockTerms terms_;
    std::size_t wanted_ = 0;
    std::set<std::uint32_t> needed_;
    std::set<std::uint32_t> wished_;
    std::map<std::uint32_t, std::uint64_t> mine_;
    std::vector<std::uint32_t> lost_;

    Stage stage_ = Stage::none;
    std::uint64_t session_ = 0;
    std::int64_t fence_ = 0;
    std::int64_t granted_sent_ = 0;
    std::int64_t sent_alive_ = 0;
    std::int64_t sent_ = 0;
    std::int64_t listed_ = (std::numeric_limits<std::int64_t>::min)() / 2;
    std::int64_t not_before_ = 0;
    std::uint64_t number_ = 0;
    bool must_list_ = true;
    bool pauses_ = false;
    bool has_more_ = false;    // more blocks than those in `free_` may have no record
    std::optional<BlockRequest> pending_;

    // what the last list said
    std::vector<BlockRecord> old_;   // this host's, of an earlier session or of a claim that was not answered
    std::vector<BlockRecord> free_;  // without a record
    std::vector<BlockRecord> dead_;  // of hosts without a session
    detail::WaitingBlocks waiting_;
    std::map<std::uint32_t, std::string> owners_;  // of blocks wished for
};

}  // namespace estate
