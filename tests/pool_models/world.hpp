// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <estate/net/text.hpp>
#include <estate/pool/ip_pool.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "pool/manual_clock.hpp"
#include "pool_models/table.hpp"

namespace estate::test {

/// An operation and what it is done with: numbers that any world reads, so that each sequence of them can be run.
struct Step {
    Op op = Op::probe;
    unsigned char a = 0;
    unsigned char b = 0;
};

/// Where a sequence is run: two ranges. Of a large one all but eight addresses are excluded from the start.
struct Place {
    const char* range;
    const char* grown;           ///< null for one that does not grow
    const char* window;          ///< null for a small range: all of it
    const char* other;
    std::chrono::milliseconds quarantine;
    WhenCooling otherwise = WhenCooling::refuse;
};

/// A pool beside the plainest account of it: for each address, the marks that it bears. The table says what an
/// operation does with them.
template <class F, class Select>
class World {
    using Address = IpAddress<F>;
    struct Time : ManualClock<Time> {};
    using Pool = IpPool<F, Select, Time>;

public:
    explicit World(const Place& place) : place_{place} {
        Time::set(std::chrono::hours{1});
        least_ = std::chrono::nanoseconds{place.quarantine}.count();
        must(pool_.set_quarantine(place.quarantine, place.otherwise).has_value(), "set_quarantine");
        add(0, place.range, place.grown, place.window);
        add(1, place.other, nullptr, nullptr);
    }

    void run(const std::vector<Step>& steps) {
        for (const Step& step : steps) run(step);
        finish();
    }
    /// Writes each call down, too.
    void write_to(std::vector<std::string>& log) { log_ = &log; }

private:
    struct Spot {
        Address ip{};
        std::size_t range = 0;
        bool usable = false;
        bool held = false;
        std::optional<std::int64_t> cooling{};  // since when
        std::int64_t sure = 0;                  // it is over then
        bool may_be_over = false;               // it was, by an earlier rule
        int lease = -1;
        int waiting = -1;  // in this tenant's magazine
    };
    struct Known {
        CidrRange<F> cidr{};
        CidrRange<F> first{};
        std::optional<CidrRange<F>> grown{};
        bool is_windowed = false;
        bool present = false;
        bool draining = false;
        std::optional<std::size_t> gateway{};
        std::int64_t given = 0;     // when an address of it was given back last
        std::int64_t restless = 0;  // the same, or when what was held or in quarantine changed
        std::int64_t sure = 0;      // when its quarantines are over for certain
    };
    struct Had {
        std::size_t spot = 0;
        std::size_t tenant = 0;
        std::size_t resource = 0;
        std::uint64_t generation = 0;
        std::vector<Lease<F>> shares{};
        std::optional<IpBinding<F>> kept{};
        std::optional<std::uint64_t> due{};
        bool sticky = false;
        bool from_magazine = false;
        bool recalled = false;
    };
    struct Who {
        std::uint64_t quota = Pool::no_quota;
        std::optional<Magazine<F>> magazine{};
        std::size_t count = 0;
        int waiting = -1;
    };
    static constexpr std::int64_t forever_ago = -(std::int64_t{1} << 60);
    static constexpr const char* tenants[] = {"red", "green", "blue"};
    static constexpr const char* resources[] = {"web", "db"};

    void must(bool so, const char* what) const {
        if (!so) throw std::runtime_error(what);
    }
    static std::int64_t now() { return Time::nanoseconds(); }

    // --- marks ---

