// SPDX-License-Identifier: BSL-1.0
#include "host.hpp"

#if !defined(__wasi__)  // a component has one thread, and its handles have one owner
#include <estate/halves.hpp>

namespace {
using namespace estate;
using namespace estate::test;

template <Family F>
using Split = Halves<ConnectedSocket<ReadHalf<Tcp<F>>>, ConnectedSocket<WriteHalf<Tcp<F>>>>;

/// The halves of a client, and its server whole.
template <Family F>
struct SplitPair {
    Split<F> client;
    ConnectedSocket<Tcp<F>> server;

    static SplitPair make() {
        auto pair = connected_pair<F>();
        return {std::move(pair.client).split().value(), std::move(pair.server)};
    }
};

BOOST_AUTO_TEST_SUITE(tcp_halves)

BOOST_AUTO_TEST_CASE_TEMPLATE(one_half_sends_and_the_other_receives, F, Families) {
    if (lacks<F>()) return;
    const auto pair = SplitPair<F>::make();
    BOOST_TEST(succeeds(pair.client.writer.send_all("question", soon())));
    BOOST_TEST(read_text(pair.server, 8) == "question");
    BOOST_TEST(succeeds(pair.server.send_all("answer", soon())));
    BOOST_TEST(read_text(pair.client.reader, 6) == "answer");
    BOOST_TEST((pair.client.reader.remote_addr().value() == pair.server.local_addr().value()));
    BOOST_TEST((pair.client.writer.local_addr().value() == pair.server.remote_addr().value()));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(joined_halves_are_the_connection_again, F, Families) {
    if (lacks<F>()) return;
    auto pair = SplitPair<F>::make();
    BOOST_TEST(succeeds(pair.client.writer.send_all("before ", soon())));
    auto joined = std::move(pair.client.reader).join(std::move(pair.client.writer));
    BOOST_REQUIRE(joined.has_value());
    ConnectedSocket<Tcp<F>> client = std::move(joined).value();
    BOOST_TEST(succeeds(client.send_all("after", soon())));
    BOOST_TEST(read_text(pair.server, 12) == "before after");
    auto again = std::move(client).split().value();  // and can be split once more
    BOOST_TEST(succeeds(std::move(again.writer).join(std::move(again.reader))));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_writer_that_is_dropped_sends_the_end_and_the_reader_goes_on, F, Families) {
    if (lacks<F>()) return;
    auto pair = SplitPair<F>::make();
    BOOST_TEST(succeeds(pair.client.writer.send_all("last", soon())));
    { const auto dropped = std::move(pair.client.writer); }
    BOOST_TEST(read_to_end(pair.server) == "last");
    BOOST_TEST(succeeds(pair.server.send_all("reply", soon())));
    BOOST_TEST(read_text(pair.client.reader, 5) == "reply");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_writer_that_is_closed_sends_the_end_as_well, F, Families) {
    if (lacks<F>()) return;
    auto pair = SplitPair<F>::make();
    BOOST_TEST(succeeds(std::move(pair.client.writer).close()));
    BOOST_TEST(read_to_end(pair.server).empty());
    BOOST_TEST(succeeds(pair.server.send_all("reply", soon())));
    BOOST_TEST(read_text(pair.client.reader, 5) == "reply");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_writer_that_another_takes_the_place_of_sends_the_end, F, Families) {
    if (lacks<F>()) return;
    auto first = SplitPair<F>::make();
    auto second = SplitPair<F>::make();
    first.client.writer = std::move(second.client.writer);
    BOOST_TEST(read_to_end(first.server).empty());
    BOOST_TEST(succeeds(first.client.writer.send_all("alive", soon())));
    BOOST_TEST(read_text(second.server, 5) == "alive");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_reader_that_is_dropped_leaves_the_writer_its_connection, F, Families) {
    if (lacks<F>()) return;
    auto pair = SplitPair<F>::make();
    { const auto dropped = std::move(pair.client.reader); }
    BOOST_TEST(succeeds(pair.client.writer.send_all("still here", soon())));
    BOOST_TEST(read_text(pair.server, 10) == "still here");
    { const auto dropped = std::move(pair.client.writer); }
    BOOST_TEST(read_to_end(pair.server).empty());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_last_half_closes_over_unread_bytes_as_a_socket_does, F, Families) {
    if (lacks<F>()) return;
    auto pair = SplitPair<F>::make();
    BOOST_TEST(succeeds(pair.server.send_all("unread", soon())));
    std::byte one[1];
    BOOST_TEST(succeeds(pair.client.reader.recv(one, soon())));  // the rest has come
    { const auto dropped = std::move(pair.client.reader); }
    { const auto dropped = std::move(pair.client.writer); }
    // The FIN of the writer and then the reset: the end of the stream or the reset, and no more.
    const auto got = pair.server.recv(one, soon());
    BOOST_TEST((fails_with(got, errc::end_of_stream) || fails_with(got, std::errc::connection_reset)));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_a_half_has_shut_stays_shut_when_it_is_joined, F, Families) {
    if (lacks<F>()) return;
    {
        auto pair = SplitPair<F>::make();
        auto shut = std::move(pair.client.writer).shutdown_send().value();
        auto joined = std::move(pair.client.reader).join(std::move(shut));
        BOOST_REQUIRE(joined.has_value());
        SendClosedSocket<Tcp<F>> rest = std::move(joined).value();
        BOOST_TEST(read_to_end(pair.server).empty());
        (void)std::move(pair.server).close();
        BOOST_TEST(succeeds(std::move(rest).finish(soon())));
    }
    {
        auto pair = SplitPair<F>::make();
        auto shut = std::move(pair.client.reader).shutdown_receive().value();
        auto joined = std::move(shut).join(std::move(pair.client.writer));
        BOOST_REQUIRE(joined.has_value());
        ReceiveClosedSocket<Tcp<F>> rest = std::move(joined).value();
        BOOST_TEST(succeeds(rest.send_all("to you", soon())));
        BOOST_TEST(read_text(pair.server, 6) == "to you");
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(halves_of_two_connections_are_refused_and_given_back, F, Families) {
    if (lacks<F>()) return;
    auto one = SplitPair<F>::make();
    auto other = SplitPair<F>::make();
    auto refused = std::move(one.client.reader).join(std::move(other.client.writer));
    BOOST_REQUIRE(fails_with(refused, errc::halves_differ));
    auto& [reader, writer] = refused.assume_error().socket;
    BOOST_TEST(succeeds(std::move(reader).join(std::move(one.client.writer))));
    BOOST_TEST(succeeds(std::move(writer).join(std::move(other.client.reader))));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_half_whose_other_is_gone_fits_no_later_one_with_its_number, F, Families) {
    if (lacks<F>()) return;
    auto one = SplitPair<F>::make();
    auto other = connected_pair<F>();
    { const auto dropped = std::move(one.client.writer); }
    auto later = std::move(other.client).split().value();  // its second descriptor has the number that is free now
    auto refused = std::move(one.client.reader).join(std::move(later.writer));
    BOOST_TEST(fails_with(refused, errc::halves_differ));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(halves_that_were_moved_from_say_so, F, Families) {
    if (lacks<F>()) return;
    auto pair = SplitPair<F>::make();
    auto reader = std::move(pair.client.reader);
    std::byte room[1];
    BOOST_TEST(fails_with(pair.client.reader.recv(room, soon()), errc::moved_from));  // NOLINT(*-use-after-move)
    auto refused = std::move(pair.client.reader).join(std::move(pair.client.writer));  // NOLINT(*-use-after-move)
    BOOST_REQUIRE(fails_with(refused, errc::moved_from));
    BOOST_TEST(succeeds(std::move(reader).join(std::move(refused.assume_error().socket.writer))));
    auto whole = connected_pair<F>();
    const auto kept = std::move(whole.client);
    BOOST_TEST(fails_with(std::move(whole.client).split(), errc::moved_from));  // NOLINT(*-use-after-move)
}

BOOST_AUTO_TEST_CASE_TEMPLATE(each_half_waits_by_itself_until_its_deadline, F, Families) {
    if (lacks<F>()) return;
    const auto pair = SplitPair<F>::make();
    std::byte room[1];
    BOOST_TEST(fails_with(pair.client.reader.recv(room, in(20ms)), errc::deadline_exceeded));
    BOOST_TEST(fails_with(pair.client.reader.peek(room, in(20ms)), errc::deadline_exceeded));
    BOOST_TEST(succeeds(pair.client.writer.send("x", in(20ms))));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
#endif
