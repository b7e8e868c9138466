// SPDX-License-Identifier: BSL-1.0
// Unix-domain sockets of a simulated host where something is full, and who waits for it.
#include <sys/un.h>

#include <estate/backend/sim/programs.hpp>

#include "two_hosts.hpp"

using namespace estate;
using namespace estate::test;

namespace {

/// One host, whose calls are made by their numbers.
struct LocalHost {
    explicit LocalHost(const sim::Options& options = {}) : world(1, options), host(world.host("h")), on(host.system()) {}
    sim::World world;
    sim::Host host;
    sim::System on;

    struct Pair {
        int first;
        int second;
    };
    [[nodiscard]] Pair pair(int type) const {
        int ends[2];
        BOOST_TEST_REQUIRE(works(on, on.socketpair(AF_UNIX, type, 0, ends)));
        return {ends[0], ends[1]};
    }
    [[nodiscard]] int open(int type) const { return on.socket(AF_UNIX, type, 0); }
    [[nodiscard]] int bound(int type, std::string_view name) const {
        const int fd = open(type);
        BOOST_TEST_REQUIRE(works(on, bind(fd, name)));
        return fd;
    }
    [[nodiscard]] int listener(std::string_view name, int backlog) const {
        const int fd = bound(SOCK_STREAM, name);
        BOOST_TEST_REQUIRE(works(on, on.listen(fd, backlog)));
        return fd;
    }
    [[nodiscard]] int bind(int fd, std::string_view name) const {
        const Address at = local(name);
        return on.bind(fd, at.get(), at.size);
    }
    [[nodiscard]] int connect(int fd, std::string_view name) const {
        const Address at = local(name);
        return on.connect(fd, at.get(), at.size);
    }
    /// A path, or behind '@' an abstract name.
    static Address local(std::string_view name) {
        sockaddr_un native{};
        native.sun_family = AF_UNIX;
        std::memcpy(native.sun_path, name.data(), name.size());
        if (name[0] == '@') native.sun_path[0] = '\0';
        Address made;
        std::memcpy(&made.storage, &native, sizeof native);
        made.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
        return made;
    }
    /// Sends bytes and these descriptors.
    [[nodiscard]] ssize_t pass(int fd, std::string_view text, std::initializer_list<int> numbers) const {
        alignas(cmsghdr) char control[CMSG_SPACE(4 * sizeof(int))] = {};
        iovec part{const_cast<char*>(text.data()), text.size()};
        msghdr message{};
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = control;
        message.msg_controllen = CMSG_SPACE(numbers.size() * sizeof(int));
        auto* const head = reinterpret_cast<cmsghdr*>(control);
        head->cmsg_level = SOL_SOCKET;
        head->cmsg_type = SCM_RIGHTS;
        head->cmsg_len = CMSG_LEN(numbers.size() * sizeof(int));
        std::memcpy(CMSG_DATA(head), numbers.begin(), numbers.size() * sizeof(int));
        return on.sendmsg(fd, &message, MSG_NOSIGNAL);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_connect_to_a_full_backlog_waits_until_one_is_accepted, LocalHost) {
    const int listening = listener("/s", 0);
    BOOST_TEST(connect(open(SOCK_STREAM), "/s") == 0);
    sim::Programs programs(world);
    const int waits = open(SOCK_STREAM);
    programs.spawn(host, "waits", [&](sim::System) { BOOST_TEST(works(on, connect(waits, "/s"))); });
    programs.spawn(host, "accepts", [&](sim::System) {
        BOOST_TEST(on.poll(nullptr, 0, on.now() + second) == 0);
        BOOST_TEST(works(on, on.accept(listening, nullptr, nullptr)));
    });
    programs.run();
    BOOST_TEST(ready(on, waits, POLLOUT) == POLLOUT);
}
BOOST_FIXTURE_TEST_CASE(a_connect_to_a_full_backlog_fails_as_its_wait_does, LocalHost) {
    const int listening = listener("/s", 0);
    BOOST_TEST(connect(open(SOCK_STREAM), "/s") == 0);
    const int given_up = open(SOCK_STREAM);
    world.at(2 * second, [&] { on.close(given_up); });
    BOOST_TEST(fails(on, connect(given_up, "/s"), EBADF));
    world.at(3 * second, [&] { on.shutdown(listening, SHUT_RD); });
    BOOST_TEST(fails(on, connect(open(SOCK_STREAM), "/s"), ECONNREFUSED));
}
BOOST_FIXTURE_TEST_CASE(a_local_accept_that_waits_hears_of_a_connection_an_end_and_a_close, LocalHost) {
    const int listening = listener("/s", 1);
    const int client = open(SOCK_STREAM);
    world.at(2 * second, [&] { BOOST_TEST(connect(client, "/s") == 0); });
    BOOST_TEST(works(on, on.accept(listening, nullptr, nullptr)));
    BOOST_TEST(world.now() == 2 * second);
    world.at(3 * second, [&] { on.shutdown(listening, SHUT_RD); });
    BOOST_TEST(fails(on, on.accept(listening, nullptr, nullptr), EINVAL));
    const int other = listener("/t", 1);
    world.at(4 * second, [&] { on.close(other); });
    BOOST_TEST(fails(on, on.accept(other, nullptr, nullptr), EBADF));
}
BOOST_FIXTURE_TEST_CASE(full_tables_refuse_local_sockets_connections_and_pairs, LocalHost) {
    const int listening = listener("/s", 8);
    const int client = open(SOCK_STREAM);
    world.limit(host, {.sockets = 2});
    int ends[2];
    BOOST_TEST(fails(on, connect(client, "/s"), ENOBUFS));
    BOOST_TEST(fails(on, open(SOCK_STREAM), ENOBUFS));
    BOOST_TEST(fails(on, on.socketpair(AF_UNIX, SOCK_STREAM, 0, ends), ENOBUFS));
    world.limit(host, {.sockets = 3});
    BOOST_TEST(connect(client, "/s") == 0);
    world.limit(host, {.files = 3});
    BOOST_TEST(works(on, on.accept(listening, nullptr, nullptr)));
    BOOST_TEST(fails(on, on.accept(listening, nullptr, nullptr), ENFILE));
    BOOST_TEST(fails(on, open(SOCK_STREAM), ENFILE));
    BOOST_TEST(fails(on, on.duplicate(client), ENFILE));
    BOOST_TEST(fails(on, on.open_set(), ENFILE));
    BOOST_TEST(fails(on, on.lock_directory("/run/s"), ENFILE));
}
BOOST_AUTO_TEST_CASE(a_table_of_three_descriptors_has_no_place_for_any) {
    sim::World world;
    const sim::System on = world.host("h", sim::Limits{.descriptors = 3}).system();
    BOOST_TEST(fails(on, on.socket(AF_INET, SOCK_STREAM, 0), EMFILE));
}
BOOST_FIXTURE_TEST_CASE(a_directory_is_locked_by_one_at_a_time, LocalHost) {
    const int run = on.lock_directory("/run/a");
    BOOST_TEST(works(on, run));
    BOOST_TEST(fails(on, on.lock_directory("/run/b"), EWOULDBLOCK));
    BOOST_TEST(works(on, on.lock_directory("/tmp/a")));
    BOOST_TEST(works(on, on.lock_directory("a")));
    BOOST_TEST(fails(on, on.lock_directory("b"), EWOULDBLOCK));
    BOOST_TEST(ready(on, run, POLLIN | POLLOUT) == (POLLIN | POLLOUT));
    BOOST_TEST(on.close(run) == 0);
    BOOST_TEST(works(on, on.lock_directory("/run/b")));
}
BOOST_FIXTURE_TEST_CASE(a_file_is_made_where_there_is_none_and_nobody_listens_there, LocalHost) {
    BOOST_TEST(host.name() == "h");
    BOOST_TEST(host.put_file("/f"));
    BOOST_TEST(host.has_file("/f"));
    BOOST_TEST(!host.put_file("/f"));
    BOOST_TEST(!host.put_file(std::string(108, 'x')));
    BOOST_TEST(fails(on, connect(open(SOCK_STREAM), "/f"), ECONNREFUSED));
    sim::Options none;
    none.names = 0;
    LocalHost poor(none);
    BOOST_TEST(!poor.host.put_file("/f"));
}
BOOST_AUTO_TEST_CASE(an_abstract_name_is_one_of_its_host) {
    sim::World world;
    const sim::Host one = world.host("one");
    const sim::Host two = world.host("two");
    const Address at = LocalHost::local("@name");
    for (const sim::Host& host : {one, two}) {
        const int fd = host.system().socket(AF_UNIX, SOCK_DGRAM, 0);
        BOOST_TEST(host.system().bind(fd, at.get(), at.size) == 0);
    }
    BOOST_TEST(one.system().connect(one.system().socket(AF_UNIX, SOCK_DGRAM, 0), at.get(), at.size) == 0);
}
BOOST_FIXTURE_TEST_CASE(a_name_is_for_what_the_socket_sent_and_not_for_what_one_of_its_place_did, LocalHost) {
    const int to = bound(SOCK_DGRAM, "/to");
    const int first = open(SOCK_DGRAM);
    BOOST_TEST(connect(first, "/to") == 0);
    BOOST_TEST(test::send(on, first, "of nobody") == 9);
    BOOST_TEST(on.close(first) == 0);
    const int other = open(SOCK_DGRAM);  // at the same place of the world's table
    BOOST_TEST(connect(other, "/to") == 0);
    BOOST_TEST(test::send(on, other, "of the second") == 13);
    BOOST_TEST(bind(other, "/second") == 0);
    for (const socklen_t expected : {0U, 10U}) {  // a family, seven letters and a NUL
        Address from;
        char room[16];
        BOOST_TEST(works(on, on.recvfrom(to, room, sizeof room, 0, from.get(), &from.size)));
        BOOST_TEST(from.size == expected);
    }
}
BOOST_FIXTURE_TEST_CASE(a_queue_of_eleven_messages_takes_no_other_of_a_stranger, LocalHost) {
    const int to = bound(SOCK_DGRAM, "/to");
    const int from = open(SOCK_DGRAM);
    BOOST_TEST(connect(from, "/to") == 0);
    for (int i = 0; i < 11; ++i) BOOST_TEST(test::send(on, from, "x", MSG_DONTWAIT) == 1);
    BOOST_TEST(fails(on, test::send(on, from, "x", MSG_DONTWAIT), EAGAIN));
    BOOST_TEST(ready(on, from, POLLOUT) == 0);
    BOOST_TEST(ready(on, open(SOCK_DGRAM), POLLOUT) == POLLOUT);  // of no peer
    world.at(2 * second, [&] { BOOST_TEST(recv(on, to) == "x"); });
    BOOST_TEST(ready(on, from, POLLOUT, never) == POLLOUT);
    BOOST_TEST(world.now() == 2 * second);
    BOOST_TEST(test::send(on, from, "x") == 1);
    world.at(3 * second, [&] { BOOST_TEST(recv(on, to) == "x"); });
    BOOST_TEST(test::send(on, from, "x") == 1);  // waits for the place
    BOOST_TEST(world.now() == 3 * second);
    world.at(4 * second, [&] { on.close(from); });
    BOOST_TEST(fails(on, test::send(on, from, "x"), EBADF));
}
BOOST_FIXTURE_TEST_CASE(who_sends_to_itself_and_to_its_peer_finds_no_queue_full, LocalHost) {
    const int itself = bound(SOCK_DGRAM, "/itself");
    const Address own = local("/itself");
    for (int i = 0; i < 15; ++i) BOOST_TEST(on.sendto(itself, "x", 1, 0, own.get(), own.size) == 1);
    const Pair ends = pair(SOCK_DGRAM);
    for (int i = 0; i < 15; ++i) BOOST_TEST(test::send(on, ends.first, "x") == 1);
    BOOST_TEST(ready(on, ends.first, POLLOUT) == POLLOUT);
}
BOOST_FIXTURE_TEST_CASE(a_message_is_too_long_for_the_send_buffer_that_the_socket_tells, LocalHost) {
    for (const int type : {SOCK_DGRAM, SOCK_SEQPACKET}) {
        const Pair ends = pair(type);
        BOOST_TEST(set(on, ends.first, SOL_SOCKET, SO_SNDBUF, 4096) == 0);
        BOOST_TEST(option_of(on, ends.first, SOL_SOCKET, SO_SNDBUF) == 8192);
        BOOST_TEST(fails(on, test::send(on, ends.first, std::string(8161, 'x')), EMSGSIZE));
        BOOST_TEST(test::send(on, ends.first, std::string(8160, 'x')) == 8160);
    }
}
BOOST_FIXTURE_TEST_CASE(messages_fill_the_send_buffer_of_who_sends_them, LocalHost) {
    const Pair ends = pair(SOCK_SEQPACKET);
    BOOST_TEST(set(on, ends.first, SOL_SOCKET, SO_SNDBUF, 2304) == 0);
    const std::string kilobyte(1000, 'x');
    BOOST_TEST(test::send(on, ends.first, kilobyte) == 1000);
    BOOST_TEST(ready(on, ends.first, POLLOUT) == 0);  // more than a quarter is in use
    BOOST_TEST(test::send(on, ends.first, kilobyte) == 1000);
    BOOST_TEST(fails(on, test::send(on, ends.first, kilobyte, MSG_DONTWAIT), EAGAIN));
    world.at(2 * second, [&] { BOOST_TEST(recv(on, ends.second).size() == 1000U); });
    BOOST_TEST(test::send(on, ends.first, kilobyte) == 1000);
    BOOST_TEST(world.now() == 2 * second);
    world.at(3 * second, [&] { on.close(ends.first); });
    BOOST_TEST(fails(on, test::send(on, ends.first, kilobyte), EBADF));
}
BOOST_FIXTURE_TEST_CASE(a_stream_that_blocks_sends_what_fits_and_hears_once_of_a_reset, LocalHost) {
    const std::string much(20'000, 'x');
    const Pair full = pair(SOCK_STREAM);
    BOOST_TEST(test::send(on, full.first, much, MSG_DONTWAIT) == 16'384);
    BOOST_TEST(fails(on, test::send(on, full.first, "x", MSG_DONTWAIT), EAGAIN));
    world.at(2 * second, [&] { on.close(full.second); });
    BOOST_TEST(fails(on, test::send(on, full.first, "x"), ECONNRESET));
    const Pair begun = pair(SOCK_STREAM);
    world.at(3 * second, [&] { on.close(begun.second); });
    BOOST_TEST(test::send(on, begun.first, much) == 16'384);
    BOOST_TEST(error_of(on, begun.first) == 0);  // the count has told it
    const Pair shut = pair(SOCK_STREAM);
    world.at(4 * second, [&] { on.shutdown(shut.second, SHUT_RD); });
    BOOST_TEST(test::send(on, shut.first, much) == 16'384);
    BOOST_TEST(fails(on, test::send(on, shut.first, "x"), EPIPE));
    const Pair filled = pair(SOCK_STREAM);
    BOOST_TEST(test::send(on, filled.first, much, MSG_DONTWAIT) == 16'384);
    world.at(5 * second, [&] { on.shutdown(filled.second, SHUT_RD); });
    BOOST_TEST(fails(on, test::send(on, filled.first, "x"), EPIPE));
}
BOOST_FIXTURE_TEST_CASE(waitall_of_a_local_stream_waits_for_all_or_an_end, LocalHost) {
    const Pair ends = pair(SOCK_STREAM);
    BOOST_TEST(test::send(on, ends.second, "12") == 2);
    world.at(2 * second, [&] { BOOST_TEST(test::send(on, ends.second, "345") == 3); });
    BOOST_TEST(recv(on, ends.first, MSG_WAITALL, 5) == "12345");
    BOOST_TEST(test::send(on, ends.second, "67") == 2);
    BOOST_TEST(recv(on, ends.first, MSG_WAITALL | MSG_PEEK, 5) == "67");
    BOOST_TEST(test::send(on, ends.first, "unread") == 6);
    world.at(3 * second, [&] { on.close(ends.second); });
    BOOST_TEST(recv(on, ends.first, MSG_WAITALL, 5) == "67");
    BOOST_TEST(error_of(on, ends.first) == 0);  // the count has told it
    BOOST_TEST(recv(on, ends.first) == "<end>");
    const Pair messages = pair(SOCK_DGRAM);
    world.at(4 * second, [&] { on.close(messages.first); });
    BOOST_TEST(fails(on, on.recv(messages.first, nullptr, 0, 0), EBADF));
}
BOOST_FIXTURE_TEST_CASE(local_sends_and_receives_can_be_short, LocalHost) {
    const Pair ends = pair(SOCK_STREAM);
    world.add(Fault{.call = sim::Call::send, .at_most = 3});
    world.add(Fault{.call = sim::Call::recv, .at_most = 2});
    BOOST_TEST(test::send(on, ends.first, "12345") == 3);
    BOOST_TEST(recv(on, ends.second) == "12");
    BOOST_TEST(recv(on, ends.second) == "3");
}
BOOST_FIXTURE_TEST_CASE(of_two_rules_the_first_error_and_the_lesser_count_are_the_calls, LocalHost) {
    world.add(Fault{.call = sim::Call::listen, .error = EIO});
    world.add(Fault{.call = sim::Call::listen, .error = EPERM});
    BOOST_TEST(fails(on, on.listen(3, 1), EIO));
    BOOST_TEST((world.last_struck() == sim::Call::listen));
}
BOOST_FIXTURE_TEST_CASE(descriptors_travel_behind_the_bytes_before_and_are_lost_to_who_has_no_room, LocalHost) {
    const Pair ends = pair(SOCK_STREAM);
    const int carried = on.socket(AF_INET, SOCK_STREAM, 0);
    BOOST_TEST(test::send(on, ends.first, "before") == 6);
    BOOST_TEST(pass(ends.first, "with", {carried}) == 4);
    BOOST_TEST(test::send(on, ends.first, "behind") == 6);
    BOOST_TEST(on.close(carried) == 0);
    const std::size_t sockets = host.sockets();
    BOOST_TEST(recv(on, ends.second, MSG_PEEK) == "beforewith");  // a receive ends behind what came with sockets
    BOOST_TEST(recv(on, ends.second) == "beforewith");            // without a place for the descriptor
    BOOST_TEST(host.sockets() == sockets - 1);
    BOOST_TEST(recv(on, ends.second) == "behind");
    BOOST_TEST(fails(on, pass(ends.first, "x", {on.open_event()}), EINVAL));  // it does not travel here
}
BOOST_FIXTURE_TEST_CASE(a_connection_that_travels_and_is_dropped_sends_its_end, TwoHosts) {
    const int listening = listener();
    const int c = connected();
    const int s = accepted(listening);
    int ends[2];
    BOOST_TEST(client.socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    LocalHost by;
    by.on = client;
    BOOST_TEST(by.pass(ends[0], "x", {c}) == 1);
    BOOST_TEST(client.close(c) == 0);
    BOOST_TEST(client.close(ends[1]) == 0);
    BOOST_TEST(recv(server, s) == "<end>");
}
BOOST_FIXTURE_TEST_CASE(who_is_not_accepted_is_reached_through_its_listener_in_a_circle, LocalHost) {
    const int listening = listener("/s", 4);
    const int client = open(SOCK_STREAM);
    BOOST_TEST(connect(client, "/s") == 0);
    const int carried = open(SOCK_DGRAM);
    BOOST_TEST(pass(client, "x", {carried}) == 1);  // to who is not accepted yet
    BOOST_TEST(on.close(carried) == 0);
    const Pair ends = pair(SOCK_STREAM);
    BOOST_TEST(pass(ends.first, "x", {listening}) == 1);
    BOOST_TEST(on.close(listening) == 0);  // looks for circles
    BOOST_TEST(host.sockets() == 6U);
    BOOST_TEST(on.close(ends.second) == 0);  // which drops the listener, and all in it
    BOOST_TEST(host.sockets() == 2U);
}
BOOST_FIXTURE_TEST_CASE(a_socket_that_two_messages_of_a_circle_carry_ends_with_both, LocalHost) {
    const Pair ends = pair(SOCK_SEQPACKET);
    const int carried = open(SOCK_DGRAM);
    BOOST_TEST(pass(ends.first, "x", {ends.second}) == 1);  // into its own queue
    for (int i = 0; i < 2; ++i) BOOST_TEST(pass(ends.first, "x", {carried}) == 1);
    BOOST_TEST(on.close(carried) == 0);
    BOOST_TEST(on.close(ends.second) == 0);
    BOOST_TEST(host.sockets() == 1U);
}
BOOST_AUTO_TEST_CASE(without_memory_a_local_message_is_refused_whole_and_a_stream_takes_what_fits) {
    sim::Options few;
    few.packets = 2;
    few.blocks = 4;
    LocalHost poor(few);
    const sim::System& on = poor.on;
    const auto [one, two] = poor.pair(SOCK_SEQPACKET);
    BOOST_TEST(fails(on, send(on, one, std::string(1025, 'x')), ENOBUFS));
    BOOST_TEST(send(on, one, std::string(1024, 'x')) == 1024);
    BOOST_TEST(fails(on, send(on, one, "x"), ENOBUFS));
    BOOST_TEST(send(on, one, "") == 0);  // a message of nothing needs no memory
    BOOST_TEST(fails(on, send(on, one, ""), ENOBUFS));  // but a place
    BOOST_TEST(recv(on, two).size() == 1024U);
    BOOST_TEST(recv(on, two) == "<end>");

    const auto [from, to] = poor.pair(SOCK_STREAM);
    BOOST_TEST(send(on, from, std::string(1025, 'x')) == 1024);
    BOOST_TEST(fails(on, send(on, from, "x"), ENOBUFS));
    BOOST_TEST(recv(on, to).size() == 1024U);
    BOOST_TEST(send(on, one, std::string(1024, 'x')) == 1024);
    BOOST_TEST(fails(on, send(on, from, "x"), ENOBUFS));  // not a byte of a new message
    BOOST_TEST(recv(on, two).size() == 1024U);
    BOOST_TEST(send(on, one, std::string(1000, 'x')) == 1000);
    const int carried = on.socket(AF_INET, SOCK_DGRAM, 0);
    BOOST_TEST(fails(on, poor.pass(one, "x", {carried}), ENOBUFS));  // no memory for its number
    BOOST_TEST(on.close(carried) == 0);
    BOOST_TEST(poor.host.sockets() == 4U);
}
