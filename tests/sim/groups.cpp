// SPDX-License-Identifier: BSL-1.0
// Datagrams to groups and to all: who has joined, who hears of a group that another joined, and who is left out.
#include "two_hosts.hpp"

using namespace estate;
using namespace estate::test;

namespace {

template <Family F>
struct GroupOf;
template <>
struct GroupOf<V4> {
    static constexpr int domain = AF_INET;
    static constexpr int level = IPPROTO_IP;
    static constexpr int join = IP_ADD_MEMBERSHIP;
    static constexpr int leave = IP_DROP_MEMBERSHIP;
    static constexpr int all = sim::multicast_all_v4;
    static constexpr int loop = IP_MULTICAST_LOOP;
    static Address any() { return {"0.0.0.0"_ip4, 80}; }
    static Address other() { return {"239.1.1.2"_ip4, 80}; }
    static Address group() { return {"239.1.1.1"_ip4, 80}; }
    static Address sender() { return {"10.0.0.1"_ip4, 5000}; }
    static Address stranger() { return {"10.0.0.1"_ip4, 5001}; }
    static ip_mreq request() {
        ip_mreq made{};
        made.imr_multiaddr.s_addr = htonl("239.1.1.1"_ip4.to_uint());
        return made;
    }
};
template <>
struct GroupOf<V6> {
    static constexpr int domain = AF_INET6;
    static constexpr int level = IPPROTO_IPV6;
    static constexpr int join = IPV6_ADD_MEMBERSHIP;
    static constexpr int leave = IPV6_DROP_MEMBERSHIP;
    static constexpr int all = sim::multicast_all_v6;
    static constexpr int loop = IPV6_MULTICAST_LOOP;
    static Address any() { return {"::"_ip6, 80}; }
    static Address other() { return {"ff05::2"_ip6, 80}; }
    static Address group() { return {"ff05::1"_ip6, 80}; }
    static Address sender() { return {"fd00::1"_ip6, 5000}; }
    static Address stranger() { return {"fd00::1"_ip6, 5001}; }
    static ipv6_mreq request() {
        ipv6_mreq made{};
        const auto bytes = "ff05::1"_ip6.bytes();
        std::memcpy(&made.ipv6mr_multiaddr, bytes.data(), bytes.size());
        return made;
    }
};
using Families = std::tuple<V4, V6>;

template <Family F>
struct Groups : TwoHosts {
    using Of = GroupOf<F>;
    /// A receiver of the port at an address.
    int receiver(const Address& at) {
        const int fd = server.socket(Of::domain, SOCK_DGRAM, 0);
        BOOST_TEST(set(server, fd, SOL_SOCKET, SO_REUSEADDR, 1) == 0);
        BOOST_TEST(bind(server, fd, at) == 0);
        return fd;
    }
    [[nodiscard]] int member(const sim::System& on, int fd, int name) const {
        const auto request = Of::request();
        return on.setsockopt(fd, Of::level, name, &request, sizeof request);
    }
    [[nodiscard]] ssize_t send_to(const sim::System& on, int fd, const Address& to) const {
        return on.sendto(fd, "x", 1, 0, to.get(), to.size);
    }
    /// How many of them have a datagram.
    [[nodiscard]] std::string heard(std::initializer_list<int> receivers) {
        world.run_for(5 * millisecond);
        std::string all;
        for (const int fd : receivers) all += recv(server, fd, MSG_DONTWAIT) == "x" ? '1' : '0';
        return all;
    }
};

}  // namespace

