// SPDX-License-Identifier: BSL-1.0
#include "host.hpp"

#if !defined(__wasi__)  // a component has one thread, and its handles have one owner
#include <algorithm>
#include <cstdint>
#include <estate/halves.hpp>
#include <optional>

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

/// A client that is whole at times and split at others, and what has gone each way so far.
template <Family F>
class Walk {
public:
    explicit Walk(std::uint32_t seed) : seed_{seed} {}

    void step() {
        switch (next(6)) {
            case 0: return split_or_join();
            case 1:
            case 2: return to_server_.send(1 + next(64), [&](auto bytes) { return out(bytes); });
            case 3: return to_client_.send(1 + next(64), [&](auto bytes) { return answer(bytes); });
            case 4: return to_server_.take(1 + next(64), [&](auto room) { return hear(room); });
            default: return to_client_.take(1 + next(64), [&](auto room) { return in(room); });
        }
    }
    /// All that is under way arrives, and then the end.
    void end() {
        to_client_.take(4096, [&](auto room) { return in(room); });
        to_server_.take(4096, [&](auto room) { return hear(room); });
        if (halves_) {
            halves_.reset();
        } else {
            whole_.reset();
        }
        BOOST_TEST(read_to_end(pair_.server).empty());
    }
    int splits = 0;
    int joins = 0;

private:
    /// One direction; each byte says which one it is.
    class Way {
    public:
        void send(std::size_t count, auto&& send_all) {
            std::byte bytes[64];
            if (sent_ - got_ > 2048) return;
            for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<std::byte>(sent_ + i);
            BOOST_TEST(succeeds(send_all(std::span<const std::byte>(bytes, count))));
            sent_ += count;
        }
        void take(std::size_t most, auto&& recv_exact) {
            std::byte room[4096];
            const std::size_t count = std::min(most, sent_ - got_);
            if (count == 0) return;
            BOOST_TEST(succeeds(recv_exact(std::span(room, count))));
            for (std::size_t i = 0; i < count; ++i) BOOST_TEST_REQUIRE((room[i] == static_cast<std::byte>(got_ + i)));
            got_ += count;
        }

    private:
        std::size_t sent_ = 0;
        std::size_t got_ = 0;
    };

    void split_or_join() {
        if (whole_) {
            halves_.emplace(std::move(*whole_).split().value());
            whole_.reset();
            ++splits;
            return;
        }
        if (next(2) == 0) {
            whole_.emplace(std::move(halves_->reader).join(std::move(halves_->writer)).value());
        } else {
            whole_.emplace(std::move(halves_->writer).join(std::move(halves_->reader)).value());
        }
        halves_.reset();
        ++joins;
    }
    auto out(std::span<const std::byte> bytes) {
        return whole_ ? whole_->send_all(bytes, soon()) : halves_->writer.send_all(bytes, soon());
    }
    auto answer(std::span<const std::byte> bytes) { return pair_.server.send_all(bytes, soon()); }
    auto hear(std::span<std::byte> room) { return pair_.server.recv_exact(room, soon()); }
    auto in(std::span<std::byte> room) {
        return whole_ ? whole_->recv_exact(room, soon()) : halves_->reader.recv_exact(room, soon());
    }
    std::uint32_t next(std::uint32_t below) {
        seed_ = seed_ * 1664525U + 1013904223U;
        return (seed_ >> 16U) % below;
    }

    std::uint32_t seed_;
    Pair<F> pair_ = connected_pair<F>();
    std::optional<ConnectedSocket<Tcp<F>>> whole_{std::move(pair_.client)};
    std::optional<Split<F>> halves_;
    Way to_server_;
    Way to_client_;
};

BOOST_AUTO_TEST_CASE_TEMPLATE(however_often_a_connection_is_split_and_joined_no_byte_is_lost, F, Families) {
    if (lacks<F>()) return;
    int splits = 0;
    int joins = 0;
    for (std::uint32_t seed = 1; seed <= 8; ++seed) {
        Walk<F> walk(seed);
        for (int i = 0; i < 300; ++i) walk.step();
        splits += walk.splits;
        joins += walk.joins;
        walk.end();
    }
    BOOST_TEST(splits > 100);
    BOOST_TEST(joins > 100);
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
