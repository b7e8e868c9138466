// SPDX-License-Identifier: BSL-1.0
// SQLite has no memory for one request: a call that needed it says so or ends as it would have, and the file is a whole
// pool afterwards.
#include <unistd.h>

#include <cstdlib>
#include <optional>

#include "store/files.hpp"

namespace {
using namespace estate;
using namespace estate::literals;
using namespace std::chrono_literals;
using test::Pool;

/// The memory of SQLite, of which one request fails. SQLite takes it before the first database is opened.
class SqliteMemory {
public:
    SqliteMemory() {
        sqlite3_shutdown();
        sqlite3_config(SQLITE_CONFIG_GETMALLOC, &below_);
        sqlite3_mem_methods counted = below_;
        counted.xMalloc = [](int size) -> void* { return fails() ? nullptr : below_.xMalloc(size); };
        counted.xRealloc = [](void* from, int size) -> void* { return fails() ? nullptr : below_.xRealloc(from, size); };
        sqlite3_config(SQLITE_CONFIG_MALLOC, &counted);
        sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0);  // every request is one of the memory
        sqlite3_initialize();
    }
    SqliteMemory(const SqliteMemory&) = delete;
    SqliteMemory& operator=(const SqliteMemory&) = delete;
    ~SqliteMemory() {
        left_ = -1;
        sqlite3_shutdown();
        sqlite3_config(SQLITE_CONFIG_MALLOC, &below_);
        sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 1200, 40);
        sqlite3_initialize();
        sqlite3_vfs_register(disk_, 1);
    }

    /// The nth request from now on fails, the first is 0; none where it is below.
    static void fail(int nth) { left_ = nth; }
    static bool has_failed() { return left_ < 0; }

private:
    static bool fails() { return left_ >= 0 && left_-- == 0; }

    static inline int left_ = -1;
    static inline sqlite3_mem_methods below_{};
    sqlite3_vfs* disk_ = sqlite3_vfs_find(nullptr);
};

struct KeptLease {
    IpAddress<V4> address;
    std::uint64_t generation;
};
/// Files in memory, where there is such a folder: a sync takes no time.
class FilesInMemory {
public:
    FilesInMemory() {
        if (const char* const set = std::getenv("TMPDIR"); set != nullptr) before_ = set;
        if (::access("/dev/shm", W_OK) == 0) ::setenv("TMPDIR", "/dev/shm", 1);
    }
    FilesInMemory(const FilesInMemory&) = delete;
    FilesInMemory& operator=(const FilesInMemory&) = delete;
    ~FilesInMemory() { before_.empty() ? ::unsetenv("TMPDIR") : ::setenv("TMPDIR", before_.c_str(), 1); }

private:
    std::string before_;
};

/// A pool in the file, and what of it must be there afterwards: the lease that keep() said was written.
std::optional<KeptLease> live_on(const std::string& path) {
    SqliteSettings settings;
    settings.synchronous = Synchronous::normal;
    auto opened = test::open(path, settings);
    if (!opened) return {};
    Pool& pool = opened.assume_value();
    std::optional<KeptLease> kept;
    (void)pool.add_cidr_range("192.0.2.0/28");
    (void)pool.add_cidr_range("198.51.100.0/29");
    (void)pool.add_addresses("203.0.113.5"_ip4, "203.0.113.7"_ip4);
    (void)pool.reserve("192.0.2.3"_ip4);
    (void)pool.exclude("192.0.2.4"_ip4);
    (void)pool.set_gateway("192.0.2.1"_ip4);
    (void)pool.set_quarantine(1s);
    (void)pool.set_quota("red", 9);
    (void)pool.drain("198.51.100.0/29");
    (void)pool.undrain("198.51.100.0/29");
    (void)pool.remove_cidr_range("198.51.100.0/29");
    if (auto lease = pool.allocate("red", "web", ResourceType::pod("blue"))) {
        if (auto written = pool.keep(std::move(lease.assume_value()), 1h)) {
            kept = {written.assume_value().address(), written.assume_value().generation()};
        }
    }
    (void)pool.reserve_for("192.0.2.9"_ip4, Owner::make("blue", "db").value());
    if (auto sticky = pool.allocate_sticky("red", "again", {})) {
        if (auto written = pool.keep(std::move(sticky.assume_value()))) {
            (void)pool.renew(written.assume_value(), 2h);
            (void)pool.release(written.assume_value());
        }
    }
    if (auto many = pool.allocate_many(3, "red", "many", {})) (void)pool.release_many(std::move(many.assume_value()));
    (void)pool.release_all("blue");
    (void)pool.release_unclaimed();
    (void)pool.flush();
    return kept;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_store_without_memory_for_a_request_loses_nothing_that_it_said_was_written) {
    const FilesInMemory files;
    const SqliteMemory memory;
    std::size_t failed = 0;
    std::size_t written = 0;
    for (int nth = 0;; nth += 1 + nth / 64) {
        const test::Folder folder;
        SqliteMemory::fail(nth);
        const auto first = live_on(folder.file());
        const bool is_over = !SqliteMemory::has_failed();
        SqliteMemory::fail(nth);
        const auto then = live_on(folder.file());  // a file that is there already, whole or in part
        SqliteMemory::fail(-1);
        const Pool after = test::opened(folder.file());
        for (const auto& kept : {first, then}) {
            if (!kept) continue;
            ++written;
            const auto found = after.pool().get_binding(kept->address);
            BOOST_TEST_REQUIRE(test::succeeds(found));
            BOOST_TEST(found.assume_value().generation() == kept->generation);
            BOOST_TEST(found.assume_value().resource() == "web");
        }
        if (is_over) break;
        ++failed;
    }
    BOOST_TEST_MESSAGE("runs in which a request for memory failed: " << failed << ", leases written: " << written);
    BOOST_TEST(failed > 100U);
    BOOST_TEST(written > 50U);
}
