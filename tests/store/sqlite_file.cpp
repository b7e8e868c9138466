// SPDX-License-Identifier: BSL-1.0
// The file below a SqliteStore: its locks, its transactions, its statements.
#include <fcntl.h>
#include <sys/wait.h>

#include <limits>

#include "store/files.hpp"

namespace {
using namespace estate;
using test::opened;
using test::Store;
using test::succeeds;
using test::take;

/// Another process must wait where it wants to be the only one that has the database open.
/// Source  https://sqlite.org/src/file/src/os.h: the 510 shared bytes follow byte 0x40000000 and the next.
bool is_locked_for_others(const std::string& path) {
    const pid_t process = ::fork();
    BOOST_REQUIRE(process >= 0);
    if (process == 0) {
        struct ::flock bytes {};
        bytes.l_type = F_WRLCK;
        bytes.l_whence = SEEK_SET;
        bytes.l_start = 0x40000002;
        bytes.l_len = 510;
        const int file = ::open(path.c_str(), O_RDWR);
        const bool asked = file >= 0 && ::fcntl(file, F_GETLK, &bytes) == 0;
        ::_exit(asked && bytes.l_type == F_UNLCK ? 0 : 1);
    }
    int status = 0;
    BOOST_REQUIRE(::waitpid(process, &status, 0) == process);
    return WEXITSTATUS(status) != 0;
}

struct File {
    test::Folder folder;
    std::string path = folder.file();

