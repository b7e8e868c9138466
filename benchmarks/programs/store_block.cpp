// SPDX-License-Identifier: BSL-1.0
// What a lease costs of a block that a host has already, where nobody else is asked: a HostPool whose leases end with
// the process, beside the DurablePool underneath and an IpPool.
//   ROUNDS KIND    so many pairs (leased and given back) of host, durable or memory, for who counts instructions
//   ROUNDS times   the kinds take turns; prints a name, the median of a pair, of its lease and of its release, in ns

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <estate/net/literals.hpp>
#include <estate/store/etcd/host_pool.hpp>
#include <estate/store/volatile_store.hpp>

namespace {

using namespace estate;
using namespace estate::literals;

/// Where the only host of a pool agrees with itself.
class Nobody {
public:
    result<BlockAnswer> ask(const BlockRequest& request) {
        BlockAnswer answer;
        answer.number = request.number;
        answer.done = true;
        answer.session = 1;
        answer.revision = ++revision_;
        if (request.kind == BlockRequest::Kind::claim)
            records_.push_back({request.block, answer.revision, "host", 1, false});
        if (request.kind == BlockRequest::Kind::list) answer.records = records_, answer.live_hosts = {"host"};
        return answer;
    }
    result<std::string> agree(const std::string& terms) { return terms; }

private:
    std::uint64_t revision_ = 0;
    std::vector<BlockRecord> records_;
};
using Pool = HostPool<V4, VolatileStore<V4>, Nobody>;

Pool made() {
    HostSettings<V4> settings;
    settings.range = "10.0.0.0/16"_cidr4;
    settings.block_length = 24;
    settings.terms.time_to_live = 3'600'000'000'000;
    settings.host = "host";
    settings.has_thread = false;
    Pool pool = Pool::open({}, Nobody{}, settings).value();
    while (pool.time_left().count() == 0 || pool.pool().stats().capacity == Uint128{}) pool.step();
    return pool;
}

const Owner owner = Owner::make("tenant", "resource").value();

struct Kinds {
    Pool host = made();
    DurablePool<V4, VolatileStore<V4>> durable = DurablePool<V4, VolatileStore<V4>>::open({}).value();
    IpPool<V4> memory;
    Kinds() {
        static_cast<void>(durable.add_cidr_range("10.0.0.0/24"));
        static_cast<void>(memory.add_cidr_range("10.0.0.0/24"));
    }
};

class Times {
public:
    template <class From>
    void take(From& pool) {
        const auto begin = std::chrono::steady_clock::now();
        auto lease = pool.allocate(owner).value();
        const auto leased = std::chrono::steady_clock::now();
        std::move(lease).release();
        const auto end = std::chrono::steady_clock::now();
        pair_.push_back((end - begin).count());
        lease_.push_back((leased - begin).count());
        release_.push_back((end - leased).count());
    }
    void print(const char* name) {
        std::printf("%s %lld %lld %lld\n", name, median(pair_), median(lease_), median(release_));
    }

private:
    static long long median(std::vector<long long>& all) {
        const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
        std::nth_element(all.begin(), middle, all.end());
        return *middle;
    }
    std::vector<long long> pair_, lease_, release_;
};

template <class From>
void pairs(From& pool, int rounds) {
    for (int i = 0; i < rounds; ++i) std::move(pool.allocate(owner).value()).release();
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    const int rounds = std::atoi(argv[1]);
    const auto asked = [&](const char* kind) { return std::strcmp(argv[2], kind) == 0; };
    Kinds kinds;
    if (asked("host")) pairs(kinds.host, rounds);
    if (asked("durable")) pairs(kinds.durable, rounds);
    if (asked("memory")) pairs(kinds.memory, rounds);
    if (!asked("times")) return 0;
    Times host, durable, memory;
    for (int i = 0; i < rounds; ++i) host.take(kinds.host), durable.take(kinds.durable), memory.take(kinds.memory);
    host.print("host");
    durable.print("durable");
    memory.print("memory");
    return 0;
}
