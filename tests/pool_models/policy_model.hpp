// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>
#include <deque>
#include <estate/net/ostream.hpp>
#include <estate/pool/ip_pool.hpp>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "net/random.hpp"
#include "pool/manual_clock.hpp"

namespace estate::test {

/// A range of the model. All that is done with one too large to count lies in `window`: the rest of it is excluded
/// from the start.
struct ModelRange {
    const char* text;
    const char* grown = nullptr;   ///< what it becomes
    const char* window = nullptr;  ///< all, where null
};

/// What a model tries.
struct ModelPlan {
    std::vector<ModelRange> ranges;
    std::chrono::nanoseconds quarantine{0};
    WhenCooling otherwise = WhenCooling::refuse;
    bool stay = false;  ///< ranges are there from the start, and neither go nor grow
};

/// An IpPool that chooses by Select beside the plainest account of it: a set of the addresses that are free, a map of
/// those that are leased, a map of those that are given back and when. Numbers are the low 64 bits of an address,
/// which differ for all addresses of a plan.
template <class F, class Select>
class PolicyModel {
    using Number = std::uint64_t;
    using Clock = ManualClock<PolicyModel>;
    using Address = IpAddress<F>;

public:
    explicit PolicyModel(const ModelPlan& plan) : plan_{plan} {
        Clock::set(std::chrono::hours{1});
        if (plan.quarantine.count() != 0)
            require(pool_.set_quarantine(plan.quarantine, plan.otherwise).has_value(), "quarantine");
        for (const ModelRange& range : plan.ranges) {
            ranges_.push_back(
                {CidrRange<F>::parse(range.text).value(), CidrRange<F>::parse(range.text).value(), range});
            add(ranges_.back());
        }
        queued_ = exact && plan.stay && ranges_.size() == 1 && all_dense();
        audit();
    }

    void run(int operations) {
        for (now_ = 0; now_ < operations; ++now_) {
            const bool filling = now_ / 3000 % 2 == 0;
            const auto what = random_.below(128);
            see_which_are_gone();
            if (what < 44) {
                filling ? allocate() : give_back();
            } else if (what < 60) {
                filling ? give_back() : allocate();
            } else if (what < 68) {
                allocate_specific();
            } else if (what < 80) {
                keep();
            } else if (what < 88) {
                renew_or_release();
            } else if (what < 92) {
                stale();
            } else if (what < 100) {
                pass_time();
            } else if (what < 106) {
                expire();
            } else if (what < 114) {
                hold();
            } else if (what < 118) {
                share();
            } else if (what < 119) {
                if (random_.below(16) == 0) audit();
            } else if (what < 120) {
                if (!plan_.stay && random_.below(4) == 0) change_ranges();
            } else {
                look_up();
            }
        }
        audit();
        end();
    }

private:
    struct Known {
        CidrRange<F> cidr;
        CidrRange<F> first_cidr;
        ModelRange plan;
        bool present = false;
        bool draining = false;
        Number first = 0;  // what can be leased of it
        Number last = 0;
        std::size_t leased = 0;
        std::int64_t given = 0;     // when an address of it was given back last
        std::int64_t restless = 0;  // the same, or when what was held or in quarantine changed

        [[nodiscard]] bool countable() const { return last - first < 100'000; }
        [[nodiscard]] bool covers(Number at) const { return present && first <= at && at <= last; }
    };
    struct Owner {
        Number number;
        Known* range;
        std::uint64_t generation;
        std::vector<Lease<F>> shares;
        std::optional<IpBinding<F>> kept;
        std::optional<std::uint64_t> due;  // in ticks of a kept lease
    };

    void require(bool so, const char* what) const {
        if (!so) BOOST_FAIL("operation " << now_ << ": " << what);
    }
    static Number number_of(const Address& ip) { return ip.bits().low(); }
    static Address address_in(const Known& range, Number number) {
        const Uint128 bits = range.cidr.first().bits();
        return Address::from_bits(Uint128{bits.high(), number});
    }
    static std::uint64_t tick_now() { return static_cast<std::uint64_t>(Clock::nanoseconds()) >> 20; }
    [[nodiscard]] std::int64_t least() const { return plan_.quarantine.count(); }

