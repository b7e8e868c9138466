// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/test/unit_test.hpp>
#include <cstring>
#include <estate/net/literals.hpp>
#include <estate/sim.hpp>
#include <string>
#include <string_view>

namespace estate::test {

using namespace estate::literals;
using sim::Fault;
using sim::millisecond;
using sim::never;
using sim::second;

/// An address as the calls want it.
struct Address {
    sockaddr_storage storage{};
    socklen_t size = sizeof(sockaddr_storage);

    Address() = default;
    Address(IpAddress<V4> ip, std::uint16_t port) { keep(posix::Native<V4>::from({ip, Port(port)})); }
    Address(IpAddress<V6> ip, std::uint16_t port) {
        keep(posix::Native<V6>::from(SocketAddress<V6>(ip, Port(port))));
    }
    [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
    [[nodiscard]] sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
    [[nodiscard]] int port() const {
        sockaddr_in in{};
        std::memcpy(&in, &storage, sizeof in);  // sin6_port stands at the same place
        return ntohs(in.sin_port);
    }
    [[nodiscard]] std::string ip() const {
        char room[INET6_ADDRSTRLEN];
        const void* from = storage.ss_family == AF_INET
                               ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in*>(&storage)->sin_addr)
                               : &reinterpret_cast<const sockaddr_in6*>(&storage)->sin6_addr;
        return ::inet_ntop(storage.ss_family, from, room, sizeof room);
    }

private:
    template <class Native>
    void keep(const Native& native) {
        std::memcpy(&storage, &native, sizeof native);
        size = sizeof native;
    }
};

/// BOOST_TEST(fails(host, call, ECONNREFUSED)): the message tells what came instead.
inline boost::test_tools::assertion_result fails(const sim::System& system, std::int64_t result, int error) {
    boost::test_tools::assertion_result answer(result == -1 && system.error() == error);
    if (answer) return answer;
    if (result == -1) {
        answer.message() << "it failed with " << std::strerror(system.error()) << ", not " << std::strerror(error);
    } else {
        answer.message() << "it returned " << result << " and did not fail with " << std::strerror(error);
    }
    return answer;
}
/// BOOST_TEST(works(host, call)): 0 or more.
inline boost::test_tools::assertion_result works(const sim::System& system, std::int64_t result) {
    boost::test_tools::assertion_result answer(result >= 0);
    if (!answer) answer.message() << "it failed with " << std::strerror(system.error());
    return answer;
}

inline int stream(const sim::System& on) { return on.socket(AF_INET, SOCK_STREAM, 0); }
inline int datagrams(const sim::System& on) { return on.socket(AF_INET, SOCK_DGRAM, 0); }
inline int bind(const sim::System& on, int fd, const Address& to) { return on.bind(fd, to.get(), to.size); }
inline int connect(const sim::System& on, int fd, const Address& to) { return on.connect(fd, to.get(), to.size); }
inline Address name_of(const sim::System& on, int fd) {
    Address name;
    BOOST_TEST_REQUIRE(works(on, on.getsockname(fd, name.get(), &name.size)));
    return name;
}
inline Address peer_of(const sim::System& on, int fd) {
    Address name;
    BOOST_TEST_REQUIRE(works(on, on.getpeername(fd, name.get(), &name.size)));
    return name;
}
inline ssize_t send(const sim::System& on, int fd, std::string_view text, int flags = 0) {
    return on.send(fd, text.data(), text.size(), flags);
}
inline ssize_t send_to(const sim::System& on, int fd, std::string_view text, const Address& to) {
    return on.sendto(fd, text.data(), text.size(), 0, to.get(), to.size);
}
/// What one recv() gives; "<end>" or "<error>" else.
inline std::string recv(const sim::System& on, int fd, int flags = 0, std::size_t most = 65536) {
    std::string room(most, '\0');
    const ssize_t count = on.recv(fd, room.data(), room.size(), flags);
    if (count == 0) return "<end>";
    if (count < 0) return "<error>";
    room.resize(static_cast<std::size_t>(count));
    return room;
}
inline int option_of(const sim::System& on, int fd, int level, int name) {
    int value = -1;
    socklen_t size = sizeof value;
    BOOST_TEST_REQUIRE(works(on, on.getsockopt(fd, level, name, &value, &size)));
    return value;
}
inline int set(const sim::System& on, int fd, int level, int name, int value) {
    return on.setsockopt(fd, level, name, &value, sizeof value);
}
inline int error_of(const sim::System& on, int fd) { return option_of(on, fd, SOL_SOCKET, SO_ERROR); }
inline int tcp_state(const sim::System& on, int fd) {
    tcp_info info{};
    socklen_t size = sizeof info;
    BOOST_TEST_REQUIRE(works(on, on.getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size)));
    return info.tcpi_state;
}
inline int ready(const sim::System& on, int fd, short events, std::int64_t until = 0) {
    pollfd one{fd, events, 0};
    BOOST_TEST_REQUIRE(works(on, on.poll(&one, 1, until)));
    return one.revents;
}

/// Of a trace.
inline bool says(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

/// How often the sender of what a window has no place for has asked for it.
inline std::size_t window_probes(const sim::World& world) {
    std::size_t count = 0;
    for (const sim::Event& event : world.trace().events()) {
        if (std::string_view(event.note) == "window probe") ++count;
    }
    return count;
}

/// Two hosts, 1 ms from each other. The test itself is the program of both.
struct TwoHosts {
    explicit TwoHosts(const sim::Options& options = {}, std::uint64_t seed = 1)
        : world(seed, options), a(world.host("client", "10.0.0.1"_ip4, "fd00::1"_ip6)),
          b(world.host("server", "10.0.0.2"_ip4, "fd00::2"_ip6)), client(a.system()), server(b.system()) {}

    sim::World world;
    sim::Host a;
    sim::Host b;
    sim::System client;
    sim::System server;
    Address at_server{"10.0.0.2"_ip4, 80};

    int listener(int backlog = 16) {
        const int fd = stream(server);
        BOOST_TEST_REQUIRE(works(server, bind(server, fd, at_server)));
        BOOST_TEST_REQUIRE(works(server, server.listen(fd, backlog)));
        return fd;
    }
    int connected() {
        const int fd = stream(client);
        BOOST_TEST_REQUIRE(works(client, connect(client, fd, at_server)));
        return fd;
    }
    int accepted(int listening) {
        const int fd = server.accept(listening, nullptr, nullptr);
        BOOST_TEST_REQUIRE(works(server, fd));
        return fd;
    }
};

/// And a connection between them.
struct ConnectedHosts : TwoHosts {
    explicit ConnectedHosts(const sim::Options& options = {}, std::uint64_t seed = 1) : TwoHosts(options, seed) {
        listening = listener();
        c = connected();
        s = accepted(listening);
    }
    int listening = -1;
    int c = -1;
    int s = -1;
};

}  // namespace estate::test
