// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <estate/connect_any.hpp>
#include <estate/error/std_error_code.hpp>
#include <estate/estate.hpp>
#include <thread>

#include "../support/descriptors.hpp"
#include "../support/free_zero.hpp"
#include "../support/sockets.hpp"

// Hosts by name over both families, on the kernel; tests/sim/connect_any.cpp has the pauses.

namespace {
using namespace estate;
using namespace estate::test;

using Attempt = ConnectAttempt;

// Only connect_any() writes a report: one more than there is room for would lie beside it.
template <class Attempts>
concept Writable = requires(Attempts attempts, AnySocketAddress to) { attempts.add(to); } ||
                   requires(Attempts attempts) { attempts.settle(99, Attempt::End::failed, errc::stopped); };
static_assert(!Writable<ConnectAttempts>);

BOOST_AUTO_TEST_SUITE(connect_any_host)

BOOST_AUTO_TEST_CASE(a_strict_address_of_either_family_is_found_without_a_call) {
    const auto four = resolve_any("192.0.2.1", 80).value();
    BOOST_TEST(four.size() == 1U);
    BOOST_TEST((four[0] == AnySocketAddress(SocketAddress<V4>("192.0.2.1"_ip4, 80))));
    const auto six = resolve_any("2001:db8::1", "8080").value();
    BOOST_TEST((six[0] == AnySocketAddress(SocketAddress<V6>("2001:db8::1"_ip6, 8080))));
    BOOST_TEST(six[0].is_v6());
    BOOST_TEST(six[0].port().number() == 8080);
    const auto zoned = resolve_any("fe80::1%lo", 80).value();
    BOOST_TEST(zoned[0].visit([](const auto& address) {
        if constexpr (requires { address.zone(); }) {
            return address.zone() == interface_index("lo").value();
        } else {
            return false;
        }
    }));
    BOOST_TEST(fails_with(resolve_any("127.1", 80), errc::malformed_address));
    BOOST_TEST(fails_with(resolve_any("", 80), errc::invalid_argument));
    BOOST_TEST(fails_with(resolve_any("192.0.2.1", "65536"), errc::malformed_port));
    BOOST_TEST(fails_with(resolve_any("localhost", 80, past()), errc::deadline_exceeded));
}

BOOST_AUTO_TEST_CASE(one_look_up_finds_what_each_family_has) {
    const auto both = resolve_any("localhost", 80, in(20s));
    if (!both) return print_skipped("localhost has no address here");
    for (const auto& each : both.value()) {
        BOOST_TEST(each.visit([](const auto& address) { return address.address().is_loopback(); }));
        BOOST_TEST(each.port().number() == 80);
    }
    const auto four = resolve<V4>("localhost", 80);
    const auto six = resolve<V6>("localhost", 80);
    const auto count = [](const auto& list) { return list ? list.assume_value().size() : 0; };
    BOOST_TEST(both.value().size() == count(four) + count(six));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_host_is_connected_over_the_family_that_it_has, F, Families) {
    if (lacks<F>()) return;
    const auto listener = listening_on_loopback<F>();
    const auto made = connect_any(std::same_as<F, V4> ? "127.0.0.1" : "::1", listener.local_port().value(), soon());
    BOOST_REQUIRE(made.has_value());
    const auto& client = std::get<ConnectedSocket<Tcp<F>>>(made.value().socket);
    const auto server = listener.accept(soon()).value();
    BOOST_TEST(succeeds(client.send_all("hello")));
    BOOST_TEST(read_text(server, 5) == "hello");
    BOOST_TEST(!is_nonblocking(client.handle()));
    BOOST_TEST(closes_on_exec(client.handle()));
    BOOST_TEST(made.value().attempts.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_refused_family_gives_way_to_the_other_and_is_reported) {
    if (lacks<V6>()) return;
    const auto refusing = bound_to_loopback<V6>();
    const auto listener = listening_on_loopback<V4>();
    AnyAddressList list;
    list.add(refusing.local_addr().value());
    list.add(listener.local_addr().value());
    const auto made = connect_any(list, soon());
    BOOST_REQUIRE(made.has_value());
    const auto& tried = made.value().attempts;
    BOOST_REQUIRE(tried.size() == 2U);
    BOOST_TEST((tried[0].end == Attempt::End::failed));
    BOOST_TEST((tried[0].why == std::errc::connection_refused));
    BOOST_TEST((tried[1].to == AnySocketAddress(listener.local_addr().value())));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_resolved_makes_no_attempt) {
    const auto failed = connect_any("127.1", 80, soon());
    BOOST_REQUIRE(!failed);
    BOOST_TEST((failed.error() == errc::malformed_address));
    BOOST_TEST(failed.error().attempts.empty());
    const Error plain = failed.error();
    BOOST_TEST((plain == errc::malformed_address));
    BOOST_TEST((connect_any("127.1", "http", soon()).error() == errc::malformed_address));
}

BOOST_AUTO_TEST_CASE(a_waker_ends_all_attempts_and_they_are_closed) {
    const FullListener<V4> full;
    AnyAddressList list;
    list.add(full.address());
    const auto waker = Waker::open().value();
    std::jthread later([&] {
        std::this_thread::sleep_for(50ms);
        waker.wake();
    });
    const int next = ::dup(0);  // the lowest free number, before and after
    ::close(next);
    const Stopwatch watch;
    const auto failed = connect_any(list, {waker, soon()});
    BOOST_TEST((watch.elapsed() < 4s));  // by the waker, and not at the end
    later.join();
    BOOST_REQUIRE(!failed);
    BOOST_TEST((failed.error() == errc::stopped));
    BOOST_TEST((failed.error().attempts[0].end == Attempt::End::given_up));
    const int same = ::dup(0);
    ::close(same);
    BOOST_TEST(same == next);
    const auto late = connect_any(list, in(50ms));
    BOOST_TEST((late.error() == errc::deadline_exceeded));
}

BOOST_AUTO_TEST_CASE(a_waker_that_is_raised_before_ends_all_attempts_at_once) {
    const FullListener<V4> full;
    AnyAddressList list;
    list.add(full.address());
    const auto waker = Waker::open().value();
    waker.wake();
    const Stopwatch watch;
    BOOST_TEST((connect_any(list, {waker, soon()}).error() == errc::stopped));
    BOOST_TEST((watch.elapsed() < 4s));
}

BOOST_AUTO_TEST_CASE(a_waker_with_the_number_0_ends_all_attempts) {
    const FullListener<V4> full;
    AnyAddressList list;
    list.add(full.address());
    const FreeZero zero;
    const auto waker = Waker::open().value();
    const std::jthread later([&] {
        std::this_thread::sleep_for(20ms);
        waker.wake();
    });
    const Stopwatch watch;
    BOOST_TEST((connect_any(list, {waker, soon()}).error() == errc::stopped));
    BOOST_TEST((watch.elapsed() < 4s));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
