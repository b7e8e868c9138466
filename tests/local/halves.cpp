// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <estate/halves.hpp>
#include <estate/unix.hpp>
#include <string>
#include <thread>

#include "../support/check.hpp"
#include "../support/loopback.hpp"
#include "../support/scratch.hpp"

namespace {
using namespace estate;
using namespace estate::test;

using Connections = std::tuple<UnixStream, UnixSeqpacket>;

BOOST_AUTO_TEST_SUITE(halves)

BOOST_AUTO_TEST_CASE_TEMPLATE(the_halves_of_a_pair_talk_and_the_writer_ends_by_being_dropped, T, Connections) {
    auto pair = new_pair<T>().value();
    auto one = std::move(pair.first).split().value();
    std::string heard;
    {
        const std::jthread receiver([&, other = std::move(pair.second)] {
            std::byte room[16];
            while (other.recv(room, soon())) heard += 'x';
            (void)other.send("over", soon());
        });
        BOOST_TEST(succeeds(one.writer.send("first", soon())));
        { const auto dropped = std::move(one.writer); }
        std::byte room[16];
        BOOST_TEST(succeeds(one.reader.recv(room, soon())));
        BOOST_TEST(as_text(std::span(room).first(4)) == "over");
    }
    BOOST_TEST(heard == "x");
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

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
