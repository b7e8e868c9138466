// SPDX-License-Identifier: BSL-1.0
#include "two_hosts.hpp"

using namespace estate;
using namespace estate::test;

BOOST_FIXTURE_TEST_CASE(the_third_accept_of_a_host_can_fail, TwoHosts) {
    const int listening = listener();
    for (int i = 0; i < 4; ++i) connected();
    world.add(Fault{.host = "server", .call = sim::Call::accept, .nth = 3, .error = EMFILE});
    for (int i = 1; i <= 4; ++i) {
        const int fd = server.accept(listening, nullptr, nullptr);
        if (i == 3) {
            BOOST_TEST(fails(server, fd, EMFILE));
        } else {
            BOOST_TEST(works(server, fd));
        }
    }
    BOOST_TEST(works(server, server.accept(listening, nullptr, nullptr)));  // it stayed queued
    BOOST_TEST(world.faults_fired() == 1U);
}
BOOST_FIXTURE_TEST_CASE(a_rule_is_for_its_host_and_its_call, ConnectedHosts) {
    world.add(Fault{.host = "client", .call = sim::Call::send, .error = EHOSTDOWN});
    BOOST_TEST(fails(client, send(client, c, "x"), EHOSTDOWN));
    BOOST_TEST(send(server, s, "x") == 1);
    BOOST_TEST(recv(client, c) == "x");
    world.clear_faults();
    BOOST_TEST(send(client, c, "x") == 1);
}
BOOST_FIXTURE_TEST_CASE(a_rule_can_strike_each_of_so_many_and_so_often, ConnectedHosts) {
    world.add(Fault{.call = sim::Call::send, .every = 3, .times = 2, .error = EINTR});
    std::string struck;
    for (int i = 1; i <= 12; ++i) struck += send(client, c, "x") == -1 ? '!' : '.';
    BOOST_TEST(struck == "..!..!......");
}
BOOST_FIXTURE_TEST_CASE(a_rule_can_strike_by_chance, ConnectedHosts) {
    world.add(Fault{.call = sim::Call::send, .per_million = 250'000, .error = EINTR});
    int struck = 0;
    for (int i = 0; i < 1000; ++i) struck += send(client, c, "") == -1 ? 1 : 0;
    BOOST_TEST(struck > 200);
    BOOST_TEST(struck < 300);
}
BOOST_FIXTURE_TEST_CASE(sends_and_receives_can_be_short, ConnectedHosts) {
    world.add(Fault{.host = "client", .call = sim::Call::send, .at_most = 2});
    world.add(Fault{.host = "server", .call = sim::Call::recv, .at_most = 1});
    BOOST_TEST(send(client, c, "hello") == 2);
    BOOST_TEST(recv(server, s) == "h");
    BOOST_TEST(recv(server, s) == "e");
}
BOOST_FIXTURE_TEST_CASE(an_injected_close_still_closes, ConnectedHosts) {
    world.add(Fault{.call = sim::Call::close, .error = EINTR});
    BOOST_TEST(fails(client, client.close(c), EINTR));
    world.clear_faults();
    BOOST_TEST(fails(client, client.close(c), EBADF));
    BOOST_TEST(recv(server, s) == "<end>");
}
BOOST_FIXTURE_TEST_CASE(each_call_can_answer_each_error, ConnectedHosts) {
    char room[4];
    iovec part{room, sizeof room};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    pollfd one{c, POLLIN, 0};
    int value = 0;
    socklen_t size = sizeof value;
    Address name;
    int pair[2];
    std::uint64_t inode = 0;
    bool is_socket = false;
    const int event = client.open_event();
    const int set_of_all = client.open_set();
    const int u = datagrams(client);
    using Made = std::pair<sim::Call, std::function<std::int64_t()>>;
    const Made calls[] = {
        {sim::Call::socket, [&] { return stream(client); }},
        {sim::Call::bind, [&] { return bind(client, u, {"10.0.0.1"_ip4, 0}); }},
        {sim::Call::listen, [&] { return server.listen(listening, 1); }},
        {sim::Call::accept, [&] { return server.accept(listening, nullptr, nullptr); }},
        {sim::Call::connect, [&] { return connect(client, u, at_server); }},
        {sim::Call::getsockname, [&] { return client.getsockname(c, name.get(), &name.size); }},
        {sim::Call::getpeername, [&] { return client.getpeername(c, name.get(), &name.size); }},
        {sim::Call::getsockopt, [&] { return client.getsockopt(c, SOL_SOCKET, SO_ERROR, &value, &size); }},
        {sim::Call::setsockopt, [&] { return set(client, c, SOL_SOCKET, SO_KEEPALIVE, 1); }},
        {sim::Call::shutdown, [&] { return client.shutdown(c, SHUT_WR); }},
        {sim::Call::send, [&] { return send(client, c, "x"); }},
        {sim::Call::recv, [&] { return client.recv(c, room, 1, MSG_DONTWAIT); }},
        {sim::Call::sendto, [&] { return client.sendto(u, "x", 1, 0, at_server.get(), at_server.size); }},
        {sim::Call::recvfrom, [&] { return client.recvfrom(u, room, 1, MSG_DONTWAIT, nullptr, nullptr); }},
        {sim::Call::sendmsg, [&] { return client.sendmsg(c, &message, 0); }},
        {sim::Call::recvmsg, [&] { return client.recvmsg(c, &message, MSG_DONTWAIT); }},
        {sim::Call::set_nonblocking, [&] { return client.set_nonblocking(c, true); }},
        {sim::Call::nonblocking, [&] { return client.nonblocking(c); }},
        {sim::Call::poll, [&] { return client.poll(&one, 1, 0); }},
        {sim::Call::open_event, [&] { return client.open_event(); }},
        {sim::Call::raise_event, [&] { return client.raise_event(event); }},
        {sim::Call::lower_event, [&] { return client.lower_event(event); }},
        {sim::Call::open_set, [&] { return client.open_set(); }},
        {sim::Call::watch, [&] { return client.watch(set_of_all, c, 1, POLLIN, false); }},
        {sim::Call::unwatch, [&] { return client.unwatch(set_of_all, c); }},
        {sim::Call::set_close_on_exec, [&] { return client.set_close_on_exec(c); }},
        {sim::Call::duplicate, [&] { return client.duplicate(c); }},
        {sim::Call::socketpair, [&] { return client.socketpair(AF_UNIX, SOCK_STREAM, 0, pair); }},
        {sim::Call::lstat, [&] { return client.lstat("/run/file", inode, is_socket); }},
        {sim::Call::unlink, [&] { return client.unlink("/run/file"); }},
        {sim::Call::flock, [&] { return client.lock_directory("/run/file"); }},
    };
    for (const auto& [call, make] : calls) {
        for (int error = 1; error <= 133; ++error) {  // EHWPOISON is the last of Linux
            world.add(Fault{.call = call, .error = error});
            const std::int64_t answer = make();
            const bool is_as_told = answer == -1 && (client.error() == error);
            if (!is_as_told) BOOST_ERROR(sim::name_of_call(call) << " with " << std::strerror(error));
            world.clear_faults();
        }
    }
    for (int error = 1; error <= 133; ++error) {
        const int fd = stream(client);
        world.add(Fault{.call = sim::Call::close, .error = error});
        BOOST_TEST(fails(client, client.close(fd), error));
        world.clear_faults();
    }
}

namespace {

/// A whole life of a connection by hand, which stops where a call fails. Returns whether all worked.
bool live(TwoHosts& two) {
    const auto& server = two.server;
    const auto& client = two.client;
    int fds[3] = {-1, -1, -1};
    const auto run = [&] {
        if ((fds[0] = stream(server)) < 0 || bind(server, fds[0], two.at_server) < 0) return false;
        if (server.listen(fds[0], 4) < 0) return false;
        if ((fds[1] = stream(client)) < 0 || connect(client, fds[1], two.at_server) < 0) return false;
        if ((fds[2] = server.accept(fds[0], nullptr, nullptr)) < 0) return false;
        if (send(client, fds[1], "ping") < 0 || recv(server, fds[2]) == "<error>") return false;
        if (send(server, fds[2], "pong") < 0 || recv(client, fds[1]) == "<error>") return false;
        return client.shutdown(fds[1], SHUT_WR) == 0 && recv(server, fds[2]) == "<end>";
    };
    bool worked = run();
    if (fds[0] >= 0) worked = server.close(fds[0]) == 0 && worked;
    if (fds[1] >= 0) worked = client.close(fds[1]) == 0 && worked;
    if (fds[2] >= 0) worked = server.close(fds[2]) == 0 && worked;
    return worked;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_fault_at_each_call_in_turn_leaks_nothing) {
    TwoHosts sound;
    BOOST_TEST_REQUIRE(live(sound));
    const std::uint64_t calls = sound.world.calls();
    BOOST_TEST(calls > 12U);
    for (const int error : {EINTR, EMFILE, ENOBUFS, ENOMEM, EIO, ECONNRESET, ETIMEDOUT}) {
        for (std::uint64_t nth = 1; nth <= calls; ++nth) {
            TwoHosts struck;
            struck.world.add(Fault{.nth = nth, .error = error});
            BOOST_TEST(!live(struck));
            BOOST_TEST(struck.world.faults_fired() == 1U);
            BOOST_TEST(struck.a.open() == 0U);
            BOOST_TEST(struck.b.open() == 0U);
            struck.world.run_for(300 * second);
            BOOST_TEST(struck.a.sockets() == 0U);
            BOOST_TEST(struck.b.sockets() == 0U);
            BOOST_TEST(struck.world.engine().blocks.free_blocks() == struck.world.engine().options.blocks);
        }
    }
}
