// SPDX-License-Identifier: BSL-1.0
// What a host of the profile wasi does otherwise than one of Linux; tests/sim_laws/wasi_differences.txt has the laws.
#include <algorithm>
#include <estate/backend/sim/programs.hpp>
#include <utility>

#include "two_hosts.hpp"

using namespace estate;
using namespace estate::test;

namespace {

sim::Options components() {
    sim::Options options;
    options.profile = sim::Profile::wasi_host;
    return options;
}
struct Components : TwoHosts {
    Components() : TwoHosts(components()) {}
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_socket_whose_connect_failed_can_only_be_closed, Components) {
    const int c = stream(client);
    BOOST_TEST(fails(client, connect(client, c, at_server), ECONNREFUSED));
    BOOST_TEST(fails(client, connect(client, c, at_server), EINVAL));
    BOOST_TEST(fails(client, client.listen(c, 1), EINVAL));
    BOOST_TEST(client.close(c) == 0);
    BOOST_TEST(a.open() == 0U);
}
BOOST_FIXTURE_TEST_CASE(an_unbound_socket_neither_listens_nor_has_an_address, Components) {
    const int c = stream(client);
    Address name;
    BOOST_TEST(fails(client, client.listen(c, 1), EINVAL));
    BOOST_TEST(fails(client, client.getsockname(c, name.get(), &name.size), EINVAL));
    BOOST_TEST(bind(client, c, {"10.0.0.1"_ip4, 80}) == 0);
    BOOST_TEST(client.listen(c, 1) == 0);
}
BOOST_FIXTURE_TEST_CASE(what_a_component_lacks_is_refused_by_name, Components) {
    const int c = stream(client);
    int ends[2];
    BOOST_TEST(fails(client, client.socket(AF_UNIX, SOCK_STREAM, 0), EAFNOSUPPORT));
    BOOST_TEST(fails(client, client.socketpair(AF_UNIX, SOCK_STREAM, 0, ends), EAFNOSUPPORT));
    BOOST_TEST(fails(client, client.duplicate(c), EOPNOTSUPP));
    BOOST_TEST(fails(client, client.open_event(), EOPNOTSUPP));
    const int on = 1;
    BOOST_TEST(fails(client, client.setsockopt(c, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), ENOPROTOOPT));
    BOOST_TEST(client.setsockopt(c, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on) == 0);
}
BOOST_FIXTURE_TEST_CASE(what_has_come_is_gone_when_the_receiving_side_is_shut, Components) {
    const int listening = stream(server);
    BOOST_TEST(bind(server, listening, at_server) == 0);
    BOOST_TEST(server.listen(listening, 1) == 0);
    const int c = stream(client);
    BOOST_TEST(connect(client, c, at_server) == 0);
    const int s = server.accept(listening, nullptr, nullptr);
    BOOST_TEST(send(client, c, "unread") == 6);
    world.run_for(second);
    char room[8];
    BOOST_TEST(fails(server, server.recv(s, room, sizeof room, MSG_PEEK), EOPNOTSUPP));
    BOOST_TEST(server.shutdown(s, SHUT_RD) == 0);
    BOOST_TEST(recv(server, s) == "<end>");
}
BOOST_FIXTURE_TEST_CASE(a_component_sets_these_options_and_no_other, Components) {
    const std::pair<int, int> its_own[] = {{SOL_SOCKET, SO_KEEPALIVE},   {IPPROTO_TCP, TCP_KEEPIDLE},
                                           {IPPROTO_TCP, TCP_KEEPINTVL}, {IPPROTO_TCP, TCP_KEEPCNT},
                                           {IPPROTO_IP, IP_TTL},         {IPPROTO_IPV6, IPV6_UNICAST_HOPS},
                                           {IPPROTO_IPV6, IPV6_V6ONLY}};
    std::size_t count = 0;
    for (const sim::Setting& each : sim::settings) {
        const int type = each.type == sim::Setting::datagram ? SOCK_DGRAM : SOCK_STREAM;
        const int fd = client.socket(each.domain != 0 ? each.domain : AF_INET, type, 0);
        const bool may = std::ranges::count(its_own, std::pair(each.level, each.name)) > 0;
        count += may ? 1 : 0;
        const int done = set(client, fd, each.level, each.name, 1);
        BOOST_TEST_CONTEXT("option " << each.name << " of level " << each.level)
        BOOST_TEST((may ? works(client, done) : fails(client, done, ENOPROTOOPT)));
        BOOST_TEST(client.close(fd) == 0);
    }
    BOOST_TEST(count == std::size(its_own));
    for (const int name : {SO_SNDBUF, SO_RCVBUF}) BOOST_TEST(works(client, set(client, stream(client), SOL_SOCKET, name, 1)));
}
BOOST_FIXTURE_TEST_CASE(a_component_is_told_what_it_is_and_not_what_it_lacks, Components) {
    const int fd = stream(client);
    BOOST_TEST(option_of(client, fd, SOL_SOCKET, SO_TYPE) == SOCK_STREAM);
    BOOST_TEST(option_of(client, fd, SOL_SOCKET, SO_KEEPALIVE) == 0);
    BOOST_TEST(tcp_state(client, fd) == TCP_CLOSE);
    for (const auto& [level, name] : {std::pair{SOL_SOCKET, SO_LINGER}, {SOL_SOCKET, SO_BINDTODEVICE},
                                      {SOL_SOCKET, SO_REUSEADDR}, {IPPROTO_TCP, TCP_NODELAY}, {IPPROTO_IP, IP_FREEBIND}}) {
        char room[64];
        socklen_t size = sizeof room;
        BOOST_TEST(fails(client, client.getsockopt(fd, level, name, room, &size), ENOPROTOOPT));
    }
    BOOST_TEST(fails(client, set(client, datagrams(client), IPPROTO_UDP, 1, 1), ENOPROTOOPT));
}
BOOST_FIXTURE_TEST_CASE(what_a_component_has_bound_keeps_its_port_and_reuses_no_address_of_datagrams, Components) {
    const int fd = datagrams(client);
    BOOST_TEST(bind(client, fd, {"10.0.0.1"_ip4, 0}) == 0);
    const int port = name_of(client, fd).port();
    BOOST_TEST(connect(client, fd, at_server) == 0);
    sockaddr nobody{};
    nobody.sa_family = AF_UNSPEC;
    BOOST_TEST(client.connect(fd, &nobody, sizeof nobody) == 0);
    BOOST_TEST(name_of(client, fd).port() == port);
    BOOST_TEST(fails(client, bind(client, datagrams(client), name_of(client, fd)), EADDRINUSE));
    const int unbound = datagrams(client);
    BOOST_TEST(connect(client, unbound, at_server) == 0);
    BOOST_TEST(client.connect(unbound, &nobody, sizeof nobody) == 0);
    Address name;
    BOOST_TEST(fails(client, client.getsockname(unbound, name.get(), &name.size), EINVAL));
}
BOOST_FIXTURE_TEST_CASE(who_waits_with_a_socket_whose_connect_fails_hears_of_it_too, Components) {
    sim::Programs programs(world);
    const int fd = stream(client);
    for (int i = 0; i < 2; ++i) {
        programs.spawn(a, "connects", [&](const sim::System& on) { BOOST_TEST(connect(on, fd, at_server) == -1); });
    }
    programs.run();
    BOOST_TEST(world.deadlock() == "");
}
