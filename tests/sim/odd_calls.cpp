// SPDX-License-Identifier: BSL-1.0
// Calls that a program seldom makes, out of season or with odd arguments: the kernel of this machine and a simulated host
// answer the same.
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <thread>

#include "support/scratch.hpp"
#include "twins.hpp"

using namespace estate;
using namespace estate::test;

namespace {

/// A script of calls, each made on both.
class OddCalls : public Twins {
public:
    using Call = std::function<std::int64_t(const std::function<void()>&)>;

    OddCalls() : Twins(1, "odd calls") {}
    ~OddCalls() override {
        if (is_different()) BOOST_ERROR(told());
    }

    /// What never waits; `blocks`: what does.
    TwinPair open(int domain, int type, bool blocks = false) {
        const TwinPair made{kernel_.socket(domain, type, 0), simulated_.socket(domain, type, 0), type, domain};
        add(made);
        if (blocks) {
            kernel_.set_nonblocking(made.kernel, false);
            simulated_.set_nonblocking(made.simulated, false);
        }
        return made;
    }
    template <class Asked>
    void ask(const std::string& what, const TwinPair& on, Asked asked) {
        compare(what, on, asked);
    }
    void bind(const TwinPair& on, const Address& at) {
        ask("bind", on, [&](const auto& s, int fd) { return s.bind(fd, at.get(), at.size); });
    }
    void connect(const TwinPair& on, const Address& to) {
        ask("connect", on, [&](const auto& s, int fd) { return s.connect(fd, to.get(), to.size); });
    }
    void send(const TwinPair& on, std::string_view text, int flags = 0) {
        ask("send", on, [&](const auto& s, int fd) { return s.send(fd, text.data(), text.size(), flags | MSG_NOSIGNAL); });
    }
    void recv(const TwinPair& on, std::size_t most = 100, int flags = 0) {
        std::string room(most, '\0');
        ask("recv", on, [&](const auto& s, int fd) { return s.recv(fd, room.data(), room.size(), flags); });
    }
    void shutdown(const TwinPair& on, int how) {
        ask("shutdown", on, [&](const auto& s, int fd) { return s.shutdown(fd, how); });
    }
    void set(const TwinPair& on, int level, int name, int value) {
        ask("set " + std::to_string(level) + ' ' + std::to_string(name), on,
            [&](const auto& s, int fd) { return s.setsockopt(fd, level, name, &value, sizeof value); });
    }
    void get(const TwinPair& on, int level, int name) {
        ask("get " + std::to_string(level) + ' ' + std::to_string(name), on, [&](const auto& s, int fd) -> std::int64_t {
            int value = 0;
            socklen_t size = sizeof value;
            return s.getsockopt(fd, level, name, &value, &size) == 0 ? value : -1;
        });
    }
    /// What tells most of a stream: the error, the state, what it is ready for, whether it has a peer.
    void look(const TwinPair& on) {
        poll(on);
        option("error", on, SO_ERROR);
        if (on.type == SOCK_STREAM && on.domain != AF_UNIX) {
            ask("state", on, [](const auto& s, int fd) {
                tcp_info info{};
                socklen_t size = sizeof info;
                s.getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size);
                // The kernel may acknowledge a FIN late.
                return info.tcpi_state == TCP_FIN_WAIT1 ? int{TCP_FIN_WAIT2} : int{info.tcpi_state};
            });
        }
        ask("peer", on, [](const auto& s, int fd) {
            Address name;
            return s.getpeername(fd, name.get(), &name.size);
        });
    }
    /// The name, without the port.
    void name(const TwinPair& on) {
        const auto of = [](const auto& s, int fd) {
            Address name;
            s.getsockname(fd, name.get(), &name.size);
            return name.ip();
        };
        tell("name", on, of(kernel_, on.kernel), of(simulated_, on.simulated));
    }
    /// A socket of both at a port that the kernel chose, which `where` then has.
    TwinPair bound(int type, Address& where) {
        const TwinPair made = open(AF_INET, type);
        BOOST_TEST_REQUIRE(kernel_.bind(made.kernel, where.get(), where.size) == 0);
        where.size = sizeof where.storage;
        BOOST_TEST_REQUIRE(kernel_.getsockname(made.kernel, where.get(), &where.size) == 0);
        BOOST_TEST_REQUIRE(simulated_.bind(made.simulated, where.get(), where.size) == 0);
        return made;
    }
    TwinPair listener(IpAddress<V4> at, int backlog, Address& where) {
        where = Address(at, 0);
        const TwinPair made = bound(SOCK_STREAM, where);
        ask("listen", made, [&](const auto& s, int fd) { return s.listen(fd, backlog); });
        return made;
    }
    TwinPair accept(const TwinPair& listening) {
        const TwinPair made{kernel_.accept(listening.kernel, nullptr, nullptr),
                            simulated_.accept(listening.simulated, nullptr, nullptr), SOCK_STREAM, listening.domain};
        add(made);
        return made;
    }
    using Twins::close;
    using Twins::disconnect;

