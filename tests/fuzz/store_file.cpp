// SPDX-License-Identifier: BSL-1.0
// libFuzzer target: a file of leases in which bytes were changed is opened, or refused by a name; what is opened is a
// pool that leases addresses of its ranges and gives them back, or names what it cannot do. The input is a list of
// changes of four bytes each: a place of two bytes, what is written there, and what is written behind it.
//
// clang++-19 -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -Iinclude tests/fuzz/store_file.cpp -lsqlite3
// ./a.out -max_len=64 -max_total_time=60
#include <unistd.h>

#include <estate/store_sqlite.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "require.hpp"

namespace {
using namespace estate;
using test::require;
using Pool = DurablePool<V4, SqliteStore<V4>>;

/// A folder of this process, gone with it.
struct Folder {
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "estate-fuzz-XXXXXX").string();
        require(::mkdtemp(name.data()) != nullptr, "there is room for a folder");
        path = name;
    }
    ~Folder() { clear(); }
    void clear() const {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    std::filesystem::path path;
};

result<Pool> open(const std::string& path) {
    auto store = SqliteStore<V4>::open(path);
    if (!store) return store.assume_error();
    return Pool::open(std::move(store.assume_value()));
}

/// Two ranges, a quota and five leases that outlive their process.
std::string whole_file(const std::string& path) {
    {
        auto pool = open(path).value();
        pool.add_cidr_range("192.0.2.0/28").value();
        pool.add_cidr_range("198.51.100.0/30").value();
        for (const char* const name : {"a", "b", "c", "d", "e"}) {
            pool.keep(pool.allocate("red", name, ResourceType::pod("blue")).value()).value();
        }
    }
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Folder folder;
    static const std::string path = (folder.path / "pool.db").string();
    static const std::string whole = whole_file(path);

    std::string changed = whole;
    for (std::size_t at = 0; at + 4 <= size; at += 4) {
        const std::size_t place = (std::size_t{data[at]} << 8 | data[at + 1]) % (changed.size() - 1);
        changed[place] = static_cast<char>(data[at + 2]);
        changed[place + 1] = static_cast<char>(data[at + 3]);
    }
    for (const char* const beside : {"-wal", "-shm", "-holders"}) std::filesystem::remove(path + beside);
    std::ofstream(path, std::ios::binary | std::ios::trunc) << changed;

    auto opened = open(path);
    if (!opened) {
        require(*opened.assume_error().message() != '\0', "a refusal has a name");
        require(changed != whole, "a whole file is opened");
        return 0;
    }
    auto& pool = opened.assume_value();
    const auto before = pool.pool().stats();
    auto lease = pool.allocate("red", "fuzz", {});
    if (!lease) return 0;
    require(pool.pool().get_binding(lease.assume_value().address()).has_value(), "what is leased is bound");
    std::move(lease.assume_value()).release();
    require(pool.pool().stats().in_use == before.in_use, "what was given back is free");
    return 0;
}
