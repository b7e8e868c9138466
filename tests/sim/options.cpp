// SPDX-License-Identifier: BSL-1.0
#include <algorithm>

#include "two_hosts.hpp"

using namespace estate;
using namespace estate::test;

BOOST_FIXTURE_TEST_CASE(each_option_that_is_a_number_is_kept, TwoHosts) {
    for (const sim::Setting& each : sim::settings) {
        const int domain = each.domain != 0 ? each.domain : AF_INET;
        const int type = each.type == sim::Setting::datagram ? SOCK_DGRAM : SOCK_STREAM;
        const int fd = client.socket(domain, type, 0);
        BOOST_TEST(option_of(client, fd, each.level, each.name) == each.initial);
        const int value = each.kind == sim::Setting::flag ? 1 - each.initial : std::clamp(7, each.least, each.most);
        BOOST_TEST(works(client, set(client, fd, each.level, each.name, value)));
        BOOST_TEST(option_of(client, fd, each.level, each.name) == value);
        if (each.kind != sim::Setting::flag) {
            BOOST_TEST(fails(client, set(client, fd, each.level, each.name, each.least - 3), EINVAL));
        }
        BOOST_TEST(client.close(fd) == 0);
    }
}
BOOST_FIXTURE_TEST_CASE(an_option_of_the_other_transport_is_none, TwoHosts) {
    BOOST_TEST(fails(client, set(client, datagrams(client), IPPROTO_TCP, TCP_NODELAY, 1), ENOPROTOOPT));
    BOOST_TEST(fails(client, set(client, stream(client), IPPROTO_IPV6, IPV6_V6ONLY, 1), ENOPROTOOPT));
    BOOST_TEST(fails(client, set(client, stream(client), SOL_SOCKET, 4711, 1), ENOPROTOOPT));
    const char little = 1;
    BOOST_TEST(fails(client, client.setsockopt(stream(client), IPPROTO_TCP, TCP_NODELAY, &little, 1), EINVAL));
}
BOOST_FIXTURE_TEST_CASE(a_buffer_size_is_told_twice_as_large, TwoHosts) {
    const int fd = stream(client);
    BOOST_TEST(set(client, fd, SOL_SOCKET, SO_SNDBUF, 10'000) == 0);
    BOOST_TEST(option_of(client, fd, SOL_SOCKET, SO_SNDBUF) == 20'000);
    BOOST_TEST(set(client, fd, SOL_SOCKET, SO_RCVBUF, 1) == 0);
    BOOST_TEST(option_of(client, fd, SOL_SOCKET, SO_RCVBUF) == 2304);
    BOOST_TEST(set(client, fd, SOL_SOCKET, SO_RCVBUF, 1 << 30) == 0);
    BOOST_TEST(option_of(client, fd, SOL_SOCKET, SO_RCVBUF) == 425'984);
}
BOOST_FIXTURE_TEST_CASE(linger_and_device_are_kept, TwoHosts) {
    const int fd = stream(client);
    const linger given{1, 42};
    BOOST_TEST(client.setsockopt(fd, SOL_SOCKET, SO_LINGER, &given, sizeof given) == 0);
    linger kept{};
    socklen_t size = sizeof kept;
    BOOST_TEST(client.getsockopt(fd, SOL_SOCKET, SO_LINGER, &kept, &size) == 0);
    BOOST_TEST(kept.l_onoff == 1);
    BOOST_TEST(kept.l_linger == 42);
    BOOST_TEST(client.setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 2) == 0);
    char device[IFNAMSIZ] = {};
    size = sizeof device;
    BOOST_TEST(client.getsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device, &size) == 0);
    BOOST_TEST(std::string(device) == "lo");
    BOOST_TEST(size == 3U);
    BOOST_TEST(fails(client, client.setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "wlan9", 5), ENODEV));
}
BOOST_FIXTURE_TEST_CASE(an_accepted_socket_has_the_options_of_its_listener, TwoHosts) {
    const int listening = listener();
    BOOST_TEST(set(server, listening, IPPROTO_TCP, TCP_NODELAY, 1) == 0);
    const linger given{1, 42};
    BOOST_TEST(server.setsockopt(listening, SOL_SOCKET, SO_LINGER, &given, sizeof given) == 0);
    connected();
    const int s = accepted(listening);
    BOOST_TEST(option_of(server, s, IPPROTO_TCP, TCP_NODELAY) == 1);
    linger kept{};
    socklen_t size = sizeof kept;
    BOOST_TEST(server.getsockopt(s, SOL_SOCKET, SO_LINGER, &kept, &size) == 0);
    BOOST_TEST(kept.l_onoff == 1);
    BOOST_TEST(kept.l_linger == 42);
}
BOOST_FIXTURE_TEST_CASE(what_a_socket_is_can_be_asked, ConnectedHosts) {
    BOOST_TEST(option_of(client, c, SOL_SOCKET, SO_TYPE) == SOCK_STREAM);
    BOOST_TEST(option_of(client, c, SOL_SOCKET, SO_DOMAIN) == AF_INET);
    BOOST_TEST(option_of(client, c, SOL_SOCKET, SO_PROTOCOL) == IPPROTO_TCP);
    BOOST_TEST(option_of(server, listening, SOL_SOCKET, SO_ACCEPTCONN) == 1);
    BOOST_TEST(tcp_state(server, listening) == TCP_LISTEN);
    BOOST_TEST(tcp_state(client, c) == TCP_ESTABLISHED);
}
