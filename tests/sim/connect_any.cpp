// SPDX-License-Identifier: BSL-1.0
#include <chrono>
#include <estate/connect_any.hpp>

#include "two_hosts.hpp"

// Happy Eyeballs in virtual time: every pause is exact.

using namespace estate;
using namespace estate::test;

namespace {

using Attempt = ConnectAttempt;
constexpr auto family_of = [](const auto& connection) { return connection.socket.index() == 0 ? 4 : 6; };

/// A client, and a server that listens on both of its addresses, over a link of 1 ms each way.
struct BothFamilies {
    sim::World world;
    sim::Host a = world.host("a", "10.0.0.1"_ip4, "fd00::1"_ip6);
    sim::Host b = world.host("b", "10.0.0.2"_ip4, "fd00::2"_ip6);
    const SocketAddress<V4> v4{"10.0.0.2"_ip4, 80};
    const SocketAddress<V6> v6{"fd00::2"_ip6, 80};
    const SocketAddress<V4> nobody4{"10.0.0.77"_ip4, 80};  // packets to them are lost
    const SocketAddress<V6> nobody6{"fd00::77"_ip6, 80};

    template <Family F>
    auto listening(const sim::Host& host, const SocketAddress<F>& at) {
        return new_socket<Tcp<F, sim::Sockets>>(host.system()).value().bind(at).value().listen().value();
    }
    auto connect(std::initializer_list<AnySocketAddress> addresses, Deadline until = Deadline::never()) {
        AnyAddressList list;
        for (const auto& each : addresses) list.add(each);
        began = world.now();
        return connect_any<sim::Sockets>(list, until, a.system());
    }
    [[nodiscard]] std::int64_t took() const { return world.now() - began; }

