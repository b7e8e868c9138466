// SPDX-License-Identifier: BSL-1.0
// Sets of descriptors in a simulated world, which tell as epoll does.
#include "two_hosts.hpp"

using namespace estate;
using namespace estate::test;

namespace {

struct Watching : ConnectedHosts {
    int set = server.open_set();

    int watch(int fd, std::uint64_t key, int events = POLLIN | POLLRDHUP, bool is_level = false) {
        return server.watch(set, fd, key, static_cast<short>(events), is_level);
    }
    /// The keys of those that are reported now.
    std::string told(std::int64_t until = 0) {
        PollEvent room[8];
        std::string keys;
        const int count = server.wait(set, room, 8, until);
        if (count < 0) return std::strerror(server.error());
        for (int i = 0; i < count; ++i) keys += std::to_string(room[i].key) + (room[i].is_plain ? " " : "! ");
        return keys;
    }
    /// Another connection, as the server has it.
    int accept_another() {
        BOOST_TEST(connect(client, stream(client), at_server) == 0);
        world.run_for(5 * millisecond);
        return server.accept(listening, nullptr, nullptr);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(what_has_happened_before_is_told_and_once, Watching) {
    BOOST_TEST(send(client, c, "x") == 1);
    world.run_for(5 * millisecond);
    BOOST_TEST(watch(s, 7) == 0);
    BOOST_TEST(told() == "7 ");
    BOOST_TEST(told() == "");  // although the byte is still there
    BOOST_TEST(send(client, c, "y") == 1);
    BOOST_TEST(told(never) == "7 ");
    BOOST_TEST(watch(s, 8) == 0);  // asked for anew
    BOOST_TEST(told() == "8 ");
}
BOOST_FIXTURE_TEST_CASE(by_level_it_is_told_in_each_wait_as_long_as_it_is_so, Watching) {
    BOOST_TEST(watch(s, 7, POLLIN, true) == 0);
    BOOST_TEST(told() == "");
    BOOST_TEST(send(client, c, "x") == 1);
    BOOST_TEST(told(never) == "7 ");
    BOOST_TEST(told() == "7 ");
    char room[8];
    BOOST_TEST(server.recv(s, room, sizeof room, 0) == 1);
    BOOST_TEST(told() == "");
}
BOOST_FIXTURE_TEST_CASE(only_what_is_watched_for_is_told_and_ends_always, Watching) {
    BOOST_TEST(watch(s, 7, 0) == 0);
    BOOST_TEST(send(client, c, "x") == 1);
    world.run_for(5 * millisecond);
    BOOST_TEST(told() == "");
    BOOST_TEST(watch(s, 7, POLLOUT) == 0);
    BOOST_TEST(told() == "7 ");
    BOOST_TEST(client.shutdown(c, SHUT_WR) == 0);
    BOOST_TEST(server.shutdown(s, SHUT_WR) == 0);
    world.run_for(5 * millisecond);
    BOOST_TEST(watch(s, 7, 0) == 0);
    BOOST_TEST(told() == "7! ");
}
BOOST_FIXTURE_TEST_CASE(a_wait_tells_no_more_than_fits_and_the_next_one_the_rest, Watching) {
    const int other = accept_another();
    BOOST_TEST(watch(s, 1, POLLOUT) == 0);
    BOOST_TEST(watch(other, 2, POLLOUT) == 0);
    PollEvent one{};
    BOOST_TEST(server.wait(set, &one, 1, 0) == 1);
    BOOST_TEST(one.key == 1U);
    BOOST_TEST(server.wait(set, &one, 1, 0) == 1);
    BOOST_TEST(one.key == 2U);
    BOOST_TEST(told() == "");
}
BOOST_FIXTURE_TEST_CASE(what_is_closed_is_forgotten_and_the_next_of_its_number_is_not_watched, Watching) {
    BOOST_TEST(watch(s, 7) == 0);
    BOOST_TEST(send(client, c, "x") == 1);
    world.run_for(5 * millisecond);
    BOOST_TEST(server.close(s) == 0);
    BOOST_TEST(told() == "");
    BOOST_TEST(accept_another() == s);
    BOOST_TEST(told() == "");
    BOOST_TEST(fails(server, server.unwatch(set, s), ENOENT));
}
BOOST_FIXTURE_TEST_CASE(what_is_not_watched_any_more_is_not_told, Watching) {
    BOOST_TEST(watch(s, 7, POLLOUT) == 0);
    BOOST_TEST(server.unwatch(set, s) == 0);
    BOOST_TEST(told() == "");
    BOOST_TEST(fails(server, server.unwatch(set, s), ENOENT));
}
BOOST_FIXTURE_TEST_CASE(a_set_that_is_closed_lets_its_descriptors_go, Watching) {
    const int other = server.open_set();
    BOOST_TEST(watch(s, 7, POLLOUT) == 0);
    BOOST_TEST(fails(server, server.watch(other, s, 8, POLLOUT, false), EEXIST));
    BOOST_TEST(server.close(set) == 0);
    BOOST_TEST(server.watch(other, s, 8, POLLOUT, false) == 0);
    set = other;
    BOOST_TEST(told() == "8 ");
}
BOOST_FIXTURE_TEST_CASE(an_event_is_watched_and_a_set_is_polled, Watching) {
    const int event = server.open_event();
    BOOST_TEST(watch(event, 9, POLLIN, true) == 0);
    world.at(world.now() + second, [&] { server.raise_event(event); });
    const std::int64_t before = world.now();
    BOOST_TEST(told(never) == "9 ");
    BOOST_TEST(world.now() - before == second);
    pollfd all{set, POLLIN, 0};
    BOOST_TEST(server.poll(&all, 1, 0) == 1);
    BOOST_TEST(server.lower_event(event) == 0);
    BOOST_TEST(told() == "");
}
BOOST_FIXTURE_TEST_CASE(a_wait_on_a_set_ends_at_its_time_and_not_by_what_is_not_asked_for, Watching) {
    BOOST_TEST(watch(s, 7, POLLPRI) == 0);
    BOOST_TEST(send(client, c, "x") == 1);
    const std::int64_t until = world.now() + second;
    BOOST_TEST(told(until) == "");
    BOOST_TEST(world.now() == until);
}
BOOST_FIXTURE_TEST_CASE(sets_refuse_what_is_none, Watching) {
    BOOST_TEST(fails(server, server.watch(s, s, 1, POLLIN, false), EINVAL));
    BOOST_TEST(fails(server, server.watch(set, set, 1, POLLIN, false), EINVAL));
    BOOST_TEST(fails(server, server.watch(set, 77, 1, POLLIN, false), EBADF));
    PollEvent one{};
    BOOST_TEST(fails(server, server.wait(s, &one, 1, 0), EINVAL));
    BOOST_TEST(fails(server, server.wait(77, &one, 1, 0), EBADF));
    BOOST_TEST(fails(server, server.accept(set, nullptr, nullptr), ENOTSOCK));
}
BOOST_FIXTURE_TEST_CASE(bytes_that_come_a_second_time_are_no_news, Watching) {
    BOOST_TEST(watch(s, 7) == 0);
    world.drop(2);  // the acknowledgement
    BOOST_TEST(send(client, c, "x") == 1);
    BOOST_TEST(told(never) == "7 ");
    const std::uint64_t before = world.trace().count();
    world.run_for(2 * second);
    BOOST_TEST(world.trace().count() >= before + 4);  // sent and come again, and acknowledged
    BOOST_TEST(told() == "");
}
BOOST_AUTO_TEST_CASE(what_is_taken_out_of_a_set_leaves_the_others_in_order) {
    sim::WatchSet set;
    sim::Watch all[3];
    for (sim::Watch& each : all) set.put(each);
    set.take(all[1]);
    BOOST_TEST(set.first == &all[0]);
    BOOST_TEST(all[0].behind == &all[2]);
    BOOST_TEST(all[2].before == &all[0]);
    set.put(all[0]);  // is there already
    set.take(all[2]);
    BOOST_TEST(set.last == &all[0]);
    set.take(all[0]);
    BOOST_TEST(set.first == nullptr);
    BOOST_TEST(set.last == nullptr);
}
BOOST_AUTO_TEST_CASE(who_waits_is_woken_in_order_and_its_place_serves_another) {
    sim::Waiters all(4, 4);
    for (std::uint32_t id = 1; id <= 4; ++id) all[id].status = sim::Waiter::waiting;
    std::uint32_t one = sim::none;
    std::uint32_t two = sim::none;
    for (std::uint32_t id = 1; id <= 3; ++id) all.add(id, one);
    all.wake(2, sim::Wake::timeout);
    BOOST_TEST(all.take_ready(0) == 2U);
    all[2].status = sim::Waiter::waiting;
    all.add(2, two);
    all.add(4, two);
    all.notify(one);
    BOOST_TEST(one == sim::none);
    BOOST_TEST(all.ready() == 2U);
    BOOST_TEST(all.take_ready(0) == 1U);
    BOOST_TEST(all.take_ready(0) == 3U);
    all.notify(two);
    BOOST_TEST(all.take_ready(0) == 2U);
    BOOST_TEST(all.take_ready(0) == 4U);
    BOOST_TEST(all.ready() == 0U);
}
BOOST_FIXTURE_TEST_CASE(a_second_descriptor_is_told_of_when_the_first_one_is_closed, Watching) {
    const int another = accept_another();
    const int second_one = server.duplicate(s);
    BOOST_TEST(second_one > another);
    BOOST_TEST(server.close(s) == 0);
    BOOST_TEST(watch(second_one, 7) == 0);
    BOOST_TEST(told() == "");
    BOOST_TEST(send(client, c, "x") == 1);
    BOOST_TEST(told(never) == "7 ");
}
