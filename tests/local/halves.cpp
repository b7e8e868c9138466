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

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