BOOST_AUTO_TEST_CASE_TEMPLATE(a_group_is_heard_of_by_who_is_meant_and_wants_to, F, Families) {
    Groups<F> in;
    using Of = GroupOf<F>;
    const int joined = in.receiver(Of::any());
    const int hears_all = in.receiver(Of::any());
    const int hears_own = in.receiver(Of::any());
    const int at_group = in.receiver(Of::group());
    const int at_other = in.receiver(Of::other());
    const int of_sender = in.receiver(Of::any());
    const int of_another = in.receiver(Of::any());
    const int of_ipv4 = datagrams(in.server);
    BOOST_TEST(set(in.server, of_ipv4, SOL_SOCKET, SO_REUSEADDR, 1) == 0);
    BOOST_TEST(bind(in.server, of_ipv4, {"10.0.0.2"_ip4, 80}) == 0);
    BOOST_TEST(in.member(in.server, joined, Of::join) == 0);
    for (const int fd : {joined, hears_own}) BOOST_TEST(set(in.server, fd, Of::level, Of::all, 0) == 0);
    Address sender = Of::sender();
    BOOST_TEST(connect(in.server, of_sender, sender) == 0);
    BOOST_TEST(connect(in.server, of_another, Of::stranger()) == 0);
    const int from = in.client.socket(Of::domain, SOCK_DGRAM, 0);
    BOOST_TEST(bind(in.client, from, sender) == 0);
    BOOST_TEST(in.send_to(in.client, from, Of::group()) == 1);
    // a connected one has an address of its own, which no group is
    BOOST_TEST(in.heard({joined, hears_all, hears_own, at_group, at_other, of_sender, of_another, of_ipv4}) == "11010000");
    BOOST_TEST(in.member(in.server, hears_own, Of::join) == 0);
    BOOST_TEST(in.send_to(in.client, from, Of::group()) == 1);
    BOOST_TEST(in.heard({joined, hears_all, hears_own, at_group}) == "1111");
    BOOST_TEST(in.send_to(in.client, from, Of::other()) == 1);  // nobody has joined it
    BOOST_TEST(in.heard({joined, hears_all, at_other}) == "000");
    auto another = Of::request();
    reinterpret_cast<unsigned char*>(&another)[sizeof(another) == sizeof(ip_mreq) ? 3 : 15] = 9;
    BOOST_TEST(in.server.setsockopt(joined, Of::level, Of::join, &another, sizeof another) == 0);
    BOOST_TEST(in.send_to(in.client, from, Of::group()) == 1);
    BOOST_TEST(in.heard({joined, hears_all, hears_own}) == "111");
    BOOST_TEST(in.member(in.server, joined, Of::leave) == 0);
    BOOST_TEST(fails(in.server, in.member(in.server, joined, Of::leave), EADDRNOTAVAIL));
    BOOST_TEST(in.send_to(in.client, from, Of::group()) == 1);
    BOOST_TEST(in.heard({joined, hears_all, hears_own}) == "011");
}
BOOST_AUTO_TEST_CASE_TEMPLATE(who_sends_to_a_group_hears_itself_unless_it_does_not_want_to, F, Families) {
    Groups<F> in;
    using Of = GroupOf<F>;
    const int fd = in.receiver(Of::any());
    BOOST_TEST(in.member(in.server, fd, Of::join) == 0);
    BOOST_TEST(in.send_to(in.server, fd, Of::group()) == 1);
    BOOST_TEST(in.heard({fd}) == "1");
    BOOST_TEST(set(in.server, fd, Of::level, Of::loop, 0) == 0);
    BOOST_TEST(in.send_to(in.server, fd, Of::group()) == 1);
    BOOST_TEST(in.heard({fd}) == "0");
}
BOOST_AUTO_TEST_CASE_TEMPLATE(a_group_for_which_there_is_no_place_is_refused, F, Families) {
    Groups<F> in;
    using Of = GroupOf<F>;
    const int fd = in.receiver(Of::any());
    BOOST_TEST(in.member(in.server, fd, Of::join) == 0);
    while (in.world.engine().packets.take() != sim::none) {}
    BOOST_TEST(fails(in.server, in.send_to(in.server, fd, Of::group()), ENOBUFS));
}
BOOST_FIXTURE_TEST_CASE(to_all_is_for_who_takes_ipv4_at_any_address_or_has_this_very_peer, TwoHosts) {
    const auto receiver = [&](int domain, const Address& at) {
        const int fd = server.socket(domain, SOCK_DGRAM, 0);
        for (const int name : {SO_REUSEADDR, SO_BROADCAST}) BOOST_TEST(set(server, fd, SOL_SOCKET, name, 1) == 0);
        if (domain == AF_INET6) BOOST_TEST(set(server, fd, IPPROTO_IPV6, IPV6_V6ONLY, 1) == 0);
        BOOST_TEST(bind(server, fd, at) == 0);
        return fd;
    };
    const Address all{"255.255.255.255"_ip4, 80};
    const int any = receiver(AF_INET, {"0.0.0.0"_ip4, 80});
    const int six = receiver(AF_INET6, {"::"_ip6, 80});
    const int at_all = receiver(AF_INET, all);
    const int of_sender = receiver(AF_INET, all);
    const int of_another = receiver(AF_INET, all);
    BOOST_TEST(connect(server, of_sender, {"10.0.0.1"_ip4, 5000}) == 0);
    BOOST_TEST(connect(server, of_another, {"10.0.0.1"_ip4, 5001}) == 0);
    const int from = datagrams(client);
    BOOST_TEST(bind(client, from, {"10.0.0.1"_ip4, 5000}) == 0);
    BOOST_TEST(set(client, from, SOL_SOCKET, SO_BROADCAST, 1) == 0);
    BOOST_TEST(client.sendto(from, "x", 1, 0, all.get(), all.size) == 1);
    world.run_for(5 * millisecond);
    std::string heard;
    for (const int fd : {any, six, at_all, of_sender, of_another}) {
        heard += recv(server, fd, MSG_DONTWAIT) == "x" ? '1' : '0';
    }
    BOOST_TEST(heard == "10110");
}
