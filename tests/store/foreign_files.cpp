// SPDX-License-Identifier: BSL-1.0
// What is not a store, or not a whole one, is named and left as it was.
#include "store/faulty_disk.hpp"
#include "store/files.hpp"

namespace {
using namespace estate;
using namespace estate::literals;
using test::fails_with;
using test::open;
using test::opened;
using test::succeeds;
using test::take;

struct Files {
    test::Folder folder;
    std::string path = folder.file();

    void write(std::string_view text) const { std::ofstream(path, std::ios::binary) << text; }
    void sql(const char* text) const {
        sqlite3* database = nullptr;
        BOOST_TEST_REQUIRE(sqlite3_open(path.c_str(), &database) == SQLITE_OK);
        BOOST_TEST_REQUIRE(sqlite3_exec(database, text, nullptr, nullptr, nullptr) == SQLITE_OK);
        sqlite3_close(database);
    }
    template <class Code>
    void is_refused_untouched(Code code) const {
        const auto before = test::contents(folder);
        BOOST_TEST(fails_with(open(path), code));
        const auto after = test::contents(folder);
        for (const auto& [name, bytes] : before) BOOST_TEST((after.at(name) == bytes), name << " was touched");
    }
    /// A store with leases, all of it in the one file.
    void make_store() const {
        auto pool = opened(path);
        for (int i = 0; i < 5; ++i) BOOST_TEST_REQUIRE(succeeds(pool.keep(take(pool).value())));
    }
};

BOOST_FIXTURE_TEST_SUITE(foreign_files, Files)

BOOST_AUTO_TEST_CASE(a_text_is_no_store) {
    write("dear diary,\n");
    is_refused_untouched(store_errc::not_a_store);
    write(std::string(5000, 'x'));
    is_refused_untouched(store_errc::not_a_store);
    BOOST_TEST(test::contents(folder).size() == 1U);
}
BOOST_AUTO_TEST_CASE(another_database_is_no_store) {
    sql("CREATE TABLE lease(x); PRAGMA journal_mode = WAL; INSERT INTO lease VALUES(1)");
    is_refused_untouched(store_errc::not_a_store);
    BOOST_TEST(test::contents(folder).size() == 1U);
}
BOOST_AUTO_TEST_CASE(an_empty_file_becomes_a_store) {
    write("");
    BOOST_TEST(succeeds(open(path)));
}
BOOST_AUTO_TEST_CASE(a_later_format_is_left_alone) {
    make_store();
    sql("PRAGMA user_version = 99");
    is_refused_untouched(store_errc::newer_format);
}
BOOST_AUTO_TEST_CASE(a_page_of_garbage_is_damage) {
    make_store();
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(4096);  // the second page
    file << std::string(4096, '\xA5');
    file.close();
    is_refused_untouched(store_errc::damaged);
}
BOOST_AUTO_TEST_CASE(a_file_cut_short_is_damage) {
    make_store();
    std::filesystem::resize_file(path, std::filesystem::file_size(path) - 5000);
    is_refused_untouched(store_errc::damaged);
}
BOOST_AUTO_TEST_CASE(what_contradicts_itself_is_damage) {
    for (const char* const wrong : {
             "UPDATE lease SET tenant = x''",                                  // nobody
             "UPDATE lease SET kind = 9",                                      // no such kind
             "UPDATE lease SET kind = -1",
             "UPDATE lease SET generation = -1",
             "UPDATE lease SET life = -1, ends = 0",
             "UPDATE lease SET address = x'0A' WHERE generation = 1",
             "UPDATE range SET length = 99",
             "UPDATE range SET length = -1",
             "UPDATE range SET first = x'C0'",
             "UPDATE range SET gateway = x'C0'",
             "REPLACE INTO quota VALUES(x'', 1)",                              // of nobody
             "REPLACE INTO setting VALUES('quarantine', -1)",
             "UPDATE range SET first = x'C0000201'",                           // host bits
             "UPDATE range SET held = x'00'",
             "DROP TABLE quota",
         }) {
        std::filesystem::remove(path);
        make_store();
        sql(wrong);
        BOOST_TEST(fails_with(open(path), store_errc::damaged), wrong);
    }
}
BOOST_AUTO_TEST_CASE(a_row_that_is_damaged_while_the_file_is_open_is_told) {
    auto pool = opened(path);
    sql("UPDATE range SET length = 99");
    BOOST_TEST(fails_with(pool.add_cidr_range("192.0.2.16/28"), store_errc::damaged));
    const StoredRange<V4> next{"192.0.2.16/28"_cidr4};
    BOOST_TEST(fails_with(pool.with_store([&](test::Store& store) { return store.put(next); }), store_errc::damaged));
}
BOOST_AUTO_TEST_CASE(a_lock_that_cannot_be_opened_is_the_systems_error) {
    std::filesystem::create_directory(path + "-holders");
    BOOST_TEST(fails_with(open(path), std::errc::is_a_directory));
}
BOOST_AUTO_TEST_CASE(what_cannot_be_read_is_no_answer_and_is_one_later) {
    using test::FaultyDisk;
    make_store();
    const auto before = test::contents(folder).at("pool.db");
    auto& disk = FaultyDisk::instance();
    int swept = 0;
    for (std::uint64_t nth = 1;; ++nth, ++swept) {
        disk.set(FaultyDisk::Fault::unread, nth);
        const auto unread = open(path);
        disk.repair();
        if (unread) break;
        const Error why = unread.assume_error();
        const bool is_told = why == store_errc::failed || why == store_errc::cannot_open || why == store_errc::damaged ||
                             why == store_errc::not_a_store;
        BOOST_TEST(is_told, nth << ": " << why.message());
        auto again = open(path);
        BOOST_TEST_REQUIRE(succeeds(again));
        BOOST_TEST(again.assume_value().pool().stats().in_use.low() == 5U);
    }
    BOOST_TEST(swept > 10);
    BOOST_TEST((test::contents(folder).at("pool.db").size() >= before.size()));
    // and of a file that is open
    for (std::uint64_t nth = 1; nth < 12; ++nth) {
        auto store = test::Store::open(path).value();
        disk.set(FaultyDisk::Fault::unread, nth);
        (void)store.has_news();
        (void)store.scan([](const StoredLease<V4>&) {});
        (void)store.scan_ranges([](const StoredRange<V4>&) {});
        (void)store.scan_quotas([](const TenantName&, std::uint64_t) {});
        (void)store.scan_holders([](std::int64_t, std::string_view, std::int64_t) {});
        (void)store.grant(1);
        (void)store.erase("192.0.2.0/28"_cidr4);
        disk.repair();
        BOOST_TEST(succeeds(store.scan([](const StoredLease<V4>&) {})));
    }
}
BOOST_AUTO_TEST_CASE(each_answer_of_sqlite_means_something) {
    const auto means = [](int code) { return detail::sqlite_error(code); };
    for (const int code : {SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL, SQLITE_BUSY_SNAPSHOT}) {
        BOOST_TEST((means(code) == store_errc::busy));
    }
    for (const int code : {SQLITE_CORRUPT, SQLITE_CONSTRAINT_UNIQUE, SQLITE_MISMATCH, SQLITE_ERROR}) {
        BOOST_TEST((means(code) == store_errc::damaged));
    }
    for (const int code : {SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH, SQLITE_READONLY}) {
        BOOST_TEST((means(code) == store_errc::cannot_open));
    }
    BOOST_TEST((means(SQLITE_NOMEM) == Error::system(ENOMEM)));
    BOOST_TEST((means(SQLITE_FULL) == store_errc::full));
    BOOST_TEST((means(SQLITE_NOTADB) == store_errc::not_a_store));
    BOOST_TEST((means(SQLITE_IOERR_READ) == store_errc::failed));
}
BOOST_AUTO_TEST_CASE(a_store_of_the_other_family_is_refused) {
    make_store();
    BOOST_TEST(fails_with(SqliteStore<V6>::open(path), errc::wrong_family));
    BOOST_TEST(succeeds(open(path)));
}
BOOST_AUTO_TEST_CASE(a_folder_or_a_file_in_none_cannot_be_opened) {
    BOOST_TEST(fails_with(open(folder.path()), store_errc::cannot_open));
    BOOST_TEST(fails_with(open(folder.file("missing/pool.db")), store_errc::cannot_open));
    // A folder in memory is smaller than the header of a file, and one of /proc has no size.
    for (const char* elsewhere : {"/dev/shm", "/proc"}) {
        BOOST_TEST_REQUIRE(std::filesystem::is_directory(elsewhere));
        BOOST_TEST(fails_with(open(elsewhere), store_errc::cannot_open), elsewhere);
    }
}
BOOST_AUTO_TEST_CASE(a_name_of_a_holder_has_63_bytes_at_most) {
    SqliteSettings settings;
    const std::string too_long(64, 'x');
    settings.holder = too_long;
    BOOST_TEST(fails_with(open(path, settings), errc::malformed_name));
}
BOOST_AUTO_TEST_CASE(errors_have_texts) {
    BOOST_TEST(std::string(Error{store_errc::newer_format}.name()) == "newer_format");
    BOOST_TEST((Error{store_errc::full} == std::errc::no_space_on_device));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