    [[nodiscard]] bool is_gateway(std::size_t at) const { return ranges_[spots_[at].range].gateway == at; }
    [[nodiscard]] bool bears(std::size_t at, Mark mark) const {
        const Spot& spot = spots_[at];
        switch (mark) {
            case Mark::leased: return spot.lease >= 0;
            case Mark::kept: return spot.lease >= 0 && had_[static_cast<std::size_t>(spot.lease)].kept.has_value();
            case Mark::waiting: return spot.waiting >= 0;
            case Mark::held: return spot.held;
            case Mark::gateway: return is_gateway(at);
            case Mark::cooling: return spot.cooling.has_value();
            case Mark::draining: return ranges_[spot.range].draining;
        }
        return false;
    }
    [[nodiscard]] unsigned marks(std::size_t at) const {
        unsigned all = 0;
        for (unsigned i = 0; i < mark_names.size(); ++i) all |= bears(at, static_cast<Mark>(i)) ? 1U << i : 0U;
        return all;
    }
    /// The letter that refuses the operation on an address with these marks, or a space.
    static char refusal(Op op, unsigned marks) {
        char worst = ' ';
        for (unsigned i = 0; i < mark_names.size(); ++i) {
            const char here = (marks >> i & 1U) != 0 ? cell(op, static_cast<Mark>(i)) : ' ';
            for (const char letter : {'L', 'U', 'H', 'C'}) {
                if (worst == letter) break;
                if (here == letter) worst = letter;
            }
        }
        return worst;
    }
    static errc error_of(char letter) {
        switch (letter) {
            case 'L': return errc::address_leased;
            case 'H': return errc::address_held;
            case 'U': return errc::range_in_use;
            default: return errc::address_cooling;
        }
    }
    /// What an operation changed is what its row says.
    void compare(Op op, std::size_t at, unsigned before) const {
        const unsigned after = marks(at);
        for (unsigned i = 0; i < mark_names.size(); ++i) {
            const bool was = (before >> i & 1U) != 0;
            const bool is = (after >> i & 1U) != 0;
            const char here = cell(op, static_cast<Mark>(i));
            const bool allowed = was == is ? (here != '+' || is) && (here != '-' || !is)
                                 : is      ? here == '+' || here == 'q' || here == '?'
                                           : here == '-' || here == '?';
            must(allowed, "a mark that the table does not change");
        }
    }

    // --- addresses ---

    void add(std::size_t which, const char* text, const char* grown, const char* window) {
        if (ranges_.size() <= which) ranges_.resize(which + 1);
        Known& range = ranges_[which];
        range.first = range.cidr = CidrRange<F>::parse(text).value();
        if (grown != nullptr) range.grown = CidrRange<F>::parse(grown).value();
        range.is_windowed = window != nullptr;
        const auto seen = CidrRange<F>::parse(window != nullptr ? window : grown != nullptr ? grown : text).value();
        for (Address ip = seen.first();; ip = Address::from_bits(ip.bits() + Uint128{1})) {
            spots_.push_back({ip, which});
            if (ip == seen.last()) break;
        }
        add(which);
    }
    void add(std::size_t which) {
        Known& range = ranges_[which];
        say("add_cidr_range", range.first);
        must(pool_.add_cidr_range(range.first).has_value(), "add_cidr_range");
        range.cidr = range.first;
        range.present = true;
        range.draining = false;
        range.gateway.reset();
        if (range.is_windowed) {
            const auto seen = CidrRange<F>::parse(place_.window).value();
            must(pool_.exclude(range.cidr).has_value() && pool_.unreserve(seen).has_value(), "window");
            Time::advance(std::chrono::nanoseconds{least_});
        }
        range.given = forever_ago;
        range.restless = now() - 2 * least_ - 1;
        range.sure = now() - 1;
        for (Spot& spot : spots_) {
            if (spot.range != which) continue;
            spot.held = false;
            spot.cooling.reset();
        }
        set_usable(range, which);
    }
    void set_usable(const Known& range, std::size_t which) {
        const auto usable = usable_addresses(range.cidr);
        for (Spot& spot : spots_) {
            if (spot.range == which) spot.usable = range.present && usable.contains(spot.ip);
        }
    }
    [[nodiscard]] bool is_there(const Spot& spot) const {
        return ranges_[spot.range].present && ranges_[spot.range].cidr.contains(spot.ip);
    }
    /// Nothing keeps it from being leased, or only a quarantine that may be over.
    [[nodiscard]] bool is_open(std::size_t at) const {
        const Spot& spot = spots_[at];
        return spot.usable && spot.lease < 0 && spot.waiting < 0 && !spot.held && !is_gateway(at) &&
               !ranges_[spot.range].draining;
    }
    [[nodiscard]] bool is_certainly_free(std::size_t at) const { return is_open(at) && !spots_[at].cooling; }
    [[nodiscard]] bool may_be_free(std::size_t at) const {
        return is_open(at) && (!spots_[at].cooling || spots_[at].may_be_over || now() - *spots_[at].cooling >= least_);
    }
    void cool(std::size_t at) {
        Spot& spot = spots_[at];
        Known& range = ranges_[spot.range];
        range.restless = now();
        if (least_ == 0) return;
        spot.cooling = now();
        spot.may_be_over = false;
        spot.sure = now() + 2 * least_;
        range.sure = spot.sure;
    }
    /// Nobody has it any more.
    void freed(std::size_t at) {
        Spot& spot = spots_[at];
        if (least_ != 0) ranges_[spot.range].given = now();
        ranges_[spot.range].restless = now();
        ranges_[spot.range].sure = now() + 2 * least_;
        if (spot.usable && !spot.held && !is_gateway(at)) cool(at);
    }
    void flush(std::size_t at) {
        Who& who = who_[static_cast<std::size_t>(spots_[at].waiting)];
        spots_[at].waiting = -1;
        who.waiting = -1;
        --who.count;
        freed(at);
    }
    bool flush_of(std::size_t tenant) {
        if (who_[tenant].waiting < 0) return false;
        flush(static_cast<std::size_t>(who_[tenant].waiting));
        return true;
    }
    /// Magazines give back what lies in the span; what they leased there does not return to them.
    void recall(std::size_t at) {
        if (spots_[at].waiting >= 0) flush(at);
        if (spots_[at].lease >= 0) had_[static_cast<std::size_t>(spots_[at].lease)].recalled = true;
    }
    [[nodiscard]] bool has_magazine_addresses() const {
        for (const Who& who : who_) {
            if (who.waiting >= 0) return true;
        }
        for (const Had& had : had_) {
            if (had.from_magazine) return true;
        }
        return false;
    }

