// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <thread>

#include "../support/no_descriptors.hpp"
#include "../support/watching.hpp"

// What a poller does where its mechanism refuses something.

namespace {
using namespace estate;
using namespace estate::test;

/// poll(), which is refused as often as a test says.
struct Refusals {
    int waits = 0;
    int asks = 0;
    int sleeps = 0;
} refused;
struct RefusingSet : posix::PollSet<posix::Kernel, 16> {
    explicit RefusingSet(posix::PollSet<posix::Kernel, 16>&& opened) noexcept : PollSet(std::move(opened)) {}
    static result<RefusingSet> open(posix::Kernel = {}) noexcept { return RefusingSet(PollSet::open().value()); }
    static bool is_refused(int& count) noexcept { return count > 0 && count-- > 0; }

    result<void> ask(int number, std::uint64_t key, Directions directions) noexcept {
        if (is_refused(refused.asks)) return Error::system(ENOMEM);
        return PollSet::ask(number, key, directions);
    }
    result<void> sleep(int number, std::uint64_t key, Directions directions) noexcept {
        if (is_refused(refused.sleeps)) return Error::system(ENOMEM);
        return PollSet::ask(number, key, directions);
    }
    result<std::size_t> wait(Deadline until) noexcept {
        if (is_refused(refused.waits)) return Error::system(ENOMEM);
        return PollSet::wait(until);
    }
};
struct NothingRefused {
    NothingRefused() { refused = {}; }
    ~NothingRefused() { refused = {}; }
};

BOOST_FIXTURE_TEST_SUITE(refusals, NothingRefused)

BOOST_AUTO_TEST_CASE(a_kind_has_its_place_among_all_as_its_number) {
    BOOST_TEST((detail::number_of_kind<Talk, Talk, Listen>() == 0u));
    BOOST_TEST((detail::number_of_kind<Listen, Talk, Listen>() == 1u));
    BOOST_TEST((detail::number_of_kind<Talk, Listen>() == 1u));  // none of them
}

BOOST_AUTO_TEST_CASE(a_run_goes_on_as_long_as_it_should_and_ends_with_a_wait_that_fails) {
    auto poller = BasicPoller<RefusingSet, Talk>::open().value();
    auto [client, server] = connected_pair<V4>();
    auto watched = poller.watch<Talk>(std::move(server).set_nonblocking().value()).value();
    std::size_t bytes = 0;
    BOOST_TEST(succeeds(client.send_all("abc")));
    BOOST_TEST(succeeds(poller.run([&] { return bytes < 3; }, on(watched, count_into(bytes)))));
    BOOST_TEST(bytes == 3u);
    refused.waits = 1;
    BOOST_TEST(fails_with(poller.run([] { return true; }, on(watched, count_into(bytes))), std::errc::not_enough_memory));
    BOOST_TEST(refused.waits == 0);
}

BOOST_AUTO_TEST_CASE(a_socket_that_may_not_sleep_is_asked_again) {
    auto poller = BasicPoller<RefusingSet, Talk>::open().value();
    auto [client, server] = connected_pair<V4>();
    auto watched = poller.watch<Talk>(std::move(server).set_nonblocking().value()).value();
    int calls = 0;
    const auto turn = [&] {
        return poller.turn(in(5ms), on(watched, [&](Ready<Talk> ready) -> Next<Talk> {
            ++calls;
            for (std::byte room[8];;) {
                if (ready.recv(room).value().would_block()) return std::move(ready).next();
            }
        })).value().events;
    };
    BOOST_TEST(succeeds(client.send_all("abc")));
    refused.sleeps = 1;
    BOOST_TEST(turn() == 1u);
    BOOST_TEST(refused.sleeps == 0);
    BOOST_TEST(turn() == 1u);
    BOOST_TEST(calls == 2);
    BOOST_TEST(turn() == 0u);
}

/// A listener with a connection that nobody can accept for now, and a stream.
struct Exhausted {
    BasicPoller<RefusingSet, Listen, Talk> poller = BasicPoller<RefusingSet, Listen, Talk>::open().value();
    Watched<Listen> listener = poller.watch<Listen>(listening_on_loopback<V4>().set_nonblocking().value()).value();
    ConnectedSocket<Tcp<V4>> queued = created<V4>().connect(listener.socket().local_addr().value(), soon()).value();
    Pair<V4> pair = connected_pair<V4>();
    Watched<Talk> stream = poller.watch<Talk>(std::move(pair.server).set_nonblocking().value()).value();
    int tries = 0;
    int accepted = 0;
    int asked = 0;

    std::size_t turn(Deadline until) {
        const auto accept = [this](Ready<Listen> ready) -> Next<Listen> {
            ++tries;
            if (const auto one = ready.accept(); one && !one.assume_value().would_block()) ++accepted;
            return std::move(ready).next();
        };
        const auto talk = [this](Ready<Talk> ready) -> Next<Talk> {
            ++asked;
            std::byte room[1];
            (void)ready.recv(room);
            return std::move(ready).next();
        };
        return poller.turn(until, on(listener, accept), on(stream, talk)).value().events;
    }
};

BOOST_AUTO_TEST_CASE(a_listener_that_may_not_rest_is_told_of_in_the_next_turn) {
    Exhausted server;
    {
        const NoDescriptors none;
        refused.asks = 1;
        BOOST_TEST(server.turn(soon()) == 1u);
        BOOST_TEST(refused.asks == 0);
        BOOST_TEST(server.turn(Deadline::at_once()) == 1u);  // now it rests
        BOOST_TEST(server.turn(Deadline::at_once()) == 0u);
        BOOST_TEST(server.tries == 2);
    }
    for (int turns = 0; turns < 100 && server.accepted == 0; ++turns) (void)server.turn(soon());
    BOOST_TEST(server.accepted == 1);
}

BOOST_AUTO_TEST_CASE(a_listener_that_has_rested_has_its_turn_behind_those_who_were_asked) {
    Exhausted server;
    {
        const NoDescriptors none;
        BOOST_TEST(server.turn(soon()) == 1u);
    }
    std::this_thread::sleep_for(std::chrono::nanoseconds(rest_of_accept) + 2ms);
    for (std::size_t i = 0; i < most_asked_again; ++i) server.poller.ask(server.stream);
    BOOST_TEST(server.turn(Deadline::at_once()) == most_asked_again);
    BOOST_TEST(server.asked == int{most_asked_again});
    BOOST_TEST(server.accepted == 0);
    BOOST_TEST(server.turn(Deadline::at_once()) >= 1u);
    BOOST_TEST(server.accepted == 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
