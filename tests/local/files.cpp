// SPDX-License-Identifier: BSL-1.0
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <estate/error/std_error_code.hpp>
#include <estate/estate.hpp>
#include <estate/unix.hpp>
#include <fstream>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "../support/check.hpp"
#include "../support/child.hpp"
#include "../support/descriptors.hpp"
#include "../support/free_zero.hpp"
#include "../support/scratch.hpp"
#include "../support/time.hpp"

// The file of a bound path goes with the socket that bound it, and with no other.

namespace estate {
namespace test {
/// The kernel, which removes no file.
struct Undeletable : posix::Kernel {
    static inline int why = 0;
};
}  // namespace test
template <>
struct posix::UnixCalls<test::Undeletable> : posix::UnixCalls<posix::Kernel> {
    explicit UnixCalls(test::Undeletable) noexcept : UnixCalls<Kernel>(Kernel()) {}
    static int unlink(const char*) noexcept {
        errno = test::Undeletable::why;
        return -1;
    }
};
}  // namespace estate

namespace {
using namespace estate;
using namespace estate::test;

using Transports = std::tuple<UnixStream, UnixDatagram, UnixSeqpacket>;

template <class T>
BoundSocket<T> bound_at(const UnixAddress& at) {
    return new_socket<T>().value().bind(at).value();
}
/// Leaves a file behind, as a server does that is killed.
void die_at(const UnixAddress& at) {
    const auto killed = exit_code_of_child([&] {
        const auto bound = bound_at<UnixStream>(at);
        return ::raise(SIGKILL);
    });
    BOOST_REQUIRE(killed == 128 + SIGKILL);
    BOOST_REQUIRE(is_there(at));
}

BOOST_AUTO_TEST_SUITE(files)

BOOST_AUTO_TEST_CASE(a_forked_child_removes_nothing_of_its_parent) {
    const Scratch scratch;
    std::optional listener = bound_at<UnixStream>(scratch.at("s")).listen().value();
    BOOST_TEST(exit_code_of_child([&] {
                   listener.reset();
                   return 0;
               }) == 0);
    BOOST_TEST(is_there(scratch.at("s")));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_stale_file_is_told_from_one_of_a_living_server, T, Transports) {
    const Scratch scratch;
    const auto at = scratch.at("s");
    {
        const auto living = bound_at<UnixStream>(at);  // it does not even listen
        auto refused = new_socket<T>().value().bind(at);
        BOOST_TEST(fails_with(refused, std::errc::address_in_use));
        BOOST_TEST(!fails_with(refused, unix_errc::stale_socket_file));
        auto again = std::move(refused.assume_error().socket).bind_over_stale(at);
        BOOST_TEST(fails_with(again, std::errc::address_in_use));
        BOOST_TEST(is_there(at));
    }
    die_at(at);
    auto refused = new_socket<T>().value().bind(at);
    BOOST_TEST(fails_with(refused, unix_errc::stale_socket_file));
    BOOST_TEST(fails_with(refused, std::errc::address_in_use));  // what POSIX calls it
    const auto bound = std::move(refused.assume_error().socket).bind_over_stale(at);
    BOOST_TEST(succeeds(bound));
    BOOST_TEST((bound.assume_value().local_addr().value() == at));
}

BOOST_AUTO_TEST_CASE(a_stale_file_that_cannot_be_removed_is_not_replaced) {
    const Scratch scratch;
    const auto at = scratch.at("s");
    die_at(at);
    using T = BasicUnixStream<posix::UnixSockets<Undeletable, SOCK_STREAM>>;
    Undeletable::why = EACCES;
    auto refused = new_socket<T>().value().bind_over_stale(at);
    BOOST_TEST(fails_with(refused, std::errc::permission_denied));
    BOOST_TEST(is_there(at));
    Undeletable::why = ENOENT;  // somebody else has removed it, and somebody has bound it again
    BOOST_TEST(fails_with(std::move(refused.assume_error().socket).bind_over_stale(at), unix_errc::stale_socket_file));
}

BOOST_AUTO_TEST_CASE(a_socket_that_replaces_another_takes_its_own_file_along) {
    const Scratch scratch;
    {
        auto socket = bound_at<UnixDatagram>(scratch.at("first"));
        auto second = bound_at<UnixDatagram>(scratch.at("second"));
        socket = std::move(second);
        BOOST_TEST(!is_there(scratch.at("first")));
        BOOST_TEST(is_there(scratch.at("second")));
        second = bound_at<UnixDatagram>(scratch.at("third"));
        BOOST_TEST(is_there(scratch.at("second")));
    }
    BOOST_TEST(!is_there(scratch.at("second")));
    BOOST_TEST(!is_there(scratch.at("third")));
}

BOOST_AUTO_TEST_CASE(a_stale_file_is_replaced_where_the_number_0_is_free) {
    const Scratch scratch;
    die_at(scratch.at("s"));
    auto socket = unix_stream().value();
    const int lock = ::open(scratch.path().c_str(), O_RDONLY | O_CLOEXEC);
    BOOST_TEST_REQUIRE(::flock(lock, LOCK_EX) == 0);
    const FreeZero zero;
    auto refused = std::move(socket).bind_over_stale(scratch.at("s"));
    BOOST_TEST(fails_with(refused, std::errc::resource_unavailable_try_again));
    ::close(lock);
    BOOST_TEST(succeeds(std::move(refused).error().socket.bind_over_stale(scratch.at("s"))));
    BOOST_TEST(!is_open(0));
}

/// Whether a stale file there is replaced, and not while somebody else has locked that directory.
void check_lock(const UnixAddress& at, const char* directory) {
    die_at(at);
    const int lock = ::open(directory, O_RDONLY | O_CLOEXEC);
    BOOST_TEST_REQUIRE(::flock(lock, LOCK_EX) == 0);
    auto refused = unix_stream().value().bind_over_stale(at);
    BOOST_TEST(fails_with(refused, std::errc::resource_unavailable_try_again));
    BOOST_TEST(is_there(at));
    ::close(lock);
    BOOST_TEST(succeeds(std::move(refused).error().socket.bind_over_stale(at)));
}
BOOST_AUTO_TEST_CASE(the_directory_of_the_path_is_locked_and_no_other) {
    const Scratch scratch;
    check_lock(scratch.at("s"), scratch.path().c_str());
    BOOST_TEST(exit_code_of_child([&] {
                   if (::chdir(scratch.path().c_str()) != 0) return 1;
                   check_lock(UnixAddress::path("here").value(), ".");
                   return 0;
               }) == 0);
    const auto root = UnixAddress::path("/estate." + std::to_string(::getpid())).value();
    if (::access("/", W_OK) != 0) return print_skipped("no file can be made in /");
    check_lock(root, "/");
}

BOOST_AUTO_TEST_CASE(what_is_no_socket_is_never_taken_for_stale_nor_removed) {
    const Scratch scratch;
    std::ofstream(scratch.file("s")) << "precious";
    BOOST_TEST(fails_with(unix_stream().value().bind_over_stale(scratch.at("s")), std::errc::address_in_use));
    BOOST_TEST(is_there(scratch.at("s")));
    BOOST_REQUIRE(::unlink(scratch.file("s").c_str()) == 0);
    BOOST_REQUIRE(::symlink("elsewhere", scratch.file("s").c_str()) == 0);
    BOOST_TEST(fails_with(unix_stream().value().bind_over_stale(scratch.at("s")), std::errc::address_in_use));
    BOOST_TEST(is_there(scratch.at("s")));
}

BOOST_AUTO_TEST_CASE(of_servers_that_replace_a_stale_file_at_once_one_has_it) {
    const Scratch scratch;
    const auto at = scratch.at("s");
    die_at(at);
    constexpr int servers = 8;
    std::optional<ListeningSocket<UnixStream>> serving[servers];
    {
        std::vector<std::jthread> threads;
        for (auto& one : serving) {
            threads.emplace_back([&] {
                auto bound = unix_stream().value().bind_over_stale(at);
                if (bound) one = std::move(bound).assume_value().listen().value();
            });
        }
    }
    int winners = 0;
    for (const auto& one : serving) winners += one.has_value() ? 1 : 0;
    BOOST_TEST(winners == 1);
    BOOST_TEST(succeeds(unix_stream().value().connect(at, soon())));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
