// SPDX-License-Identifier: BSL-1.0
#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <cstring>
#include <estate/error/std_error_code.hpp>
#include <estate/estate.hpp>
#include <string>
#include <thread>

#include "../support/datagrams.hpp"
#include "../support/descriptors.hpp"
#include "../support/sockets.hpp"

// Descriptors that were made elsewhere: here by raw calls, as any other library would make them.

namespace {
using namespace estate;
using namespace estate::test;

template <class F>
constexpr int domain = std::same_as<F, V4> ? AF_INET : AF_INET6;

template <class F>
int raw_socket(int type) {
    const int made = ::socket(domain<F>, type, 0);
    BOOST_REQUIRE(made >= 0);
    return made;
}
template <class F>
int raw_bound(int type) {
    const int made = raw_socket<F>(type);
    sockaddr_storage at{};
    at.ss_family = domain<F>;
    if constexpr (std::same_as<F, V4>) {
        reinterpret_cast<sockaddr_in&>(at).sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    } else {
        reinterpret_cast<sockaddr_in6&>(at).sin6_addr = in6addr_loopback;
    }
    const socklen_t size = std::same_as<F, V4> ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
    BOOST_REQUIRE(::bind(made, reinterpret_cast<const sockaddr*>(&at), size) == 0);
    return made;
}

/// The name of the state in which the descriptor is found, which is closed then.
template <class T>
std::string found(int descriptor) {
    BOOST_TEST(!closes_on_exec(descriptor));
    auto adopted = adopt<T>(descriptor);
    BOOST_REQUIRE(succeeds(adopted));
    BOOST_TEST(closes_on_exec(descriptor));
    std::string name = adopted.assume_value().state_name();
    {
        const auto gone = std::move(adopted).assume_value();
    }
    BOOST_TEST(!is_open(descriptor));
    return name;
}

/// Gives the socket up as if it came from elsewhere: not closed on exec.
template <class S>
int foreign(S&& socket) {
    const int descriptor = std::forward<S>(socket).release();
    ::fcntl(descriptor, F_SETFD, 0);
    return descriptor;
}

/// A descriptor that adopt() refuses stays as it was.
template <class T, class Code>
void check_refused(int descriptor, Code code) {
    const int before = ::fcntl(descriptor, F_GETFD);
    const int mode = ::fcntl(descriptor, F_GETFL);
    BOOST_TEST(fails_with(adopt<T>(descriptor), code));
    BOOST_TEST(::fcntl(descriptor, F_GETFD) == before);
    BOOST_TEST(::fcntl(descriptor, F_GETFL) == mode);
    ::close(descriptor);
}

BOOST_AUTO_TEST_SUITE(adopting)

BOOST_AUTO_TEST_CASE_TEMPLATE(every_state_of_a_tcp_socket_is_found, F, Families) {
    if (lacks<F>()) return;
    using T = Tcp<F>;
    BOOST_TEST(found<T>(raw_socket<F>(SOCK_STREAM)) == "Created");
    BOOST_TEST(found<T>(raw_bound<F>(SOCK_STREAM)) == "Bound");
    BOOST_TEST(found<T>(foreign(listening_on_loopback<F>())) == "Listening");
    {
        const FullListener<F> full;
        auto connecting = created<F>().begin_connect(full.address()).value();
        BOOST_TEST(found<T>(foreign(std::move(connecting))) == "Connecting");
    }
    {
        auto [client, server] = connected_pair<F>();
        BOOST_TEST(found<T>(foreign(std::move(client))) == "Connected");
        std::byte room[1];
        BOOST_TEST(fails_with(server.recv(room, soon()), errc::end_of_stream));
        BOOST_TEST(found<T>(foreign(std::move(server))) == "Connected");  // the peer has closed: it may still send
    }
    {
        auto [client, server] = connected_pair<F>();
        BOOST_TEST(found<T>(foreign(std::move(client).shutdown_send().value())) == "SendClosed");
    }
    {
        auto [client, server] = connected_pair<F>();  // both have closed their sending halves
        auto a = std::move(client).shutdown_send().value();
        std::byte room[1];
        BOOST_TEST(fails_with(server.recv(room, soon()), errc::end_of_stream));
        BOOST_TEST(found<T>(foreign(std::move(server).shutdown_send().value())) == "Bound");
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_address_without_a_port_is_found_bound, F, Families) {
    if (lacks<F>()) return;
    auto socket = created<F>();
    socket.set(option::bind_address_no_port{}).value();
    BOOST_TEST(found<Tcp<F>>(foreign(std::move(socket).bind(SocketAddress<F>::loopback(0)).value())) == "Bound");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(two_things_the_kernel_does_not_tell, F, Families) {
    if (lacks<F>()) return;
    {
        auto [client, server] = connected_pair<F>();
        BOOST_TEST(found<Tcp<F>>(foreign(std::move(client).shutdown_receive().value())) == "Connected");
    }
    {
        auto [client, server] = connected_pair<F>();
        BOOST_TEST(succeeds(std::move(server).abort()));
        std::byte room[1];
        BOOST_TEST(fails_with(client.recv(room, soon()), std::errc::connection_reset));
        BOOST_TEST(found<Tcp<F>>(foreign(std::move(client))) == "Bound");
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(every_state_of_a_udp_socket_is_found, F, Families) {
    if (lacks<F>()) return;
    using T = Udp<F>;
    BOOST_TEST(found<T>(raw_socket<F>(SOCK_DGRAM)) == "Created");
    BOOST_TEST(found<T>(raw_bound<F>(SOCK_DGRAM)) == "Bound");
    auto connected = datagrams_on_loopback<F>().connect(SocketAddress<F>::loopback(9)).value();
    BOOST_TEST(found<T>(foreign(std::move(connected))) == "Connected");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_adopted_socket_works_like_one_of_our_own, F, Families) {
    if (lacks<F>()) return;
    auto listener = adopt<Tcp<F>>(foreign(listening_on_loopback<F>())).value().template take<Listening>();
    auto client = adopt<Tcp<F>>(foreign(connected_to(listener))).value().template take<Connected>();
    auto server = listener.accept(soon()).value();
    BOOST_TEST(succeeds(client.send_all("adopted")));
    BOOST_TEST(read_text(server, 7) == "adopted");

    auto a = adopt<Udp<F>>(raw_bound<F>(SOCK_DGRAM)).value().template take<Bound>();
    auto b = adopt<Udp<F>>(foreign(datagrams_on_loopback<F>().connect(a.local_addr().value()).value()))
                 .value()
                 .template take<Connected>();
    BOOST_TEST(succeeds(b.send("adopted")));
    BOOST_TEST(next_text(a) == "adopted");
}

BOOST_AUTO_TEST_CASE(a_connect_that_was_begun_elsewhere_can_be_finished) {
    const FullListener<V4> full;
    auto connecting = created<V4>().begin_connect(full.address()).value();
    auto adopted = adopt<Tcp<V4>>(foreign(std::move(connecting))).value();
    BOOST_REQUIRE(adopted.is<Connecting>());
    full.make_room();
    BOOST_TEST(succeeds(std::move(adopted).take<Connecting>().finish_connect(soon())));
}

BOOST_AUTO_TEST_CASE(a_foreign_non_blocking_descriptor_is_waited_for) {
    auto [client, server] = connected_pair<V4>();
    make_nonblocking(client.handle());
    auto adopted = adopt<Tcp<V4>>(foreign(std::move(client))).value().take<Connected>();
    BOOST_TEST(is_nonblocking(adopted.handle()));
    const std::jthread later([&peer = server] {
        std::this_thread::sleep_for(20ms);
        (void)peer.send_all("late");
    });
    const Watchdog watchdog;
    std::byte room[8];
    BOOST_TEST(adopted.recv(room).value() == 4U);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_wrong_family_or_transport_is_refused_and_left_alone, F, Families) {
    if (lacks<F>() || lacks<V6>()) return;
    using Other = std::conditional_t<std::same_as<F, V4>, V6, V4>;
    check_refused<Tcp<Other>>(raw_socket<F>(SOCK_STREAM), errc::wrong_family);
    check_refused<Udp<Other>>(raw_socket<F>(SOCK_DGRAM), errc::wrong_family);
    check_refused<Tcp<F>>(raw_socket<F>(SOCK_DGRAM), errc::wrong_transport);
    check_refused<Udp<F>>(raw_socket<F>(SOCK_STREAM), errc::wrong_transport);
    for (const int type : {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET}) {
        int ends[2];
        BOOST_REQUIRE(::socketpair(AF_UNIX, type, 0, ends) == 0);
        check_refused<Tcp<F>>(ends[0], errc::wrong_family);
        check_refused<Udp<F>>(ends[1], errc::wrong_family);
    }
}

BOOST_AUTO_TEST_CASE(other_protocols_of_the_same_type_are_refused) {
    bool any = false;
    if (const int stream = ::socket(AF_INET, SOCK_STREAM, IPPROTO_SCTP); stream >= 0) {
        any = true;
        check_refused<Tcp<V4>>(stream, errc::wrong_transport);
    }
    for (const int protocol : {int{IPPROTO_UDPLITE}, int{IPPROTO_ICMP}}) {
        const int datagram = ::socket(AF_INET, SOCK_DGRAM, protocol);
        if (datagram < 0) continue;
        any = true;
        check_refused<Udp<V4>>(datagram, errc::wrong_transport);
    }
    const int raw = ::socket(AF_INET, SOCK_RAW, IPPROTO_UDP);
    if (raw >= 0) {
        any = true;
        check_refused<Udp<V4>>(raw, errc::wrong_transport);
    }
    if (!any) print_skipped("this machine has no other protocol of IPv4");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_socket_that_holds_datagrams_back_is_refused, F, Families) {
    if (lacks<F>()) return;
    const int corked = raw_socket<F>(SOCK_DGRAM);
    const int on = 1;
    BOOST_REQUIRE(::setsockopt(corked, IPPROTO_UDP, UDP_CORK, &on, sizeof on) == 0);
    check_refused<Udp<F>>(corked, errc::wrong_transport);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_socket_whose_looks_begin_in_the_middle_is_refused, F, Families) {
    if (lacks<F>()) return;
    const int peeking = raw_socket<F>(SOCK_DGRAM);
    const int offset = 0;  // and each look would move it
    BOOST_REQUIRE(::setsockopt(peeking, SOL_SOCKET, SO_PEEK_OFF, &offset, sizeof offset) == 0);
    check_refused<Udp<F>>(peeking, errc::wrong_transport);
}

BOOST_AUTO_TEST_CASE(what_is_no_socket_is_refused_and_left_alone) {
    int ends[2];
    BOOST_REQUIRE(::pipe(ends) == 0);
    check_refused<Tcp<V4>>(ends[0], errc::not_a_socket);
    check_refused<Udp<V6>>(ends[1], errc::not_a_socket);
    check_refused<Tcp<V6>>(::open("/dev/null", O_RDONLY), errc::not_a_socket);
    check_refused<Udp<V4>>(::open("/proc/self/exe", O_RDONLY), errc::not_a_socket);
}

BOOST_AUTO_TEST_CASE(a_descriptor_that_is_not_open_is_refused) {
    const int closed = raw_socket<V4>(SOCK_STREAM);
    ::close(closed);
    BOOST_TEST(fails_with(adopt<Tcp<V4>>(closed), std::errc::bad_file_descriptor));
    BOOST_TEST(fails_with(adopt<Udp<V4>>(-1), std::errc::bad_file_descriptor));
    BOOST_TEST(fails_with(adopt<Udp<V6>>(1 << 30), std::errc::bad_file_descriptor));
}

// --- the socket whose state only the run knows

BOOST_AUTO_TEST_CASE(an_adopted_socket_is_visited_in_its_real_state) {
    auto adopted = adopt<Tcp<V4>>(raw_bound<V4>(SOCK_STREAM)).value();
    BOOST_TEST(adopted.is<Bound>());
    BOOST_TEST(!adopted.is<Created>());
    BOOST_TEST(!adopted.is<Connected>());
    const Port port = std::move(adopted).visit([](auto socket) {
        if constexpr (Allows<decltype(socket), op::local_addr>) {
            return socket.local_port().value();
        } else {
            return Port();
        }
    });
    BOOST_TEST(port.number() != 0);
}

BOOST_AUTO_TEST_CASE(taking_the_wrong_state_gives_a_socket_that_owns_nothing) {
    const int descriptor = raw_bound<V4>(SOCK_STREAM);
    {
        auto adopted = adopt<Tcp<V4>>(descriptor).value();
        auto wrong = std::move(adopted).take<Created>();
        BOOST_TEST(wrong.handle() == -1);
        BOOST_TEST(fails_with(std::move(wrong).bind_any(), errc::moved_from));
        BOOST_TEST(is_open(descriptor));
        BOOST_TEST(succeeds(std::move(adopted).take<Bound>().listen()));
    }
    BOOST_TEST(!is_open(descriptor));
}

static_assert(!std::is_copy_constructible_v<AdoptedSocket<Tcp<V4>>>);
static_assert(std::is_nothrow_move_constructible_v<AdoptedSocket<Udp<V6>>>);

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