    // --- leases ---

    void ended(std::size_t which, bool to_magazine) {
        Had& had = had_[which];
        const std::size_t at = had.spot;
        Who& who = who_[had.tenant];
        spots_[at].lease = -1;
        if (to_magazine && had.from_magazine && !had.recalled && who.waiting < 0 && !wanting_) {
            spots_[at].waiting = static_cast<int>(had.tenant);
            who.waiting = static_cast<int>(at);
        } else {
            --who.count;
            freed(at);
        }
        if (which + 1 != had_.size()) {
            had = std::move(had_.back());
            spots_[had.spot].lease = static_cast<int>(which);
        }
        had_.pop_back();
    }
    void began(Lease<F>&& lease, std::size_t tenant, std::size_t resource, bool chosen, bool from_magazine) {
        const auto at = spot_of(lease.address());
        must(at < spots_.size(), "an address from outside");
        Spot& spot = spots_[at];
        if (spot.waiting >= 0) {
            must(from_magazine && spot.waiting == static_cast<int>(tenant), "an address that waits elsewhere");
            --who_[tenant].count;
            who_[tenant].waiting = -1;
            spot.waiting = -1;
        } else {
            for (const Mark mark : {Mark::leased, Mark::held, Mark::gateway, Mark::draining}) {
                must(!bears(at, mark) || cell(chosen ? Op::allocate : Op::specific, mark) == '.', "a marked address");
            }
            must(spot.usable, "an address of nobody");
            if (spot.cooling && !spot.may_be_over && now() - *spot.cooling < least_) {
                must(chosen && place_.otherwise == WhenCooling::take_oldest, "before its time");
                for (std::size_t i = 0; i < spots_.size(); ++i) must(!is_certainly_free(i), "not a free one");
            }
        }
        spot.cooling.reset();
        must(lease.generation() != 0 && lease.tenant() == tenants[tenant] && lease.resource() == resources[resource],
             "the record");
        spot.lease = static_cast<int>(had_.size());
        ++who_[tenant].count;
        had_.push_back({at, tenant, resource, lease.generation()});
        had_.back().from_magazine = from_magazine;
        had_.back().shares.push_back(std::move(lease));
    }
    [[nodiscard]] std::size_t spot_of(const Address& ip) const {
        std::size_t at = 0;
        while (at < spots_.size() && spots_[at].ip != ip) ++at;
        return at;
    }
    /// Why nothing could be had, once magazines have given what they had.
    void refused(Error why) const {
        bool cools = false;
        for (std::size_t i = 0; i < spots_.size(); ++i) {
            must(!is_certainly_free(i), "refused with free addresses");
            cools = cools || is_open(i);
        }
        must(why == (cools ? errc::pool_cooling : errc::pool_exhausted), "the reason");
        must(!cools || place_.otherwise == WhenCooling::refuse, "refused instead of the oldest");
    }

    // --- steps ---

    template <class... Arguments>
    void say(const char* call, const Arguments&... arguments) {
        if (log_ == nullptr) return;
        std::string line = std::string("    ") + call + '(';
        const char* gap = "";
        const auto put = [&](const auto& argument) {
            line += std::exchange(gap, ", ");
            if constexpr (requires { to_text(argument); }) {
                line += std::string("\"") + std::string(to_text(argument).view()) + "\"_" + suffix(argument);
            } else if constexpr (requires { argument + 1; std::to_string(argument); }) {
                line += std::to_string(argument);
            } else {
                line += argument;
            }
        };
        (put(arguments), ...);
        log_->push_back(line + ");");
    }
    static std::string suffix(const Address&) { return F::bits == 32 ? "ip4" : "ip6"; }
    static std::string suffix(const CidrRange<F>&) { return F::bits == 32 ? "cidr4" : "cidr6"; }
    static std::string quoted(const char* name) { return std::string("\"") + name + '"'; }
    static std::string seconds(std::int64_t time) { return std::to_string(time / 1'000'000) + "ms"; }
    [[nodiscard]] std::string lease_at(const Had& had) const {
        return "lease of " + std::string(to_text(spots_[had.spot].ip).view());
    }