    std::int64_t began = 0;
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(the_best_address_that_answers_wins_and_nothing_else_is_tried, BothFamilies) {
    const auto six = listening(b, v6);
    const auto four = listening(b, v4);
    const auto made = connect({v6, v4}).value();
    BOOST_TEST(family_of(made) == 6);
    BOOST_TEST(took() == 2 * millisecond);
    BOOST_TEST(made.attempts.size() == 1U);
    BOOST_TEST((made.attempts[0].end == Attempt::End::connected));
    BOOST_TEST(six.accept().has_value());
    BOOST_TEST(std::get<1>(made.socket).send("hello").value() == 5U);
}
BOOST_FIXTURE_TEST_CASE(a_family_that_is_silent_costs_250_ms_and_no_more, BothFamilies) {
    const auto four = listening(b, v4);
    const auto made = connect({nobody6, v4}).value();
    BOOST_TEST(family_of(made) == 4);
    BOOST_TEST(took() == 252 * millisecond);
    BOOST_TEST(made.attempts.size() == 2U);
    BOOST_TEST((made.attempts[0].to == AnySocketAddress(nobody6)));
    BOOST_TEST((made.attempts[0].end == Attempt::End::given_up));
    BOOST_TEST((made.attempts[1].end == Attempt::End::connected));
}
BOOST_FIXTURE_TEST_CASE(a_refusal_begins_the_next_attempt_at_once, BothFamilies) {
    const auto four = listening(b, v4);
    const auto made = connect({v6, v4}).value();
    BOOST_TEST(family_of(made) == 4);
    BOOST_TEST(took() == 4 * millisecond);
    BOOST_TEST((made.attempts[0].end == Attempt::End::failed));
    BOOST_TEST((made.attempts[0].why == std::errc::connection_refused));
}
BOOST_FIXTURE_TEST_CASE(a_refusal_begins_the_next_attempt_at_once_while_another_is_under_way, BothFamilies) {
    const auto six = listening(b, v6);
    const auto made = connect({nobody6, v4, v6}).value();
    BOOST_TEST(family_of(made) == 6);
    BOOST_TEST(took() == 254 * millisecond);  // of which the refusal takes 2
    BOOST_TEST((made.attempts[0].end == Attempt::End::given_up));
    BOOST_TEST((made.attempts[1].end == Attempt::End::failed));
    BOOST_TEST((made.attempts[2].end == Attempt::End::connected));
}
BOOST_FIXTURE_TEST_CASE(an_attempt_that_failed_has_no_descriptor_any_more, BothFamilies) {
    world.limit(a, {.descriptors = 4});  // one socket at a time, since the first three are not for sockets
    const auto four = listening(b, v4);
    const auto made = connect({v6, v4});
    BOOST_REQUIRE(made.has_value());
    BOOST_TEST(family_of(made.assume_value()) == 4);
}
BOOST_FIXTURE_TEST_CASE(families_are_tried_by_turns_and_keep_their_order, BothFamilies) {
    const SocketAddress<V6> other6("fd00::78"_ip6, 80);
    const SocketAddress<V6> third6("fd00::79"_ip6, 80);
    const auto failed = connect({nobody6, other6, third6, nobody4}, Deadline::in(std::chrono::seconds(2), world.now()));
    BOOST_REQUIRE(!failed);
    BOOST_TEST((failed.assume_error() == errc::deadline_exceeded));
    BOOST_TEST(took() == 2 * second);
    const auto& tried = failed.assume_error().attempts;
    BOOST_REQUIRE(tried.size() == 4U);
    BOOST_TEST((tried[0].to == AnySocketAddress(nobody6)));
    BOOST_TEST((tried[1].to == AnySocketAddress(nobody4)));
    BOOST_TEST((tried[2].to == AnySocketAddress(other6)));
    BOOST_TEST((tried[3].to == AnySocketAddress(third6)));
    for (const auto& each : tried) BOOST_TEST((each.end == Attempt::End::given_up));
}
BOOST_FIXTURE_TEST_CASE(an_earlier_attempt_that_is_slow_can_still_win, BothFamilies) {
    const auto six = listening(b, v6);
    world.cut(a, b);
    world.at(world.now() + 500 * millisecond, [&] { world.heal(a, b); });  // its SYN is sent again after 1 s
    const auto made = connect({v6, nobody4}).value();
    BOOST_TEST(family_of(made) == 6);
    BOOST_TEST(took() == second + 2 * millisecond);
    BOOST_TEST((made.attempts[1].end == Attempt::End::given_up));
}
BOOST_FIXTURE_TEST_CASE(when_all_fail_each_tells_why, BothFamilies) {
    const auto failed = connect({v6, SocketAddress<V4>::any(80), v4});
    BOOST_REQUIRE(!failed);
    BOOST_TEST((failed.assume_error() == std::errc::connection_refused));
    BOOST_TEST(failed.assume_error().message() == failed.assume_error().code.message());
    const auto& tried = failed.assume_error().attempts;
    BOOST_REQUIRE(tried.size() == 3U);
    BOOST_TEST((tried[0].why == std::errc::connection_refused));
    BOOST_TEST((tried[1].why == errc::peer_unspecified));
    BOOST_TEST((tried[2].why == std::errc::connection_refused));
    BOOST_TEST((connect({}).assume_error() == errc::name_no_address));
}
BOOST_FIXTURE_TEST_CASE(descriptors_that_run_out_fail_one_attempt, BothFamilies) {
    const auto four = listening(b, v4);
    world.add(Fault{.host = "a", .call = sim::Call::socket, .nth = 1, .error = EMFILE});
    const auto made = connect({v6, v4});
    BOOST_REQUIRE(made.has_value());
    BOOST_TEST((made.assume_value().attempts[0].why == std::errc::too_many_files_open));
}
BOOST_FIXTURE_TEST_CASE(a_wait_that_is_interrupted_goes_on_and_one_that_fails_ends_all, BothFamilies) {
    const auto four = listening(b, v4);
    world.add(sim::Fault{.host = "a", .call = sim::Call::poll, .nth = 1, .error = EINTR});
    BOOST_TEST(family_of(connect({nobody6, v4}).value()) == 4);
    BOOST_TEST(took() == 252 * millisecond);
    world.clear_faults();
    world.add(sim::Fault{.host = "a", .call = sim::Call::poll, .nth = 1, .error = ENOMEM});
    BOOST_TEST(!connect({nobody6, v4}).has_value());
    BOOST_TEST(a.open() == 0U);
}
