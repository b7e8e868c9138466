// SPDX-License-Identifier: BSL-1.0
// What traces say of the seldom: each error, each fate of a packet, each way of a socket.
#include <estate/backend/sim/names.hpp>
#include <estate/backend/sim/programs.hpp>
#include <estate/backend/sim/trace_lifecycle.hpp>
#include <estate/backend/sim/trace_mermaid.hpp>
#include <estate/backend/sim/trace_pcapng.hpp>
#include <estate/backend/sim/trace_text.hpp>

#include "two_hosts.hpp"

using namespace estate;
using namespace estate::test;

BOOST_FIXTURE_TEST_CASE(each_error_of_a_call_is_told_by_its_name, TwoHosts) {
#define ESTATE_NAMED(error) std::pair{error, #error}
    const std::pair<int, const char*> all[] = {
        ESTATE_NAMED(EACCES), ESTATE_NAMED(EADDRINUSE), ESTATE_NAMED(EADDRNOTAVAIL), ESTATE_NAMED(EAFNOSUPPORT),
        ESTATE_NAMED(EAGAIN), ESTATE_NAMED(EALREADY), ESTATE_NAMED(EBADF), ESTATE_NAMED(ECANCELED),
        ESTATE_NAMED(ECONNABORTED), ESTATE_NAMED(ECONNREFUSED), ESTATE_NAMED(ECONNRESET), ESTATE_NAMED(EDEADLK),
        ESTATE_NAMED(EDESTADDRREQ), ESTATE_NAMED(EFAULT), ESTATE_NAMED(EHOSTUNREACH), ESTATE_NAMED(EINPROGRESS),
        ESTATE_NAMED(EINTR), ESTATE_NAMED(EINVAL), ESTATE_NAMED(EIO), ESTATE_NAMED(EISCONN), ESTATE_NAMED(EMFILE),
        ESTATE_NAMED(EMSGSIZE), ESTATE_NAMED(ENETDOWN), ESTATE_NAMED(ENETUNREACH), ESTATE_NAMED(ENFILE),
        ESTATE_NAMED(ENOBUFS), ESTATE_NAMED(ENOENT), ESTATE_NAMED(ENOSPC), ESTATE_NAMED(EPROTOTYPE),
        ESTATE_NAMED(ENODEV), ESTATE_NAMED(ENOMEM), ESTATE_NAMED(ENOPROTOOPT), ESTATE_NAMED(ENOTCONN),
        ESTATE_NAMED(ENOTSOCK), ESTATE_NAMED(EOPNOTSUPP), ESTATE_NAMED(EPERM), ESTATE_NAMED(EPIPE),
        ESTATE_NAMED(EPROTONOSUPPORT), ESTATE_NAMED(ESOCKTNOSUPPORT), ESTATE_NAMED(ETIMEDOUT), {999, "errno 999"}};
#undef ESTATE_NAMED
    for (const auto& [error, name] : all) {
        world.add(Fault{.call = sim::Call::listen, .error = error});
        BOOST_TEST(fails(client, client.listen(3, 1), error));
        BOOST_TEST(sim::text_of_call(world.trace().events().back()) == std::string("listen(3) = -1 ") + name);
        world.clear_faults();
    }
}
BOOST_FIXTURE_TEST_CASE(each_fate_of_a_packet_is_a_comment_of_the_capture, TwoHosts) {
    const int u = datagrams(client);
    const Address nobody{"10.0.0.9"_ip4, 80};
    const auto send_to = [&](const Address& to) {
        BOOST_TEST(client.sendto(u, "odd", 3, 0, to.get(), to.size) == 3);
        world.run_for(5 * millisecond);
    };
    send_to(nobody);
    send_to(at_server);  // which says that the port is unreachable
    world.pass(a, b, sim::Passage::reject);
    send_to(at_server);
    BOOST_TEST(fails(client, connect(client, stream(client), at_server), EHOSTUNREACH));
    world.heal(a, b);
    BOOST_TEST(client.sendto(u, "", 0, 0, at_server.get(), at_server.size) == 0);
    const std::string capture = sim::PcapngTrace::of(world);
    BOOST_TEST(says(capture, "client sends; no host has the address"));
    BOOST_TEST(says(capture, "server sends (port unreachable); client has it at 1.007000 (port unreachable)"));
    BOOST_TEST(says(capture, "client sends; the network is rejected"));
    BOOST_TEST(says(capture, "server sends (host unreachable); client has it at"));
    BOOST_TEST(says(capture, "client sends; under way when the trace ends"));
    const std::string diagram = sim::MermaidTrace::of(world);
    BOOST_TEST(says(diagram, "    h0-xh0: datagram of 3 (no host has the address)\n"));
    BOOST_TEST(says(diagram, "    h0-xh1: datagram of 3 (the network is rejected)\n"));
    BOOST_TEST(says(diagram, "    h1->>h0: ICMP (port unreachable)\n"));
    BOOST_TEST(says(diagram, "    Note over h0,h1: the test rejects the network\n"));
    BOOST_TEST(says(diagram, "    Note over h0: connect(4) = -1 EHOSTUNREACH"));
    BOOST_TEST(says(sim::TextTrace::of(world), "datagram of 3  10.0.0.1:32768 > 10.0.0.9:80  (no host has the address)\n"));
}
BOOST_FIXTURE_TEST_CASE(a_capture_of_ipv6_has_refusals_of_icmpv6, TwoHosts) {
    const int u = client.socket(AF_INET6, SOCK_DGRAM, 0);
    const Address six("fd00::2"_ip6, 80);
    BOOST_TEST(client.sendto(u, "x", 1, 0, six.get(), six.size) == 1);
    world.run_for(5 * millisecond);
    world.pass(a, b, sim::Passage::reject);
    BOOST_TEST(client.sendto(u, "xy", 2, 0, six.get(), six.size) == 2);
    world.run_for(5 * millisecond);
    // next header 58, hop limit 64, both addresses, type 1 with code 4, a port, and code 3, a host
    const auto refusal = [](char code) {
        std::string bytes = {'\x3a', '\x40'};
        for (const char last : {'\2', '\1'}) bytes += std::string("\xfd") + std::string(14, '\0') + last;
        return bytes + '\1' + code;
    };
    const std::string capture = sim::PcapngTrace::of(world);
    BOOST_TEST(says(capture, refusal('\4')));
    BOOST_TEST(says(capture, refusal('\3')));
}
BOOST_FIXTURE_TEST_CASE(a_checksum_of_zero_is_told_as_none_of_a_datagram_is, TwoHosts) {
    // The two bytes make the sum of a datagram from 10.0.0.1:5000 to 10.0.0.2:80 the one whose complement is 0.
    const int u = datagrams(client);
    BOOST_TEST(bind(client, u, {"10.0.0.1"_ip4, 5000}) == 0);
    const std::uint32_t header = 0x0a00 + 0x0001 + 0x0a00 + 0x0002 + 17 + 10 + 5000 + 80 + 10;
    const std::uint32_t rest = 0xffff - header;
    const std::string text = {static_cast<char>(rest >> 8), static_cast<char>(rest & 0xff)};
    BOOST_TEST(client.sendto(u, text.data(), text.size(), 0, at_server.get(), at_server.size) == 2);
    const std::string ports_and_length = {'\x13', '\x88', '\0', '\x50', '\0', '\x0a', '\xff', '\xff'};
    BOOST_TEST(says(sim::PcapngTrace::of(world), ports_and_length + text));
}
BOOST_AUTO_TEST_CASE(what_means_something_to_mermaid_is_left_out_of_names) {
    sim::World world;
    world.host("a;b#c\nd");
    BOOST_TEST(says(sim::MermaidTrace::of(world), "    participant h0 as a b c d\n"));
}
BOOST_FIXTURE_TEST_CASE(an_attempt_that_is_begun_is_told_with_its_end, TwoHosts) {
    listener();
    const auto begin = [&](const Address& to) {
        const int fd = stream(client);
        BOOST_TEST(client.set_nonblocking(fd, true) == 0);
        BOOST_TEST(fails(client, connect(client, fd, to), EINPROGRESS));
        world.run_for(5 * millisecond);
        return fd;
    };
    const int done = begin(at_server);
    peer_of(client, done);
    peer_of(client, done);  // of one that is connected it is a question
    const int refused = begin({"10.0.0.2"_ip4, 81});
    BOOST_TEST(error_of(client, refused) == ECONNREFUSED);
    BOOST_TEST(client.close(refused) == 0);
    const int given_up = begin({"10.0.0.9"_ip4, 80});
    BOOST_TEST(client.close(given_up) == 0);
    const std::string told = sim::LifecycleTrace::of(world);
    BOOST_TEST(says(told, "client 3, TCP    Created -begin_connect-> Connecting -finish_connect-> Connected\n"));
    BOOST_TEST(says(told, "client 4, TCP    Created -begin_connect-> Connecting -finish_connect fails-> Closed\n"));
    BOOST_TEST(says(told, "client 4, TCP    Created -begin_connect-> Connecting -close-> Closed\n"));
}
BOOST_FIXTURE_TEST_CASE(what_fails_and_what_changes_nothing_is_told_or_left_out, TwoHosts) {
    const int unbound = stream(server);
    BOOST_TEST(server.listen(unbound, 1) == 0);  // which the library does not
    const int c = stream(client);
    const auto port = static_cast<std::uint16_t>(name_of(server, unbound).port());
    BOOST_TEST(connect(client, c, {"10.0.0.2"_ip4, port}) == 0);
    const int s = server.accept(unbound, nullptr, nullptr);
    BOOST_TEST(s == 4);
    BOOST_TEST(server.shutdown(s, SHUT_RD) == 0);
    BOOST_TEST(fails(server, server.listen(s, 1), EINVAL));
    BOOST_TEST(server.open_event() == 5);
    BOOST_TEST(server.set_close_on_exec(5) == 0);
    const int local = client.socket(AF_UNIX, SOCK_STREAM, 0);
    BOOST_TEST(client.close(local) == 0);
    const int u = datagrams(client);
    BOOST_TEST(bind(client, u, {"10.0.0.1"_ip4, 5000}) == 0);
    BOOST_TEST(connect(client, u, at_server) == 0);
    BOOST_TEST(client.shutdown(u, SHUT_WR) == 0);
    sockaddr nobody{};
    nobody.sa_family = AF_UNSPEC;
    BOOST_TEST(client.connect(u, &nobody, sizeof nobody) == 0);
    BOOST_TEST(fails(client, bind(client, u, {"10.0.0.1"_ip4, 5001}), EINVAL));
    BOOST_TEST(client.close(u) == 0);
    const std::string told = sim::LifecycleTrace::of(world);
    BOOST_TEST(says(told, "server 3, TCP    Created\n"));
    BOOST_TEST(says(told, "server 4, TCP    Connected\n"));
    BOOST_TEST(says(told, "client 4, UDP    Created -bind-> Bound -connect-> Connected -disconnect-> Bound -close"));
}
BOOST_FIXTURE_TEST_CASE(text_has_addresses_of_ipv6_long_names_and_nobody_who_runs_the_world, TwoHosts) {
    const sim::Host far = world.host("a host that has a long name", "fd00::3"_ip6);
    const int u = far.system().socket(AF_INET6, SOCK_DGRAM, 0);
    const Address six("fd00::2"_ip6, 80);
    BOOST_TEST(far.system().sendto(u, "x", 1, 0, six.get(), six.size) == 1);
    sim::Programs programs(world);
    programs.spawn(a, "any", [&](const sim::System& on) {
        BOOST_TEST(on.poll(nullptr, 0, 0) == 0);
        BOOST_TEST(on.poll(nullptr, 0, second + millisecond) == 0);
        BOOST_TEST(on.poll(nullptr, 0, never) == -1);
    });
    programs.run();
    BOOST_TEST(client.poll(nullptr, 0, never) == -1);
    const std::string told = sim::TextTrace::of(world);
    BOOST_TEST(says(told, "a host that has a long name sends "));
    BOOST_TEST(says(told, "datagram of 1  [fd00::3]:32768 > [fd00::2]:80\n"));
    BOOST_TEST(says(told, "client/any      call                               poll() = -1 EDEADLK\n"));
    BOOST_TEST(says(told, "nowhere/main    program                            (deadlock)\n"));
    BOOST_TEST(!says(told, "poll() = 0"));
    BOOST_TEST(says(sim::MermaidTrace::of(world), "sequenceDiagram"));
    BOOST_TEST(!says(sim::MermaidTrace::of(world), "poll"));
}
BOOST_FIXTURE_TEST_CASE(ways_that_fail_are_told_and_a_descriptor_that_serves_again_is_another, TwoHosts) {
    const sim::Host long_one = world.host("a long name", sim::Limits{.descriptors = 4}, "10.0.0.3"_ip4);
    const sim::System on = long_one.system();
    const int listening = listener();
    const int c = stream(on);
    BOOST_TEST(fails(on, stream(on), EMFILE));
    BOOST_TEST(fails(on, bind(on, c, {"10.0.0.9"_ip4, 80}), EADDRNOTAVAIL));
    BOOST_TEST(fails(on, on.accept(c, nullptr, nullptr), EMFILE));
    world.add(Fault{.call = sim::Call::connect, .nth = 1, .error = EINTR});
    BOOST_TEST(fails(on, connect(on, c, at_server), EINTR));
    world.clear_faults();
    world.run_for(5 * millisecond);
    BOOST_TEST(peer_of(on, c).port() == 80);
    BOOST_TEST(on.close(c) == 0);
    const int refused = stream(on);
    BOOST_TEST(fails(on, connect(on, refused, {"10.0.0.2"_ip4, 81}), ECONNREFUSED));
    BOOST_TEST(on.close(refused) == 0);
    BOOST_TEST(on.close(on.open_event()) == 0);
    const int s = accepted(listening);
    BOOST_TEST(server.close(s) == 0);
    const int reset = connected();
    const int resets = accepted(listening);
    const linger at_once{1, 0};
    BOOST_TEST(server.setsockopt(resets, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) == 0);
    BOOST_TEST(server.close(resets) == 0);
    world.run_for(5 * millisecond);
    BOOST_TEST(client.close(reset) == 0);
    const int u = datagrams(client);
    BOOST_TEST(bind(client, u, {"10.0.0.1"_ip4, 5000}) == 0);
    for (int i = 0; i < 2; ++i) BOOST_TEST(connect(client, u, at_server) == 0);  // the second leads nowhere else
    const std::string told = sim::LifecycleTrace::of(world);
    BOOST_TEST(says(told, "a long name 3, TCP Created -bind fails-> Created -connect-> Connected -close-> Closed\n"));
    BOOST_TEST(says(told, "a long name 3, TCP Created -connect fails-> Closed\n"));
    BOOST_TEST(says(told, "client 3, TCP    Created -connect-> Connected -close-> Closed\n"));
    BOOST_TEST(says(told, "client 3, UDP    Created -bind-> Bound -connect-> Connected\n"));
    BOOST_TEST(says(sim::MermaidTrace::of(world), "accept(3) = 4"));
}
