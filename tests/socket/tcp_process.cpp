// SPDX-License-Identifier: BSL-1.0
// What a socket does to its process: no SIGPIPE, nothing left to a program that it executes.
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <string>

#include "../support/child.hpp"
#include "../support/descriptors.hpp"
#include "../support/sockets.hpp"

namespace {
using namespace estate;
using namespace estate::test;

/// A socket whose peer has reset the connection; the reset itself was reported already.
ConnectedSocket<Tcp<V4>> broken() {
    auto pair = connected_pair<V4>();
    (void)std::move(pair.server).abort();
    std::byte room[1];
    (void)pair.client.recv(room, soon());
    return std::move(pair.client);
}

/// The exit code of a child in which SIGPIPE would kill: 128 + SIGPIPE.
template <class Body>
int with_deadly_sigpipe(Body body) {
    return exit_code_of_child([&] {
        ::signal(SIGPIPE, SIG_DFL);
        return body();
    });
}

BOOST_AUTO_TEST_SUITE(tcp_sigpipe)

BOOST_AUTO_TEST_CASE(a_plain_write_would_kill_this_child) {
    const int code = with_deadly_sigpipe([] {
        const auto socket = broken();
        return ::write(socket.handle(), "x", 1) < 0 ? 1 : 2;
    });
    BOOST_TEST(code == 128 + SIGPIPE);
}

BOOST_AUTO_TEST_CASE(no_way_of_sending_to_a_peer_that_has_gone_raises_it) {
    const int code = with_deadly_sigpipe([] {
        const auto socket = broken();
        const ConstBuffer vector[] = {as_buffer("x")};
        const auto is_broken_pipe = [](const auto& sent) { return !sent && sent.error() == std::errc::broken_pipe; };
        if (!is_broken_pipe(socket.send("x"))) return 1;
        if (!is_broken_pipe(socket.send("x", soon()))) return 2;
        if (!is_broken_pipe(socket.send_all("x"))) return 3;
        if (!is_broken_pipe(socket.send_all("x", soon()))) return 4;
        if (!is_broken_pipe(socket.send_vectored(vector))) return 5;
        if (!is_broken_pipe(socket.send_vectored(vector, soon()))) return 6;
        return 0;
    });
    BOOST_TEST(code == 0);
}

BOOST_AUTO_TEST_CASE(nor_does_sending_while_the_peer_goes_away) {
    const int code = with_deadly_sigpipe([] {
        auto pair = connected_pair<V4>();
        (void)std::move(pair.server).close();
        const std::vector<std::byte> much(100'000);
        for (int i = 0; i < 1000; ++i) {
            const auto sent = pair.client.send_all(much, soon());
            if (sent) continue;
            if (sent.error() == std::errc::connection_reset) continue;
            return sent.error() == std::errc::broken_pipe ? 0 : 1;
        }
        return 2;
    });
    BOOST_TEST(code == 0);
}

BOOST_AUTO_TEST_CASE(the_disposition_of_the_process_is_not_touched) {
    struct sigaction before {};
    ::sigaction(SIGPIPE, nullptr, &before);
    const auto socket = broken();
    (void)socket.send("x");
    struct sigaction after {};
    ::sigaction(SIGPIPE, nullptr, &after);
    BOOST_TEST((before.sa_handler == after.sa_handler));
}

BOOST_AUTO_TEST_SUITE_END()

/// Whether a program that is executed would see the descriptor.
bool survives_exec(int descriptor) {
    const std::string test = "[ -e /proc/self/fd/" + std::to_string(descriptor) + " ]";
    return exit_code_of_child([&] {
               ::execl("/bin/sh", "sh", "-c", test.c_str(), static_cast<char*>(nullptr));
               return 99;
           }) == 0;
}

BOOST_AUTO_TEST_SUITE(tcp_exec)

BOOST_AUTO_TEST_CASE(a_descriptor_without_the_flag_is_seen) {
    const int plain = ::socket(AF_INET, SOCK_STREAM, 0);
    BOOST_TEST(survives_exec(plain));
    ::close(plain);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(no_socket_survives_an_exec, F, Families) {
    if (lacks<F>()) return;
    const auto waker = Waker::open().value();
    const auto made = created<F>();
    const auto datagrams = new_udp<F>().value();
    const auto listener = listening_on_loopback<F>();
    const auto one = connected_to(listener);
    const auto two = connected_to(listener);
    const auto three = connected_to(listener);
    const auto plainly = listener.accept().value();
    const auto bounded = listener.accept(soon()).value();
    const auto woken = listener.accept(waker).value();
    const auto connecting = created<F>().begin_connect(listener.local_addr().value()).value();
    const int foreign = ::socket(std::is_same_v<F, V4> ? AF_INET : AF_INET6, SOCK_STREAM, 0);
    auto adopted = adopt<Tcp<F>>(foreign).value();
    const auto taken = std::move(adopted).template take<Created>();

    for (const int descriptor :
         {waker.backend().number(), made.handle(), datagrams.handle(), listener.handle(), one.handle(),
          plainly.handle(), bounded.handle(), woken.handle(), connecting.handle(), taken.handle()}) {
        BOOST_TEST(closes_on_exec(descriptor));
        BOOST_TEST(!survives_exec(descriptor));
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
