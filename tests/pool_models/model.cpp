// SPDX-License-Identifier: BSL-1.0
// A pool beside the plainest account of what it promises: a map of leases and a set of held addresses.
#include <boost/test/unit_test.hpp>
#include <estate/net/ostream.hpp>
#include <estate/pool/ip_pool.hpp>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "net/random.hpp"
#include "support/sanitizers.hpp"

namespace {
using namespace estate;

template <class F>
class Model {
public:
    /// Ranges come and go, or are there from the start and stay.
    Model(std::vector<const char*> texts, bool stay) : stay_{stay} {
        for (const char* const text : texts) {
            ranges_.push_back({CidrRange<F>::parse(text).value(), false, false});
            if (!stay) continue;
            BOOST_REQUIRE(pool_.add_cidr_range(text).has_value());
            ranges_.back().present = true;
        }
    }

    void run(int operations) {
        for (int i = 0; i < operations; ++i) {
            const bool filling = i / 5000 % 2 == 0;
            const auto what = random_.below(100);
            if (what < 45) {
                filling ? allocate() : release();
            } else if (what < 60) {
                filling ? release() : allocate();
            } else if (what < 70) {
                allocate_specific();
            } else if (what < 75) {
                share();
            } else if (what < 83) {
                look_up();
            } else if (what < 91) {
                stale();
            } else if (what < 96) {
                hold();
            } else if (what < 99) {
                stay_ ? look_up() : ranges();
            } else {
                audit();
            }
        }
        owners_.clear();
        for (Known& range : ranges_) {
            if (range.draining) gone(range);
        }
        audit();
    }

private:
    struct Known {
        CidrRange<F> cidr;
        bool present;
        bool draining;
    };
    struct Owner {
        std::string tenant;
        std::string resource;
        std::uint64_t generation;
        std::vector<Lease<F>> shares;
    };

    Known* range_of(const IpAddress<F>& ip) {
        for (Known& range : ranges_) {
            if (range.present && range.cidr.contains(ip)) return &range;
        }
        return nullptr;
    }
    /// Mostly addresses that something was done with, and the edges of ranges.
    IpAddress<F> some_address() {
        const auto& range = ranges_[random_.below(ranges_.size())].cidr;
        const auto kind = random_.below(8);
        if (kind == 0) return range.first();
        if (kind == 1) return range.last();
        if (kind < 4 && !owners_.empty()) return some_owner()->first;
        if (kind < 6 && !bindings_.empty()) return bindings_[random_.below(bindings_.size())].address();
        const Uint128 span = range.last().bits() - range.first().bits();
        const Uint128 offset{random_.below(64)};
        return IpAddress<F>::from_bits(range.first().bits() + (offset < span ? offset : span));
    }
    auto some_owner() {
        auto at = owners_.lower_bound(last_);
        if (at == owners_.end()) at = owners_.begin();
        last_ = std::next(at) == owners_.end() ? IpAddress<F>{} : std::next(at)->first;
        for (auto hops = random_.below(4); hops > 0 && std::next(at) != owners_.end(); --hops) ++at;
        return at;
    }
    bool can_lease(const IpAddress<F>& ip) {
        const Known* const range = range_of(ip);
        return range != nullptr && !range->draining && usable_addresses(range->cidr).contains(ip) &&
               owners_.count(ip) == 0 && held_.count(ip) == 0;
    }
    void began(Lease<F>&& lease, const std::string& tenant, const std::string& resource) {
        BOOST_REQUIRE(lease.tenant() == tenant && lease.resource() == resource);
        BOOST_REQUIRE(generations_.insert(lease.generation()).second);
        Owner& owner = owners_[lease.address()];
        BOOST_REQUIRE(owner.shares.empty());
        owner = {tenant, resource, lease.generation(), {}};
        bindings_.push_back(lease.binding());
        owner.shares.push_back(std::move(lease));
    }

