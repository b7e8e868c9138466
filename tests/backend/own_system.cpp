// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <cstring>
#include <estate/estate.hpp>
#include <estate/nonblocking.hpp>
#include <estate/unix.hpp>
#include <estate/waker.hpp>
#include <vector>

#include "../support/descriptors.hpp"
#include "../support/free_zero.hpp"
#include "../support/loopback.hpp"
#include "../support/time.hpp"

// A system of one's own, and what a handle keeps of it.

namespace {
using namespace estate;
using namespace estate::test;

//! [system]
/// The kernel, and how often each of several contexts sent something.
class Counting : public estate::posix::Kernel {
public:
    Counting() = default;
    explicit Counting(int& sent) : sent_{&sent} {}

    ssize_t send(int fd, const void* bytes, std::size_t size, int flags) const noexcept {
        if (sent_ != nullptr) ++*sent_;
        return estate::posix::Kernel::send(fd, bytes, size, flags);
    }

private:
    int* sent_ = nullptr;
};
struct CountingSockets : estate::posix::BasicSockets<Counting> {};
//! [system]

BOOST_AUTO_TEST_SUITE(own_system)

BOOST_AUTO_TEST_CASE(a_handle_keeps_its_system_and_hands_it_on_to_what_it_accepts) {
    int by_clients = 0;
    int by_servers = 0;
    using T = Tcp<V4, CountingSockets>;
    const auto open = [](int& sent) { return new_socket<T>(Counting(sent)).value(); };
    const auto listener = open(by_servers).bind(SocketAddress<V4>::loopback(0)).value().listen().value();
    auto client = open(by_clients).connect(listener.local_addr().value(), soon()).value();
    const auto server = listener.accept(soon()).value();
    BOOST_TEST(client.send("ab").value() == 2u);
    BOOST_TEST(by_clients == 1);
    BOOST_TEST(by_servers == 0);
    BOOST_TEST(succeeds(server.send_all("cd", soon())));
    BOOST_TEST(by_servers == 1);

    auto moved = std::move(client);
    BOOST_TEST(moved.send("ef").value() == 2u);
    BOOST_TEST(by_clients == 2);
    const auto half = std::move(moved).shutdown_receive().value();
    BOOST_TEST(half.send("gh").value() == 2u);
    BOOST_TEST(by_clients == 3);
}

BOOST_AUTO_TEST_CASE(an_adopted_socket_has_the_system_that_it_is_adopted_into) {
    int sent = 0;
    auto bound = datagrams_on_loopback<V4>();
    const auto self = bound.local_addr().value();
    const int descriptor = std::move(bound).connect(self).value().release();
    auto adopted = adopt<Udp<V4, CountingSockets>>(descriptor, Counting(sent)).value().take<Connected>();
    BOOST_TEST(adopted.send("x").value() == 1u);
    BOOST_TEST(sent == 1);
}

BOOST_AUTO_TEST_CASE(a_socket_may_replace_one_of_another_system) {
    int first = 0;
    int second = 0;
    using U = Udp<V4, CountingSockets>;
    const auto open = [](int& sent) {
        auto bound = new_socket<U>(Counting(sent)).value().bind(SocketAddress<V4>::loopback(0)).value();
        const auto self = bound.local_addr().value();
        return std::move(bound).connect(self).value();
    };
    auto socket = open(first);
    socket = open(second);
    BOOST_TEST(socket.send("x").value() == 1u);
    BOOST_TEST(first == 0);
    BOOST_TEST(second == 1);
}

/// A system that says of each message into how many bytes its datagrams are to be cut.
struct Joining : posix::Kernel {
    static ssize_t recvmsg(int, msghdr* message, int) noexcept {
        std::memset(message->msg_name, 0, message->msg_namelen);
        static_cast<char*>(message->msg_iov[0].iov_base)[0] = 'x';
        cmsghdr* const told = CMSG_FIRSTHDR(message);
        told->cmsg_level = IPPROTO_UDP;
        told->cmsg_type = join_option;
        told->cmsg_len = CMSG_LEN(sizeof size);
        std::memcpy(CMSG_DATA(told), &size, sizeof size);
        message->msg_controllen = CMSG_SPACE(sizeof size);
        return 1;
    }
    static inline int size = 0;
};

BOOST_AUTO_TEST_CASE(segments_of_no_size_are_one_datagram) {
    std::byte room[4];
    for (const auto& [told, size] : {std::pair{0, 1U}, {-1, 1U}, {512, 512U}}) {
        Joining::size = told;
        using Got = ReceivedSegments<SocketAddress<V4>>;
        const auto got = posix::Messages<Joining>::recv_message<Got>({}, room, Deadline::never());
        BOOST_TEST(got.value().segment == size);
        BOOST_TEST(got.value().count() == 1u);
    }
}

/// The kernel as a system that moves one datagram a call, and makes what it accepts non-blocking by a call of its own.
struct Plain : posix::Kernel {
    using many = void;
    static void accept_nonblocking() = delete;
    static int set_nonblocking(int fd, bool on) noexcept {
        if (refuses_mode) {
            errno = EPERM;
            return -1;
        }
        return posix::Kernel::set_nonblocking(fd, on);
    }
    static inline bool refuses_mode = false;
};
struct PlainSockets : posix::BasicSockets<Plain> {};

BOOST_AUTO_TEST_CASE(where_no_call_moves_several_datagrams_a_batch_is_several_calls) {
    static_assert(!posix::BatchSystem<Plain>);
    const auto open = [] { return new_socket<Udp<V4, PlainSockets>>().value().bind(SocketAddress<V4>::loopback(0)).value(); };
    const auto receiver = open();
    const auto sender = open();
    const auto to = receiver.local_addr().value();
    const OutgoingDatagram<SocketAddress<V4>> two[] = {{as_buffer("ab"), to}, {as_buffer("cde"), to}};
    BOOST_TEST(sender.send_batch(two).value() == 2u);
    std::byte rooms[3][2];
    IncomingDatagram<SocketAddress<V4>> places[3];
    for (int i = 0; i < 3; ++i) places[i].buffer = rooms[i];
    BOOST_TEST(receiver.recv_batch(places, in(50ms)).value() == 2u);
    BOOST_TEST(as_text(std::span(rooms[0]).first(places[0].got.size)) == "ab");
    BOOST_TEST((places[0].got.sender == sender.local_addr().value()));
    BOOST_TEST(!places[0].got.truncated);
    BOOST_TEST(places[1].got.length == 3u);
    BOOST_TEST(places[1].got.truncated);
    BOOST_TEST(fails_with(receiver.recv_batch(places, in(1ms)), errc::deadline_exceeded));
}

BOOST_AUTO_TEST_CASE(where_accept_has_no_mode_a_connection_gets_it_by_another_call) {
    using T = Tcp<V4, PlainSockets>;
    const auto open = [] { return new_socket<T>().value(); };
    const auto listener =
        open().bind(SocketAddress<V4>::loopback(0)).value().listen().value().set_nonblocking().value();
    BOOST_TEST(listener.accept().value().would_block());
    const auto client = open().connect(listener.local_addr().value(), soon()).value();
    const auto accepted = listener.accept().value().value();
    BOOST_TEST(is_nonblocking(accepted.handle()));
    BOOST_TEST(closes_on_exec(accepted.handle()));
    {
        const auto third = open().connect(listener.local_addr().value(), soon()).value();
        const FreeZero zero;
        const auto first = listener.accept().value().value();
        BOOST_TEST(first.handle() == 0);
        BOOST_TEST(is_nonblocking(0));
    }
    const auto second = open().connect(listener.local_addr().value(), soon()).value();
    Plain::refuses_mode = true;
    const auto refused = listener.accept();
    Plain::refuses_mode = false;
    BOOST_TEST(fails_with(refused, std::errc::operation_not_permitted));
    BOOST_TEST(listener.accept().value().would_block());
}

/// Its clock stands, and it waits for nothing but writes down until when.
struct Impatient : posix::Kernel {
    static std::int64_t now() noexcept { return 0; }
    static int poll(pollfd*, std::size_t, std::int64_t until) noexcept {
        waits.push_back(until / 1'000'000);
        return 0;
    }
    static inline std::vector<std::int64_t> waits;
};
BOOST_AUTO_TEST_CASE(a_rest_is_twice_as_long_as_the_last_from_1_to_16_ms_and_ends_with_the_deadline) {
    using Until = posix::Until<Impatient>;
    posix::Pacing<Impatient> pacing({});
    for (int i = 0; i < 6; ++i) BOOST_TEST(succeeds(pacing.rest(Until::never())));
    BOOST_TEST(succeeds(pacing.rest(Until(Deadline::at(5'000'000)))));
    const std::vector<std::int64_t> expected{1, 2, 4, 8, 16, 16, 5};
    BOOST_TEST(Impatient::waits == expected);
    BOOST_TEST(fails_with(pacing.rest(Until(Deadline::at_once())), errc::deadline_exceeded));
    BOOST_TEST(Impatient::waits.size() == 7u);
}

BOOST_AUTO_TEST_CASE(a_socket_of_the_kernel_carries_nothing_but_its_number) {
    static_assert(std::is_empty_v<posix::Kernel>);
    static_assert(sizeof(CreatedSocket<Tcp<V4>>) == sizeof(int));
    static_assert(sizeof(CreatedSocket<Tcp<V4, CountingSockets>>) == sizeof(void*) + sizeof(void*));
    BOOST_TEST(tcp_v4<CountingSockets>().has_value());  // in the context that is default
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
