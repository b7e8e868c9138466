// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <cerrno>

#include "../support/descriptors.hpp"
#include "../support/faulty.hpp"
#include "../support/sockets.hpp"

namespace {
using namespace estate;
using namespace estate::test;

BOOST_AUTO_TEST_SUITE(fault_open)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_socket_that_the_system_refuses_is_its_error, F, Families) {
    for (const int error : {EMFILE, ENFILE, EAFNOSUPPORT, EACCES, ENOBUFS, ENOMEM}) {
        const Faults faults{refuse(Call::socket, error)};
        const auto refused = new_socket<FaultyTcp<F>>();
        BOOST_TEST(fails_with(refused, static_cast<std::errc>(error)));
        BOOST_TEST(refused.error().is_system());
        BOOST_TEST(faults.made(Call::close) == 0);  // there was nothing to close
    }
}

BOOST_AUTO_TEST_CASE(an_ipv6_socket_that_cannot_refuse_ipv4_is_none) {
    if (lacks<V6>()) return;
    const Faults faults{refuse(Call::setsockopt, ENOPROTOOPT)};
    BOOST_TEST(fails_with(tcp_v6<FaultySockets>(), std::errc::no_protocol_option));
    BOOST_TEST(faults.made(Call::socket) == faults.made(Call::close));
}

BOOST_AUTO_TEST_CASE(an_inadmissible_address_is_refused_before_any_call) {
    auto bound = created<V4, FaultySockets>();
    auto connecting = created<V4, FaultySockets>();
    {
        const Faults none;
        auto kept = std::move(bound).bind_to_ip("224.0.0.1"_ip4, 1);
        BOOST_TEST(!kept);
        BOOST_TEST(none.made() == 0);
        BOOST_TEST(!std::move(connecting).connect({"127.0.0.1"_ip4, 0}));
        BOOST_TEST(!std::move(kept.error().socket).begin_connect({"255.255.255.255"_ip4, 1}));
        BOOST_TEST(none.made(Call::connect) + none.made(Call::set_nonblocking) == 0);
        BOOST_TEST(none.made() == none.made(Call::close));  // a failed connect leaves Closed
    }
    if (lacks<V6>()) return;
    auto six = created<V6, FaultySockets>();
    const Faults none;
    BOOST_TEST(!std::move(six).bind_to_ip("::ffff:127.0.0.1"_ip6, 1));
    BOOST_TEST(none.made() == none.made(Call::close));
}

BOOST_AUTO_TEST_CASE(any_failed_bind_leaves_the_socket_created_and_open) {
    for (const int error : {EADDRINUSE, EADDRNOTAVAIL, EACCES, EINVAL, ENOMEM}) {
        auto socket = created<V4, FaultySockets>();
        const Faults faults{refuse(Call::bind, error)};
        auto refused = std::move(socket).bind_any();
        BOOST_REQUIRE(fails_with(refused, static_cast<std::errc>(error)));
        BOOST_TEST(faults.made(Call::close) == 0);
        BOOST_TEST(succeeds(std::move(refused.error().socket).bind_any()));
    }
}

BOOST_AUTO_TEST_CASE(a_failed_listen_closes_the_socket_once) {
    auto bound = bound_to_loopback<V4, FaultySockets>();
    const int descriptor = bound.handle();
    const Faults faults{refuse(Call::listen, EADDRINUSE)};
    {
        const auto refused = std::move(bound).listen();
        BOOST_TEST(fails_with(refused, std::errc::address_in_use));
        BOOST_TEST(!is_open(descriptor));
    }
    BOOST_TEST(faults.made(Call::close) == 1);
}

BOOST_AUTO_TEST_CASE(a_backlog_that_cannot_be_changed_leaves_the_listener) {
    auto listener = listening_on_loopback<V4, FaultySockets>();
    const Faults faults{refuse(Call::listen, EINVAL)};
    BOOST_TEST(fails_with(listener.set_backlog(Backlog(2)), std::errc::invalid_argument));
    BOOST_TEST(succeeds(listener.set_backlog(Backlog(2))));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(addresses_that_cannot_be_asked_are_the_systems_error, F, Families) {
    if (lacks<F>()) return;
    const auto pair = connected_pair<F, FaultySockets>();
    const Faults faults{refuse(Call::getsockname, ENOBUFS, 3), refuse(Call::getpeername, ENOBUFS)};
    BOOST_TEST(fails_with(pair.client.local_addr(), std::errc::no_buffer_space));
    BOOST_TEST(fails_with(pair.client.local_ip(), std::errc::no_buffer_space));
    BOOST_TEST(fails_with(pair.client.local_port(), std::errc::no_buffer_space));
    BOOST_TEST(fails_with(pair.client.remote_addr(), std::errc::no_buffer_space));
    BOOST_TEST(faults.all_happened());
}

template <class Option>
void options_fail(const Option& option) {
    auto socket = connected_pair<V4, FaultySockets>().client;
    const Faults faults{refuse(Call::setsockopt, EDOM), refuse(Call::getsockopt, EINVAL)};
    BOOST_TEST(fails_with(socket.set(option), std::errc::argument_out_of_domain));
    BOOST_TEST(fails_with(socket.template get<Option>(), std::errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(an_option_that_the_system_refuses_is_its_error) {
    options_fail(option::no_delay{true});
    options_fail(option::keep_alive_idle{Seconds(1)});
    options_fail(option::linger{true, Seconds(1)});
    auto socket = created<V4, FaultySockets>();
    const Faults faults{refuse(Call::setsockopt, EPERM), refuse(Call::getsockopt, EINVAL)};
    BOOST_TEST(fails_with(socket.set(option::bind_to_device::to("lo").value()), std::errc::operation_not_permitted));
    BOOST_TEST(fails_with(socket.get<option::bind_to_device>(), std::errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(a_waker_that_cannot_be_made_is_the_systems_error) {
    const Faults faults{refuse(Call::open_event, EMFILE)};
    BOOST_TEST(fails_with(FaultyWaker::open(), std::errc::too_many_files_open));
    BOOST_TEST(faults.made(Call::close) == 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
