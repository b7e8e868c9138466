// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/test/unit_test.hpp>
#include <estate/net/literals.hpp>
#include <estate/net/ostream.hpp>
#include <estate/store_sqlite.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "pool/manual_clock.hpp"
#include "support/check.hpp"
#include "support/scratch.hpp"

namespace estate::test {

/// The clock of the pools: what a test does takes no time, on whichever machine.
using PoolClock = ManualClock<struct PoolTime>;
using Store = SqliteStore<V4>;
using Pool = DurablePool<V4, Store, NextFit, PoolClock>;

/// A folder that goes with the test, with the file of a pool.
struct Folder : Scratch {
    std::string file(const char* name = "pool.db") const { return Scratch::file(name); }
};

/// What all files of a folder hold.
inline std::map<std::string, std::string> contents(const Folder& folder) {
    std::map<std::string, std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
        std::ifstream file(entry.path(), std::ios::binary);
        found[entry.path().filename().string()] = {std::istreambuf_iterator<char>(file), {}};
    }
    return found;
}

inline result<Pool> open(const std::string& path, const SqliteSettings& settings = {}) {
    auto store = Store::open(path, settings);
    if (!store) return store.assume_error();
    return Pool::open(std::move(store.assume_value()));
}
/// A pool of 192.0.2.0/28, fourteen addresses, in the file.
inline Pool opened(const std::string& path, const SqliteSettings& settings = {}) {
    auto pool = open(path, settings);
    BOOST_TEST_REQUIRE(succeeds(pool));
    BOOST_TEST_REQUIRE(succeeds(pool.assume_value().add_cidr_range("192.0.2.0/28")));
    return std::move(pool.assume_value());
}
/// A holder that has this name.
inline SqliteSettings named(std::string_view name) {
    SqliteSettings settings;
    settings.holder = name;
    return settings;
}
inline result<Lease<V4>> take(Pool& pool, const char* resource = "r") { return pool.allocate("red", resource, {}); }
/// What stays leased when the process ends without a word: nothing is given back.
inline void lose(Lease<V4>&& lease) { new Lease<V4>{std::move(lease)}; }

}  // namespace estate::test
