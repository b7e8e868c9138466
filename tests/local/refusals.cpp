// SPDX-License-Identifier: BSL-1.0
#include <sys/socket.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <estate/adopt.hpp>
#include <estate/error/std_error_code.hpp>

#include "../support/check.hpp"
#include "../support/descriptors.hpp"
#include "../support/loopback.hpp"
#include "../support/scratch.hpp"
#include "faulty_unix.hpp"

// What the kernel seldom refuses of Unix-domain sockets.

namespace {
using namespace estate;
using namespace estate::test;

BOOST_AUTO_TEST_SUITE(local_refusals)

BOOST_AUTO_TEST_CASE(a_question_that_is_not_answered_leaves_the_descriptor_to_the_caller) {
    const int stream = ::socket(AF_UNIX, SOCK_STREAM, 0);
    const Fault questions[] = {refuse(Call::getsockopt, ENOBUFS, 1, 0), refuse(Call::getsockopt, ENOBUFS, 1, 1),
                               refuse(Call::getsockopt, ENOBUFS, 1, 2), refuse(Call::getpeername, ENOBUFS),
                               refuse(Call::getsockname, ENOBUFS)};
    for (const Fault& each : questions) {
        const Faults faults{each};
        BOOST_TEST(fails_with(adopt<FaultyStream>(stream), std::errc::no_buffer_space));
        BOOST_TEST(faults.all_happened());
        BOOST_TEST(faults.made(Call::close) == 0);
    }
    BOOST_TEST(is_open(stream));
    BOOST_TEST(!closes_on_exec(stream));
    ::close(stream);
}

BOOST_AUTO_TEST_CASE(a_stream_that_cannot_send_now_is_not_shut) {
    auto pair = new_pair<UnixStream>().value();
    const Faults faults{refuse(Call::send, EAGAIN)};
    BOOST_TEST(adopt<FaultyStream>(std::move(pair.first).release()).value().is<Connected>());
    BOOST_TEST(faults.all_happened());
}

BOOST_AUTO_TEST_CASE(a_name_of_nobody_is_sent_nothing) {
    const auto datagrams = unix_datagram().value();
    BOOST_TEST(fails_with(datagrams.send_to("x", UnixAddress(), soon()), unix_errc::address_unnamed));
}

BOOST_AUTO_TEST_CASE(a_mode_that_cannot_be_set_back_is_told_where_the_connect_was_made) {
    const Scratch scratch;
    const auto listener = unix_stream().value().bind(scratch.at("s")).value().listen().value();
    {
        const Faults faults{refuse(Call::set_nonblocking, EPERM, 1, 1)};
        BOOST_TEST(fails_with(new_socket<FaultyStream>().value().connect(scratch.at("s"), soon()),
                              std::errc::operation_not_permitted));
        BOOST_TEST(faults.all_happened());
    }
    const Faults faults{refuse(Call::set_nonblocking, EPERM, 1, 1)};
    BOOST_TEST(fails_with(new_socket<FaultyStream>().value().connect(scratch.at("none"), soon()),
                          std::errc::no_such_file_or_directory));
    BOOST_TEST(faults.all_happened());
}

BOOST_AUTO_TEST_CASE(a_socket_that_cannot_be_asked_for_its_name_leaves_its_file) {
    const Scratch scratch;
    {
        auto bound = new_socket<FaultyStream>().value().bind(scratch.at("s")).value();
        const Faults faults{refuse(Call::getsockname, ENOBUFS)};
        BOOST_TEST(succeeds(std::move(bound).close()));
        BOOST_TEST(faults.all_happened());
    }
    BOOST_TEST(is_there(scratch.at("s")));
}

BOOST_AUTO_TEST_CASE(a_handle_that_is_given_to_itself_stays_and_so_does_its_file) {
    const Scratch scratch;
    auto bound = unix_stream().value().bind(scratch.at("s")).value();
    auto& same = bound;
    bound = std::move(same);
    BOOST_TEST(is_there(scratch.at("s")));
    BOOST_TEST(succeeds(std::move(bound).listen()));
}

BOOST_AUTO_TEST_CASE(what_waits_is_not_begun_where_it_is_to_stop) {
    const Scratch scratch;
    const auto listener = unix_stream().value().bind(scratch.at("s")).value().listen().value();
    const auto pair = new_pair<UnixStream>().value();
    const auto waker = Waker::open().value();
    waker.wake();
    BOOST_TEST(fails_with(unix_stream().value().connect(scratch.at("s"), waker), errc::stopped));
    BOOST_TEST(fails_with(pair.first.recv_socket<Tcp<V4>>(waker), errc::stopped));
    BOOST_TEST(fails_with(listener.accept(Deadline::at_once()), errc::deadline_exceeded));
}

BOOST_AUTO_TEST_CASE(there_is_no_lock_in_a_directory_that_is_none) {
    const posix::UnixCalls<posix::Kernel> calls{posix::Kernel()};
    BOOST_TEST(calls.lock_directory("/nowhere/s") == -1);
    BOOST_TEST(errno == ENOENT);
}

BOOST_AUTO_TEST_CASE(an_empty_packet_with_several_sockets_is_no_end) {
    const auto pair = new_pair<UnixSeqpacket>().value();
    alignas(cmsghdr) char control[CMSG_SPACE(2 * sizeof(int))]{};
    const int both[2] = {pair.first.handle(), pair.second.handle()};
    char nothing = 0;
    iovec part{&nothing, 0};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    cmsghdr* const rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof both);
    std::memcpy(CMSG_DATA(rights), both, sizeof both);
    BOOST_REQUIRE(::sendmsg(pair.first.handle(), &message, 0) == 0);
    BOOST_TEST(fails_with(pair.second.recv_socket<UnixSeqpacket>(soon()), unix_errc::passed_cut));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