    void allocate() {
        const std::string tenant = "tenant-" + std::to_string(random_.below(20));
        const std::string resource = "resource-" + std::to_string(random_.number());
        auto lease = pool_.allocate(tenant, resource, ResourceType::pod("p"));
        if (!lease) {
            BOOST_REQUIRE((lease.assume_error() == errc::pool_exhausted));
            BOOST_REQUIRE((free() == Uint128{}));
            return;
        }
        BOOST_REQUIRE(can_lease(lease.assume_value().address()));
        began(std::move(lease).assume_value(), tenant, resource);
    }
    void allocate_specific() {
        const auto ip = some_address();
        auto lease = pool_.allocate_specific(ip, "specific", "r", {});
        BOOST_REQUIRE(lease.has_value() == can_lease(ip));
        if (lease) return began(std::move(lease).assume_value(), "specific", "r");
        const errc reason = range_of(ip) == nullptr ? errc::address_not_in_pool
                            : owners_.count(ip) != 0 ? errc::address_leased
                                                     : errc::address_held;
        BOOST_REQUIRE((lease.assume_error() == reason));
    }
    void release() {
        if (owners_.empty()) return;
        const auto at = some_owner();
        if (random_.below(2) == 0) {
            std::move(at->second.shares.back()).release();
        }
        at->second.shares.pop_back();
        if (!at->second.shares.empty()) return;
        Known* const range = range_of(at->first);
        owners_.erase(at);
        if (range->draining && !leased_in(range->cidr)) gone(*range);
    }
    void share() {
        if (owners_.empty()) return;
        auto& shares = some_owner()->second.shares;
        if (shares.size() < 4) shares.push_back(shares.front().share());
    }
    void look_up() {
        const auto ip = some_address();
        const auto binding = pool_.get_binding(ip);
        const auto owner = owners_.find(ip);
        BOOST_REQUIRE(binding.has_value() == (owner != owners_.end()));
        BOOST_REQUIRE(pool_.contains(ip) == (range_of(ip) != nullptr));
        if (binding) {
            BOOST_REQUIRE(binding.assume_value().tenant() == owner->second.tenant);
            BOOST_REQUIRE(binding.assume_value().generation() == owner->second.generation);
        } else {
            BOOST_REQUIRE(
                (binding.assume_error() == (range_of(ip) != nullptr ? errc::not_leased : errc::address_not_in_pool)));
        }
    }
    /// Bindings old and new share exactly while their lease lasts.
    void stale() {
        if (bindings_.empty()) return;
        auto& binding = bindings_[random_.below(bindings_.size())];
        const auto owner = owners_.find(binding.address());
        const bool lasts = owner != owners_.end() && owner->second.generation == binding.generation();
        BOOST_REQUIRE(binding.share().has_value() == lasts);
        if (bindings_.size() > 1500) {
            binding = bindings_.back();
            bindings_.pop_back();
        }
    }
    void hold() {
        const auto ip = some_address();
        const auto part = CidrRange<F>::masked(ip, F::bits - static_cast<int>(random_.below(5))).value();
        Known* const range = range_of(part.first());
        const bool inside = range != nullptr && range->cidr.contains(part);
        const bool leased = leased_in(part);
        const auto how = random_.below(4);
        const auto done = how == 0 ? pool_.reserve(part) : how == 1 ? pool_.exclude(part) : pool_.unreserve(part);
        BOOST_REQUIRE(done.has_value() == (inside && (how != 0 || !leased)));
        if (!done) {
            BOOST_REQUIRE((done.assume_error() == (inside ? errc::address_leased : errc::address_not_in_pool)));
            return;
        }
        const auto usable = usable_addresses(range->cidr);
        for (auto at = part.first();; at = IpAddress<F>::from_bits(at.bits() + Uint128{1})) {
            if (how > 1) {
                held_.erase(at);
            } else if (usable.contains(at)) {
                held_.insert(at);
            }
            if (at == part.last()) break;
        }
    }
    void ranges() {
        Known& range = ranges_[random_.below(ranges_.size())];
        switch (random_.below(4)) {
            case 0:
            case 1: {
                const auto added = pool_.add_cidr_range(range.cidr);
                BOOST_REQUIRE(added.has_value() == !range.present);
                range.present = true;
                break;
            }
            case 2: {
                const auto removed = pool_.remove_cidr_range(range.cidr);
                const bool in_use = leased_in(range.cidr);
                BOOST_REQUIRE(removed.has_value() == (range.present && !in_use));
                if (removed) gone(range);
                else
                    BOOST_REQUIRE(
                        (removed.assume_error() == (range.present ? errc::range_in_use : errc::range_unknown)));
                break;
            }
            default: {
                if (random_.below(3) != 0) return;
                BOOST_REQUIRE(pool_.drain(range.cidr).has_value() == range.present);
                range.draining = range.present;
                if (range.present && !leased_in(range.cidr)) gone(range);
            }
        }
    }
    bool leased_in(const CidrRange<F>& part) {
        const auto at = owners_.lower_bound(part.first());
        return at != owners_.end() && at->first <= part.last();
    }
    void gone(Known& range) {
        range.present = range.draining = false;
        held_.erase(held_.lower_bound(range.cidr.first()), held_.upper_bound(range.cidr.last()));
    }
    Uint128 free() {
        Uint128 sum;
        for (const Known& range : ranges_) {
            if (!range.present || range.draining) continue;
            std::set<IpAddress<F>> taken(held_.lower_bound(range.cidr.first()), held_.upper_bound(range.cidr.last()));
            for (auto at = owners_.lower_bound(range.cidr.first());
                 at != owners_.end() && at->first <= range.cidr.last(); ++at) {
                taken.insert(at->first);
            }
            sum += usable_addresses(range.cidr).count() - Uint128{taken.size()};
        }
        return sum;
    }
    void audit() {
        const auto stats = pool_.stats();
        BOOST_REQUIRE((stats.free == free()));
        BOOST_REQUIRE((stats.in_use == Uint128{owners_.size()}));
        BOOST_REQUIRE((stats.capacity == stats.free + stats.in_use + stats.held));
        std::map<IpAddress<F>, std::uint64_t> visited;
        pool_.for_each_binding(
            [&](const IpBinding<F>& at) { BOOST_REQUIRE(visited.emplace(at.address(), at.generation()).second); });
        std::map<std::string, std::size_t> tenants;
        BOOST_REQUIRE(visited.size() == owners_.size());
        for (const auto& [ip, owner] : owners_) {
            BOOST_REQUIRE(visited.at(ip) == owner.generation);
            ++tenants[owner.tenant];
        }
        for (const auto& [tenant, count] : tenants) {
            std::size_t seen = 0;
            pool_.for_each_binding(tenant, [&](const IpBinding<F>&) { ++seen; });
            BOOST_REQUIRE(seen == count);
            BOOST_REQUIRE(pool_.list_by_tenant(tenant).size() == count);
        }
    }

