// SPDX-License-Identifier: BSL-1.0
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/test/unit_test.hpp>
#include <string_view>

#include "../support/descriptors.hpp"
#include "../support/signals.hpp"
#include "../support/sockets.hpp"

namespace {
using namespace estate;
using namespace estate::test;

BOOST_AUTO_TEST_SUITE(tcp_connecting)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_begun_connect_is_finished_into_a_socket_that_blocks, F, Families) {
    if (lacks<F>()) return;
    const auto listener = listening_on_loopback<F>();
    auto connecting = created<F>().begin_connect(listener.local_addr().value()).value();
    const int descriptor = connecting.handle();
    const auto client = std::move(connecting).finish_connect(soon()).value();
    BOOST_TEST(client.handle() == descriptor);
    BOOST_TEST(!is_nonblocking(descriptor));
    const auto server = listener.accept(soon()).value();
    client.send_all("over it").value();
    BOOST_TEST(read_text(server, 7) == "over it");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_bound_socket_begins_to_connect_too, F, Families) {
    if (lacks<F>()) return;
    const auto listener = listening_on_loopback<F>();
    auto bound = bound_to_loopback<F>();
    const auto at = bound.local_addr().value();
    const auto client =
        std::move(bound).begin_connect(listener.local_addr().value()).value().finish_connect(soon()).value();
    BOOST_TEST((client.local_addr().value() == at));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_deadline_that_has_passed_still_looks_once, F, Families) {
    if (lacks<F>()) return;
    const auto listener = listening_on_loopback<F>();
    for (const auto until : {Deadline::at_once(), past()}) {
        auto connecting = created<F>().begin_connect(listener.local_addr().value()).value();
        (void)listener.accept(soon()).value();  // by now the connection is made
        BOOST_TEST(succeeds(std::move(connecting).finish_connect(until)));
    }
}

BOOST_AUTO_TEST_CASE(a_deadline_hands_the_connecting_socket_back_and_it_can_be_finished_later) {
    const FullListener<V4> full;
    auto connecting = created<V4>().begin_connect(full.address()).value();
    const int descriptor = connecting.handle();
    for (const auto until : {Deadline::at_once(), past(), in(30ms)}) {
        auto late = std::move(connecting).finish_connect(until);
        BOOST_REQUIRE(fails_with(late, errc::deadline_exceeded));
        BOOST_REQUIRE(late.error().socket.is<Connecting>());
        BOOST_TEST(std::string_view(late.error().socket.state_name()) == "Connecting");
        connecting = std::move(late.error().socket).take<Connecting>();
        BOOST_REQUIRE(connecting.handle() == descriptor);
    }
    full.make_room();
    const auto client = std::move(connecting).finish_connect(soon());
    BOOST_REQUIRE(succeeds(client));
    BOOST_TEST(client.value().handle() == descriptor);
    BOOST_TEST((client.value().remote_addr().value() == full.address()));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_refusal_leaves_a_closed_socket, F, Families) {
    if (lacks<F>()) return;
    const auto deaf = bound_to_loopback<F>();
    auto begun = created<F>().begin_connect(deaf.local_addr().value());
    if (!begun) {  // the refusal was quicker than the call
        BOOST_TEST(fails_with(begun, std::errc::connection_refused));
        return;
    }
    const int descriptor = begun.value().handle();
    auto refused = std::move(begun).value().finish_connect(soon());
    BOOST_REQUIRE(fails_with(refused, std::errc::connection_refused));
    BOOST_TEST(refused.error().socket.template is<Closed>());
    BOOST_TEST(!refused.error().socket.template is<Connecting>());
    BOOST_TEST(std::string_view(refused.error().socket.state_name()) == "Closed");
    BOOST_TEST(!is_open(descriptor));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_refusal_that_comes_late_leaves_a_closed_socket, F, Families) {
    if (lacks<F>()) return;
    FullListener<F> full;
    auto connecting = created<F>().begin_connect(full.address()).value();
    auto late = std::move(connecting).finish_connect(Deadline::at_once());
    BOOST_REQUIRE(fails_with(late, errc::deadline_exceeded));
    connecting = std::move(late.error().socket).template take<Connecting>();
    const int descriptor = connecting.handle();
    (void)std::move(full.listener).close().value();
    auto refused = std::move(connecting).finish_connect(soon());  // once it has asked again
    BOOST_REQUIRE(fails_with(refused, std::errc::connection_refused));
    BOOST_TEST(refused.error().socket.template is<Closed>());
    BOOST_TEST(!is_open(descriptor));
}

BOOST_AUTO_TEST_CASE(an_interrupted_finish_goes_on) {
    const FullListener<V4> full;
    auto connecting = created<V4>().begin_connect(full.address()).value();
    const auto connected = interrupting([&] { return std::move(connecting).finish_connect(Deadline::never()); },
                                        [&] { full.make_room(); });
    BOOST_TEST(succeeds(connected));
    BOOST_TEST(interruptions > 0);
}

BOOST_AUTO_TEST_CASE(dropping_a_connecting_socket_gives_the_attempt_up) {
    const FullListener<V4> full;
    int descriptor = -1;
    {
        const auto connecting = created<V4>().begin_connect(full.address()).value();
        descriptor = connecting.handle();
        BOOST_TEST(is_open(descriptor));
    }
    BOOST_TEST(!is_open(descriptor));
}

BOOST_AUTO_TEST_CASE(a_connecting_socket_can_be_closed) {
    const FullListener<V4> full;
    auto connecting = created<V4>().begin_connect(full.address()).value();
    const int descriptor = connecting.handle();
    BOOST_TEST(succeeds(std::move(connecting).close()));
    BOOST_TEST(!is_open(descriptor));
}

BOOST_AUTO_TEST_CASE(visit_calls_with_the_socket_in_the_state_that_it_really_has) {
    const FullListener<V4> full;
    auto late = created<V4>().begin_connect(full.address()).value().finish_connect(Deadline::at_once());
    BOOST_REQUIRE(fails_with(late, errc::deadline_exceeded));
    const char* const state = std::move(late.error().socket).visit([](auto socket) {
        return decltype(socket)::state::name;
    });
    BOOST_TEST(std::string_view(state) == "Connecting");

    const auto deaf = bound_to_loopback<V4>();
    auto refused = created<V4>().begin_connect(deaf.local_addr().value());
    if (!refused) return;
    auto gone = std::move(refused).value().finish_connect(soon());
    BOOST_TEST(std::string_view(std::move(gone.error().socket).visit([](auto socket) {
        return decltype(socket)::state::name;
    })) == "Closed");
}

BOOST_AUTO_TEST_CASE(taking_a_state_that_is_not_there_gives_a_socket_that_owns_nothing) {
    const FullListener<V4> full;
    auto late = created<V4>().begin_connect(full.address()).value().finish_connect(Deadline::at_once());
    BOOST_REQUIRE(late.error().socket.is<Connecting>());
    auto wrong = std::move(late.error().socket).take<Closed>();
    (void)wrong;
    auto again = std::move(late.error().socket).take<Connecting>();  // it was not taken
    BOOST_TEST(succeeds(std::move(again).close()));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
