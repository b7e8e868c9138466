// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <cerrno>

#include "../support/descriptors.hpp"
#include "../support/faults.hpp"
#include "../support/sockets.hpp"

namespace {
using namespace estate;
using namespace estate::test;

const auto any_way = [](const auto& listener, const Waker& waker, auto check) {
    check([&] { return listener.accept(); });
    check([&] { return listener.accept(soon()); });
    check([&] { return listener.accept(waker, soon()); });
};

BOOST_AUTO_TEST_SUITE(fault_accept)

BOOST_AUTO_TEST_CASE(an_error_of_one_connection_leaves_the_listener_and_the_others) {
    const auto listener = listening_on_loopback<V4>();
    const auto waker = Waker::open().value();
    any_way(listener, waker, [&](auto accept) {
        const auto client = connected_to(listener);
        for (const int error : {EPROTO, ENETDOWN, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH, EOPNOTSUPP, ENETUNREACH,
                                ECONNABORTED, EPERM}) {
            const Faults faults{refuse(Call::accept4, error)};
            const auto failed = accept();
            BOOST_REQUIRE(fails_with(failed, static_cast<std::errc>(error)));
            BOOST_TEST((classify_accept(failed.error()) == AcceptFailure::retry));
        }
        BOOST_TEST(succeeds(accept()));
    });
}

BOOST_AUTO_TEST_CASE(out_of_resources_nothing_is_tried_again_by_itself) {
    const auto listener = listening_on_loopback<V4>();
    const auto waker = Waker::open().value();
    any_way(listener, waker, [&](auto accept) {
        const auto client = connected_to(listener);
        for (const int error : {EMFILE, ENFILE, ENOBUFS, ENOMEM}) {
            const Faults faults{refuse(Call::accept4, error)};
            const auto failed = accept();
            BOOST_REQUIRE(fails_with(failed, static_cast<std::errc>(error)));
            BOOST_TEST((classify_accept(failed.error()) == AcceptFailure::resources));
            BOOST_TEST(faults.made(Call::accept4) == 1);
        }
        BOOST_TEST(succeeds(accept()));
    });
}

BOOST_AUTO_TEST_CASE(interrupted_again_and_again_it_goes_on) {
    const auto listener = listening_on_loopback<V4>();
    const auto waker = Waker::open().value();
    any_way(listener, waker, [&](auto accept) {
        const auto client = connected_to(listener);
        const Faults faults{refuse(Call::accept4, EINTR, 20)};
        BOOST_TEST(succeeds(accept()));
        BOOST_TEST(faults.made(Call::accept4) == 21);
    });
}

BOOST_AUTO_TEST_CASE(a_connection_that_another_thread_took_is_waited_for_again) {
    const auto listener = listening_on_loopback<V4>();
    const auto waker = Waker::open().value();
    any_way(listener, waker, [&](auto accept) {
        const auto client = connected_to(listener);
        const Faults faults{refuse(Call::accept4, EAGAIN, 3)};
        BOOST_TEST(succeeds(accept()));
        BOOST_TEST(faults.made(Call::accept4) == 4);
        BOOST_TEST(faults.made(Call::poll) + faults.made(Call::ppoll) >= 3);
    });
}

BOOST_AUTO_TEST_CASE(a_wait_that_is_interrupted_goes_on_and_one_that_fails_ends) {
    const auto listener = listening_on_loopback<V4>();
    const auto waker = Waker::open().value();
    any_way(listener, waker, [&](auto accept) {
        const auto client = connected_to(listener);
        {
            const Faults faults{refuse(Call::accept4, EAGAIN), refuse(Call::poll, EINTR, 5),
                                refuse(Call::ppoll, EINTR, 5)};
            BOOST_TEST(succeeds(accept()));
        }
        const Faults faults{refuse(Call::accept4, EAGAIN), refuse(Call::poll, ENOMEM), refuse(Call::ppoll, ENOMEM)};
        BOOST_TEST(fails_with(accept(), std::errc::not_enough_memory));
    });
}

BOOST_AUTO_TEST_CASE(a_listener_that_cannot_be_made_non_blocking_does_not_accept_with_a_deadline) {
    const auto waker = Waker::open().value();
    for (const int calls_before : {0, 1}) {
        const auto listener = listening_on_loopback<V4>();
        {
            const Faults faults{refuse(Call::fcntl, EPERM, 1, calls_before)};
            BOOST_TEST(fails_with(listener.accept(soon()), std::errc::operation_not_permitted));
            BOOST_TEST(faults.made(Call::accept4) == 0);
        }
        const Faults faults{refuse(Call::fcntl, EPERM, 1, calls_before)};
        BOOST_TEST(fails_with(listener.accept(waker), std::errc::operation_not_permitted));
        BOOST_TEST(faults.made(Call::accept4) == 0);
    }
}

BOOST_AUTO_TEST_CASE(an_accept_is_one_call_and_a_bounded_one_three) {
    const auto listener = listening_on_loopback<V4>();
    const auto one = connected_to(listener);
    const auto two = connected_to(listener);
    const auto three = connected_to(listener);
    const Faults none;
    const auto first = listener.accept();
    BOOST_TEST(none.made() == 1);
    const auto second = listener.accept(soon());
    BOOST_TEST(none.made() == 4);  // F_GETFL, F_SETFL, accept4
    const auto third = listener.accept(soon());
    BOOST_TEST(none.made() == 6);  // F_GETFL, accept4
    BOOST_TEST((first && second && third));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