    void settle() override {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        world_.run_for(millisecond * 5);
    }
};

/// A connection of both machines, each with itself.
struct OddConnection : OddCalls {
    OddConnection() {
        listening = listener("127.0.0.1"_ip4, 8, where);
        c = open(AF_INET, SOCK_STREAM);
        connect(c, where);
        connect(c, where);
        s = accept(listening);
    }
    Address where;
    TwinPair listening;
    TwinPair c;
    TwinPair s;
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(an_attempt_whose_syn_is_dropped_is_asked_shut_and_undone_alike, OddCalls) {
    Address full;
    const TwinPair listening = listener("127.0.0.1"_ip4, 0, full);
    connect(open(AF_INET, SOCK_STREAM), full);  // the backlog of 0 has one place
    for (const bool shuts : {true, false}) {
        const TwinPair waits = open(AF_INET, SOCK_STREAM);
        connect(waits, full);
        look(waits);
        connect(waits, full);
        send(waits, "x");
        recv(waits);
        if (shuts) {
            shutdown(waits, SHUT_WR);
        } else {
            disconnect(waits);
        }
        look(waits);
        send(waits, "x");
        name(waits);
    }
    shutdown(listening, SHUT_RD);
    look(listening);
}
BOOST_FIXTURE_TEST_CASE(a_connection_is_undone_alike_in_each_of_its_states, OddCalls) {
    using Step = void (*)(OddConnection&);
    const Step steps[] = {
        [](OddConnection&) {},
        [](OddConnection& o) { o.shutdown(o.c, SHUT_WR); },                              // FIN_WAIT_2
        [](OddConnection& o) { o.shutdown(o.s, SHUT_WR); },                              // CLOSE_WAIT
        [](OddConnection& o) { o.shutdown(o.c, SHUT_WR), o.shutdown(o.s, SHUT_WR); },    // TIME_WAIT
        [](OddConnection& o) { o.shutdown(o.s, SHUT_WR), o.shutdown(o.c, SHUT_WR); },    // closed
        [](OddConnection& o) { o.send(o.s, "unread"); },
    };
    for (const Step step : steps) {
        OddConnection odd;
        step(odd);
        odd.look(odd.c);
        odd.shutdown(odd.c, SHUT_RD);
        odd.disconnect(odd.c);
        odd.look(odd.c);
        odd.look(odd.s);
        odd.recv(odd.s);
        odd.send(odd.c, "x");
        odd.connect(odd.c, odd.where);
        odd.connect(odd.c, odd.where);
        odd.look(odd.c);
    }
}
BOOST_FIXTURE_TEST_CASE(bytes_are_peeked_at_and_asked_for_out_of_band_alike, OddConnection) {
    send(s, "12345");
    recv(c, 3, MSG_PEEK);
    recv(c, 10, MSG_PEEK | MSG_WAITALL);
    recv(c, 3, MSG_OOB);
    recv(c, 10, MSG_WAITALL);  // of one that does not wait
    recv(c, 10, MSG_WAITALL);
    send(s, "67890");
    recv(c, 0, 0);
    recv(c, 0, MSG_PEEK);
    close(s);
    recv(c, 10, MSG_WAITALL);
    recv(c, 10, MSG_WAITALL);
}
BOOST_FIXTURE_TEST_CASE(odd_addresses_are_bound_and_refused_alike, OddCalls) {
    for (const int type : {SOCK_STREAM, SOCK_DGRAM}) {
        for (const auto& at : {Address("224.0.0.251"_ip4, 0), Address("255.255.255.255"_ip4, 0), Address("255.0.0.1"_ip4, 0),
                               Address("255.255.0.1"_ip4, 0), Address("255.255.255.0"_ip4, 0), Address("0.0.0.0"_ip4, 0)}) {
            const TwinPair fd = open(AF_INET, type);
            bind(fd, at);
            name(fd);
        }
        for (const auto& at : {"fe80::1"_ip6, "fe00::1"_ip6, "ff01::77"_ip6, "ff02::77"_ip6, "ff05::77"_ip6, "ff12::77"_ip6,
                               "::ff00:102:304"_ip6, "::ff:0:0"_ip6, "::ffff:0.0.0.0"_ip6, "::ffff:127.0.0.1"_ip6, "::"_ip6}) {
            const TwinPair fd = open(AF_INET6, type);
            bind(fd, {at, 0});
            name(fd);
        }
        Address zoned("fe80::7777"_ip6, 0);
        reinterpret_cast<sockaddr_in6*>(zoned.get())->sin6_scope_id = 1;  // lo
        bind(open(AF_INET6, type), zoned);
        Address old("::1"_ip6, 0);
        old.size = 24;  // of RFC 2133: without the zone
        bind(open(AF_INET6, type), old);
    }
    connect(open(AF_INET, SOCK_STREAM), {"239.1.1.1"_ip4, 9});
    connect(open(AF_INET, SOCK_STREAM), {"255.255.255.255"_ip4, 9});
    connect(open(AF_INET6, SOCK_DGRAM), {"fe80::1"_ip6, 9});
    connect(open(AF_INET6, SOCK_STREAM), {"fe80::1"_ip6, 9});
}
BOOST_FIXTURE_TEST_CASE(what_stands_for_any_is_bound_and_meant_alike_by_ipv4, OddCalls) {
    for (const auto& own : {Address("127.0.0.1"_ip4, 0), Address("127.0.0.2"_ip4, 0), Address("0.0.0.0"_ip4, 0)}) {
        const TwinPair fd = open(AF_INET, SOCK_DGRAM);
        bind(fd, own);
        connect(fd, {"0.0.0.0"_ip4, 9});
        name(fd);
        ask("peer", fd, [](const auto& s, int number) -> std::int64_t {
            Address name;
            if (s.getpeername(number, name.get(), &name.size) != 0) return -1;
            return name.ip() == "127.0.0.1" ? 1 : name.ip() == "127.0.0.2" ? 2 : 0;
        });
    }
}
BOOST_FIXTURE_TEST_CASE(a_datagram_on_loopback_comes_from_its_first_address_alike, OddCalls) {
    Address where("127.0.0.2"_ip4, 0);
    const TwinPair receiver = bound(SOCK_DGRAM, where);
    const TwinPair sender = open(AF_INET, SOCK_DGRAM);
    ask("send", sender, [&](const auto& s, int fd) { return s.sendto(fd, "x", 1, 0, where.get(), where.size); });
    world_.run_for(millisecond);
    const auto of = [](const auto& s, int fd) {
        Address name;
        char room = 0;
        return s.recvfrom(fd, &room, 1, 0, name.get(), &name.size) == 1 ? name.ip() : std::string("nobody");
    };
    const std::string source = of(kernel_, receiver.kernel);
    BOOST_TEST(source == "127.0.0.1");
    tell("source", receiver, source, of(simulated_, receiver.simulated));
}
BOOST_FIXTURE_TEST_CASE(one_that_is_for_ipv6_only_shares_the_port_with_a_mapped_address, OddCalls) {
    // Of this process, below the ephemeral ones: one that the kernel chooses for IPv6 may be another process's of IPv4.
    const auto port = static_cast<std::uint16_t>(31'000 + ::getpid() % 1'700);
    const TwinPair only = open(AF_INET6, SOCK_STREAM);
    set(only, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    bind(only, {"::"_ip6, port});
    bind(open(AF_INET6, SOCK_STREAM), {"::ffff:127.0.0.1"_ip6, port});
    bind(open(AF_INET, SOCK_STREAM), {"127.0.0.2"_ip4, port});
    bind(open(AF_INET6, SOCK_STREAM), {"::1"_ip6, port});
    bind(only, {"::"_ip6, port});
}
BOOST_FIXTURE_TEST_CASE(devices_and_reuse_decide_alike_who_may_have_a_port, OddCalls) {
    Address where;
    const TwinPair listening = listener("127.0.0.1"_ip4, 1, where);
    set(listening, SOL_SOCKET, SO_REUSEADDR, 1);
    for (const int reuses : {SO_REUSEADDR, SO_REUSEPORT}) {
        const TwinPair fd = open(AF_INET, SOCK_STREAM);
        set(fd, SOL_SOCKET, reuses, 1);
        bind(fd, where);
    }
    const TwinPair other = open(AF_INET, SOCK_STREAM);
    set(other, SOL_SOCKET, SO_REUSEPORT, 1);
    bind(other, {"127.0.0.9"_ip4, static_cast<std::uint16_t>(where.port())});
    bind(open(AF_INET, SOCK_STREAM), {"127.0.0.9"_ip4, static_cast<std::uint16_t>(where.port())});
    for (const char* const device : {"lo", "", "a name that is longer than one"}) {
        const TwinPair fd = open(AF_INET, SOCK_STREAM);
        ask("device", fd, [&](const auto& s, int number) {
            return s.setsockopt(number, SOL_SOCKET, SO_BINDTODEVICE, device,
                                static_cast<socklen_t>(std::strlen(device)));
        });
        for (const socklen_t room : {4U, 16U}) {
            ask("told in " + std::to_string(room), fd, [&](const auto& s, int number) -> std::int64_t {
                char told[IFNAMSIZ] = {};
                socklen_t size = room;
                return s.getsockopt(number, SOL_SOCKET, SO_BINDTODEVICE, told, &size) == 0 ? std::int64_t{size} : -1;
            });
        }
        bind(fd, where);
    }
}
BOOST_FIXTURE_TEST_CASE(options_of_another_kind_of_socket_are_refused_alike, OddCalls) {
    const std::pair<int, int> all[] = {
        {IPPROTO_UDP, 4711}, {IPPROTO_IP, 4711}, {IPPROTO_IPV6, 4711}, {IPPROTO_TCP, TCP_INFO},
        {IPPROTO_TCP, TCP_NODELAY}, {IPPROTO_IP, IP_MULTICAST_TTL}, {IPPROTO_IP, IP_MULTICAST_LOOP},
        {IPPROTO_IP, sim::multicast_all_v4}, {IPPROTO_IPV6, IPV6_MULTICAST_HOPS}, {IPPROTO_IPV6, IPV6_MULTICAST_LOOP},
        {IPPROTO_IPV6, sim::multicast_all_v6}, {IPPROTO_IPV6, IPV6_V6ONLY}, {IPPROTO_IPV6, IPV6_FREEBIND},
        {IPPROTO_IPV6, IPV6_UNICAST_HOPS}, {IPPROTO_IP, IP_TTL}};
    for (const auto& [domain, type] : {std::pair{AF_INET, SOCK_STREAM}, {AF_INET, SOCK_DGRAM}, {AF_INET6, SOCK_STREAM},
                                       {AF_INET6, SOCK_DGRAM}, {AF_UNIX, SOCK_STREAM}, {AF_UNIX, SOCK_DGRAM}}) {
        for (const auto& [level, name] : all) {
            const TwinPair fd = open(domain, type);
            told_ += "domain " + std::to_string(domain) + ", type " + std::to_string(type) + ": ";
            if (name != TCP_INFO || level != IPPROTO_TCP) set(fd, level, name, 1);
            get(fd, level, name);
            ask("get to nowhere", fd, [&](const auto& s, int number) {
                socklen_t size = sizeof(int);
                return s.getsockopt(number, level, name, nullptr, &size);
            });
        }
    }
}
BOOST_FIXTURE_TEST_CASE(datagrams_are_peeked_at_cut_and_ended_alike, OddCalls) {
    Address at("127.0.0.1"_ip4, 0);
    const TwinPair to = bound(SOCK_DGRAM, at);
    const TwinPair from = open(AF_INET, SOCK_DGRAM);
    connect(from, at);
    for (int i = 0; i < 3; ++i) send(from, "12345");
    recv(to, 3, MSG_PEEK);
    recv(to, 3, MSG_PEEK | MSG_TRUNC);
    for (const std::size_t most : {3U, 5U}) {
        ask("flags", to, [&](const auto& s, int fd) -> std::int64_t {
            char room[8];
            iovec part{room, most};
            msghdr message{};
            message.msg_iov = &part;
            message.msg_iovlen = 1;
            return s.recvmsg(fd, &message, 0) < 0 ? -1 : message.msg_flags;
        });
    }
    shutdown(to, SHUT_RD);
    recv(to);
    recv(to);
    poll(to);
    kernel_.set_nonblocking(to.kernel, false);
    simulated_.set_nonblocking(to.simulated, false);
    recv(to);
    send(from, "x");
    shutdown(from, SHUT_WR);
    send(from, "x");
}
BOOST_FIXTURE_TEST_CASE(a_refusal_that_comes_behind_a_datagram_is_told_first_alike, OddCalls) {
    Address at("127.0.0.1"_ip4, 0);
    TwinPair to = bound(SOCK_DGRAM, at);
    const TwinPair from = open(AF_INET, SOCK_DGRAM);
    bind(from, {"127.0.0.1"_ip4, 0});
    connect(from, at);
    Address back;
    Address simulated_back;
    BOOST_TEST_REQUIRE(kernel_.getsockname(from.kernel, back.get(), &back.size) == 0);
    BOOST_TEST_REQUIRE(simulated_.getsockname(from.simulated, simulated_back.get(), &simulated_back.size) == 0);
    BOOST_TEST_REQUIRE(kernel_.sendto(to.kernel, "came", 4, 0, back.get(), back.size) == 4);
    BOOST_TEST_REQUIRE(simulated_.sendto(to.simulated, "came", 4, 0, simulated_back.get(), simulated_back.size) == 4);
    close(to);
    send(from, "to nobody");
    poll(from);
    recv(from);
    recv(from);
    recv(from);
}

namespace {

struct OddLocalCalls : OddCalls {
    /// An abstract name of this process.
    static Address abstract_name(char which) {
        const std::string text = std::string("\0estate.odd.", 12) + std::to_string(::getpid()) + which;
        Address made;
        sockaddr_un native{};
        native.sun_family = AF_UNIX;
        std::memcpy(native.sun_path, text.data(), text.size());
        std::memcpy(&made.storage, &native, sizeof native);
        made.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + text.size());
        return made;
    }
    TwinPair bound(int type, const Address& at) {
        const TwinPair made = open(AF_UNIX, type);
        bind(made, at);
        return made;
    }
    /// Bytes and flags of what recvmsg() gives.
    void receive(const TwinPair& on, std::size_t most, int flags) {
        for (const bool tells_flags : {false, true}) {
            ask(tells_flags ? "flags" : "bytes", on, [&](const auto& s, int fd) -> std::int64_t {
                char room[16];
                iovec part{room, most};
                msghdr message{};
                message.msg_iov = &part;
                message.msg_iovlen = 1;
                const std::int64_t got = s.recvmsg(fd, &message, tells_flags ? flags : flags | MSG_PEEK);
                return got < 0 || !tells_flags ? got : message.msg_flags & ~MSG_CMSG_CLOEXEC;
            });
        }
    }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_local_listener_that_is_full_or_shut_refuses_alike, OddLocalCalls) {
    const Address at = abstract_name('a');
    const TwinPair listening = bound(SOCK_STREAM, at);
    ask("listen", listening, [](const auto& s, int fd) { return s.listen(fd, 0); });
    const TwinPair first = open(AF_UNIX, SOCK_STREAM);
    connect(first, at);
    connect(open(AF_UNIX, SOCK_STREAM), at);
    look(first);
    shutdown(listening, SHUT_RD);
    connect(open(AF_UNIX, SOCK_STREAM), at);
    look(listening);
    accept(listening);
    ask("accept", listening, [](const auto& s, int fd) { return s.accept(fd, nullptr, nullptr); });
    kernel_.set_nonblocking(listening.kernel, false);
    simulated_.set_nonblocking(listening.simulated, false);
    ask("accept", listening, [](const auto& s, int fd) { return s.accept(fd, nullptr, nullptr); });
    const TwinPair other = open(AF_UNIX, SOCK_STREAM);
    ask("listen", other, [](const auto& s, int fd) { return s.listen(fd, 0); });
}
BOOST_FIXTURE_TEST_CASE(local_messages_are_cut_peeked_at_and_addressed_alike, OddLocalCalls) {
    for (const int type : {SOCK_STREAM, SOCK_SEQPACKET, SOCK_DGRAM}) {
        const Address at = abstract_name(static_cast<char>('k' + type));
        const TwinPair server = bound(type, at);
        TwinPair to = server;
        if (type != SOCK_DGRAM) ask("listen", server, [](const auto& s, int fd) { return s.listen(fd, 1); });
        const TwinPair from = open(AF_UNIX, type);
        connect(from, at);
        if (type != SOCK_DGRAM) to = accept(server);
        for (int i = 0; i < 6; ++i) send(from, "12345");
        receive(to, 3, 0);
        receive(to, 5, 0);
        receive(to, 9, MSG_TRUNC);
        recv(to, 9, MSG_WAITALL);
        recv(to, 9, MSG_WAITALL | MSG_PEEK);
        recv(to, 4, MSG_PEEK);
        ask("send to no name", from, [&](const auto& s, int fd) {
            return s.sendto(fd, "x", 1, MSG_NOSIGNAL, at.get(), 0);
        });
        ask("send to", from, [&](const auto& s, int fd) {
            return s.sendto(fd, "x", 1, MSG_NOSIGNAL, at.get(), at.size);
        });
        shutdown(to, SHUT_RD);
        send(from, "x");
        look(from);
        recv(to, 100);
        recv(to, 100);
        look(to);
        close(from);
        look(to);
    }
}
BOOST_FIXTURE_TEST_CASE(who_sends_to_a_local_stream_that_is_closed_over_its_bytes_hears_alike, OddLocalCalls) {
    const Address at = abstract_name('r');
    const TwinPair server = bound(SOCK_STREAM, at);
    ask("listen", server, [](const auto& s, int fd) { return s.listen(fd, 1); });
    const TwinPair from = open(AF_UNIX, SOCK_STREAM);
    connect(from, at);
    const TwinPair to = accept(server);
    send(from, "unread");
    send(to, "123");
    close(to);
    recv(from, 10, MSG_WAITALL);
    look(from);
    recv(from, 10, MSG_WAITALL);
    send(from, "x");
}
BOOST_FIXTURE_TEST_CASE(a_path_that_fills_all_its_room_has_the_same_name, OddLocalCalls) {
    const Scratch scratch;
    sockaddr_un native{};
    native.sun_family = AF_UNIX;
    std::memset(native.sun_path, 'x', sizeof native.sun_path);
    const std::string folder = scratch.path() + '/';
    BOOST_TEST_REQUIRE(folder.size() < sizeof native.sun_path);
    std::memcpy(native.sun_path, folder.data(), folder.size());
    Address at;
    std::memcpy(&at.storage, &native, sizeof native);
    at.size = sizeof native;
    const TwinPair fd = bound(SOCK_DGRAM, at);
    for (const socklen_t room : {socklen_t{sizeof(sockaddr_un)}, socklen_t{sizeof(sockaddr_storage)}}) {
        ask("size of the name", fd, [&](const auto& s, int number) -> std::int64_t {
            Address name;
            name.size = room;
            return s.getsockname(number, name.get(), &name.size) == 0 ? std::int64_t{name.size} : -1;
        });
    }
}