    result<detail::StoreFile> open(std::chrono::milliseconds patience = {}) const {
        return detail::StoreFile::open(path, true, patience, Synchronous::full);
    }
};

BOOST_FIXTURE_TEST_SUITE(sqlite_file, File)

BOOST_AUTO_TEST_CASE(opening_a_file_again_ends_no_lock_of_the_process_there) {
    const auto pool = opened(path);
    BOOST_TEST_REQUIRE(is_locked_for_others(path));
    SqliteSettings looks;
    looks.holder = "";
    { const auto again = Store::open(path, looks).value(); }
    BOOST_TEST(is_locked_for_others(path));
    BOOST_TEST(!test::open(path).has_value());  // the name is in use
    BOOST_TEST(is_locked_for_others(path));
}
BOOST_AUTO_TEST_CASE(a_store_takes_the_place_of_another) {
    auto one = Store::open(path).value();
    auto other = Store::open(folder.file("other.db")).value();
    const std::uint64_t first = other.grant(100).value();
    one = std::move(other);
    BOOST_TEST(one.grant(1).value() == first + 100);
}
BOOST_AUTO_TEST_CASE(time_begins_anew_where_the_machine_did_and_where_its_clock_is_behind_what_was_written) {
    static std::int64_t steady = 0;
    SqliteSettings settings;
    settings.clocks.wall = []() noexcept { return std::int64_t{1'000'000}; };
    settings.clocks.steady = []() noexcept { return steady; };
    settings.clocks.machine = []() noexcept { return Name<63>::clipped("m"); };
    const auto time_at = [&](std::int64_t now) {
        steady = now;
        return Store::open(path, settings).value().time();
    };
    BOOST_TEST(time_at(100) == 1'000'000);
    BOOST_TEST(time_at(300) == 1'000'200);  // goes on
    {
        steady = 500;
        auto store = Store::open(path, settings).value();
        const Owner owner = Owner::make("red", "r").value();
        StoreChange<V4> lease;
        lease.kind = StoreChange<V4>::Kind::lease;
        lease.address = IpAddress<V4>{0xC0000201};
        lease.generation = store.grant(1).value();
        lease.owner = &owner;
        BOOST_TEST(succeeds(store.write(&lease)));  // since 1'000'400
    }
    BOOST_TEST(time_at(200) == 1'000'400);  // and not 1'000'100
    settings.clocks.machine = []() noexcept { return Name<63>{}; };
    BOOST_TEST(time_at(50) == 1'000'400);
}
BOOST_AUTO_TEST_CASE(what_was_given_back_long_ago_is_forgotten_and_what_is_kept_for_ever_is_so) {
    auto pool = opened(path);
    BOOST_TEST(succeeds(pool.set_quarantine(std::chrono::nanoseconds{1}, WhenCooling::take_oldest)));
    for (int i = 0; i < 140; ++i) BOOST_REQUIRE(succeeds(take(pool)));
    BOOST_TEST(succeeds(pool.keep(take(pool).value(), (std::chrono::nanoseconds::max)())));
    std::size_t rows = 0;
    BOOST_TEST(succeeds(pool.with_store([&](Store& store) {
        return store.scan([&](const StoredLease<V4>&) { ++rows; });
    })));
    BOOST_TEST(rows < 20U);
}
BOOST_AUTO_TEST_CASE(a_range_in_which_another_holder_has_a_lease_is_in_the_way_though_it_drains) {
    SqliteSettings as_a;
    as_a.holder = "a";
    SqliteSettings as_b;
    as_b.holder = "b";
    auto b = test::open(path, as_b).value();  // knows nothing of what follows
    auto a = opened(path, as_a);
    BOOST_TEST(succeeds(a.add_cidr_range("192.0.2.16/28")));
    const auto lease = a.allocate_specific(IpAddress<V4>{0xC0000211}, "red", "r", {}).value();
    const auto first = a.allocate_specific(IpAddress<V4>{0xC0000201}, "red", "r", {}).value();
    for (const char* const range : {"192.0.2.0/28", "192.0.2.16/28"}) BOOST_TEST(succeeds(a.drain(range)));
    BOOST_TEST(test::fails_with(b.add_cidr_range("192.0.2.0/27"), errc::range_overlaps));
    BOOST_TEST(succeeds(b.add_cidr_range("192.0.2.0/28")));  // the very one leases again
}
BOOST_AUTO_TEST_CASE(a_range_takes_the_place_of_another_and_of_itself) {
    auto store = Store::open(path).value();
    const StoredRange<V4> one{CidrRange<V4>::parse("192.0.2.0/28").value()};
    const StoredRange<V4> other{CidrRange<V4>::parse("192.0.2.16/28").value()};
    for (const auto& each : {one, other}) BOOST_TEST(succeeds(store.put(each)));
    BOOST_TEST(succeeds(store.put(one, other.cidr)));
    std::size_t ranges = 0;
    BOOST_TEST(succeeds(store.scan_ranges([&](const StoredRange<V4>&) { ++ranges; })));
    BOOST_TEST(ranges == 1U);
}
/// Each statement of each connection that is opened while one lives asks it whether it may go on.
struct Interruption {
    static inline int left = -1;
    explicit Interruption(int nth) {
        left = nth;
        sqlite3_auto_extension(reinterpret_cast<void (*)()>(&Interruption::begin));
    }
    Interruption(const Interruption&) = delete;
    Interruption& operator=(const Interruption&) = delete;
    ~Interruption() {
        sqlite3_cancel_auto_extension(reinterpret_cast<void (*)()>(&Interruption::begin));
        left = -1;
    }
    static int begin(sqlite3* database, const char**, const sqlite3_api_routines*) {
        sqlite3_progress_handler(database, 1, [](void*) { return left >= 0 && left-- == 0 ? 1 : 0; }, nullptr);
        return SQLITE_OK;
    }
    [[nodiscard]] static bool happened() { return left < 0; }
};
BOOST_AUTO_TEST_CASE(whichever_statement_is_interrupted_fails_and_the_next_time_works) {
    using test::fails_with;
    {
        auto pool = opened(path);
        for (int i = 0; i < 3; ++i) BOOST_TEST(succeeds(pool.keep(take(pool).value())));
    }
    int swept = 0;
    SqliteSettings quickly;
    quickly.synchronous = Synchronous::normal;
    for (;; ++swept) {
        const Interruption now{swept};
        const auto cut = test::open(path, quickly);
        if (!Interruption::happened()) break;
        BOOST_TEST(fails_with(cut, store_errc::failed));
    }
    BOOST_TEST(swept > 20);
    const StoredRange<V4> drains{CidrRange<V4>::parse("198.51.100.0/28").value(), Usable::hosts, true};
    const StoredRange<V4> around{CidrRange<V4>::parse("198.51.100.0/27").value()};
    for (int nth = 0;; ++nth, ++swept) {
        const Interruption now{1'000'000};
        auto store = Store::open(path, quickly).value();
        BOOST_TEST(succeeds(store.put(drains, around.cidr)));
        Interruption::left = nth;
        const bool has_news = store.has_news();
        auto done = store.scan([](const StoredLease<V4>&) {});
        if (done) done = store.scan_ranges([](const StoredRange<V4>&) {});
        if (done) done = store.put(around);
        if (!Interruption::happened()) break;
        BOOST_TEST((has_news || fails_with(done, store_errc::failed)));
        BOOST_TEST(succeeds(store.scan([](const StoredLease<V4>&) {})));
    }
    BOOST_TEST_MESSAGE("statements interrupted: " << swept);
    BOOST_TEST(test::open(path).value().pool().stats().in_use.low() == 3U);
}
BOOST_AUTO_TEST_CASE(without_a_file_system_nothing_is_opened) {
    std::vector<sqlite3_vfs*> all;
    while (sqlite3_vfs* const each = sqlite3_vfs_find(nullptr)) {
        all.push_back(each);
        sqlite3_vfs_unregister(each);
    }
    BOOST_TEST(test::fails_with(open(), store_errc::cannot_open));
    for (sqlite3_vfs* const each : all) sqlite3_vfs_register(each, 0);
    sqlite3_vfs_register(all.front(), 1);
    BOOST_TEST(succeeds(open()));
}
BOOST_AUTO_TEST_CASE(a_link_to_a_file_is_the_file) {
    { const auto pool = opened(path); }
    std::filesystem::create_symlink(path, folder.file("link.db"));
    BOOST_TEST(test::open(folder.file("link.db")).value().pool().stats().capacity.low() == 14U);
}
BOOST_AUTO_TEST_CASE(a_visitor_that_throws_leaves_a_scan_that_can_be_made_again) {
    {
        auto pool = opened(path);
        for (int i = 0; i < 2; ++i) BOOST_TEST_REQUIRE(succeeds(pool.keep(take(pool).value())));
    }
    auto store = Store::open(path).value();
    BOOST_CHECK_THROW(static_cast<void>(store.scan([](const StoredLease<V4>&) { throw 1; })), int);
    int count = 0;
    BOOST_TEST(succeeds(store.scan([&](const StoredLease<V4>&) { ++count; })));
    BOOST_TEST(count == 2);
}
BOOST_AUTO_TEST_CASE(work_that_throws_is_no_transaction) {
    auto file = open().value();
    BOOST_CHECK_THROW(static_cast<void>(file.transaction([&]() -> result<void> {
        BOOST_TEST(succeeds(file.run("INSERT INTO quota VALUES(x'41', 1)")));
        throw 1;
    })), int);
    BOOST_TEST(file.number("SELECT count(*) FROM quota").value() == 0);
    BOOST_TEST(succeeds(file.transaction([] { return result<void>{success()}; })));
}
BOOST_AUTO_TEST_CASE(patience_without_end_is_as_long_as_can_be) {
    const auto patience_of = [&](std::chrono::milliseconds asked) {
        return open(asked).value().number("PRAGMA busy_timeout").value();
    };
    BOOST_TEST(patience_of(std::chrono::milliseconds::max()) == std::numeric_limits<int>::max());
    BOOST_TEST(patience_of(std::chrono::milliseconds{-1}) == 0);
    BOOST_TEST(patience_of(std::chrono::milliseconds{1500}) == 1500);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