    Random random_;
    IpPool<F> pool_{"model"};
    std::vector<Known> ranges_;
    std::map<IpAddress<F>, Owner> owners_;
    std::set<IpAddress<F>> held_;
    std::set<std::uint64_t> generations_;
    std::vector<IpBinding<F>> bindings_;
    const bool stay_;
    IpAddress<F> last_{};
};

/// A sanitizer is many times slower.
constexpr int usual = ESTATE_TEST_ASAN || ESTATE_TEST_TSAN ? 20'000 : 100'000;
constexpr int few = ESTATE_TEST_ASAN || ESTATE_TEST_TSAN ? 10'000 : 15'000;

BOOST_AUTO_TEST_SUITE(model)

BOOST_AUTO_TEST_CASE(a_v4_pool_does_what_its_model_does) {
    Model<V4>({"192.0.2.0/26", "192.0.2.64/31", "192.0.2.66/32", "198.51.100.0/23", "10.0.0.0/29"}, false).run(usual);
}

BOOST_AUTO_TEST_CASE(a_v4_pool_with_a_sparse_range_does_what_its_model_does) {
    Model<V4>({"192.0.2.0/26", "0.0.0.0/1"}, true).run(few);
}

BOOST_AUTO_TEST_CASE(a_v6_pool_does_what_its_model_does) {
    Model<V6>({"2001:db8::/122", "2001:db8::40/127", "2001:db8:0:1::/64", "fd00::/95", "4000::/2"}, false).run(usual);
}

BOOST_AUTO_TEST_CASE(a_sparse_pool_that_is_full_of_used_addresses_does_what_its_model_does) {
    Model<V6>({"2001:db8::/64"}, true).run(few);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
