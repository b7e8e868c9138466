// SPDX-License-Identifier: BSL-1.0
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstring>
#include <estate/error/std_error_code.hpp>
#include <estate/unix.hpp>
#include <string>
#include <thread>

#include "../support/check.hpp"
#include "../support/descriptors.hpp"
#include "faulty_unix.hpp"
#include "../support/scratch.hpp"
#include "../support/time.hpp"

namespace {
using namespace estate;
using namespace estate::test;

/// Sends until the peer's queue is full.
template <class Send>
int fill(Send send) {
    for (int sent = 0;; ++sent) {
        const auto done = send();
        if (!done && done.assume_error() == errc::deadline_exceeded) return sent;
        (void)done.value();
    }
}

BOOST_AUTO_TEST_SUITE(datagrams)

BOOST_AUTO_TEST_CASE(send_to_a_full_queue_keeps_its_deadline_and_does_not_spin) {
    const Scratch scratch;
    const auto server = unix_datagram().value().bind(scratch.at("s")).value();
    const auto client = new_socket<FaultyDatagram>().value();
    BOOST_TEST(fill([&] { return client.send_to("x", scratch.at("s"), past()); }) > 0);
    const Faults faults;
    BOOST_TEST(fails_with(client.send_to("x", scratch.at("s"), in(100ms)), errc::deadline_exceeded));
    BOOST_TEST(faults.made(Call::sendto) < 20);
    std::jthread reader([&] {
        std::byte room[1];
        (void)server.recv_from(room, soon());
    });
    BOOST_TEST(succeeds(client.send_to("x", scratch.at("s"), soon())));
}

BOOST_AUTO_TEST_CASE(send_to_a_full_fixed_peer_keeps_its_deadline_and_does_not_spin) {
    const Scratch scratch;
    const auto server = unix_datagram().value().bind(scratch.at("s")).value();
    const auto client = new_socket<FaultyDatagram>().value().connect(scratch.at("s")).value();
    BOOST_TEST(fill([&] { return client.send("x", past()); }) > 0);
    const Faults faults;
    BOOST_TEST(fails_with(client.send("x", in(50ms)), errc::deadline_exceeded));
    BOOST_TEST(faults.made() < 20);
}

BOOST_AUTO_TEST_CASE(a_connect_with_a_deadline_that_fails_leaves_the_mode) {
    const Scratch scratch;
    auto failed = unix_datagram().value().bind(scratch.at("c")).value().connect(scratch.at("nobody"), soon());
    BOOST_TEST(fails_with(failed, std::errc::no_such_file_or_directory));
    const auto& left = failed.assume_error().socket;
    BOOST_TEST(!is_nonblocking(left.handle()));
}

#if defined(__linux__)
BOOST_AUTO_TEST_CASE(a_sender_whose_path_fills_its_room_is_named_and_answered) {
    const Scratch scratch;
    const auto server = unix_datagram().value().bind(scratch.at("s")).value();
    sockaddr_un long_one{};
    long_one.sun_family = AF_UNIX;
    std::string path = scratch.path() + "/";
    path.resize(sizeof long_one.sun_path, 'p');
    std::memcpy(long_one.sun_path, path.data(), path.size());  // no NUL behind it
    const int client = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    BOOST_TEST_REQUIRE(::bind(client, reinterpret_cast<const sockaddr*>(&long_one), sizeof long_one) == 0);
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    scratch.at("s").name().copy(to.sun_path, sizeof to.sun_path - 1);
    BOOST_TEST(::sendto(client, "x", 1, 0, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 1);
    std::byte room[1];
    const auto sender = server.recv_from(room, soon()).value().sender;
    BOOST_TEST(sender.name() == path);
    BOOST_TEST(succeeds(server.send_to("y", sender)));
    BOOST_TEST(::recv(client, room, 1, MSG_DONTWAIT) == 1);
    ::close(client);
    ::unlink(path.c_str());
}
#endif

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