    void run(const Step& step) {
        expire();
        see_which_are_gone();
        switch (step.op) {
            case Op::allocate: return allocate(step.a % 3U);
            case Op::specific: return specific(step.a % spots_.size(), step.b % 3U);
            case Op::sticky: return sticky(step.a % 3U, step.b % 2U);
            case Op::from_magazine: return from_magazine(step.a % 3U);
            case Op::share: return share(step.a);
            case Op::drop: return drop(step.a);
            case Op::keep: return keep(step.a, step.b);
            case Op::renew: return renew(step.a, step.b);
            case Op::release: return release(step.a);
            case Op::reserve:
            case Op::exclude:
            case Op::unreserve: return hold(step.op, step.a % spots_.size(), static_cast<int>(step.b % 4U));
            case Op::set_gateway: return set_gateway(step.a % spots_.size());
            case Op::drain:
            case Op::undrain: return drain(step.a % ranges_.size(), step.op == Op::drain);
            case Op::remove: return remove(step.a % ranges_.size());
            case Op::grow: return grow(step.a % ranges_.size());
            case Op::set_quota: return set_quota(step.a % 3U, step.b % 5U);
            case Op::set_quarantine: return set_quarantine(step.b % 3U);
            case Op::pass_time: return pass_time(step.b);
            case Op::probe: return probe();
        }
    }
    void expire() {
        std::size_t count = 0;
        std::vector<std::size_t> over;
        for (Had& had : had_) {
            if (!had.due || *had.due > static_cast<std::uint64_t>(now()) >> 20) continue;
            had.kept.reset();
            had.due.reset();
            over.push_back(had.spot);
            ++count;
        }
        must(pool_.expire() == count, "so many are due");
        for (const std::size_t at : over) {
            const auto which = static_cast<std::size_t>(spots_[at].lease);
            if (had_[which].shares.empty()) ended(which, false);
        }
        for (Spot& spot : spots_) {
            if (spot.cooling && now() >= spot.sure) spot.cooling.reset();
        }
    }
    void gone(Known& range, std::size_t which) {
        range.present = range.draining = false;
        range.gateway.reset();
        for (Spot& spot : spots_) {
            if (spot.range != which) continue;
            spot.usable = spot.held = false;
            spot.cooling.reset();
        }
    }
    [[nodiscard]] bool is_had(std::size_t which) const {
        for (const Spot& spot : spots_) {
            if (spot.range == which && (spot.lease >= 0 || spot.waiting >= 0)) return true;
        }
        return false;
    }
    void see_which_are_gone() {
        for (std::size_t which = 0; which < ranges_.size(); ++which) {
            Known& range = ranges_[which];
            if (!range.present || !range.draining || is_had(which)) continue;
            const bool is_left = pool_.contains(range.cidr.first());
            must(is_left ? now() < range.sure : now() - range.given >= least_, "a range that drained");
            if (!is_left) gone(range, which);
        }
    }
    [[nodiscard]] bool is_within_quota(std::size_t tenant) {
        if (who_[tenant].count < who_[tenant].quota) return true;
        return flush_of(tenant) && who_[tenant].count < who_[tenant].quota;
    }
    void allocate(std::size_t tenant) {
        say("allocate", quoted(tenants[tenant]));
        settle_any(tenant, pool_.allocate(tenants[tenant], resources[0], {}), 0, false);
    }
    /// What allocate() and its like gave: where nothing is free, magazines have given back what they had.
    bool settle_any(std::size_t tenant, result<Lease<F>>&& lease, std::size_t resource, bool is_magazine) {
        if (!is_within_quota(tenant)) {
            must(!lease && lease.assume_error() == errc::quota_exceeded, "the quota");
            return false;
        }
        const auto got = lease ? spot_of(lease.assume_value().address()) : spots_.size();
        bool any = false;
        for (std::size_t i = 0; i < spots_.size(); ++i) any = any || is_certainly_free(i) || (got == i && may_be_free(i));
        const auto can_have_oldest = [&] {
            if (place_.otherwise == WhenCooling::refuse) return false;
            for (std::size_t i = 0; i < spots_.size(); ++i) {
                if (is_open(i) && i == got) return true;
            }
            return false;
        };
        if (!any && !can_have_oldest()) {
            const bool there_is_one = has_magazine_addresses();
            wanting_ = wanting_ || there_is_one;
            if (lease && got < spots_.size() && spots_[got].waiting >= 0) {
                flush(got);  // the one that helped; those asked before it had nothing
            } else {
                for (std::size_t i = 0; i < spots_.size(); ++i) {
                    if (spots_[i].waiting >= 0) flush(i);
                }
            }
        }
        if (!lease) {
            refused(lease.assume_error());
            return false;
        }
        if (is_magazine) wanting_ = false;
        began(std::move(lease).assume_value(), tenant, resource, true, is_magazine);
        return true;
    }
    void specific(std::size_t at, std::size_t tenant) {
        const Spot& spot = spots_[at];
        say("allocate_specific", spot.ip, quoted(tenants[tenant]));
        auto lease = pool_.allocate_specific(spot.ip, tenants[tenant], resources[0], {});
        if (!is_there(spot)) return must(!lease && lease.assume_error() == errc::address_not_in_pool, "not in the pool");
        if (spot.waiting >= 0) flush(at);
        const auto is_refused = [&](char letter) {
            must(!lease && lease.assume_error() == error_of(letter), "refused with its reason");
        };
        if (!spot.usable) {
            if (spot.lease < 0) return is_refused('H');
        }
        const char letter = refusal(Op::specific, marks(at));
        const bool is_of_draining = ranges_[spot.range].draining;
        if (is_of_draining) return is_refused(letter);
        if (!is_within_quota(tenant)) return must(!lease && lease.assume_error() == errc::quota_exceeded, "the quota");
        if (letter == 'L' || letter == 'H') return is_refused(letter);
        if (letter == 'C' && !lease) {
            is_refused('C');
            return must(now() < spot.sure, "cooling for too long");
        }
        must(lease.has_value(), "not leased");
        began(std::move(lease).assume_value(), tenant, 0, false, false);
    }
    void sticky(std::size_t tenant, std::size_t resource) {
        say("allocate_sticky", quoted(tenants[tenant]), quoted(resources[resource]));
        auto lease = pool_.allocate_sticky(tenants[tenant], resources[resource], {});
        bool has_one = false;
        for (Had& had : had_) {
            if (!had.sticky || had.tenant != tenant || had.resource != resource) continue;
            const Spot& spot = spots_[had.spot];
            if (spot.held || is_gateway(had.spot) || ranges_[spot.range].draining || !spot.usable) continue;
            has_one = true;
            if (!lease || lease.assume_value().generation() != had.generation) continue;
            had.shares.push_back(std::move(lease).assume_value());
            return;
        }
        must(!has_one, "not the one that it has");
        if (settle_any(tenant, std::move(lease), resource, false)) had_.back().sticky = true;
    }
    void from_magazine(std::size_t tenant) {
        say("magazine.allocate", quoted(tenants[tenant]));
        Who& who = who_[tenant];
        if (!who.magazine) who.magazine.emplace(pool_.magazine(tenants[tenant], 1).value());
        auto lease = who.magazine->allocate(resources[0], {});
        if (who.waiting < 0) {
            (void)settle_any(tenant, std::move(lease), 0, true);
            return;
        }
        must(lease.has_value() && spot_of(lease.assume_value().address()) == static_cast<std::size_t>(who.waiting),
             "not the one that waits");
        began(std::move(lease).assume_value(), tenant, 0, true, true);
    }
    void share(std::size_t which) {
        if (had_.empty()) return;
        Had& had = had_[which % had_.size()];
        if (had.shares.size() > 2) return;
        say("share", lease_at(had));
        if (!had.shares.empty()) return had.shares.push_back(had.shares.front().share());
        auto more = had.kept->share();
        must(more.has_value(), "a kept lease is not shared");
        had.shares.push_back(std::move(more).assume_value());
    }
    void drop(std::size_t which) {
        if (had_.empty()) return;
        which %= had_.size();
        Had& had = had_[which];
        if (had.shares.empty()) return;
        say("release", lease_at(had));
        const std::size_t at = had.spot;
        const unsigned before = marks(at);
        had.shares.pop_back();
        if (had.shares.empty() && !had.kept) ended(which, true);
        if (spots_[at].waiting < 0) compare_kept(Op::drop, at, before);
    }
    /// As compare(), but for a mark that only may come.
    void compare_kept(Op op, std::size_t at, unsigned before) const {
        const unsigned after = marks(at);
        for (unsigned i = 0; i < mark_names.size(); ++i) {
            const char here = cell(op, static_cast<Mark>(i));
            must((before >> i & 1U) == (after >> i & 1U) || here != '.', "a mark that stays");
        }
    }
    void keep(std::size_t which, std::size_t time) {
        if (had_.empty()) return;
        Had& had = had_[which % had_.size()];
        if (had.shares.empty()) return;
        const bool for_good = time % 4 == 0;
        const std::chrono::milliseconds left{200 * (time % 16)};
        say("keep", lease_at(had), for_good ? std::string("for good") : seconds(left.count() * 1'000'000));
        auto kept = for_good ? pool_.keep(std::move(had.shares.back())) : pool_.keep(std::move(had.shares.back()), left);
        must(kept.has_value() && kept.assume_value().generation() == had.generation, "keep");
        had.shares.pop_back();
        had.kept = std::move(kept).assume_value();
        had.due = for_good ? std::nullopt : std::optional{due_in(left)};
        must(bears(had.spot, Mark::kept) && cell(Op::keep, Mark::kept) == '+', "kept");
    }
    static std::uint64_t due_in(std::chrono::nanoseconds left) {
        return (static_cast<std::uint64_t>(now() + left.count()) + (1U << 20) - 1) >> 20;
    }
    void renew(std::size_t which, std::size_t time) {
        if (had_.empty()) return;
        Had& had = had_[which % had_.size()];
        const bool is_kept = had.kept.has_value();
        const IpBinding<F> binding = is_kept ? *had.kept : had.shares.front().binding();
        const std::chrono::milliseconds left{200 * (time % 16)};
        say("renew", lease_at(had), seconds(left.count() * 1'000'000));
        must(pool_.renew(binding, left).has_value() == is_kept, "renew");
        if (is_kept) had.due = due_in(left);
    }
    void release(std::size_t which) {
        if (had_.empty()) return;
        which %= had_.size();
        Had& had = had_[which];
        const bool is_kept = had.kept.has_value();
        const IpBinding<F> binding = is_kept ? *had.kept : had.shares.front().binding();
        say("release", lease_at(had), std::string("as its binding"));
        const std::size_t at = had.spot;
        const unsigned before = marks(at);
        must(pool_.release(binding).has_value() == is_kept, "release");
        if (!is_kept) return;
        had.kept.reset();
        had.due.reset();
        if (had.shares.empty()) ended(which, false);
        compare(Op::release, at, before);
        must(!pool_.release(binding) && !pool_.renew(binding, std::chrono::seconds{1}), "a stale binding");
    }
    void hold(Op op, std::size_t at, int wide) {
        Known& range = ranges_[spots_[at].range];
        const auto part = CidrRange<F>::masked(spots_[at].ip, F::bits - wide).value();
        say(mark_table[static_cast<std::size_t>(op)].name.data(), part);
        const auto done = op == Op::reserve ? pool_.reserve(part) : op == Op::exclude ? pool_.exclude(part)
                                                                                     : pool_.unreserve(part);
        if (!range.present || !range.cidr.contains(part))
            return must(!done && done.assume_error() == errc::address_not_in_pool, "not in one range");
        if (op == Op::reserve) {
            bool is_leased = false;
            for (std::size_t i = 0; i < spots_.size(); ++i)
                is_leased = is_leased || (part.contains(spots_[i].ip) && refusal(op, marks(i)) != ' ');
            if (is_leased) {  // magazines have given back what was met before the lease was
                must(!done && done.assume_error() == errc::address_leased, "reserved what is leased");
                for (std::size_t i = 0; i < spots_.size(); ++i) {
                    if (!part.contains(spots_[i].ip) || spots_[i].waiting < 0) continue;
                    const auto tenant = static_cast<std::size_t>(spots_[i].waiting);
                    if (pool_.leases_of(tenants[tenant]) < who_[tenant].count) flush(i);
                }
                return;
            }
        }
        must(done.has_value(), "held");
        const bool with_magazines = has_magazine_addresses();
        for (std::size_t i = 0; i < spots_.size(); ++i) {
            Spot& spot = spots_[i];
            if (!part.contains(spot.ip) || !spot.usable) continue;
            const unsigned before = marks(i);
            if (op == Op::unreserve) {
                if (!spot.held) continue;
                spot.held = false;
                range.restless = now();
                range.sure = now() + 2 * least_;
                if (is_open(i) || (spot.lease < 0 && spot.waiting < 0 && !is_gateway(i))) cool(i);
            } else {
                if (with_magazines) recall(i);
                if (spot.cooling || (before >> 2U & 1U) != 0) lose(range);
                spot.cooling.reset();
                spot.held = true;
            }
            if (op == Op::unreserve) compare_kept(op, i, before);
            else compare(op, i, before);
        }
    }
    /// An address in quarantine is marked so that nothing but the range remembers it.
    void lose(Known& range) {
        range.restless = now();
        range.sure = now() + 2 * least_;
    }
    void set_gateway(std::size_t at) {
        Spot& spot = spots_[at];
        Known& range = ranges_[spot.range];
        say("set_gateway", spot.ip);
        const auto done = pool_.set_gateway(spot.ip);
        if (!is_there(spot)) return must(!done && done.assume_error() == errc::address_not_in_pool, "not in the pool");
        if (!spot.usable) return must(!done && done.assume_error() == errc::address_held, "an edge");
        const unsigned before = marks(at);
        recall(at);
        if (refusal(Op::set_gateway, marks(at)) == 'L')
            return must(!done && done.assume_error() == errc::address_leased, "the router of a lease");
        must(done.has_value(), "set_gateway");
        if (range.gateway == at) return;
        const auto former = std::exchange(range.gateway, at);
        if (spot.cooling) lose(range);
        spot.cooling.reset();
        compare(Op::set_gateway, at, before);
        if (!former || spots_[*former].held) return;
        range.restless = now();
        cool(*former);
    }
    void recall_all(std::size_t which) {
        if (!has_magazine_addresses()) return;
        for (std::size_t i = 0; i < spots_.size(); ++i) {
            if (spots_[i].range == which) recall(i);
        }
    }
    void drain(std::size_t which, bool on) {
        Known& range = ranges_[which];
        say(on ? "drain" : "undrain", range.cidr);
        const auto done = on ? pool_.drain(range.cidr) : pool_.undrain(range.cidr);
        if (!range.present) return must(!done && done.assume_error() == errc::range_unknown, "drained what is not there");
        must(done.has_value(), "drain");
        recall_all(which);
        range.draining = on;
        if (on) see_which_are_gone();
    }
    void remove(std::size_t which) {
        Known& range = ranges_[which];
        if (!range.present) return add(which);
        say("remove_cidr_range", range.cidr);
        const auto done = pool_.remove_cidr_range(range.cidr);
        recall_all(which);
        if (is_had(which)) return must(!done && done.assume_error() == errc::range_in_use, "removed with leases");
        if (done) {
            must(now() - range.given >= least_, "removed in quarantine");
            return gone(range, which);
        }
        must(done.assume_error() == errc::address_cooling && now() < range.sure, "not removed");
    }
    void grow(std::size_t which) {
        Known& range = ranges_[which];
        if (!range.grown) return;
        say("grow", range.cidr, *range.grown);
        const CidrRange<F> before = range.cidr;
        const auto done = pool_.grow(range.cidr, *range.grown);
        if (!range.present) return must(!done && done.assume_error() == errc::range_unknown, "grew what is not there");
        must(done.has_value(), "grow");
        recall_all(which);
        range.cidr = *range.grown;
        set_usable(range, which);
        if (!range.is_windowed || before == range.cidr) return;
        // what is new is not looked at
        for (const Address& edge : {before.first(), before.last()}) must(pool_.exclude(edge).has_value(), "an edge");
        CidrRange<F> part = before;
        while (part.prefix_length() > range.cidr.prefix_length()) {
            const int length = part.prefix_length();
            const Uint128 bit = Uint128{1} << static_cast<unsigned>(F::bits - length);
            const auto beside = Address::from_bits(part.first().bits() ^ bit);
            must(pool_.exclude(CidrRange<F>::masked(beside, length).value()).has_value(), "beside");
            part = CidrRange<F>::masked(part.first(), length - 1).value();
        }
    }
    void set_quota(std::size_t tenant, std::size_t most) {
        const std::uint64_t quota = most == 4 ? Pool::no_quota : most;
        say("set_quota", quoted(tenants[tenant]), quota);
        const bool with_magazines = has_magazine_addresses();
        must(pool_.set_quota(tenants[tenant], quota).has_value(), "set_quota");
        who_[tenant].quota = quota;
        if (!with_magazines || !who_[tenant].magazine) return;
        (void)flush_of(tenant);
        for (Had& had : had_) had.recalled = had.recalled || had.tenant == tenant;
    }
    void set_quarantine(std::size_t which) {
        const std::chrono::nanoseconds least{place_.quarantine * static_cast<std::int64_t>(which)};
        say("set_quarantine", seconds(least.count()));
        must(pool_.set_quarantine(least, place_.otherwise).has_value(), "set_quarantine");
        for (Spot& spot : spots_) {
            if (spot.cooling && now() - *spot.cooling >= least_) spot.may_be_over = true;
        }
        for (Known& range : ranges_) {
            if (now() - range.given >= least_ || least.count() == 0) range.given = forever_ago;
        }
        least_ = least.count();
        for (Spot& spot : spots_) {
            if (!spot.cooling) continue;
            spot.sure = now() + 2 * least_;
            if (least_ == 0) spot.cooling.reset();
        }
        for (Known& range : ranges_) range.sure = now() + 2 * least_;
    }
    void pass_time(std::size_t much) {
        const std::chrono::milliseconds by{much % 4 == 0 ? 1000 * (much % 64) : 10 * (much % 64)};
        say("advance", seconds(by.count() * 1'000'000));
        Time::advance(by);
    }
    void probe() {
        for (std::size_t i = 0; i < spots_.size(); ++i) {
            const auto binding = pool_.get_binding(spots_[i].ip);
            must(binding.has_value() == (spots_[i].lease >= 0), "who has it");
            if (binding) {
                must(binding.assume_value().generation() ==
                         had_[static_cast<std::size_t>(spots_[i].lease)].generation, "which lease");
            } else {
                must(binding.assume_error() == (is_there(spots_[i]) ? errc::not_leased : errc::address_not_in_pool),
                     "why nobody");
            }
        }
        std::size_t sure = 0;
        std::size_t cools = 0;
        std::size_t over = 0;
        std::size_t waiting = 0;
        for (std::size_t i = 0; i < spots_.size(); ++i) {
            sure += is_certainly_free(i) ? 1U : 0U;
            cools += is_open(i) && spots_[i].cooling ? 1U : 0U;
            over += is_open(i) && spots_[i].cooling && may_be_free(i) ? 1U : 0U;
            waiting += spots_[i].waiting >= 0 ? 1U : 0U;
        }
        const PoolStats stats = pool_.stats();
        must(stats.capacity == stats.in_use + stats.held + stats.free + stats.cooling, "conservation");
        if (log_ != nullptr) {
            log_->push_back("    // free " + std::to_string(stats.free.low()) + ", cooling " + std::to_string(stats.cooling.low()) +
                            "; here " + std::to_string(sure) + " free, " + std::to_string(cools) + " cooling, of which " +
                            std::to_string(over) + " may be over");
        }
        must(stats.in_use == Uint128{had_.size() + waiting}, "in use");
        must(stats.free >= Uint128{sure} && stats.free <= Uint128{sure + over}, "free");
        must(stats.free + stats.cooling == Uint128{sure + cools}, "free or in quarantine");
    }
    /// Every mark is taken away; then every address can be leased, once.
    void finish() {
        expire();
        see_which_are_gone();
        probe();
        for (Who& who : who_) who.magazine.reset();
        for (Had& had : had_) {
            had.shares.clear();
            if (had.kept) must(pool_.release(*had.kept).has_value(), "release at the end");
            had.kept.reset();
        }
        had_.clear();
        std::size_t count = 0;
        for (std::size_t which = 0; which < ranges_.size(); ++which) {
            Known& range = ranges_[which];
            if (range.present && range.draining && !pool_.undrain(range.cidr)) range.present = false;
        }
        for (const Spot& spot : spots_) {
            if (!is_there(spot)) continue;
            must(pool_.unreserve(spot.ip).has_value(), "unreserve at the end");
            count += usable_addresses(ranges_[spot.range].cidr).contains(spot.ip) ? 1U : 0U;
        }
        for (const Known& range : ranges_) count -= range.present && range.gateway ? 1U : 0U;
        for (const char* const tenant : tenants) must(pool_.set_quota(tenant, Pool::no_quota).has_value(), "no quota");
        Time::advance(std::chrono::nanoseconds{2 * least_});
        const PoolStats stats = pool_.stats();
        must(stats.in_use == Uint128{} && stats.cooling == Uint128{} && stats.free == Uint128{count}, "all is free again");
        std::vector<Lease<F>> all;
        while (auto lease = pool_.allocate(tenants[0], resources[0], {})) all.push_back(std::move(lease).assume_value());
        must(all.size() == count, "all can be leased again");
    }

    const Place place_;
    Pool pool_{"marks", SecretKey{11, 12}};
    std::vector<Known> ranges_;
    std::vector<Spot> spots_;
    std::vector<Had> had_;
    Who who_[3];
    std::int64_t least_ = 0;
    bool wanting_ = false;
    std::vector<std::string>* log_ = nullptr;
};

}  // namespace estate::test
