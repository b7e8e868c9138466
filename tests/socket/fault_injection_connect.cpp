// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <cerrno>

#include "../support/descriptors.hpp"
#include "../support/faulty.hpp"
#include "../support/sockets.hpp"

namespace {
using namespace estate;
using namespace estate::test;

BOOST_AUTO_TEST_SUITE(fault_connect)

BOOST_AUTO_TEST_CASE_TEMPLATE(an_interrupted_connect_is_waited_for_and_never_called_again, F, Families) {
    if (lacks<F>()) return;
    const auto listener = listening_on_loopback<F, FaultySockets>();
    const auto at = listener.local_addr().value();
    for (const int error : {EINTR, EINPROGRESS}) {
        const Faults faults{spoil(Call::connect, error), refuse(Call::poll, EINTR, 3)};
        const auto connected = created<F, FaultySockets>().connect(at);
        BOOST_REQUIRE(succeeds(connected));
        BOOST_TEST(faults.made(Call::connect) == 1);
        BOOST_TEST(faults.made(Call::poll) == 4);
    }
    const Faults faults{spoil(Call::connect, EINTR), refuse(Call::poll, EINTR, 3)};
    BOOST_TEST(succeeds(created<F, FaultySockets>().connect(at, soon())));
    BOOST_TEST(faults.made(Call::connect) == 1);
    BOOST_TEST(faults.made(Call::poll) == 4);
}

BOOST_AUTO_TEST_CASE(every_failure_closes_the_socket_once) {
    const auto peer = SocketAddress<V4>::loopback(9);
    for (const int error : {ECONNREFUSED, ETIMEDOUT, ENETUNREACH, EHOSTUNREACH, EADDRNOTAVAIL, EADDRINUSE, EACCES}) {
        const auto check = [&](auto connect) {
            auto socket = created<V4, FaultySockets>();
            const int descriptor = socket.handle();
            const Faults faults{refuse(Call::connect, error)};
            {
                const auto refused = connect(std::move(socket));
                BOOST_TEST(fails_with(refused, static_cast<std::errc>(error)));
                BOOST_TEST(!is_open(descriptor));
            }
            BOOST_TEST(faults.made(Call::connect) == 1);
            BOOST_TEST(faults.made(Call::close) == 1);
        };
        check([&](auto socket) { return std::move(socket).connect(peer); });
        check([&](auto socket) { return std::move(socket).connect(peer, soon()); });
        check([&](auto socket) { return std::move(socket).begin_connect(peer); });
    }
}

BOOST_AUTO_TEST_CASE(a_wait_that_fails_ends_the_attempt) {
    const auto listener = listening_on_loopback<V4, FaultySockets>();
    const auto at = listener.local_addr().value();
    {
        const Faults faults{spoil(Call::connect, EINTR), refuse(Call::poll, ENOMEM)};
        BOOST_TEST(fails_with(created<V4, FaultySockets>().connect(at), std::errc::not_enough_memory));
    }
    const Faults faults{refuse(Call::poll, ENOMEM)};
    auto failed = created<V4, FaultySockets>().begin_connect(at).value().finish_connect(soon());
    BOOST_REQUIRE(fails_with(failed, std::errc::not_enough_memory));
    BOOST_TEST(failed.error().socket.is<Closed>());
}

BOOST_AUTO_TEST_CASE(an_outcome_that_cannot_be_asked_ends_the_attempt) {
    const auto listener = listening_on_loopback<V4, FaultySockets>();
    const auto at = listener.local_addr().value();
    {
        const Faults faults{spoil(Call::connect, EINTR), refuse(Call::getsockopt, ENOBUFS)};
        BOOST_TEST(fails_with(created<V4, FaultySockets>().connect(at), std::errc::no_buffer_space));
    }
    const Faults faults{refuse(Call::getsockopt, ENOBUFS)};
    BOOST_TEST(fails_with(created<V4, FaultySockets>().connect(at, soon()), std::errc::no_buffer_space));
}

BOOST_AUTO_TEST_CASE(a_socket_whose_mode_cannot_be_changed_is_closed) {
    const auto listener = listening_on_loopback<V4, FaultySockets>();
    const auto at = listener.local_addr().value();
    for (const int calls_before : {0, 1}) {  // to begin, and to finish
        auto socket = created<V4, FaultySockets>();
        const int descriptor = socket.handle();
        const Faults faults{refuse(Call::set_nonblocking, EPERM, 1, calls_before)};
        const auto failed = std::move(socket).connect(at, soon());
        BOOST_TEST(fails_with(failed, std::errc::operation_not_permitted));
        BOOST_TEST(faults.made(Call::close) == 1);
        BOOST_TEST(faults.made(Call::connect) == calls_before);
        BOOST_TEST(!is_open(descriptor));
    }
}

BOOST_AUTO_TEST_CASE(a_connect_is_one_call) {
    const auto listener = listening_on_loopback<V4, FaultySockets>();
    auto socket = created<V4, FaultySockets>();
    const auto at = listener.local_addr().value();
    const Faults none;
    const auto connected = std::move(socket).connect(at);
    BOOST_TEST(succeeds(connected));
    BOOST_TEST(none.made() == 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