    // --- addresses ---

    Known* range_of(Number number) {
        for (Known& range : ranges_) {
            if (range.covers(number)) return &range;
        }
        return nullptr;
    }
    /// One of a range that is there.
    Number some_number(Known& range) {
        switch (random_.below(6)) {
            case 0: return range.first;
            case 1: return range.last;
            case 2:
            case 3:
                if (!recent_.empty()) {
                    const Number at = recent_[random_.below(recent_.size())];
                    if (range_of(at) == &range) return at;
                }
                [[fallthrough]];
            default:
                return range.countable() ? range.first + random_.below(range.last - range.first + 1)
                                         : range.first + random_.below(512);
        }
    }
    Known* some_range() {
        Known& range = ranges_[random_.below(ranges_.size())];
        return range.present ? &range : nullptr;
    }
    void now_free(Number number) {
        if (range_of(number)->countable()) free_.insert(number);
        cooling_.erase(number);
    }
    /// Addresses whose quarantine is over for certain become free: after twice its time, or once where it is exact.
    void settle() {
        while (!given_.empty()) {
            const auto& [number, when] = given_.front();
            if (Clock::nanoseconds() - when < (exact ? least() : 2 * least())) return;
            const auto at = cooling_.find(number);
            if (at != cooling_.end() && at->second == when) now_free(number);
            given_.pop_front();
        }
    }
    void freed(Number number) {
        const Known& range = *range_of(number);
        if (held_.count(number) != 0 || range.draining) return;
        if (queued_) {
            order_[number] = ++given_back_;
            queue_[given_back_] = number;
        }
        if (least() == 0) return now_free(number);
        cooling_[number] = Clock::nanoseconds();
        given_.emplace_back(number, Clock::nanoseconds());
    }
    /// With LeastRecent quarantine ends to the nanosecond; else within once and twice its time.
    static constexpr bool exact = requires { Select::by_release; };

    // --- leases ---

    void began(Lease<F>&& lease, bool expected_any) {
        const Number number = number_of(lease.address());
        Known* const range = range_of(number);
        require(range != nullptr && range->cidr.contains(lease.address()), "an address of no range");
        require(!range->draining, "an address of a range that drains");
        require(owner_of_.count(number) == 0, "an address twice");
        require(held_.count(number) == 0, "a held address");
        require(lease.generation() > generation_, "a generation again");
        generation_ = lease.generation();
        const auto cooling = cooling_.find(number);
        if (cooling != cooling_.end()) {
            const auto age = Clock::nanoseconds() - cooling->second;
            const bool oldest = expected_any && counted() && free_.empty();
            require(age >= least() || (oldest && plan_.otherwise == WhenCooling::take_oldest),
                    "an address before its time");
            cooling_.erase(cooling);
        } else if (range->countable()) {
            require(free_.count(number) == 1, "an address that is not free");
        }
        free_.erase(number);
        leave_queue(number);
        leased_before_.insert(number);
        ++range->leased;
        owner_of_.emplace(number, owners_.size());
        owners_.push_back({number, range, lease.generation(), {}, std::nullopt, std::nullopt});
        owners_.back().shares.push_back(std::move(lease));
        if (recent_.size() < 64) recent_.push_back(number);
        else recent_[random_.below(64)] = number;
    }
    void ended(std::size_t index) {
        Owner& owner = owners_[index];
        Known& range = *owner.range;
        const Number number = owner.number;
        owner_of_.erase(number);
        if (owner.due) timed_.erase({*owner.due, number});
        --range.leased;
        range.given = range.restless = Clock::nanoseconds();
        freed(number);
        if (index + 1 != owners_.size()) {
            owner_of_[owners_.back().number] = index;
            owner = std::move(owners_.back());
        }
        owners_.pop_back();
        if (range.draining && range.leased == 0 && least() == 0) gone(range);
    }
    [[nodiscard]] static std::int64_t given_for(const Known& range) { return Clock::nanoseconds() - range.given; }
    [[nodiscard]] static std::int64_t quiet_for(const Known& range) { return Clock::nanoseconds() - range.restless; }
    /// Ranges that drained, with no quarantine left.
    void see_which_are_gone() {
        for (Known& range : ranges_) {
            if (!range.draining || range.leased != 0) continue;
            expire();
            const bool is_there = pool_.contains(range.cidr.first());
            require(is_there ? quiet_for(range) < 2 * least() : given_for(range) >= least(), "a range that drained");
            if (!is_there) gone(range);
        }
    }
    void end_if_unused(std::size_t index) {
        if (owners_[index].shares.empty() && !owners_[index].kept) ended(index);
    }

