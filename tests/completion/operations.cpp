// SPDX-License-Identifier: BSL-1.0
#include <sys/mman.h>
#include <sys/resource.h>

#include <boost/test/unit_test.hpp>
#include <estate/halves.hpp>
#include <estate/pool.hpp>
#include <estate/unix.hpp>

#include "../support/child.hpp"
#include "../support/counted_hold.hpp"
#include "../support/descriptor_count.hpp"
#include "../support/descriptors.hpp"
#include "rings.hpp"

// What goes into an operation comes back, with what its socket's own call would have answered.

namespace {
using namespace estate;
using namespace estate::test;

// The table of a socket says what can be in flight with it.
template <class Op, class S, class B>
concept Flies = requires { typename Flight<Op, S, B>; };
using T = Tcp<V4>;
static_assert(Flies<op::recv, ConnectedSocket<T>, Bytes> && Flies<op::recv, SendClosedSocket<T>, Bytes> &&
              !Flies<op::recv, ReceiveClosedSocket<T>, Bytes> && !Flies<op::recv, ListeningSocket<T>, Bytes> &&
              !Flies<op::recv, CreatedSocket<T>, Bytes> && !Flies<op::recv, BoundSocket<T>, Bytes> &&
              !Flies<op::recv, ConnectingSocket<T>, Bytes> && !Flies<op::recv, ClosedSocket<T>, Bytes>);
static_assert(Flies<op::send, ConnectedSocket<T>, Bytes> && Flies<op::send_all, ReceiveClosedSocket<T>, Bytes> &&
              !Flies<op::send, SendClosedSocket<T>, Bytes> && !Flies<op::send_all, ListeningSocket<T>, Bytes>);
static_assert(Flies<op::accept, ListeningSocket<T>, NoBuffer> && !Flies<op::accept, ConnectedSocket<T>, NoBuffer> &&
              !Flies<op::accept, ListeningSocket<T>, Bytes>);
static_assert(Flies<op::connect, CreatedSocket<T>, NoBuffer> && Flies<op::connect, BoundSocket<T>, NoBuffer> &&
              !Flies<op::connect, ConnectedSocket<T>, NoBuffer>);
// A leased address is bound first, as by connect().
static_assert(!Flies<op::connect, CreatedSocket<T, CountedHold<V4>>, NoBuffer> &&
              Flies<op::connect, BoundSocket<T, CountedHold<V4>>, NoBuffer>);
static_assert(!Flies<op::recv, ConnectedSocket<NonBlocking<T>>, Bytes> && !Flies<op::peek, ConnectedSocket<T>, Bytes> &&
              !Flies<op::recv, ConnectedSocket<Udp<V4>>, Bytes>);
static_assert(Flies<op::recv, ConnectedSocket<ReadHalf<T>>, Bytes> && !Flies<op::send, ConnectedSocket<ReadHalf<T>>, Bytes>);
// What only knows where bytes are does not keep them.
static_assert(!Flies<op::recv, ConnectedSocket<T>, MutableBuffer> && !Flies<op::recv, ConnectedSocket<T>, std::span<std::byte>> &&
              !Flies<op::send, ConnectedSocket<T>, ConstBuffer> && Flies<op::send, ConnectedSocket<T>, SlabBuffer> &&
              Flies<op::recv, ConnectedSocket<T>, std::array<std::byte, 16>>);
static_assert(!std::is_copy_constructible_v<Done<Receive>> && !std::is_move_constructible_v<Ring<1, Receive>>);

BOOST_AUTO_TEST_SUITE(operations)

BOOST_AUTO_TEST_CASE(received_bytes_come_back_in_their_buffer_with_the_socket) {
    if (has_no_ring()) return;
    auto [client, server] = connected_pair<V4>();
    const int number = server.handle();
    Told<Receive> told;
    (void)told.ring.submit<Receive>(std::move(server), Bytes()).value();
    BOOST_TEST(told.ring.in_flight() == 1u);
    BOOST_TEST(client.send("hello").value() == 5u);
    auto done = told.next<Receive>();
    BOOST_TEST(done.outcome.value() == 5u);
    BOOST_TEST(done.buffer.text(5) == "hello");
    BOOST_TEST(done.socket.handle() == number);
    BOOST_TEST(told.ring.in_flight() == 0u);
}

BOOST_AUTO_TEST_CASE(the_end_of_the_stream_is_an_outcome) {
    if (has_no_ring()) return;
    auto [client, server] = connected_pair<V4>();
    Told<Receive, ReceiveExactly> told;
    (void)client.send("ab").value();
    const auto half = std::move(client).shutdown_send().value();
    (void)told.ring.submit<ReceiveExactly>(std::move(server), Bytes(), Deadline::never(), Part{0, 5}).value();
    auto exact = told.next<ReceiveExactly>();
    BOOST_TEST((exact.outcome.error() == errc::end_of_stream));
    BOOST_TEST(exact.outcome.error().transferred == 2u);
    (void)told.ring.submit<Receive>(std::move(exact.socket), Bytes()).value();
    BOOST_TEST((told.next<Receive>().outcome.error() == errc::end_of_stream));
}

BOOST_AUTO_TEST_CASE(a_reset_is_an_outcome) {
    if (has_no_ring()) return;
    auto [client, server] = connected_pair<V4>();
    Told<Receive> told;
    (void)told.ring.submit<Receive>(std::move(server), Bytes()).value();
    (void)std::move(client).abort().value();
    BOOST_TEST((told.next<Receive>().outcome.error() == std::errc::connection_reset));
}

BOOST_AUTO_TEST_CASE(a_part_of_a_buffer_is_sent_and_received_into) {
    if (has_no_ring()) return;
    auto [client, server] = connected_pair<V4>();
    Told<Send, Receive> told;
    (void)told.ring.submit<Send>(std::move(client), Bytes("abcdef"), Deadline::never(), Part{2, 3}).value();
    BOOST_TEST(told.next<Send>().outcome.value() == 3u);
    (void)told.ring.submit<Receive>(std::move(server), Bytes("....."), Deadline::never(), Part{1, 2}).value();
    auto done = told.next<Receive>();
    BOOST_TEST(done.outcome.value() == 2u);
    BOOST_TEST(done.buffer.text(5) == ".cd..");
}

BOOST_AUTO_TEST_CASE(send_all_and_recv_exact_go_on_until_all_is_moved) {
    if (has_no_ring()) return;
    static BufferSlab<4'000'000, 2> slab;
    using SendMuch = Flight<op::send_all, S, SlabBuffer>;
    using ReceiveMuch = Flight<op::recv_exact, S, SlabBuffer>;
    auto [client, server] = connected_pair<V4>();
    auto bytes = slab.take().value();
    const MutableBuffer all = bytes;
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::byte>(i * 7 + i / 251);
    Told<SendMuch, ReceiveMuch> told;
    (void)told.ring.submit<SendMuch>(std::move(client), std::move(bytes)).value();
    (void)told.ring.submit<ReceiveMuch>(std::move(server), slab.take().value()).value();
    auto received = told.next<ReceiveMuch>();
    auto sent = told.next<SendMuch>();
    BOOST_TEST(received.outcome.has_value());
    BOOST_TEST(sent.outcome.has_value());
    const MutableBuffer got = received.buffer;
    BOOST_TEST(std::equal(got.begin(), got.end(), all.begin(), all.end()));
}

BOOST_AUTO_TEST_CASE(a_listener_comes_back_with_what_it_accepted) {
    if (has_no_ring()) return;
    auto listener = listening_on_loopback<V4>();
    const auto address = listener.local_addr().value();
    Told<Accept, Connect> told;
    (void)told.ring.accept<Accept>(std::move(listener)).value();
    (void)told.ring.connect<Connect>(tcp_v4().value(), address).value();
    auto connected = told.next<Connect>();
    auto accepted = told.next<Accept>();
    const auto& client = connected.outcome.value();
    BOOST_TEST((accepted.outcome.value().remote_addr().value() == client.local_addr().value()));
    BOOST_TEST(closes_on_exec(accepted.outcome.value().handle()));
    BOOST_TEST(!is_nonblocking(accepted.outcome.value().handle()));
    BOOST_TEST((accepted.socket.local_addr().value() == address));
    BOOST_TEST(client.send("x").value() == 1u);
    BOOST_TEST(read_text(accepted.outcome.value(), 1) == "x");
}

BOOST_AUTO_TEST_CASE(a_refused_connect_leaves_what_the_table_says) {
    if (has_no_ring()) return;
    const auto nobody = bound_to_loopback<V4>();
    Told<Connect> told;
    (void)told.ring.connect<Connect>(tcp_v4().value(), nobody.local_addr().value()).value();
    auto done = told.next<Connect>();
    BOOST_TEST((done.outcome.error() == std::errc::connection_refused));
    static_assert(InState<decltype(done.outcome.error().socket), Closed>);
}

BOOST_AUTO_TEST_CASE(what_is_not_begun_is_handed_back) {
    if (has_no_ring()) return;
    auto [client, server] = connected_pair<V4>();
    const int number = client.handle();
    Told<Send, Receive, Connect> told;
    auto outside = told.ring.submit<Send>(std::move(client), Bytes("ab"), Deadline::never(), Part{60, 5});
    BOOST_TEST((outside.error() == errc::invalid_argument));
    BOOST_TEST(outside.error().socket.handle() == number);
    BOOST_TEST(outside.error().buffer.text(2) == "ab");
    BOOST_TEST((told.ring.submit<Send>(std::move(outside.error().socket), Bytes(), Deadline::never(), Part{65, 0}).error() ==
                errc::invalid_argument));
    BOOST_TEST((told.ring.submit<Receive>(std::move(server), Bytes(), Deadline::never(), Part{64, 0}).error() ==
                errc::invalid_argument));
    BOOST_TEST((told.ring.connect<Connect>(tcp_v4().value(), SocketAddress<V4>::loopback(0)).error() == errc::peer_port_zero));
    BOOST_TEST(told.ring.in_flight() == 0u);
}

BOOST_AUTO_TEST_CASE(a_socket_that_was_moved_from_is_refused) {
    if (has_no_ring()) return;
    auto [client, server] = connected_pair<V4>();
    const auto elsewhere = std::move(server);
    Told<Receive> told;
    BOOST_TEST((told.ring.submit<Receive>(std::move(server), Bytes()).error() == errc::moved_from));  // NOLINT(*-use-after-move)
}

BOOST_AUTO_TEST_CASE(a_full_ring_hands_back_what_it_has_no_slot_for) {
    if (has_no_ring()) return;
    std::vector<Pair<V4>> pairs;
    Told<Receive> told;
    for (int i = 0; i < 9; ++i) pairs.push_back(connected_pair<V4>());
    for (std::size_t i = 0; i < 8; ++i) (void)told.ring.submit<Receive>(std::move(pairs[i].server), Bytes()).value();
    auto full = told.ring.submit<Receive>(std::move(pairs[8].server), Bytes("kept"));
    BOOST_TEST((full.error() == errc::capacity_exceeded));
    BOOST_TEST(full.error().buffer.text(4) == "kept");
    (void)pairs[3].client.send("x").value();
    (void)told.next<Receive>();
    BOOST_TEST(told.ring.submit<Receive>(std::move(full.error().socket), Bytes()).has_value());
}

BOOST_AUTO_TEST_CASE(the_halves_of_a_connection_are_in_flight_at_once) {
    if (has_no_ring()) return;
    using Reader = Flight<op::recv, ConnectedSocket<ReadHalf<T>>, Bytes>;
    using Writer = Flight<op::send_all, ConnectedSocket<WriteHalf<T>>, Bytes>;
    auto [client, server] = connected_pair<V4>();
    auto halves = std::move(server).split().value();
    Told<Reader, Writer> told;
    (void)told.ring.submit<Reader>(std::move(halves.reader), Bytes()).value();
    (void)told.ring.submit<Writer>(std::move(halves.writer), Bytes("pong"), Deadline::never(), Part{0, 4}).value();
    BOOST_TEST(told.next<Writer>().outcome.has_value());
    BOOST_TEST(read_text(client, 4) == "pong");
    (void)client.send("ping").value();
    BOOST_TEST(told.next<Reader>().buffer.text(4) == "ping");
}

BOOST_AUTO_TEST_CASE(unix_domain_streams_fly_too) {
    if (has_no_ring()) return;
    using U = ConnectedSocket<UnixStream>;
    using Tx = Flight<op::send, U, Bytes>;
    using Rx = Flight<op::recv, U, Bytes>;
    auto pair = new_pair<UnixStream>().value();
    Told<Tx, Rx> told;
    (void)told.ring.submit<Rx>(std::move(pair.first), Bytes()).value();
    (void)told.ring.submit<Tx>(std::move(pair.second), Bytes("abc"), Deadline::never(), Part{0, 3}).value();
    BOOST_TEST(told.next<Rx>().buffer.text(3) == "abc");
    BOOST_TEST(told.next<Tx>().outcome.value() == 3u);
}

BOOST_AUTO_TEST_CASE(a_leased_address_is_kept_by_all_that_is_in_flight_with_it) {
    if (has_no_ring()) return;
    using Hold = Lease<V4>;
    using LeasedAccept = Flight<op::accept, ListeningSocket<T, Hold>>;
    using LeasedReceive = Flight<op::recv, ConnectedSocket<T, Hold>, Bytes>;
    IpPool<V4> pool("flights");
    pool.add_cidr_range("127.0.0.8/31").value();
    auto lease = pool.allocate("tenant", "server", ResourceType::custom("test")).value();
    const auto leased = lease.address();
    auto listener = tcp_v4().value().bind(std::move(lease), 0).value().listen().value();
    const auto address = listener.local_addr().value();
    {
        Told<LeasedAccept, LeasedReceive> told;
        (void)told.ring.accept<LeasedAccept>(std::move(listener)).value();
        const auto client = tcp_v4().value().connect(address, soon()).value();
        auto accepted = told.next<LeasedAccept>();
        BOOST_TEST((accepted.outcome.value().held().address() == leased));
        (void)told.ring.submit<LeasedReceive>(std::move(accepted.outcome).value(), Bytes()).value();
        (void)std::move(accepted.socket).close().value();
        BOOST_TEST(pool.get_binding(leased).has_value());
        BOOST_TEST(client.send("x").value() == 1u);
        (void)told.ring.submit<LeasedReceive>(told.next<LeasedReceive>().socket, Bytes()).value();
        BOOST_TEST(pool.get_binding(leased).has_value());
    }
    BOOST_TEST(!pool.get_binding(leased).has_value());
}

BOOST_AUTO_TEST_CASE(a_waker_ends_a_turn_until_it_is_lowered) {
    if (has_no_ring()) return;
    auto [client, server] = connected_pair<V4>();
    const auto waker = Waker::open().value();
    Told<Receive> told;
    told.ring.wake_by(waker).value();
    (void)told.ring.submit<Receive>(std::move(server), Bytes()).value();
    BOOST_TEST(!told.turn(in(1ms)).woken);
    waker.wake();
    BOOST_TEST(told.turn().woken);
    BOOST_TEST(told.turn().woken);
    waker.reset();
    for (int i = 0; i < 2; ++i) (void)told.turn(Deadline::at_once());  // one may still have been reported
    BOOST_TEST(!told.turn(in(1ms)).woken);
    waker.wake();
    BOOST_TEST(told.turn().woken);
}

BOOST_AUTO_TEST_CASE(each_of_several_wakers_ends_every_turn_in_which_it_is_raised) {
    if (has_no_ring()) return;
    const auto first = Waker::open().value();
    const auto second = Waker::open().value();
    Told<Receive> told;
    told.ring.wake_by(first).value();
    told.ring.wake_by(second).value();
    for (const Waker* waker : {&first, &second, &first}) {
        waker->wake();
        for (int i = 0; i < 3; ++i) BOOST_TEST(told.turn().woken);
        waker->reset();
        for (int i = 0; i < 2; ++i) (void)told.turn(Deadline::at_once());
        BOOST_TEST(!told.turn(in(1ms)).woken);
    }
}

BOOST_AUTO_TEST_CASE(a_waker_that_is_forgotten_ends_no_turn_and_leaves_its_place) {
    if (has_no_ring()) return;
    const auto waker = Waker::open().value();
    Told<Receive> told;
    for (int i = 0; i < 6; ++i) {  // more often than there are places
        told.ring.wake_by(waker).value();
        if (i % 2 == 1) waker.wake();
        BOOST_TEST(told.turn(in(1ms)).woken == (i % 2 == 1));
        told.ring.forget(waker);
        waker.wake();
        BOOST_TEST(!told.turn(in(1ms)).woken);
        waker.reset();
    }
}

BOOST_AUTO_TEST_CASE(a_waker_that_was_moved_from_is_refused) {
    if (has_no_ring()) return;
    auto waker = Waker::open().value();
    const Waker other(std::move(waker));
    Told<Receive> told;
    BOOST_TEST((told.ring.wake_by(waker).error() == errc::moved_from));  // NOLINT(*-use-after-move)
    BOOST_TEST(!told.turn(in(1ms)).woken);
}

BOOST_AUTO_TEST_CASE(an_accept_out_of_descriptors_keeps_the_listener) {
    if (has_no_ring()) return;
    const int code = exit_code_of_child([] {
        Told<Accept> told;
        auto listener = listening_on_loopback<V4>();
        const auto client = connected_to(listener);
        std::vector<CreatedSocket<T>> all;
        const rlimit low{64, 64};
        ::setrlimit(RLIMIT_NOFILE, &low);
        for (;;) {
            auto one = tcp_v4();
            if (!one) break;
            all.push_back(std::move(one).value());
        }
        (void)told.ring.accept<Accept>(std::move(listener)).value();
        auto done = told.next<Accept>();
        if (done.outcome || classify_accept(done.outcome.error()) != AcceptFailure::resources) return 1;
        all.pop_back();
        (void)told.ring.accept<Accept>(std::move(done.socket)).value();
        return told.next<Accept>().outcome ? 0 : 2;
    });
    BOOST_TEST(code == 0);
}

BOOST_AUTO_TEST_CASE(a_slab_gives_each_buffer_once_and_has_it_again) {
    BufferSlab<16, 2> slab;
    auto first = slab.take().value();
    {
        auto second = slab.take().value();
        BOOST_TEST(first.index() != second.index());
        BOOST_TEST((slab.take().error() == errc::capacity_exceeded));
        first = std::move(second);
        BOOST_TEST(MutableBuffer(first).size() == 16u);
        BOOST_TEST(MutableBuffer(second).empty());  // NOLINT(*-use-after-move)
    }
    BOOST_TEST(slab.take().has_value());
}

BOOST_AUTO_TEST_CASE(a_buffer_that_is_moved_into_itself_keeps_its_bytes_and_one_without_has_no_number) {
    BufferSlab<16, 2> slab;
    const auto first = slab.take().value();
    auto buffer = slab.take().value();
    const auto number = buffer.index();
    SlabBuffer& same = buffer;
    buffer = std::move(same);
    BOOST_TEST(buffer.index() == number);
    BOOST_TEST(ConstBuffer(buffer).size() == 16u);
    BOOST_TEST(slab.in_use() == 2u);
    buffer = SlabBuffer();
    BOOST_TEST(buffer.index() == 0u);
    BOOST_TEST(ConstBuffer(buffer).empty());
    BOOST_TEST(slab.in_use() == 1u);
}

/// More bytes than the kernel takes at once, of which only those are there that are written.
struct Vast {
    static constexpr std::size_t size = std::size_t{INT32_MAX} + 4096;

