// SPDX-License-Identifier: BSL-1.0
// libFuzzer target: a program of a pool as bytes. Whatever the order of the calls, no address is leased twice, what is
// counted adds up, a lease keeps its address, a binding dies with its lease, and what is refused changes nothing.
//
// clang++-19 -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -Iinclude tests/fuzz/pool_program.cpp -o pool_program
// ./pool_program -max_len=300 -max_total_time=60
#include <estate/pool.hpp>
#include <map>
#include <set>
#include <vector>

#include "require.hpp"

namespace {
using namespace estate;
using test::require;

class Program {
public:
    Program(const std::uint8_t* bytes, std::size_t size) : bytes_{bytes}, left_{size} {}

    void run() {
        while (left_ > 0) {
            const PoolStats before = pool_.stats();
            const bool changed = step(next());
            const PoolStats after = pool_.stats();
            require(changed || before == after, "what is refused changes no count");
            require(after.capacity == after.in_use + after.held + after.free + after.cooling, "the counts add up");
            require(after.in_use == Uint128(users_.size()), "each address that is leased has a holder");
        }
        held_.clear();
        require(pool_.stats().in_use == Uint128(0), "what nobody holds is not leased");
        for (const auto& binding : bindings_) require(!binding.share(), "a binding dies with its lease");
    }

private:
    std::uint8_t next() {
        if (left_ == 0) return 0;
        --left_;
        return *bytes_++;
    }
    /// One of 256 addresses, some of which no range has.
    IpAddress<V4> some_address() { return IpAddress<V4>(0xc0000200U + next()); }
    CidrRange<V4> some_range() {
        const int length = 25 + next() % 8;
        return CidrRange<V4>::masked(some_address(), length).value();
    }
    bool take(result<Lease<V4>>&& leased, bool sticks = false) {
        if (!leased) return false;
        const auto ip = leased.assume_value().address();
        // What has an address that sticks to it is given a share of that.
        require(sticks ? sticky_.contains(ip) || !users_.contains(ip) : !users_.contains(ip),
                "no address is leased twice");
        if (sticks) sticky_.insert(ip);
        ++users_[ip];
        bindings_.push_back(leased.assume_value().binding());
        held_.push_back(std::move(leased).assume_value());
        return true;
    }
    bool step(std::uint8_t what) {
        const ResourceType type = ResourceType::pod();
        const char* const tenant = next() % 2 == 0 ? "red" : "blue";
        switch (what % 14) {
            case 0: return pool_.add_cidr_range(some_range(), next() % 2 == 0 ? Usable::hosts : Usable::all).has_value();
            case 1: return pool_.remove_cidr_range(some_range()).has_value();
            case 2:
            case 3: return take(pool_.allocate(tenant, "resource", type));
            case 4: return take(pool_.allocate_specific(some_address(), tenant, "resource", type));
            case 5: return take(pool_.allocate_sticky(tenant, next() % 2 == 0 ? "one" : "two", type), true);
            case 6: {
                if (held_.empty()) return false;
                const auto at = held_.begin() + static_cast<std::ptrdiff_t>(next() % held_.size());
                const auto ip = at->address();
                held_.erase(at);
                if (--users_[ip] == 0) {
                    users_.erase(ip);
                    sticky_.erase(ip);
                }
                return true;
            }
            case 7: {
                if (held_.empty()) return false;
                auto more = held_[next() % held_.size()].share();
                ++users_[more.address()];
                held_.push_back(std::move(more));
                return true;
            }
            case 8: return pool_.reserve(some_range()).has_value();
            case 9: return pool_.unreserve(some_range()).has_value();
            case 10: return pool_.drain(some_range()).has_value();
            case 11: return pool_.undrain(some_range()).has_value();
            case 12: return pool_.set_quota(tenant, next() % 8).has_value();
            default: {
                const auto ip = some_address();
                const auto bound = pool_.get_binding(ip);
                require(bound.has_value() == users_.contains(ip), "what is leased has a binding, and nothing else");
                if (!bound) return false;
                auto shared = bound.assume_value().share();
                require(shared.has_value() && shared.assume_value().address() == ip, "a binding shares its lease");
                return false;
            }
        }
    }

    const std::uint8_t* bytes_;
    std::size_t left_;
    IpPool<V4> pool_;
    std::map<IpAddress<V4>, int> users_;  // of each address, how many leases
    std::set<IpAddress<V4>> sticky_;      // of those, what allocate_sticky() gave
    std::vector<Lease<V4>> held_;
    std::vector<IpBinding<V4>> bindings_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    Program(bytes, size).run();
    return 0;
}