    void allocate() {
        settle();
        if (free_.empty() && counted()) expire();  // as allocate() does where it finds nothing
        settle();
        if (random_.below(4) == 0) {
            expire();
            (void)pool_.stats();  // changes nothing
        }
        auto lease = pool_.allocate(tenants[random_.below(tenants.size())], "r", {});
        if (!lease) {
            require(counted() && free_.empty(), "refused with free addresses");
            const bool waits = !cooling_.empty();
            require(lease.assume_error() == (waits ? errc::pool_cooling : errc::pool_exhausted), "the reason");
            require(!waits || plan_.otherwise == WhenCooling::refuse, "refused instead of the oldest");
            return;
        }
        const Number number = number_of(lease.assume_value().address());
        if constexpr (std::is_same_v<Select, LowestFirst>) {
            if (least() == 0 && counted() && all_dense() && !free_.empty()) {
                require(number == *free_.begin(), "not the lowest");
            }
        }
        if (queued_) {
            const bool never_leased =
                std::any_of(free_.begin(), free_.end(), [&](Number at) { return order_.count(at) == 0; });
            require(never_leased ? order_.count(number) == 0 : queue_.begin()->second == number,
                    "not the least recent");
        }
        began(std::move(lease).assume_value(), true);
    }
    [[nodiscard]] bool counted() const {
        for (const Known& range : ranges_) {
            if (range.present && !range.draining && !range.countable()) return false;
        }
        return true;
    }
    [[nodiscard]] bool all_dense() const {
        for (const Known& range : ranges_) {
            if (range.plan.window != nullptr) return false;
        }
        return true;
    }
    void allocate_specific() {
        expire();  // which it does where such a lease is in its way
        Known* const range = some_range();
        if (range == nullptr) return;
        const Number number = some_number(*range);
        settle();
        const auto ip = address_in(*range, number);
        auto lease = pool_.allocate_specific(ip, "specific", "r", {});
        if (owner_of_.count(number) != 0)
            return require(!lease && lease.assume_error() == errc::address_leased, "leased");
        if (held_.count(number) != 0 || range->draining) {
            return require(!lease && lease.assume_error() == errc::address_held, "held");
        }
        const auto cooling = cooling_.find(number);
        if (!lease) {
            require(cooling != cooling_.end(), lease.assume_error().message());
            require(lease.assume_error() == errc::address_cooling, "refused, and not cooling");
            return require(Clock::nanoseconds() - cooling->second < 2 * least(), "cooling after twice the time");
        }
        require(cooling == cooling_.end() || Clock::nanoseconds() - cooling->second >= least(),
                "specific before its time");
        require(!exact || cooling == cooling_.end(), "not exact");
        began(std::move(lease).assume_value(), false);
    }
    void share() {
        expire();
        if (owners_.empty()) return;
        Owner& owner = owners_[random_.below(owners_.size())];
        if (owner.shares.empty()) {
            auto more = owner.kept->share();
            require(more.has_value(), "a kept lease cannot be shared");
            owner.shares.push_back(std::move(more).assume_value());
        } else if (owner.shares.size() < 3) {
            owner.shares.push_back(owner.shares.front().share());
        }
    }
    void give_back() {
        expire();
        if (owners_.empty()) return;
        const std::size_t index = random_.below(owners_.size());
        Owner& owner = owners_[index];
        if (owner.shares.empty()) {
            if (random_.below(4) != 0) return;
            require(pool_.release(*owner.kept).has_value(), "release of what is kept");
            remember(*owner.kept);
            owner.kept.reset();
        } else {
            owner.shares.pop_back();
        }
        end_if_unused(index);
    }

    // --- what the pool keeps ---