    Vast()
        : first{static_cast<std::byte*>(::mmap(nullptr, size, PROT_READ | PROT_WRITE,
                                               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0))} {}
    Vast(Vast&& other) noexcept : first{std::exchange(other.first, nullptr)} {}
    Vast& operator=(Vast&& other) noexcept {
        std::swap(first, other.first);
        return *this;
    }
    ~Vast() {
        if (first != nullptr) ::munmap(first, size);
    }
    operator MutableBuffer() noexcept { return {first, size}; }

    std::byte* first;
};
BOOST_AUTO_TEST_CASE(a_buffer_that_is_larger_than_the_kernel_takes_is_received_into) {
    if (has_no_ring()) return;
    using ReceiveVast = Flight<op::recv, S, Vast>;
    auto [client, server] = connected_pair<V4>();
    Told<ReceiveVast> told;
    Vast vast;
    BOOST_REQUIRE(vast.first != MAP_FAILED);
    (void)told.ring.submit<ReceiveVast>(std::move(server), std::move(vast)).value();
    BOOST_TEST(client.send("x").value() == 1u);
    auto done = told.next<ReceiveVast>();
    BOOST_TEST(done.outcome.value() == 1u);
    BOOST_TEST((done.buffer.first[0] == std::byte{'x'}));
}

BOOST_AUTO_TEST_CASE(a_slot_has_room_for_the_largest_of_its_operations) {
    BOOST_TEST(detail::largest(3U, 5U, 4U) == 5u);
    BOOST_TEST(detail::largest(7U, 5U, 4U) == 7u);
    BOOST_TEST(detail::largest(6U) == 6u);
}

BOOST_AUTO_TEST_CASE(a_slab_that_ends_before_its_buffers_ends_the_program) {
    const std::string words = dying_words([] {
        std::optional<BufferSlab<16, 2>> slab(std::in_place);
        const auto buffer = slab->take().value();
        slab.reset();
    });
    BOOST_TEST(words == "estate: a BufferSlab ends before the buffers that were taken of it\n");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
