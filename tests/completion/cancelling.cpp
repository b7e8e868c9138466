// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <thread>

#include "../support/child.hpp"
#include "../support/descriptor_count.hpp"
#include "rings.hpp"

// However an operation ends, nothing that it had or did is lost.

namespace {
using namespace estate;
using namespace estate::test;

BOOST_AUTO_TEST_SUITE(cancelling)

BOOST_AUTO_TEST_CASE(a_deadline_that_is_set_anew_is_one_deadline) {
    detail::FlightDeadlines deadlines(0);
    Timer timer;
    deadlines.arm(timer, Deadline::at(100), 7);
    deadlines.arm(timer, Deadline::at(200), 7);
    deadlines.disarm(timer);
    BOOST_TEST(!deadlines.are_there());
}

BOOST_AUTO_TEST_CASE(a_cancelled_receive_gives_socket_and_buffer_back_and_leaves_the_bytes) {
    if (has_no_ring()) return;
    auto [client, server] = connected_pair<V4>();
    Told<Receive> told;
    const auto ticket = told.ring.submit<Receive>(std::move(server), Bytes("mine")).value();
    (void)told.turn(Deadline::at_once());  // the kernel has it
    told.ring.cancel(ticket).value();
    auto done = told.next<Receive>();
    BOOST_TEST((done.outcome.error() == errc::stopped));
    BOOST_TEST(done.buffer.text(4) == "mine");
    (void)client.send("later").value();
    BOOST_TEST(read_text(done.socket, 5) == "later");
}

BOOST_AUTO_TEST_CASE(a_receive_that_is_cancelled_before_the_kernel_has_it_moves_nothing) {
    if (has_no_ring()) return;
    auto [client, server] = connected_pair<V4>();
    Told<Receive> told;
    told.ring.cancel(told.ring.submit<Receive>(std::move(server), Bytes()).value()).value();
    auto done = told.next<Receive>();
    BOOST_TEST((done.outcome.error() == errc::stopped));
}

BOOST_AUTO_TEST_CASE(a_cancel_that_comes_too_late_returns_the_data) {
    if (has_no_ring()) return;
    auto [client, server] = connected_pair<V4>();
    Told<Receive> told;
    (void)client.send("data").value();
    const auto ticket = told.ring.submit<Receive>(std::move(server), Bytes()).value();
    told.ring.cancel(ticket).value();  // behind the receive, which has its bytes at once
    auto done = told.next<Receive>();
    BOOST_TEST(done.outcome.value() == 4u);
    BOOST_TEST(done.buffer.text(4) == "data");
}

BOOST_AUTO_TEST_CASE(a_ticket_of_what_is_over_names_nothing) {
    if (has_no_ring()) return;
    auto [client, server] = connected_pair<V4>();
    Told<Receive> told;
    (void)client.send("a").value();
    const auto old = told.ring.submit<Receive>(std::move(server), Bytes()).value();
    auto first = told.next<Receive>();
    (void)told.ring.submit<Receive>(std::move(first.socket), Bytes()).value();  // in the same slot
    told.ring.cancel(old).value();
    told.ring.cancel(Ticket<Receive>()).value();
    (void)told.turn(in(2ms));
    BOOST_TEST(told.ring.in_flight() == 1u);
    (void)client.send("b").value();
    BOOST_TEST(told.next<Receive>().outcome.value() == 1u);
}

BOOST_AUTO_TEST_CASE(a_ticket_of_a_larger_ring_names_nothing) {
    if (has_no_ring()) return;
    BasicRing<posix::Uring, 1, Receive> small(posix::Uring::open(1).value());
    auto [client, server] = connected_pair<V4>();
    (void)small.submit<Receive>(std::move(server), Bytes()).value();
    Told<Receive> large;
    std::vector<Pair<V4>> pairs;
    for (int i = 0; i < 3; ++i) {
        pairs.push_back(connected_pair<V4>());
        const auto ticket = large.ring.submit<Receive>(std::move(pairs.back().server), Bytes()).value();
        if (i > 0) small.cancel(ticket).value();
    }
    BOOST_TEST(small.turn(in(2ms), on<Receive>([](Done<Receive>) {})).value().events == 0u);
    BOOST_TEST(small.in_flight() == 1u);
}

BOOST_AUTO_TEST_CASE(the_last_moment_of_the_clock_is_no_deadline) {
    if (has_no_ring()) return;
    auto [client, server] = connected_pair<V4>();
    Told<Receive> told;
    (void)told.ring.submit<Receive>(std::move(server), Bytes(), Deadline::at(INT64_MAX - 1)).value();
    BOOST_TEST(told.turn(in(5ms)).events == 0u);
    (void)client.send("x").value();
    BOOST_TEST(told.next<Receive>().outcome.value() == 1u);
}

BOOST_AUTO_TEST_CASE(a_deadline_is_a_part_of_the_operation) {
    if (has_no_ring()) return;
    auto [client, server] = connected_pair<V4>();
    Told<Receive> told;
    const Deadline until = in(20ms);
    (void)told.ring.submit<Receive>(std::move(server), Bytes(), until).value();
    auto done = told.next<Receive>();
    BOOST_TEST((done.outcome.error() == errc::deadline_exceeded));
    BOOST_TEST(until.has_passed(told.ring.now()));
    (void)client.send("in time").value();
    (void)told.ring.submit<Receive>(std::move(done.socket), Bytes(), soon()).value();
    BOOST_TEST(told.next<Receive>().outcome.value() == 7u);
}

BOOST_AUTO_TEST_CASE(an_operation_whose_deadline_has_passed_makes_one_attempt) {
    if (has_no_ring()) return;
    auto [client, server] = connected_pair<V4>();
    Told<Receive> told;
    (void)client.send("there").value();
    (void)told.ring.submit<Receive>(std::move(server), Bytes(), Deadline::at_once()).value();
    auto done = told.next<Receive>();
    BOOST_TEST(done.outcome.value() == 5u);
    (void)told.ring.submit<Receive>(std::move(done.socket), Bytes(), Deadline::at_once()).value();
    BOOST_TEST((told.next<Receive>().outcome.error() == errc::deadline_exceeded));
}

BOOST_AUTO_TEST_CASE(what_a_cancelled_send_all_and_recv_exact_moved_is_counted) {
    if (has_no_ring()) return;
    static BufferSlab<16'000'000, 1> slab;
    using SendMuch = Flight<op::send_all, S, SlabBuffer>;
    auto [client, server] = connected_pair<V4>();
    Told<SendMuch, ReceiveExactly> told;
    const auto much = told.ring.submit<SendMuch>(std::move(client), slab.take().value()).value();
    (void)told.turn(in(5ms));
    told.ring.cancel(much).value();
    auto sent = told.next<SendMuch>();
    BOOST_TEST((sent.outcome.error() == errc::stopped));
    const std::size_t moved = sent.outcome.error().transferred;
    BOOST_TEST(moved > 0u);
    (void)std::move(sent.socket).shutdown_send().value();
    BOOST_TEST(count_to_end(server) == moved);

    auto [one, other] = connected_pair<V4>();
    (void)one.send("abc").value();
    const auto exact = told.ring.submit<ReceiveExactly>(std::move(other), Bytes()).value();
    (void)told.turn(in(5ms));
    told.ring.cancel(exact).value();
    auto received = told.next<ReceiveExactly>();
    BOOST_TEST((received.outcome.error() == errc::stopped));
    BOOST_TEST(received.outcome.error().transferred == 3u);
    BOOST_TEST(received.buffer.text(3) == "abc");
}

BOOST_AUTO_TEST_CASE(a_cancelled_accept_gives_the_listener_back_with_its_queue) {
    if (has_no_ring()) return;
    Told<Accept> told;
    auto listener = listening_on_loopback<V4>();
    const auto address = listener.local_addr().value();
    const auto ticket = told.ring.accept<Accept>(std::move(listener)).value();
    (void)told.turn(Deadline::at_once());
    told.ring.cancel(ticket).value();
    auto done = told.next<Accept>();
    BOOST_TEST((done.outcome.error() == errc::stopped));
    const auto client = tcp_v4().value().connect(address, soon()).value();
    BOOST_TEST(done.socket.accept(soon()).has_value());
}

BOOST_AUTO_TEST_CASE(an_accept_that_is_cancelled_too_late_gives_the_socket) {
    if (has_no_ring()) return;
    const std::size_t before = count_descriptors();
    {
        Told<Accept> told;
        auto listener = listening_on_loopback<V4>();
        const auto client = connected_to(listener);
        told.ring.cancel(told.ring.accept<Accept>(std::move(listener)).value()).value();
        auto done = told.next<Accept>();
        BOOST_TEST((done.outcome.value().remote_addr().value() == client.local_addr().value()));
    }
    BOOST_TEST(count_descriptors() == before);
}

BOOST_AUTO_TEST_CASE(a_cancelled_connect_leaves_a_closed_socket) {
    if (has_no_ring()) return;
    const FullListener<V4> full;
    Told<Connect> told;
    const auto ticket = told.ring.connect<Connect>(tcp_v4().value(), full.address()).value();
    (void)told.turn(Deadline::at_once());
    told.ring.cancel(ticket).value();
    BOOST_TEST((told.next<Connect>().outcome.error() == errc::stopped));
    (void)told.ring.connect<Connect>(tcp_v4().value(), full.address(), in(5ms)).value();
    BOOST_TEST((told.next<Connect>().outcome.error() == errc::deadline_exceeded));
}

BOOST_AUTO_TEST_CASE(all_that_is_in_flight_is_cancelled_at_once) {
    if (has_no_ring()) return;
    std::vector<Pair<V4>> pairs;
    Told<Receive> told;
    for (int i = 0; i < 8; ++i) {
        pairs.push_back(connected_pair<V4>());
        (void)told.ring.submit<Receive>(std::move(pairs.back().server), Bytes()).value();
    }
    told.ring.cancel_all().value();
    for (int i = 0; i < 8; ++i) BOOST_TEST((told.next<Receive>().outcome.error() == errc::stopped));
    BOOST_TEST(told.ring.in_flight() == 0u);
}

BOOST_AUTO_TEST_CASE(a_ring_that_is_dropped_waits_for_the_kernel_and_closes_what_it_had) {
    if (has_no_ring()) return;
    const std::size_t before = count_descriptors();
    auto [client, server] = connected_pair<V4>();
    {
        Told<Receive, Accept, Connect> told;
        const FullListener<V4> full;
        auto listener = listening_on_loopback<V4>();
        const auto waiting = connected_to(listener);
        (void)told.ring.submit<Receive>(std::move(server), Bytes()).value();
        (void)told.ring.accept<Accept>(std::move(listener)).value();  // done before the cancel
        (void)told.ring.connect<Connect>(tcp_v4().value(), full.address()).value();
        BOOST_TEST(told.ring.in_flight() == 3u);
    }
    BOOST_TEST(read_to_end(client) == "");
    (void)std::move(client).close().value();
    BOOST_TEST(count_descriptors() == before);
}

BOOST_AUTO_TEST_CASE(a_forked_child_drops_its_copy_and_the_parent_goes_on) {
    if (has_no_ring()) return;
    auto [client, server] = connected_pair<V4>();
    std::optional<Told<Receive>> told(std::in_place);
    (void)told->ring.submit<Receive>(std::move(server), Bytes()).value();
    (void)told->turn(Deadline::at_once());
    const int code = exit_code_of_child([&] {
        told.reset();
        return 0;
    });
    BOOST_TEST(code == 0);
    (void)client.send("to the parent").value();
    BOOST_TEST(told->next<Receive>().buffer.text(13) == "to the parent");
}

BOOST_AUTO_TEST_CASE(a_ring_that_another_thread_drops_ends_the_program_rather_than_free_what_the_kernel_writes) {
    if (has_no_ring()) return;
    const std::string words = dying_words([] {
        auto pair = connected_pair<V4>();
        std::optional<Told<Receive>> told(std::in_place);
        (void)told->ring.submit<Receive>(std::move(pair.server), Bytes()).value();
        (void)told->turn(Deadline::at_once());
        std::thread([&] { told.reset(); }).join();
    });
    BOOST_TEST(words == "estate: a ring cannot wait for what is in flight; drop it in its own thread\n");
}

BOOST_AUTO_TEST_CASE(a_handler_that_throws_leaves_the_rest_to_the_next_turn) {
    if (has_no_ring()) return;
    std::vector<Pair<V4>> pairs;
    Ring<8, Receive> ring(Ring<8, Receive>::probe().value());
    for (int i = 0; i < 3; ++i) {
        pairs.push_back(connected_pair<V4>());
        (void)pairs.back().client.send("x").value();
        (void)ring.submit<Receive>(std::move(pairs.back().server), Bytes()).value();
    }
    int calls = 0;
    const auto handler = on<Receive>([&](Done<Receive> done) {
        (void)done.outcome.value();
        if (++calls == 1) throw std::runtime_error("the first");
    });
    BOOST_CHECK_THROW((void)ring.turn(soon(), handler), std::runtime_error);
    while (ring.in_flight() > 0) (void)ring.turn(soon(), handler).value();
    BOOST_TEST(calls == 3);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
