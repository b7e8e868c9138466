// SPDX-License-Identifier: BSL-1.0
// What a mechanism tells a poller, asked directly: of which descriptor, and whether more than bytes is to be expected.
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <estate/readiness.hpp>
#include <set>
#include <tuple>
#include <vector>

#include "../support/loopback.hpp"
#include "../support/signals.hpp"

namespace {
using namespace estate;
using namespace estate::test;

using OfKernel = std::tuple<posix::Epoll, posix::PollSet<posix::Kernel, 100>>;

std::uint64_t key_of(int number) { return std::uint64_t(number) << 33U; }

/// Two connected descriptors.
struct Ends {
    Ends() { BOOST_TEST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0); }
    Ends(const Ends&) = delete;
    Ends& operator=(const Ends&) = delete;
    ~Ends() {
        for (const int each : ends) ::close(each);
    }
    void write() const { BOOST_TEST(::send(ends[1], "x", 1, MSG_NOSIGNAL) == 1); }

    std::array<int, 2> ends{-1, -1};
};

template <class M>
std::vector<PollEvent> told(M& mechanism, Deadline until = Deadline::at_once()) {
    std::vector<PollEvent> all;
    const std::size_t count = mechanism.wait(until).value();
    for (std::size_t i = 0; i < count; ++i) all.push_back(M::read(mechanism.events()[i]));
    return all;
}
/// The one event that there is to be of this descriptor.
template <class M>
bool is_plain(M& mechanism, int number) {
    const auto all = told(mechanism, soon());
    BOOST_TEST_REQUIRE(all.size() == 1u);
    BOOST_TEST(all[0].key == key_of(number));
    return all[0].is_plain;
}

BOOST_AUTO_TEST_SUITE(mechanisms)