    void set_due(Owner& owner, std::optional<std::chrono::nanoseconds> left) {
        if (owner.due) timed_.erase({*owner.due, owner.number});
        owner.due.reset();
        if (!left) return;
        owner.due = tick_in(*left);
        timed_.insert({*owner.due, owner.number});
    }
    /// No two leases are due in one tick, in which they would end in no order.
    std::chrono::nanoseconds some_time() {
        std::chrono::nanoseconds left{0};
        do {
            left = std::chrono::microseconds{random_.below(400'000)};
        } while (timed_.lower_bound({tick_in(left), 0}) != timed_.lower_bound({tick_in(left) + 1, 0}));
        return left;
    }
    static std::uint64_t tick_in(std::chrono::nanoseconds left) {
        return (static_cast<std::uint64_t>(Clock::nanoseconds() + left.count()) + (1U << 20) - 1) >> 20;
    }
    void keep() {
        if (owners_.empty()) return;
        Owner& owner = owners_[random_.below(owners_.size())];
        if (owner.shares.empty()) return;
        const auto left = some_time();
        const bool for_good = random_.below(8) == 0;
        auto kept =
            for_good ? pool_.keep(std::move(owner.shares.back())) : pool_.keep(std::move(owner.shares.back()), left);
        require(kept.has_value(), "keep");
        require(!owner.shares.back().holds() && kept.assume_value().generation() == owner.generation, "what was kept");
        owner.shares.pop_back();
        owner.kept = std::move(kept).assume_value();
        set_due(owner, for_good ? std::nullopt : std::optional{left});
    }
    void renew_or_release() {
        expire();
        if (owners_.empty()) return;
        const std::size_t index = random_.below(owners_.size());
        Owner& owner = owners_[index];
        const bool kept = owner.kept.has_value();
        const IpBinding<F> binding = kept ? *owner.kept : owner.shares.front().binding();
        if (random_.below(3) != 0) {
            const auto left = some_time();
            const auto done = pool_.renew(binding, left);
            require(done.has_value() == kept, "renew");
            if (kept) set_due(owner, left);
            return;
        }
        const auto done = pool_.release(binding);
        require(done.has_value() == kept, "release");
        if (!kept) return require(done.assume_error() == errc::stale_binding, "the reason");
        remember(*owner.kept);
        set_due(owner, std::nullopt);
        owner.kept.reset();
        end_if_unused(index);
    }
    void remember(const IpBinding<F>& binding) {
        if (stale_.size() < 32) stale_.push_back(binding);
        else stale_[random_.below(32)] = binding;
    }
    /// Bindings of leases that are not kept any more.
    void stale() {
        if (stale_.empty()) return;
        expire();
        const IpBinding<F>& binding = stale_[random_.below(stale_.size())];
        const auto at = owner_of_.find(number_of(binding.address()));
        const Owner* const owner = at != owner_of_.end() ? &owners_[at->second] : nullptr;
        const bool same = owner != nullptr && owner->generation == binding.generation();
        if (same && owner->kept) return;  // kept again
        require(!pool_.renew(binding, some_time()).has_value(), "renewed what is not kept");
        require(!pool_.release(binding).has_value(), "released what is not kept");
        require(binding.share().has_value() == same, "shared what has ended");
    }
    void pass_time() {
        Clock::advance(std::chrono::microseconds{random_.below(20'000)});
        if (random_.below(200) == 0) Clock::advance(3 * plan_.quarantine);
    }
    [[nodiscard]] bool timed_due() const { return !timed_.empty() && timed_.begin()->first <= tick_now(); }
    void expire() {
        std::size_t count = 0;
        while (timed_due()) {
            const std::size_t index = owner_of_.at(timed_.begin()->second);
            Owner& owner = owners_[index];
            due_now_.push_back(owner.number);
            remember(*owner.kept);
            set_due(owner, std::nullopt);
            owner.kept.reset();
            ++count;
        }
        require(pool_.expire() == count, "so many are due");
        for (const Number number : due_now_) end_if_unused(owner_of_.at(number));
        due_now_.clear();
    }

    // --- what is held, and ranges ---

    void hold() {
        expire();
        Known* const range = some_range();
        if (range == nullptr) return;
        const auto part =
            CidrRange<F>::masked(address_in(*range, some_number(*range)), F::bits - static_cast<int>(random_.below(4)))
                .value();
        const bool inside = range->cidr.contains(part);
        bool leased = false;
        each_of(*range, part, [&](Number at) { leased = leased || owner_of_.count(at) != 0; });
        if (!inside) return;
        const auto how = random_.below(4);
        const auto done = how == 0 ? pool_.reserve(part) : how == 1 ? pool_.exclude(part) : pool_.unreserve(part);
        require(done.has_value() == (how != 0 || !leased), "hold");
        if (!done) return;
        each_of(*range, part, [&](Number at) {
            if (how > 1) {
                if (held_.erase(at) == 0) return;
                range->restless = Clock::nanoseconds();
                if (owner_of_.count(at) != 0 || range->draining) return;
                if (least() == 0) return now_free(at);
                cooling_[at] = Clock::nanoseconds();  // nobody knows when it was leased last
                given_.emplace_back(at, Clock::nanoseconds());
            } else {
                if (cooling_.count(at) != 0) range->restless = Clock::nanoseconds();
                held_.insert(at);
                free_.erase(at);
                cooling_.erase(at);
                leave_queue(at);
            }
        });
    }
    void leave_queue(Number number) {
        const auto at = order_.find(number);
        if (at == order_.end()) return;
        queue_.erase(at->second);
        order_.erase(at);
    }
    template <class Visit>
    static void each_of(const Known& range, const CidrRange<F>& part, Visit visit) {
        Number at = number_of(part.first());
        const Number end = number_of(part.last());
        for (;; ++at) {
            if (range.first <= at && at <= range.last) visit(at);
            if (at == end) return;
        }
    }
    void set_window(Known& range) {
        const auto usable = usable_addresses(range.cidr);
        range.first = number_of(usable.first);
        range.last = number_of(usable.last);
        if (range.plan.window == nullptr) return;
        const auto window = CidrRange<F>::parse(range.plan.window).value();
        range.first = number_of(window.first());
        range.last = number_of(window.last());
    }
    void add(Known& range) {
        require(pool_.add_cidr_range(range.first_cidr).has_value(), "add");
        range.cidr = range.first_cidr;
        range.present = true;
        set_window(range);
        if (range.plan.window != nullptr) {
            require(pool_.exclude(range.cidr).has_value(), "exclude");
            require(pool_.unreserve(CidrRange<F>::parse(range.plan.window).value()).has_value(), "open");
            Clock::advance(plan_.quarantine);
        }
        range.given = range.restless = Clock::nanoseconds() - 2 * least();
        if (!range.countable()) return;
        for (Number at = range.first; at <= range.last; ++at) free_.insert(at);
    }
    void gone(Known& range) {
        std::erase_if(held_, [&](Number at) { return range_of(at) == &range; });
        std::erase_if(leased_before_, [&](Number at) { return range_of(at) == &range; });
        close(range);
        range.present = range.draining = false;
    }
    /// Nothing more of it can be leased.
    void close(const Known& range) {
        std::erase_if(free_, [&](Number at) { return range_of(at) == &range; });
        std::erase_if(cooling_, [&](const auto& at) { return range_of(at.first) == &range; });
    }
    void change_ranges() {
        expire();
        recent_.clear();  // its numbers may be those of another range soon
        Known& range = ranges_[random_.below(ranges_.size())];
        if (!range.present) return add(range);
        switch (random_.below(3)) {
            case 0: {
                expire();
                const auto removed = pool_.remove_cidr_range(range.cidr);
                if (range.leased != 0) {
                    require(!removed && removed.assume_error() == errc::range_in_use, "removed with leases");
                } else if (removed) {
                    require(given_for(range) >= least(), "removed before its quarantine was over");
                } else {
                    require(removed.assume_error() == errc::address_cooling, "the reason");
                    require(quiet_for(range) < 2 * least(), "not removed");
                }
                if (removed) gone(range);
                break;
            }
            case 1: {
                if (random_.below(4) != 0) return;
                require(pool_.drain(range.cidr).has_value(), "drain");
                range.draining = true;
                close(range);
                if (range.leased == 0 && quiet_for(range) >= 2 * least()) gone(range);
                break;
            }
            default: {
                if (range.plan.grown == nullptr || range.cidr != range.first_cidr || range.draining) return;
                const Known before = range;
                const auto to = CidrRange<F>::parse(range.plan.grown).value();
                require(pool_.grow(range.cidr, to).has_value(), "grow");
                range.cidr = to;
                set_window(range);
                if (!range.countable()) return;
                for (Number at = range.first; at <= range.last; ++at) {
                    if (!before.covers(at)) free_.insert(at);
                }
            }
        }
    }

    // --- what is told ---

    void look_up() {
        expire();
        Known* const range = some_range();
        if (range == nullptr) return;
        const Number number = some_number(*range);
        const auto ip = address_in(*range, number);
        const auto binding = pool_.get_binding(ip);
        const auto owner = owner_of_.find(number);
        require(binding.has_value() == (owner != owner_of_.end()), "who has it");
        if (binding)
            require(binding.assume_value().generation() == owners_[owner->second].generation, "which lease has it");
    }
    void audit() {
        expire();
        settle();
        const PoolStats stats = pool_.stats();
        require(stats.capacity == stats.in_use + stats.held + stats.free + stats.cooling, "conservation");
        require(stats.in_use == Uint128{owners_.size()}, "in use");
        if (counted()) {
            std::size_t over = 0;  // perhaps
            for (const auto& [number, when] : cooling_) over += Clock::nanoseconds() - when >= least() ? 1U : 0U;
            require(stats.free >= Uint128{free_.size()} && stats.free <= Uint128{free_.size() + over}, "free");
            require(stats.free + stats.cooling == Uint128{free_.size() + cooling_.size()}, "none is lost");
        } else {
            require(stats.cooling <= Uint128{cooling_.size()}, "cooling");
        }
        std::map<Number, std::uint64_t> visited;
        pool_.for_each_binding([&](const IpBinding<F>& at) {
            require(visited.emplace(number_of(at.address()), at.generation()).second, "visited twice");
        });
        require(visited.size() == owners_.size(), "all are visited");
        for (const Owner& owner : owners_) require(visited.at(owner.number) == owner.generation, "visited");
    }
    /// All comes back.
    void end() {
        expire();
        while (!owners_.empty()) {
            Owner& owner = owners_.back();
            if (owner.kept) require(pool_.release(*owner.kept).has_value(), "release at the end");
            owner.kept.reset();
            owner.shares.clear();
            ended(owners_.size() - 1);
        }
        Clock::advance(2 * plan_.quarantine);
        settle();
        const PoolStats stats = pool_.stats();
        require(stats.in_use == Uint128{0} && stats.cooling == Uint128{0}, "nothing is left");
        if (counted()) require(stats.free == Uint128{free_.size()} && cooling_.empty(), "none is lost at the end");
        BOOST_TEST(pool_.expire() == 0U);
    }

    static constexpr std::array<const char*, 6> tenants{"red", "green", "blue", "black", "white", "grey"};
    const ModelPlan plan_;
    Random random_;
    IpPool<F, Select, Clock> pool_{"model", SecretKey{random_.number(), 1}};
    std::vector<Known> ranges_;
    std::vector<Owner> owners_;
    std::map<Number, std::size_t> owner_of_;
    std::set<Number> free_;                             // of ranges whose addresses are counted
    std::map<Number, std::int64_t> cooling_;            // since when
    std::deque<std::pair<Number, std::int64_t>> given_;  // in that order, outdated ones among them
    std::set<Number> held_;
    std::set<Number> leased_before_;
    std::set<std::pair<std::uint64_t, Number>> timed_;
    std::map<std::uint64_t, Number> queue_;             // for LeastRecent: in the order they were given back
    std::map<Number, std::uint64_t> order_;
    std::uint64_t given_back_ = 0;
    std::vector<Number> recent_;
    std::vector<Number> due_now_;
    std::vector<IpBinding<F>> stale_;
    std::uint64_t generation_ = 0;
    bool queued_ = false;
    int now_ = 0;
};

}  // namespace estate::test
