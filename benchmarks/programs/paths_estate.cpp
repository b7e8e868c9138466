// SPDX-License-Identifier: BSL-1.0
// The same as paths_raw.cpp in estate. With -DESTATE_LEASED every socket that is bound holds a lease of its address.

#include <cstdlib>
#include <cstring>
#include <estate/tcp.hpp>
#include <estate/udp.hpp>
#if defined(ESTATE_LEASED)
#include <estate/pool.hpp>
#endif

namespace {

using namespace estate;

constexpr std::size_t size = 64;

[[noreturn]] void fail() { std::abort(); }
template <class Result>
auto expect(Result&& result) {
    if (!result) fail();
    return std::forward<Result>(result).assume_value();
}

#if defined(ESTATE_LEASED)
using Hold = Lease<V4>;
IpPool<V4>& pool() {
    static IpPool<V4> one{"benchmark"};
    static const bool filled = one.add_cidr_range("127.77.0.0/24").has_value();
    if (!filled) fail();
    return one;
}
template <class Socket>
auto bound(Socket socket) {
    return expect(std::move(socket).bind(expect(pool().allocate("t", "r", ResourceType::vm("v"))), Port()));
}
#else
using Hold = NoHold;
template <class Socket>
auto bound(Socket socket) {
    return expect(std::move(socket).bind_to_ip(IpAddress<V4>::loopback(), 0));
}
#endif

template <class One, class Other>
[[gnu::noinline]] void round_trips(const One& one, const Other& other, long rounds) {
    std::byte bytes[size] = {std::byte{1}};
    for (long i = 0; i < rounds; ++i) {
        if (const auto sent = one.send(bytes); !sent || sent.assume_value() != size) fail();
        if (const auto got = other.recv(bytes); !got || got.assume_value() != size) fail();
        if (const auto sent = other.send(bytes); !sent || sent.assume_value() != size) fail();
        if (const auto got = one.recv(bytes); !got || got.assume_value() != size) fail();
    }
}

[[gnu::noinline]] void connections(const ListeningSocket<Tcp<V4>, Hold>& listener, const SocketAddress<V4>& address,
                                   long rounds) {
    for (long i = 0; i < rounds; ++i) {
        auto created = tcp_v4();
        if (!created) fail();
        auto client = std::move(created).assume_value().connect(address);
        if (!client) fail();
        auto peer = listener.accept();
        if (!peer) fail();
    }
}

[[gnu::noinline]] void datagrams(const BoundSocket<Udp<V4>, Hold>& one, const BoundSocket<Udp<V4>, Hold>& other,
                                 const SocketAddress<V4>& to, long rounds) {
    std::byte bytes[size] = {std::byte{1}};
    for (long i = 0; i < rounds; ++i) {
        if (const auto sent = one.send_to(bytes, to); !sent || sent.assume_value() != size) fail();
        if (const auto got = other.recv_from(bytes); !got || got.assume_value().size != size) fail();
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    const long rounds = std::atol(argv[1]);
    if (std::strcmp(argv[2], "datagram") == 0) {
        const auto one = bound(expect(udp_v4()));
        const auto other = bound(expect(udp_v4()));
        datagrams(one, other, expect(other.local_addr()), rounds);
        return 0;
    }
    const auto listener = expect(bound(expect(tcp_v4())).listen(Backlog(16)));
    const auto address = expect(listener.local_addr());
    if (std::strcmp(argv[2], "connect") == 0) {
        connections(listener, address, rounds);
        return 0;
    }
    const auto client = expect(expect(tcp_v4()).connect(address));
    round_trips(client, expect(listener.accept()), rounds);
}