BOOST_AUTO_TEST_CASE_TEMPLATE(bytes_and_room_are_plain_and_the_end_of_bytes_is_not, M, OfKernel) {
    auto mechanism = M::open().value();
    const Ends ends;
    BOOST_TEST(succeeds(mechanism.add(ends.ends[0], key_of(ends.ends[0]), Directions::in)));
    BOOST_TEST(told(mechanism).empty());
    ends.write();
    BOOST_TEST(is_plain(mechanism, ends.ends[0]));
    BOOST_TEST(succeeds(mechanism.ask(ends.ends[0], key_of(ends.ends[0]), Directions::out)));
    BOOST_TEST(is_plain(mechanism, ends.ends[0]));
    BOOST_TEST(succeeds(mechanism.ask(ends.ends[0], key_of(ends.ends[0]), Directions::in)));
    ::shutdown(ends.ends[1], SHUT_WR);
    BOOST_TEST(!is_plain(mechanism, ends.ends[0]));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_hang_up_alone_is_not_plain, M, OfKernel) {
    std::array<int, 2> pipe{-1, -1};
    BOOST_TEST_REQUIRE(::pipe(pipe.data()) == 0);
    auto mechanism = M::open().value();
    BOOST_TEST(succeeds(mechanism.add(pipe[0], key_of(pipe[0]), Directions::in)));
    ::close(pipe[1]);
    BOOST_TEST(!is_plain(mechanism, pipe[0]));
    ::close(pipe[0]);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_error_is_not_plain, M, OfKernel) {
    auto closing = datagrams_on_loopback<V4>();
    const auto socket = datagrams_on_loopback<V4>().connect(closing.local_addr().value()).value();
    BOOST_TEST(succeeds(std::move(closing).close()));
    auto mechanism = M::open().value();
    BOOST_TEST(succeeds(mechanism.add(socket.handle(), key_of(socket.handle()), Directions::in)));
    BOOST_TEST(succeeds(socket.send("nobody is there")));
    BOOST_TEST(!is_plain(mechanism, socket.handle()));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(urgent_data_is_told_of_and_not_plain, M, OfKernel) {
    const auto pair = connected_pair<V4>();
    const int number = pair.server.handle();
    auto mechanism = M::open().value();
    BOOST_TEST(succeeds(mechanism.add(number, key_of(number), Directions::in)));
    BOOST_TEST(::send(pair.client.handle(), "!", 1, MSG_OOB) == 1);
    BOOST_TEST(!is_plain(mechanism, number));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_a_poller_puts_in_is_not_plain_and_has_its_key, M, OfKernel) {
    auto mechanism = M::open().value();
    const Ends ends;
    BOOST_TEST(succeeds(mechanism.add(ends.ends[0], key_of(ends.ends[0]), Directions::in)));
    ends.write();
    BOOST_TEST(told(mechanism, soon()).size() == 1u);
    mechanism.put_event(1, key_of(7));
    const PollEvent put = M::read(mechanism.events()[1]);
    BOOST_TEST((put.key & ~key_mark) == key_of(7));
    BOOST_TEST(!put.is_plain);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_wait_that_is_interrupted_tells_of_nothing, M, OfKernel) {
    auto mechanism = M::open().value();
    const Ends ends;
    BOOST_TEST(succeeds(mechanism.add(ends.ends[0], key_of(ends.ends[0]), Directions::in)));
    const auto waited = interrupting([&] { return mechanism.wait(soon()); }, [] {});
    BOOST_TEST(succeeds(waited));
    BOOST_TEST(waited.value() == 0u);
    BOOST_TEST(interruptions > 0);
}

using Set = posix::PollSet<posix::Kernel, 100>;

BOOST_AUTO_TEST_CASE(where_one_is_forgotten_the_others_keep_their_keys) {
    Set set = Set::open().value();
    const std::array<Ends, 3> all;
    for (const Ends& each : all) BOOST_TEST(succeeds(set.add(each.ends[0], key_of(each.ends[0]), Directions::in)));
    set.forget(all[0].ends[0], key_of(all[1].ends[0]));  // by the key of another: nothing
    all[0].write();
    BOOST_TEST(is_plain(set, all[0].ends[0]));
    set.forget(all[0].ends[0], key_of(all[0].ends[0]));
    BOOST_TEST(told(set).empty());
    all[2].write();
    BOOST_TEST(is_plain(set, all[2].ends[0]));
    set.forget(all[2].ends[0], key_of(all[2].ends[0]));
    all[1].write();
    BOOST_TEST(is_plain(set, all[1].ends[0]));
    set.forget(all[0].ends[0], key_of(all[0].ends[0]));  // forgotten already
    BOOST_TEST(is_plain(set, all[1].ends[0]));
}

BOOST_AUTO_TEST_CASE(only_the_key_that_it_was_added_with_asks) {
    Set set = Set::open().value();
    const Ends ends;
    const int number = ends.ends[0];
    BOOST_TEST(succeeds(set.add(number, key_of(number), Directions::in)));
    BOOST_TEST(succeeds(set.ask(number, key_of(number + 1), Directions::out)));
    BOOST_TEST(told(set).empty());
    BOOST_TEST(succeeds(set.ask(ends.ends[1], key_of(ends.ends[1]), Directions::out)));  // which was not added
    BOOST_TEST(told(set).empty());
    BOOST_TEST(succeeds(set.ask(number, key_of(number), Directions::out)));
    BOOST_TEST(is_plain(set, number));
    BOOST_TEST(succeeds(set.sleep(number, key_of(number), Directions::in)));
    BOOST_TEST(told(set).empty());
    BOOST_TEST(succeeds(set.add(0, key_of(0), Directions::none)));  // a number as any other
}

BOOST_AUTO_TEST_CASE(a_set_that_is_moved_has_what_it_had) {
    Set first = Set::open().value();
    const std::array<Ends, 3> all;
    for (const Ends& each : all) BOOST_TEST(succeeds(first.add(each.ends[0], key_of(each.ends[0]), Directions::in)));
    Set second = std::move(first);
    all[1].write();
    BOOST_TEST(told(first).empty());
    BOOST_TEST(is_plain(second, all[1].ends[0]));
    all[0].write();
    all[2].write();
    BOOST_TEST(told(second).size() == 3u);
}

BOOST_AUTO_TEST_CASE(of_more_than_fit_the_next_wait_tells_the_rest) {
    Set set = Set::open().value();
    const std::array<Ends, 100> all;
    for (const Ends& each : all) {
        BOOST_TEST(succeeds(set.add(each.ends[0], key_of(each.ends[0]), Directions::in)));
        each.write();
    }
    const Ends another;
    BOOST_TEST(fails_with(set.add(another.ends[0], key_of(another.ends[0]), Directions::in), errc::capacity_exceeded));
    BOOST_TEST(fails_with(set.add(-1, 0, Directions::in), errc::moved_from));
    std::set<std::uint64_t> keys;
    for (int wait = 0; wait < 2; ++wait) {
        const auto some = told(set);
        BOOST_TEST(some.size() == 64u);
        for (const PollEvent& each : some) keys.insert(each.key);
    }
    BOOST_TEST(keys.size() == 100u);
}

BOOST_AUTO_TEST_CASE(a_number_that_is_added_anew_has_its_new_key) {
    Set set = Set::open().value();
    const Ends ends;
    const int number = ends.ends[0];
    BOOST_TEST(succeeds(set.add(number, key_of(number + 1), Directions::in)));
    BOOST_TEST(succeeds(set.add(number, key_of(number), Directions::in)));
    ends.write();
    BOOST_TEST(is_plain(set, number));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
