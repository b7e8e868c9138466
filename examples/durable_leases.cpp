// SPDX-License-Identifier: BSL-1.0
//
// Leases in a file. Kill it in the middle and start it again: its addresses are there, and so are its sockets'.
//
//     durable_leases FILE                          leases three addresses, prints them, and waits to be killed
//     durable_leases FILE ADDRESS GENERATION ...   takes these leases over; what has ended is refused
//
// scripts/demo store shows both. tests/examples/run.py kills it.

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <estate/net/text.hpp>
#include <estate/store_sqlite.hpp>
#include <estate/tcp.hpp>
#include <string>
#include <vector>

#include "terminal.hpp"

namespace {

using namespace estate;

void print(const char* what, const Lease<V4>& lease) {
    std::printf("%s %s %s %llu\n", what, std::string(lease.resource()).c_str(),
                std::string(to_text(lease.address()).view()).c_str(),
                static_cast<unsigned long long>(lease.generation()));
    std::fflush(stdout);
}

//! [open]
/// A file is opened, or made, under a name that one process has at a time; its pool is as it was when the last process
/// with that name ended, however that was.
result<SqlitePool<V4>> open_pool(const std::string& file) {
    BOOST_OUTCOME_TRY(auto store, SqliteStore<V4>::open(file));
    BOOST_OUTCOME_TRY(auto pool, SqlitePool<V4>::open(std::move(store)));
    BOOST_OUTCOME_TRY(pool.add_cidr_range("127.77.0.0/28"));  // there already when it is not new
    return pool;
}
//! [open]

result<void> lease_and_wait(SqlitePool<V4>& pool) {
    std::vector<Lease<V4>> leases;
    IpAddress<V4> again;
    {
        BOOST_OUTCOME_TRY(auto brief, pool.allocate("shop", "brief", {}));
        print("ended", brief);
        again = brief.address();
    }  // its address is free, and the next one's
    BOOST_OUTCOME_TRY(auto first, pool.allocate_specific(again, "shop", "web-1", {}));
    leases.push_back(std::move(first));
    for (const char* const name : {"web-2", "web-3"}) {
        BOOST_OUTCOME_TRY(auto lease, pool.allocate_sticky("shop", name, {}));
        leases.push_back(std::move(lease));
    }
    for (const Lease<V4>& lease : leases) print("leased", lease);
    std::puts("waiting to be killed");
    std::fflush(stdout);
    for (;;) ::pause();
}

//! [claim]
/// An owner that wrote down address and generation takes its lease over, and listens on it: what was leased by another
/// process is the same Lease.
result<void> take_over(SqlitePool<V4>& pool, const IpAddress<V4>& ip, std::uint64_t generation) {
    auto claimed = pool.claim(ip, generation);
    if (!claimed) {
        std::printf("refused %s %llu: %s\n", std::string(to_text(ip).view()).c_str(),
                    static_cast<unsigned long long>(generation), claimed.error().message());
        return success();
    }
    print("claimed", claimed.value());
    BOOST_OUTCOME_TRY(auto socket, new_tcp<V4>());
    BOOST_OUTCOME_TRY(auto bound, std::move(socket).bind(std::move(claimed.value()), 0));
    BOOST_OUTCOME_TRY(auto listening, std::move(bound).listen());
    BOOST_OUTCOME_TRY(const auto where, listening.local_addr());
    std::printf("listening on %s\n", std::string(to_text(where).view()).c_str());
    return success();
}
//! [claim]

result<void> go_on(SqlitePool<V4>& pool, int count, char** bindings) {
    for (int i = 0; i < count; i += 2) {
        BOOST_OUTCOME_TRY(const auto ip, IpAddress<V4>::parse(bindings[i]));
        BOOST_OUTCOME_TRY(take_over(pool, ip, std::strtoull(bindings[i + 1], nullptr, 10)));
    }
    BOOST_OUTCOME_TRY(const auto unclaimed, pool.release_unclaimed());
    std::printf("released, for nobody asked for them: %zu\n", unclaimed);
    return success();
}

}  // namespace

int main(int argc, char** argv) {
    const char* const usage = "durable_leases FILE [ADDRESS GENERATION]...";
    bool is_wrong = argc < 2 || argc % 2 != 0 || terminal::asks_for_help(argc, argv);
    for (int i = 2; i < argc; i += 2) is_wrong = is_wrong || !IpAddress<V4>::parse(argv[i]);
    if (is_wrong) return terminal::explain(argc, argv, usage);  // before the file is made
    auto pool = open_pool(argv[1]);
    const result<void> done = !pool       ? result<void>{pool.error()}
                              : argc == 2 ? lease_and_wait(pool.value())
                                          : go_on(pool.value(), argc - 2, argv + 2);
    return done ? 0 : terminal::fail(std::string("durable_leases: ") + argv[1], done.error(), usage);
}
