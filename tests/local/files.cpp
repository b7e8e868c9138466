// SPDX-License-Identifier: BSL-1.0
#include <signal.h>

#include <boost/test/unit_test.hpp>
#include <estate/error/std_error_code.hpp>
#include <estate/estate.hpp>
#include <estate/unix.hpp>
#include <fstream>
#include <optional>
#include <thread>
#include <vector>

#include "../support/check.hpp"
#include "../support/child.hpp"
#include "../support/descriptors.hpp"
#include "../support/scratch.hpp"
#include "../support/time.hpp"

// The file of a bound path goes with the socket that bound it, and with no other.

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
