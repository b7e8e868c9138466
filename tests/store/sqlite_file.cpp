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
