// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <cerrno>

#include "../support/descriptors.hpp"
#include "../support/faulty.hpp"
#include "../support/sockets.hpp"

namespace {
using namespace estate;
using namespace estate::test;

const auto any_way = [](const auto& listener, const FaultyWaker& waker, auto check) {
    check([&] { return listener.accept(); });
    check([&] { return listener.accept(soon()); });
    check([&] { return listener.accept({waker, soon()}); });
};

BOOST_AUTO_TEST_SUITE(fault_accept)

BOOST_AUTO_TEST_CASE(the_peer_is_told_without_a_further_call) {
    const auto listener = listening_on_loopback<V4, FaultySockets>();
    const auto check = [&](auto accept, int polls) {
        const auto client = connected_to(listener);
        const Faults none;
        BOOST_TEST(succeeds(accept()));
        BOOST_TEST(none.made(Call::accept) == 1);
        BOOST_TEST(none.made(Call::poll) == polls);
        BOOST_TEST(none.made() - none.made(Call::close) == 1 + polls);
    };
    check([&] { return listener.accept(); }, 0);
    check([&] { return listener.accept_from(); }, 0);
    check([&] { return listener.accept(soon()); }, 1);
    check([&] { return listener.accept_from(soon()); }, 1);
}

BOOST_AUTO_TEST_CASE(an_error_of_one_connection_leaves_the_listener_and_the_others) {
    const auto listener = listening_on_loopback<V4, FaultySockets>();
    const auto waker = FaultyWaker::open().value();
    any_way(listener, waker, [&](auto accept) {
        const auto client = connected_to(listener);
        for (const int error : {EPROTO, ENETDOWN, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH, EOPNOTSUPP, ENETUNREACH,
                                ECONNABORTED, EPERM}) {
            const Faults faults{refuse(Call::accept, error)};
            const auto failed = accept();
            BOOST_REQUIRE(fails_with(failed, static_cast<std::errc>(error)));
            BOOST_TEST((classify_accept<FaultySockets>(failed.error()) == AcceptFailure::retry));
        }
        BOOST_TEST(succeeds(accept()));
    });
}

BOOST_AUTO_TEST_CASE(out_of_resources_nothing_is_tried_again_by_itself) {
    const auto listener = listening_on_loopback<V4, FaultySockets>();
    const auto waker = FaultyWaker::open().value();
    any_way(listener, waker, [&](auto accept) {
        const auto client = connected_to(listener);
        for (const int error : {EMFILE, ENFILE, ENOBUFS, ENOMEM}) {
            const Faults faults{refuse(Call::accept, error)};
            const auto failed = accept();
            BOOST_REQUIRE(fails_with(failed, static_cast<std::errc>(error)));
            BOOST_TEST((classify_accept<FaultySockets>(failed.error()) == AcceptFailure::resources));
            BOOST_TEST(faults.made(Call::accept) == 1);
        }
        BOOST_TEST(succeeds(accept()));
    });
}

BOOST_AUTO_TEST_CASE(interrupted_again_and_again_it_goes_on) {
    const auto listener = listening_on_loopback<V4, FaultySockets>();
    const auto waker = FaultyWaker::open().value();
    any_way(listener, waker, [&](auto accept) {
        const auto client = connected_to(listener);
        const Faults faults{refuse(Call::accept, EINTR, 20)};
        BOOST_TEST(succeeds(accept()));
        BOOST_TEST(faults.made(Call::accept) == 21);
    });
}

BOOST_AUTO_TEST_CASE(a_connection_that_another_thread_took_is_waited_for_again) {
    const auto listener = listening_on_loopback<V4, FaultySockets>();
    const auto waker = FaultyWaker::open().value();
    any_way(listener, waker, [&](auto accept) {
        const auto client = connected_to(listener);
        const Faults faults{refuse(Call::accept, EAGAIN, 3)};
        BOOST_TEST(succeeds(accept()));
        BOOST_TEST(faults.made(Call::accept) == 4);
        BOOST_TEST(faults.made(Call::poll) >= 3);
    });
}

BOOST_AUTO_TEST_CASE(a_wait_that_is_interrupted_goes_on_and_one_that_fails_ends) {
    const auto listener = listening_on_loopback<V4, FaultySockets>();
    const auto waker = FaultyWaker::open().value();
    any_way(listener, waker, [&](auto accept) {
        const auto client = connected_to(listener);
        {
            const Faults faults{refuse(Call::accept, EAGAIN), refuse(Call::poll, EINTR, 5)};
            BOOST_TEST(succeeds(accept()));
        }
        const Faults faults{refuse(Call::accept, EAGAIN), refuse(Call::poll, ENOMEM)};
        BOOST_TEST(fails_with(accept(), std::errc::not_enough_memory));
    });
}

BOOST_AUTO_TEST_CASE(a_socket_that_cannot_be_made_non_blocking_does_not_listen) {
    auto bound = bound_to_loopback<V4, FaultySockets>();
    const int descriptor = bound.handle();
    const Faults faults{refuse(Call::set_nonblocking, EPERM)};
    const auto failed = std::move(bound).listen();
    BOOST_TEST(fails_with(failed, std::errc::operation_not_permitted));
    BOOST_TEST(faults.made(Call::listen) == 0);
    BOOST_TEST(!is_open(descriptor));
}

BOOST_AUTO_TEST_CASE(an_accept_is_one_call_and_a_bounded_one_two) {
    const auto listener = listening_on_loopback<V4, FaultySockets>();
    const auto waker = FaultyWaker::open().value();
    const auto one = connected_to(listener);
    const auto two = connected_to(listener);
    const auto three = connected_to(listener);
    const Faults none;
    const auto first = listener.accept();
    BOOST_TEST(none.made() == 1);
    const auto second = listener.accept(soon());
    BOOST_TEST(none.made() == 3);  // poll, accept
    const auto third = listener.accept(waker);
    BOOST_TEST(none.made() == 5);  // poll, accept
    BOOST_TEST((first && second && third));
    BOOST_TEST(none.made(Call::set_nonblocking) == 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
