// SPDX-License-Identifier: BSL-1.0
#include <chrono>
#include <estate/backend/sim/programs.hpp>
#include <estate/sim_testing.hpp>
#include <memory>
#include <vector>

#include "two_hosts.hpp"

using namespace estate;
using namespace estate::test;

namespace {

/// Sends back all that each connection brings, one after the other.
void echo(const sim::System& on, const Address& at, int connections) {
    const int listening = stream(on);
    BOOST_TEST(bind(on, listening, at) == 0);
    BOOST_TEST(on.listen(listening, 16) == 0);
    for (int i = 0; i < connections; ++i) {
        const int fd = on.accept(listening, nullptr, nullptr);
        BOOST_TEST_REQUIRE(works(on, fd));
        for (std::string part; (part = recv(on, fd)) != "<end>";) {
            BOOST_TEST_REQUIRE(part != "<error>");
            BOOST_TEST(send(on, fd, part) == static_cast<ssize_t>(part.size()));
        }
        BOOST_TEST(on.close(fd) == 0);
    }
    BOOST_TEST(on.close(listening) == 0);
}
void ask(const sim::System& on, const Address& at, const std::string& text) {
    const int fd = stream(on);
    BOOST_TEST_REQUIRE(works(on, connect(on, fd, at)));
    BOOST_TEST(send(on, fd, text) == static_cast<ssize_t>(text.size()));
    BOOST_TEST(recv(on, fd, MSG_WAITALL, text.size()) == text);
    BOOST_TEST(on.close(fd) == 0);
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(blocking_programs_run_side_by_side, TwoHosts) {
    sim::Programs programs(world);
    programs.spawn(b, "echo", [&](const sim::System& on) { echo(on, at_server, 3); });
    for (int i = 0; i < 3; ++i) {
        programs.spawn(a, "ask",
                       [&, i](const sim::System& on) { ask(on, at_server, "question " + std::to_string(i)); });
    }
    programs.run();
    BOOST_TEST(world.deadlock() == "");
    BOOST_TEST(programs.running() == 0U);
}
BOOST_FIXTURE_TEST_CASE(time_moves_only_when_every_program_waits, TwoHosts) {
    sim::Programs programs(world);
    const std::int64_t begin = world.now();
    std::vector<std::int64_t> woken;
    for (const int seconds : {3, 1, 2}) {
        programs.spawn(a, "sleeper", [&, seconds](const sim::System& on) {
            BOOST_TEST(on.now() == begin);
            BOOST_TEST(on.poll(nullptr, 0, begin + seconds * second) == 0);
            woken.push_back((on.now() - begin) / second);
        });
    }
    programs.run();
    BOOST_TEST(woken == (std::vector<std::int64_t>{1, 2, 3}), boost::test_tools::per_element());
}
BOOST_FIXTURE_TEST_CASE(a_deadlock_names_who_waits_for_what, TwoHosts) {
    sim::Programs programs(world);
    programs.spawn(b, "server", [&](const sim::System& on) {
        const int fd = stream(on);
        BOOST_TEST(bind(on, fd, at_server) == 0);
        BOOST_TEST(on.listen(fd, 1) == 0);
        const int got = on.accept(fd, nullptr, nullptr);
        BOOST_TEST(recv(on, got) == "<error>");
        BOOST_TEST(on.error() == EDEADLK);
    });
    programs.spawn(a, "client", [&](const sim::System& on) {
        const int fd = stream(on);
        BOOST_TEST(connect(on, fd, at_server) == 0);
        BOOST_TEST(recv(on, fd) == "<error>");  // both wait for the other to speak
    });
    programs.run();
    BOOST_TEST(world.deadlock() ==
               "server on server waits in recv for descriptor 4\nclient on client waits in recv for descriptor 3\n");
}
BOOST_FIXTURE_TEST_CASE(a_daemon_ends_with_the_others, TwoHosts) {
    sim::Programs programs(world);
    bool has_ended = false;
    programs.spawn_daemon(b, "server", [&](const sim::System& on) {
        const int fd = stream(on);
        BOOST_TEST(bind(on, fd, at_server) == 0);
        BOOST_TEST(on.listen(fd, 1) == 0);
        for (int got; (got = on.accept(fd, nullptr, nullptr)) >= 0;) on.close(got);
        BOOST_TEST(on.error() == ECANCELED);
        has_ended = true;
    });
    programs.spawn(a, "client", [&](const sim::System& on) {
        const int fd = stream(on);
        BOOST_TEST(connect(on, fd, at_server) == 0);
        BOOST_TEST(recv(on, fd) == "<end>");
    });
    programs.run();
    BOOST_TEST(has_ended);
    BOOST_TEST(world.deadlock() == "");
}
BOOST_FIXTURE_TEST_CASE(the_test_itself_can_be_the_client, TwoHosts) {
    sim::Programs programs(world);
    programs.spawn(b, "echo", [&](const sim::System& on) { echo(on, at_server, 1); });
    world.step();  // it listens
    ask(client, at_server, "from outside");
    programs.run();
    BOOST_TEST(programs.has_ended(1));
}
BOOST_FIXTURE_TEST_CASE(a_signal_interrupts_a_wait, TwoHosts) {
    sim::Programs programs(world);
    const std::uint32_t sleeper = programs.spawn(a, "sleeper", [&](const sim::System& on) {
        const int fd = datagrams(on);
        BOOST_TEST(bind(on, fd, {"10.0.0.1"_ip4, 5000}) == 0);
        BOOST_TEST(recv(on, fd) == "<error>");
        BOOST_TEST(on.error() == EINTR);
        BOOST_TEST(on.now() == 3 * second);
    });
    world.at(3 * second, [&] { programs.interrupt(sleeper); });
    programs.run();
}
BOOST_FIXTURE_TEST_CASE(two_programs_of_a_host_share_its_descriptors, TwoHosts) {
    sim::Programs programs(world);
    const int fd = datagrams(server);
    BOOST_TEST(bind(server, fd, at_server) == 0);
    programs.spawn(b, "receiver", [&](const sim::System& on) {
        BOOST_TEST(recv(on, fd) == "<error>");
        BOOST_TEST(on.error() == EBADF);  // closed under it
    });
    programs.spawn(b, "closer", [&](const sim::System& on) {
        BOOST_TEST(on.poll(nullptr, 0, on.now() + second) == 0);
        BOOST_TEST(on.close(fd) == 0);
    });
    programs.run();
}
BOOST_FIXTURE_TEST_CASE(what_a_program_throws_comes_out_of_run_when_all_have_ended, TwoHosts) {
    sim::Programs programs(world);
    bool other_ended = false;
    programs.spawn(a, "thrower", [] { throw std::runtime_error("out of it"); });
    programs.spawn(b, "sleeper", [&](const sim::System& on) {
        on.poll(nullptr, 0, on.now() + second);
        other_ended = true;
    });
    BOOST_CHECK_THROW(programs.run(), std::runtime_error);
    BOOST_TEST(other_ended);
}
BOOST_FIXTURE_TEST_CASE(a_program_can_hold_what_only_moves_and_start_others, TwoHosts) {
    sim::Programs programs(world);
    int got = 0;
    programs.spawn(a, "parent", [&, owned = std::make_unique<int>(41)]() mutable {
        ++*owned;
        programs.spawn(b, "child", [&, inherited = std::move(owned)] { got = *inherited; });
    });
    programs.run();
    BOOST_TEST(got == 42);
}
BOOST_AUTO_TEST_CASE(there_are_no_more_programs_than_the_world_has_places) {
    sim::Options few;
    few.programs = 2;
    TwoHosts small(few);
    sim::Programs programs(small.world);
    BOOST_TEST(programs.spawn(small.a, "one", [] {}) == 1U);
    BOOST_TEST(programs.spawn(small.a, "two", [] {}) == 2U);
    BOOST_TEST(programs.spawn(small.a, "three", [] {}) == 0U);
    programs.run();
    BOOST_TEST(programs.spawn(small.a, "four", [] {}) != 0U);
    programs.run();
}
BOOST_AUTO_TEST_CASE(a_random_schedule_is_another_order_for_another_seed_and_the_same_for_the_same) {
    const auto order = [](std::uint64_t seed) {
        sim::Options options;
        options.schedule = sim::Schedule::random;
        TwoHosts two(options, seed);
        sim::Programs programs(two.world);
        std::string ran;
        for (const char name : std::string_view("abcdefgh")) programs.spawn(two.a, "", [&ran, name] { ran += name; });
        programs.run();
        return ran;
    };
    BOOST_TEST(order(1) == order(1));
    BOOST_TEST(order(1) != order(2));
}
BOOST_AUTO_TEST_CASE(programs_that_never_ran_or_never_ended_are_ended_with_the_world) {
    TwoHosts two;
    bool ended = false;
    {
        sim::Programs programs(two.world);
        programs.spawn(two.a, "waits", [&](const sim::System& on) {
            const int fd = datagrams(on);
            bind(on, fd, {"10.0.0.1"_ip4, 1});
            BOOST_TEST(recv(on, fd) == "<error>");
            ended = true;
        });
        two.world.step();
        BOOST_TEST(!ended);
    }
    BOOST_TEST(ended);
}
BOOST_FIXTURE_TEST_CASE(a_program_that_never_waits_does_not_stop_the_world, TwoHosts) {
    sim::Programs programs(world);
    programs.spawn(b, "spinner", [&](const sim::System& on) {
        const int fd = datagrams(on);
        BOOST_TEST(bind(on, fd, at_server) == 0);
        std::uint64_t asked = 0;
        while (recv(on, fd, MSG_DONTWAIT) == "<error>") ++asked;
        BOOST_TEST(asked >= 100U);
    });
    programs.spawn(a, "sender", [&](const sim::System& on) {
        BOOST_TEST(on.poll(nullptr, 0, on.now() + second) == 0);
        BOOST_TEST(on.sendto(datagrams(on), "x", 1, 0, at_server.get(), at_server.size) == 1);
    });
    programs.run();
    BOOST_TEST(world.now() == 2 * second + millisecond);
}
BOOST_FIXTURE_TEST_CASE(a_signal_to_a_program_that_runs_interrupts_its_next_wait_and_one_that_has_ended_hears_none, TwoHosts) {
    sim::Programs programs(world);
    std::uint32_t own = 0;
    own = programs.spawn(a, "sleeper", [&](const sim::System& on) {
        programs.interrupt(own);
        BOOST_TEST(on.poll(nullptr, 0, on.now() + second) == -1);
        BOOST_TEST(on.error() == EINTR);
        BOOST_TEST(on.poll(nullptr, 0, on.now() + second) == 0);
    });
    programs.run();
    programs.interrupt(own);
    BOOST_TEST(programs.has_ended(own));
    BOOST_TEST(world.now() == 2 * second);
}
BOOST_FIXTURE_TEST_CASE(a_signal_to_a_program_that_asks_and_asks_interrupts_its_next_wait, TwoHosts) {
    sim::Programs programs(world);
    const int u = datagrams(client);
    BOOST_TEST(bind(client, u, {"10.0.0.1"_ip4, 5000}) == 0);
    int interrupted = 0;
    const std::uint32_t asks = programs.spawn(a, "asks", [&](const sim::System& on) {
        for (int i = 0; i < 150; ++i) recv(on, u, MSG_DONTWAIT);  // is made to wait after a hundred
        interrupted += on.poll(nullptr, 0, on.now() + second) == -1 && on.error() == EINTR ? 1 : 0;
    });
    programs.spawn(a, "other", [&](const sim::System& on) {
        programs.interrupt(asks);
        BOOST_TEST(on.poll(nullptr, 0, on.now() + second) == 0);
    });
    programs.run();
    BOOST_TEST(interrupted == 1);
}
BOOST_FIXTURE_TEST_CASE(an_action_that_waits_is_a_deadlock_and_one_that_asks_is_none, TwoHosts) {
    const int u = datagrams(client);
    BOOST_TEST(bind(client, u, {"10.0.0.1"_ip4, 5000}) == 0);
    bool is_done = false;
    world.at(2 * second, [&] {
        for (int i = 0; i < 150; ++i) recv(client, u, MSG_DONTWAIT);
        BOOST_TEST(fails(client, client.poll(nullptr, 0, 5 * second), EDEADLK));
        is_done = true;
    });
    world.run_for(3 * second);
    BOOST_TEST(is_done);
    BOOST_TEST(world.now() == 4 * second);
}
BOOST_FIXTURE_TEST_CASE(in_a_deadlock_a_program_fails_before_a_daemon, TwoHosts) {
    sim::Programs programs(world);
    const auto bound = [](const sim::System& on, const Address& at) {
        const int fd = datagrams(on);
        BOOST_TEST(bind(on, fd, at) == 0);
        return fd;
    };
    programs.spawn_daemon(b, "daemon", [&](const sim::System& on) {
        BOOST_TEST(recv(on, bound(on, at_server)) == "<error>");
        BOOST_TEST(on.error() == ECANCELED);
    });
    programs.spawn(a, "one", [&](const sim::System& on) {
        BOOST_TEST(recv(on, bound(on, {"10.0.0.1"_ip4, 1})) == "<error>");
        BOOST_TEST(on.error() == EDEADLK);
    });
    programs.spawn_daemon(b, "another daemon", [&](const sim::System& on) { on.poll(nullptr, 0, never); });
    programs.spawn(a, "two", [&](const sim::System& on) {
        BOOST_TEST(on.poll(nullptr, 0, never) == -1);
        BOOST_TEST(on.error() == EDEADLK);
    });
    programs.run();
    BOOST_TEST(world.deadlock() ==
               "daemon on server waits in recv for descriptor 3\none on client waits in recv for descriptor 3\n"
               "another daemon on server waits in poll for nothing\ntwo on client waits in poll for nothing\n");
}
BOOST_FIXTURE_TEST_CASE(of_two_that_throw_the_first_is_heard_of, TwoHosts) {
    sim::Programs programs(world);
    programs.spawn(a, "first", [] { throw std::runtime_error("first"); });
    programs.spawn(a, "second", [] { throw std::logic_error("second"); });
    BOOST_CHECK_THROW(programs.run(), std::runtime_error);
    programs.run();
}
BOOST_FIXTURE_TEST_CASE(a_world_runs_its_programs_up_to_a_time, TwoHosts) {
    sim::Programs programs(world);
    const std::uint32_t number = programs.spawn(a, "any", [] {});
    world.run_for(second);
    BOOST_TEST(programs.has_ended(number));
}
BOOST_FIXTURE_TEST_CASE(a_wait_goes_on_by_the_second_descriptor_and_ends_with_the_last, ConnectedHosts) {
    sim::Programs programs(world);
    const int copy = client.duplicate(c);
    programs.spawn(a, "reader", [&](const sim::System& on) {
        BOOST_TEST(recv(on, c) == "heard by the copy");
        BOOST_TEST(recv(on, copy) == "<error>");
        BOOST_TEST(on.error() == EBADF);
    });
    programs.spawn(a, "closer", [&](const sim::System& on) {
        BOOST_TEST(on.close(c) == 0);
        BOOST_TEST(works(server, send(server, s, "heard by the copy")));
        BOOST_TEST(on.poll(nullptr, 0, on.now() + second) == 0);
        const int last = on.duplicate(copy);
        BOOST_TEST(on.close(copy) == 0);
        BOOST_TEST(on.close(last) == 0);
    });
    programs.run();
}
BOOST_FIXTURE_TEST_CASE(a_blocking_connect_is_interrupted_and_goes_on, TwoHosts) {
    sim::Programs programs(world);
    listener();
    std::uint32_t own = 0;
    own = programs.spawn(a, "connects", [&](const sim::System& on) {
        const int fd = stream(on);
        BOOST_TEST(fails(on, connect(on, fd, at_server), EINTR));
        BOOST_TEST(works(on, connect(on, fd, at_server)));
    });
    world.at(second + millisecond, [&] { programs.interrupt(own); });
    programs.run();
}
BOOST_FIXTURE_TEST_CASE(who_asks_and_asks_waits_for_what_is_due_now, TwoHosts) {
    const int u = datagrams(client);
    BOOST_TEST(bind(client, u, {"10.0.0.1"_ip4, 5000}) == 0);
    bool is_done = false;
    world.at(world.now(), [&] { is_done = true; });
    for (int i = 0; i < 100; ++i) recv(client, u, MSG_DONTWAIT);
    BOOST_TEST(is_done);
    BOOST_TEST(world.now() == second);
}
BOOST_AUTO_TEST_CASE(a_trial_has_two_hosts_between_which_the_network_can_be_cut) {
    const sim::Weather calm{.name = "calm"};
    const SocketAddress<V4> at(sim::Trial::server_ip(), Port(9000));
    for (const bool is_cut : {false, true}) {
        sim::Trial trial(7, calm);
        BOOST_TEST(trial.seed() == 7U);
        bool has_connected = false;
        trial.serve([at](auto net) {
            const auto listener = net.tcp_v4().value().bind(at).value().listen().value();
            while (listener.accept()) {
            }
        });
        trial.run([&has_connected, at](auto net) {
            has_connected = net.tcp_v4().value().connect(at, net.in(std::chrono::seconds{1})).has_value();
        });
        if (is_cut) trial.world().cut(trial.client(), trial.server());
        trial.play();
        BOOST_TEST(has_connected == !is_cut);
    }
}
