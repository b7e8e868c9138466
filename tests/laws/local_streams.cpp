// SPDX-License-Identifier: BSL-1.0
// What holds of connections, datagrams and halves of them within a host, on the kernel and on a simulated one.

#include <estate/nonblocking.hpp>
#include <optional>

#include "local_ground.hpp"

namespace {
using namespace estate;
using namespace estate::test;

using Transports = std::tuple<UnixStream, UnixDatagram, UnixSeqpacket>;
using Connections = std::tuple<UnixStream, UnixSeqpacket>;

template <class T = UnixStream>
ListeningSocket<T> listening_at(const UnixAddress& at, Backlog backlog = {}) {
    return new_socket<T>().value().bind(at).value().listen(backlog).value();
}
template <class T = UnixStream>
ConnectedSocket<T> client_of(const UnixAddress& at) {
    return new_socket<T>().value().connect(at, soon()).value();
}
/// What comes next, of a stream or as a packet.
template <class S>
std::string said_to(const S& socket) {
    std::byte room[64];
    const auto got = socket.recv(room, soon());
    if (!got) return got.assume_error().message();
    if constexpr (Stream<typename S::transport>) {
        return std::string(as_text(std::span(room).first(got.assume_value())));
    } else {
        return std::string(as_text(std::span(room).first(got.assume_value().size)));
    }
}
std::string said(const ReceivedFrom<UnixAddress>& got, const std::byte* room) {
    return std::string(as_text(std::span(room, got.size)));
}

BOOST_AUTO_TEST_SUITE(local_streams)

BOOST_AUTO_TEST_CASE(the_longest_names_are_bound_and_answered) {
    const auto name = UnixAddress::abstract(std::string(UnixAddress::max_length, 'e')).value();
    BOOST_TEST((unix_stream().value().bind(name).value().local_addr().value() == name));
    const Scratch scratch;
    const auto path = scratch.at(std::string(UnixAddress::max_length - scratch.path().size() - 1, 'p'));
    BOOST_TEST(path.name().size() == UnixAddress::max_length);
    {
        const auto bound = unix_stream().value().bind(path).value();
        BOOST_TEST((bound.local_addr().value() == path));
        BOOST_TEST(is_there(path));
    }
    BOOST_TEST(!is_there(path));
}

BOOST_AUTO_TEST_CASE(an_unnamed_address_is_refused_before_any_call) {
    auto refused = unix_stream().value().bind(UnixAddress());
    BOOST_TEST(fails_with(refused, unix_errc::address_unnamed));
    const Scratch scratch;
    BOOST_TEST(succeeds(std::move(refused.assume_error().socket).bind(scratch.at("s"))));
    BOOST_TEST(fails_with(unix_stream().value().connect(UnixAddress()), unix_errc::address_unnamed));
}

BOOST_AUTO_TEST_CASE(packets_keep_their_boundaries) {
    auto [first, second] = new_pair<UnixSeqpacket>().value();
    BOOST_TEST(succeeds(first.send("one")));
    BOOST_TEST(succeeds(first.send("three")));
    std::byte room[4];
    BOOST_TEST(second.recv(room, soon()).value().size == 3u);
    const auto cut = second.recv(room, soon()).value();
    BOOST_TEST((cut.size == 4u && cut.truncated));
}

BOOST_AUTO_TEST_CASE(an_abstract_name_serves_without_a_file) {
    const auto name = UnixAddress::abstract(unique_name()).value();
    auto listener = listening_at(name);
    BOOST_TEST((listener.local_addr().value() == name));
    auto client = client_of(name);
    BOOST_TEST((client.remote_addr().value() == name));
    BOOST_TEST(client.local_addr().value().is_unnamed());
    BOOST_TEST(fails_with(unix_stream().value().bind(name), std::errc::address_in_use));
    BOOST_TEST(succeeds(std::move(listener).close()));
    BOOST_TEST(fails_with(unix_stream().value().connect(name), std::errc::connection_refused));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(accept_from_tells_the_name_of_the_peer_even_of_one_that_has_gone, T, Connections) {
    const Scratch scratch;
    const auto listener = listening_at<T>(scratch.at("s"));
    const UnixAddress names[] = {
        UnixAddress(), scratch.at("client"),
        scratch.at(std::string(UnixAddress::max_length - scratch.path().size() - 1, 'p')),
        UnixAddress::abstract(unique_name() + ".peer").value(),
        UnixAddress::abstract(std::string(UnixAddress::max_length, 'e')).value()};
    for (const UnixAddress& name : names) {
        for (const bool is_gone : {false, true}) {
            std::optional<ConnectedSocket<T>> client;
            if (name.is_unnamed()) {
                client = client_of<T>(scratch.at("s"));
            } else {
                client = new_socket<T>().value().bind(name).value().connect(scratch.at("s"), soon()).value();
            }
            if (is_gone) client.reset();
            const auto accepted = listener.accept_from(soon()).value();
            BOOST_TEST((accepted.peer == name));
            BOOST_TEST((accepted.socket.local_addr().value() == scratch.at("s")));
        }
    }
    BOOST_TEST(fails_with(listener.accept_from(Deadline::at_once()), errc::deadline_exceeded));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_listener_that_never_waits_tells_the_name_of_the_peer, T, Connections) {
    const Scratch scratch;
    const auto listener = listening_at<T>(scratch.at("s")).set_nonblocking().value();
    BOOST_TEST(listener.accept_from().value().would_block());
    const auto client = new_socket<T>().value().bind(scratch.at("c")).value().connect(scratch.at("s"), soon()).value();
    const auto accepted = listener.accept_from().value().value();
    BOOST_TEST((accepted.peer == scratch.at("c")));
    std::byte room[1];
    BOOST_TEST(accepted.socket.recv(room).value().would_block());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_farewell_ends_in_time_and_leaves_the_peer_what_was_sent_to_it, T, Connections) {
    const Scratch scratch;
    const auto listener = listening_at<T>(scratch.at("s"));
    {
        auto client = client_of<T>(scratch.at("s"));
        auto server = listener.accept(soon()).value();
        BOOST_TEST(succeeds(std::move(client).shutdown_send()));
        BOOST_TEST(succeeds(std::move(server).finish_or_abort(soon())));  // the polite one
    }
    for (const bool is_half : {false, true}) {  // one that stays
        auto bound = new_socket<T>().value().bind(scratch.at("client")).value();
        auto client = std::move(bound).connect(scratch.at("s"), soon()).value();
        const auto server = listener.accept(soon()).value();
        BOOST_TEST(succeeds(client.send("last")));
        const auto ended = is_half ? std::move(client).shutdown_send().value().finish_or_abort(in(1ms))
                                   : std::move(client).finish_or_abort(in(1ms));
        BOOST_TEST(fails_with(ended, errc::deadline_exceeded));
        BOOST_TEST(!is_there(scratch.at("client")));  // its file has gone with it
        BOOST_TEST(said_to(server) == "last");
        std::byte room[1];
        BOOST_TEST(fails_with(server.recv(room, soon()), errc::end_of_stream));
        BOOST_TEST(fails_with(server.send("late"), std::errc::broken_pipe));
    }
}

BOOST_AUTO_TEST_CASE(a_moved_from_socket_says_so) {
    const Scratch scratch;
    auto stream = unix_stream().value();
    const auto taken = std::move(stream);
    BOOST_TEST(fails_with(std::move(stream).bind(scratch.at("s")), errc::moved_from));
    auto pair = new_pair<UnixStream>().value();
    const auto gone = std::move(pair.first);
    BOOST_TEST(fails_with(pair.first.peer_credentials(), errc::moved_from));
    BOOST_TEST(fails_with(pair.first.send("x"), errc::moved_from));
    BOOST_TEST(fails_with(pair.first.local_addr(), errc::moved_from));
    BOOST_TEST(fails_with(pair.first.recv_socket<UnixStream>(soon()), errc::moved_from));
}

BOOST_AUTO_TEST_CASE(the_senders_address_is_one_to_answer_to) {
    const Scratch scratch;
    const auto server = unix_datagram().value().bind(scratch.at("server")).value();
    const auto client = unix_datagram().value().bind(UnixAddress::abstract(unique_name()).value()).value();
    std::byte room[16];
    BOOST_TEST(client.send_to("ping", scratch.at("server")).value() == 4u);
    const auto got = server.recv_from(room, soon()).value();
    BOOST_TEST(said(got, room) == "ping");
    BOOST_TEST((got.sender == UnixAddress::abstract(unique_name()).value()));
    BOOST_TEST(succeeds(server.send_to("pong", got.sender)));
    const auto answer = client.recv_from(room).value();
    BOOST_TEST(said(answer, room) == "pong");
    BOOST_TEST((answer.sender == scratch.at("server")));
}

BOOST_AUTO_TEST_CASE(who_has_no_name_can_send_and_cannot_be_answered) {
    const Scratch scratch;
    const auto server = unix_datagram().value().bind(scratch.at("s")).value();
    const auto nobody = unix_datagram().value();
    BOOST_TEST(succeeds(nobody.send_to("", scratch.at("s"))));  // an empty datagram is legal
    std::byte room[16];
    const auto got = server.recv_from(room, soon()).value();
    BOOST_TEST((got.size == 0u && !got.truncated));
    BOOST_TEST(got.sender.is_unnamed());
    BOOST_TEST(fails_with(server.send_to("x", got.sender), unix_errc::address_unnamed));
}

BOOST_AUTO_TEST_CASE(a_datagram_that_does_not_fit_is_cut_and_says_so) {
    const Scratch scratch;
    const auto server = unix_datagram().value().bind(scratch.at("s")).value();
    const auto client = unix_datagram().value().connect(scratch.at("s")).value();
    BOOST_TEST((client.remote_addr().value() == scratch.at("s")));
    BOOST_TEST(succeeds(client.send("12345")));
    std::byte room[4];
    const auto got = server.recv_from(room, soon()).value();
    BOOST_TEST((got.size == 4u && got.truncated && got.length == 5u));
}

BOOST_AUTO_TEST_CASE(a_failed_connect_leaves_the_socket_as_it_was) {
    const Scratch scratch;
    auto refused = unix_datagram().value().connect(scratch.at("nobody"));
    BOOST_TEST(fails_with(refused, std::errc::no_such_file_or_directory));
    auto bound = std::move(refused.assume_error().socket).bind(scratch.at("a")).value();
    auto unnamed = std::move(bound).connect(UnixAddress());
    BOOST_TEST(fails_with(unnamed, unix_errc::address_unnamed));
    BOOST_TEST((unnamed.assume_error().socket.local_addr().value() == scratch.at("a")));
}

BOOST_AUTO_TEST_CASE(a_pair_of_datagram_sockets_answers) {
    const auto pair = new_pair<UnixDatagram>().value();
    BOOST_TEST(succeeds(pair.first.send("x")));
    std::byte room[4];
    BOOST_TEST(pair.second.recv(room, soon()).value().size == 1u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(halves_join_and_those_of_two_pairs_do_not, T, Connections) {
    auto one = std::move(new_pair<T>().value().first).split().value();
    auto two = std::move(new_pair<T>().value().first).split().value();
    auto refused = std::move(one.reader).join(std::move(two.writer));
    BOOST_REQUIRE(fails_with(refused, errc::halves_differ));
    auto& [reader, writer] = refused.assume_error().socket;
    BOOST_TEST(succeeds(std::move(writer).join(std::move(two.reader))));
    auto shut = std::move(one.writer).shutdown_send().value();
    auto joined = std::move(reader).join(std::move(shut));
    BOOST_REQUIRE(joined.has_value());
    SendClosedSocket<T> rest = std::move(joined).value();
    BOOST_TEST(succeeds(std::move(rest).close()));
}

BOOST_AUTO_TEST_CASE(the_file_of_a_bound_path_stays_with_the_half_that_receives) {
    const Scratch scratch;
    const auto listener = unix_stream().value().bind(scratch.at("server")).value().listen().value();
    auto bound = unix_stream().value().bind(scratch.at("client")).value();
    auto halves = std::move(bound).connect(scratch.at("server"), soon()).value().split().value();
    { const auto dropped = std::move(halves.writer); }
    BOOST_TEST(is_there(scratch.at("client")));
    { const auto dropped = std::move(halves.reader); }
    BOOST_TEST(!is_there(scratch.at("client")));
}

BOOST_AUTO_TEST_CASE(a_joined_connection_has_the_file_of_its_path_again) {
    const Scratch scratch;
    const auto listener = unix_stream().value().bind(scratch.at("server")).value().listen().value();
    auto bound = unix_stream().value().bind(scratch.at("client")).value();
    auto halves = std::move(bound).connect(scratch.at("server"), soon()).value().split().value();
    auto joined = std::move(halves.reader).join(std::move(halves.writer)).value();
    BOOST_TEST(is_there(scratch.at("client")));
    BOOST_TEST(succeeds(std::move(joined).close()));
    BOOST_TEST(!is_there(scratch.at("client")));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_socket_without_a_peer_is_found_as_it_was, T, Transports) {
    const Scratch scratch;
    BOOST_TEST(found_again(new_socket<T>().value()) == "Created");
    BOOST_TEST(found_again(new_socket<T>().value().bind(scratch.at("s")).value()) == "Bound");
    const auto name = UnixAddress::abstract(unique_name()).value();
    BOOST_TEST(found_again(new_socket<T>().value().bind(name).value()) == "Bound");
    auto pair = new_pair<T>().value();
    BOOST_TEST(found_again(std::move(pair.first)) == "Connected");
}

BOOST_AUTO_TEST_CASE(a_stream_that_cannot_send_is_found_so_and_what_it_can_read_stays) {
    auto pair = new_pair<UnixStream>().value();
    BOOST_TEST(succeeds(pair.second.send("last")));
    const int descriptor = std::move(pair.first).shutdown_send().value().release();
    auto adopted = adopt<UnixStream>(descriptor).value();
    BOOST_REQUIRE(adopted.is<SendClosed>());
    std::byte room[8];
    BOOST_TEST(std::move(adopted).take<SendClosed>().recv(room, soon()).value() == 4u);
    BOOST_TEST(fails_with(pair.second.recv(room, soon()), errc::end_of_stream));  // and nothing was sent
}

BOOST_AUTO_TEST_CASE(finding_out_sends_nothing) {
    auto pair = new_pair<UnixStream>().value();
    auto adopted = adopt<UnixStream>(std::move(pair.first).release()).value();
    std::byte room[8];
    BOOST_TEST(fails_with(pair.second.recv(room, in(1ms)), errc::deadline_exceeded));
    BOOST_TEST(adopted.is<Connected>());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_connection_carries_bytes_both_ways_and_each_way_ends_by_itself, T, Connections) {
    const Scratch scratch;
    const auto listener = listening_at<T>(scratch.at("s"));
    auto client = client_of<T>(scratch.at("s"));
    auto server = listener.accept(soon()).value();
    BOOST_TEST(succeeds(client.send("ping")));
    BOOST_TEST(said_to(server) == "ping");
    auto half = std::move(client).shutdown_send().value();
    std::byte room[8];
    BOOST_TEST(fails_with(server.recv(room, soon()), errc::end_of_stream));
    BOOST_TEST(succeeds(server.send("pong", soon())));
    BOOST_TEST(said_to(half) == "pong");
    BOOST_TEST(fails_with(std::move(half).finish(past()), errc::deadline_exceeded));  // the server has not ended
    BOOST_TEST(fails_with(server.send("late"), std::errc::broken_pipe));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_is_closed_in_one_way_works_in_the_other_until_both_are_closed, T, Connections) {
    auto [first, second] = new_pair<T>().value();
    const auto receives = std::move(first).shutdown_send().value();
    auto sends = std::move(second).shutdown_receive().value();
    BOOST_TEST(succeeds(sends.set(option::send_buffer{8192})));
    BOOST_TEST(sends.local_addr().value().is_unnamed());
    BOOST_TEST(sends.remote_addr().value().is_unnamed());
    BOOST_TEST(succeeds(sends.peer_credentials()));
    BOOST_TEST(succeeds(sends.send("one", soon())));
    BOOST_TEST(said_to(receives) == "one");
    if constexpr (Stream<T>) {
        const ConstBuffer gather[] = {as_buffer("th"), as_buffer("ree")};
        BOOST_TEST(succeeds(sends.send_all("two", soon())));
        BOOST_TEST(sends.send_vectored(gather, soon()).value() == 5U);
        std::byte room[8];
        BOOST_TEST(succeeds(receives.recv_exact(std::span(room, 3), soon())));
        const MutableBuffer scatter[] = {std::span(room, 2), std::span(room + 2, 3)};
        BOOST_TEST(receives.recv_vectored(scatter, soon()).value() == 5U);
        BOOST_TEST(as_text(std::span(room, 5)) == "three");
    }
}
BOOST_AUTO_TEST_CASE_TEMPLATE(what_is_closed_in_one_way_may_wait_no_longer_and_wait_again, T, Connections) {
    auto [first, second] = new_pair<T>().value();
    auto receives = std::move(first).shutdown_send().value().set_nonblocking().value();
    auto sends = std::move(second).shutdown_receive().value().set_nonblocking().value();
    std::byte room[8];
    BOOST_TEST(receives.recv(room).value().would_block());
    BOOST_TEST(!sends.send("x").value().would_block());
    BOOST_TEST(!receives.recv(room).value().would_block());
    const SendClosedSocket<T> waits = std::move(receives).set_blocking().value();
    BOOST_TEST(fails_with(waits.recv(room, past()), errc::deadline_exceeded));
    const ReceiveClosedSocket<T> waits_too = std::move(sends).set_blocking().value();
    BOOST_TEST(succeeds(waits_too.send("y", soon())));
}
BOOST_AUTO_TEST_CASE(datagrams_may_wait_no_longer_and_wait_again) {
    const Scratch scratch;
    auto bound = unix_datagram().value().bind(scratch.at("s")).value().set_nonblocking().value();
    std::byte room[8];
    BOOST_TEST(bound.recv_from(room).value().would_block());
    const auto connected = unix_datagram().value().connect(scratch.at("s")).value().set_nonblocking().value();
    BOOST_TEST(!connected.send("x").value().would_block());
    BOOST_TEST(!bound.recv_from(room).value().would_block());
    const BoundSocket<UnixDatagram> waits = std::move(bound).set_blocking().value();
    BOOST_TEST(fails_with(waits.recv_from(room, past()), errc::deadline_exceeded));
}
BOOST_AUTO_TEST_CASE_TEMPLATE(a_connection_is_closed_in_both_ways_in_any_order, T, Connections) {
    auto created = new_socket<T>().value();
    BOOST_TEST(succeeds(created.set(option::send_buffer{8192})));
    auto [first, second] = new_pair<T>().value();
    const ClosedSocket<T> one = std::move(first).shutdown_send().value().shutdown_receive().value();
    const ClosedSocket<T> other = std::move(second).shutdown_receive().value().shutdown_send().value();
    auto [third, fourth] = new_pair<T>().value();
    const auto ended = std::move(fourth).shutdown_send().value();
    const ClosedSocket<T> finished = std::move(third).finish(soon()).value();
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_is_left_unread_resets_who_sent_it, T, Connections) {
    auto [first, second] = new_pair<T>().value();
    BOOST_TEST(succeeds(first.send("unread")));
    BOOST_TEST(succeeds(std::move(second).close()));
    std::byte room[1];
    BOOST_TEST(fails_with(first.recv(room, soon()), std::errc::connection_reset));
    BOOST_TEST(fails_with(first.recv(room, soon()), errc::end_of_stream));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_listener_that_ends_resets_who_waits_in_its_backlog, T, Connections) {
    const Scratch scratch;
    auto listener = listening_at<T>(scratch.at("s"));
    const auto client = client_of<T>(scratch.at("s"));
    BOOST_TEST(succeeds(std::move(listener).close()));
    std::byte room[1];
    BOOST_TEST(fails_with(client.recv(room, soon()), std::errc::connection_reset));
}

BOOST_AUTO_TEST_CASE(a_connect_to_a_full_backlog_keeps_its_deadline_and_is_made_when_there_is_a_place) {
    const Scratch scratch;
    const auto listener = listening_at(scratch.at("s"), Backlog(1));
    std::vector<ConnectedSocket<UnixStream>> queued;
    while (auto more = unix_stream().value().connect(scratch.at("s"), in(1ms))) {
        queued.push_back(std::move(more).assume_value());
        BOOST_REQUIRE(queued.size() < 10u);
    }
    BOOST_TEST(queued.size() == 2u);
    BOOST_TEST(fails_with(unix_stream().value().connect(scratch.at("s"), in(5ms)), errc::deadline_exceeded));
    BOOST_TEST(succeeds(listener.accept(soon())));
    BOOST_TEST(succeeds(unix_stream().value().connect(scratch.at("s"), soon())));
}

BOOST_AUTO_TEST_CASE(a_full_pipe_takes_the_rest_once_there_is_room) {
    auto [first, second] = new_pair<UnixStream>().value();
    const std::vector<std::byte> chunk(4096);
    std::size_t sent = 0;
    for (;;) {
        const auto took = first.send(chunk, past());
        if (!took) {
            BOOST_TEST(fails_with(took, errc::deadline_exceeded));
            break;
        }
        sent += took.assume_value();
    }
    std::vector<std::byte> room(sent);
    BOOST_TEST(succeeds(second.recv_exact(room, soon())));
    BOOST_TEST(succeeds(first.send(chunk, soon())));
}

BOOST_AUTO_TEST_CASE(a_full_queue_of_datagrams_keeps_the_deadline_and_then_takes_the_next) {
    const Scratch scratch;
    const auto server = unix_datagram().value().bind(scratch.at("s")).value();
    const auto client = unix_datagram().value();
    int sent = 0;
    while (client.send_to("x", scratch.at("s"), past())) BOOST_REQUIRE(++sent < 100'000);
    BOOST_TEST(sent > 0);
    BOOST_TEST(fails_with(client.send_to("x", scratch.at("s"), in(5ms)), errc::deadline_exceeded));
    std::byte room[1];
    for (int i = 0; i < sent; ++i) BOOST_TEST(succeeds(server.recv_from(room, soon())));
    BOOST_TEST(succeeds(client.send_to("x", scratch.at("s"), soon())));
    BOOST_TEST(fails_with(server.send_to("x", scratch.at("nobody")), std::errc::no_such_file_or_directory));
}

BOOST_AUTO_TEST_CASE(a_fixed_peer_that_has_gone_is_refused_once_and_then_there_is_none) {
    const Scratch scratch;
    auto server = unix_datagram().value().bind(scratch.at("s")).value();
    const auto client = unix_datagram().value().connect(scratch.at("s")).value();
    BOOST_TEST(succeeds(client.send("x")));
    BOOST_TEST(succeeds(std::move(server).close()));
    BOOST_TEST(fails_with(client.send("x"), std::errc::connection_refused));
    BOOST_TEST(fails_with(client.send("x"), std::errc::not_connected));
}

BOOST_AUTO_TEST_CASE(who_has_a_fixed_peer_hears_no_other) {
    const Scratch scratch;
    auto one = unix_datagram().value().bind(scratch.at("one")).value();
    const auto two = unix_datagram().value().bind(scratch.at("two")).value();
    const auto fixed = std::move(one).connect(scratch.at("two")).value();
    const auto third = unix_datagram().value();
    BOOST_TEST(fails_with(third.send_to("x", scratch.at("one")), std::errc::operation_not_permitted));
    BOOST_TEST(succeeds(two.send_to("x", scratch.at("one"))));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_credentials_of_a_pair_are_ones_own, T, Connections) {
    const auto pair = new_pair<T>().value();
    const auto told = pair.first.peer_credentials().value();
    BOOST_TEST((told == pair.second.peer_credentials().value()));
    BOOST_TEST(told.process != 0);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_listener_and_a_half_are_found_as_they_were, T, Connections) {
    const Scratch scratch;
    BOOST_TEST(found_again(listening_at<T>(scratch.at("s"))) == "Listening");
    BOOST_TEST(remove_file(scratch.at("s")));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
