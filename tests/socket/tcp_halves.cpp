// SPDX-License-Identifier: BSL-1.0
#include <array>
#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <estate/halves.hpp>
#include <estate/pool.hpp>
#include <estate/waker.hpp>
#include <thread>
#include <vector>

#include "../support/descriptor_count.hpp"
#include "../support/descriptors.hpp"
#include "../support/faulty.hpp"
#include "../support/sockets.hpp"

namespace {
using namespace estate;
using namespace estate::test;

using Reader = ConnectedSocket<ReadHalf<Tcp<V4>>>;
using Writer = ConnectedSocket<WriteHalf<Tcp<V4>>>;

constexpr std::size_t plenty = std::size_t{4} << 20;

/// Sends `plenty` and then the end; the half is gone with it.
void pour(Writer half) {
    const std::vector<std::byte> chunk(50'000, std::byte{7});
    for (std::size_t sent = 0; sent < plenty;) {
        const auto part = std::span(chunk).first(std::min(chunk.size(), plenty - sent));
        half.send_all(part, soon()).value();
        sent += part.size();
    }
}

// Where both halves are shut, or one is Closed, there is nothing to join.
static_assert(OtherHalfOf<Writer, Reader> && OtherHalfOf<Reader, Writer>);
static_assert(!OtherHalfOf<ClosedSocket<WriteHalf<Tcp<V4>>>, Reader>);
static_assert(!OtherHalfOf<ClosedSocket<ReadHalf<Tcp<V4>>>, Writer>);

BOOST_AUTO_TEST_SUITE(tcp_halves)

BOOST_AUTO_TEST_CASE(two_threads_send_and_receive_at_once_and_each_ends_by_itself) {
    auto pair = connected_pair<V4>();
    auto client = std::move(pair.client).split().value();
    auto server = std::move(pair.server).split().value();
    std::array<std::size_t, 2> counted{};
    {
        const std::jthread first(pour, std::move(client.writer));
        const std::jthread second(pour, std::move(server.writer));
        const std::jthread third([half = std::move(client.reader), &counted] { counted[0] = count_to_end(half); });
        const std::jthread fourth([half = std::move(server.reader), &counted] { counted[1] = count_to_end(half); });
    }
    BOOST_TEST(counted[0] == plenty);
    BOOST_TEST(counted[1] == plenty);
}

BOOST_AUTO_TEST_CASE(a_reader_that_waits_in_another_thread_is_woken_while_the_writer_sends) {
    auto pair = connected_pair<V4>();
    auto halves = std::move(pair.client).split().value();
    const auto waker = Waker::open().value();
    result<std::size_t> got = errc::invalid_argument;
    {
        const std::jthread receiver([&, half = std::move(halves.reader)] {
            std::byte room[1];
            got = half.recv(room, {waker, soon()});
        });
        BOOST_TEST(succeeds(halves.writer.send_all("meanwhile", soon())));
        BOOST_TEST(read_text(pair.server, 9) == "meanwhile");
        waker.wake();
    }
    BOOST_TEST(fails_with(got, errc::stopped));
    BOOST_TEST(fails_with(halves.writer.send("x", {waker, soon()}), errc::stopped));
}

BOOST_AUTO_TEST_CASE(a_half_may_go_while_the_other_waits) {
    auto pair = connected_pair<V4>();
    auto halves = std::move(pair.client).split().value();
    std::string heard;
    {
        const std::jthread receiver([&, half = std::move(halves.reader)] { heard = read_to_end(half); });
        { const auto dropped = std::move(halves.writer); }
        BOOST_TEST(read_to_end(pair.server).empty());
        BOOST_TEST(succeeds(pair.server.send_all("to the end", soon())));
        BOOST_TEST(succeeds(std::move(pair.server).close()));
    }
    BOOST_TEST(heard == "to the end");
}

BOOST_AUTO_TEST_CASE(a_split_costs_one_call_and_one_descriptor_and_a_join_gives_it_back) {
    const auto before = count_descriptors();
    {
        auto pair = connected_pair<V4, FaultySockets>();
        const auto two = count_descriptors();
        Faults calls;
        auto halves = std::move(pair.client).split().value();
        BOOST_TEST(calls.made(test::Call::duplicate) == 1);
        BOOST_TEST(calls.made() == 1);
        BOOST_TEST(count_descriptors() == two + 1);
        BOOST_TEST(halves.reader.handle() != halves.writer.handle());
        BOOST_TEST(closes_on_exec(halves.reader.handle()));
        BOOST_TEST(closes_on_exec(halves.writer.handle()));
        const int kept = halves.reader.handle();
        const auto joined = std::move(halves.reader).join(std::move(halves.writer)).value();
        BOOST_TEST(joined.handle() == kept);
        BOOST_TEST(calls.made() == 2);
        BOOST_TEST(calls.made(test::Call::close) == 1);
        BOOST_TEST(calls.made(test::Call::shutdown) == 0);
        BOOST_TEST(count_descriptors() == two);
    }
    BOOST_TEST(count_descriptors() == before);
}

BOOST_AUTO_TEST_CASE(a_writer_shuts_its_direction_once) {
    auto pair = connected_pair<V4, FaultySockets>();
    auto halves = std::move(pair.client).split().value();
    const Faults calls;
    {
        auto shut = std::move(halves.writer).shutdown_send().value();
        const auto moved = std::move(shut);
    }
    BOOST_TEST(calls.made(test::Call::shutdown) == 1);
    BOOST_TEST(calls.made(test::Call::close) == 1);
    { const auto dropped = std::move(halves.reader); }
    BOOST_TEST(calls.made(test::Call::shutdown) == 1);
    BOOST_TEST(calls.made() == 3);
}

BOOST_AUTO_TEST_CASE(a_split_without_a_free_descriptor_gives_the_connection_back) {
    auto pair = connected_pair<V4, FaultySockets>();
    auto refused = [&] {
        const Faults faults{refuse(test::Call::duplicate, EMFILE)};
        return std::move(pair.client).split();
    }();
    BOOST_REQUIRE(fails_with(refused, std::errc::too_many_files_open));
    const auto client = std::move(refused.assume_error().socket);
    BOOST_TEST(succeeds(client.send_all("still whole", soon())));
    BOOST_TEST(read_text(pair.server, 11) == "still whole");
}

BOOST_AUTO_TEST_CASE(a_shutdown_that_fails_ends_the_half_and_leaves_the_other) {
    auto pair = connected_pair<V4, FaultySockets>();
    auto halves = std::move(pair.client).split().value();
    const auto refused = [&] {
        const Faults faults{refuse(test::Call::shutdown, ENOBUFS)};
        return std::move(halves.writer).shutdown_send();
    }();
    BOOST_TEST(fails_with(refused, std::errc::no_buffer_space));
    BOOST_TEST(succeeds(pair.server.send_all("here", soon())));
    BOOST_TEST(read_text(halves.reader, 4) == "here");
}

BOOST_AUTO_TEST_CASE(a_half_that_is_assigned_over_ends_its_direction_and_one_that_is_assigned_itself_goes_on) {
    auto one = connected_pair<V4>();
    auto two = connected_pair<V4>();
    auto first = std::move(one.client).split().value();
    auto second = std::move(two.client).split().value();
    auto& itself = first.writer;
    first.writer = std::move(itself);
    BOOST_TEST(succeeds(first.writer.send_all("x")));
    BOOST_TEST(read_text(one.server, 1) == "x");

    first.writer = std::move(second.writer);
    BOOST_TEST(count_to_end(one.server) == 0u);
    BOOST_TEST(succeeds(first.writer.send_all("y")));
    BOOST_TEST(read_text(two.server, 1) == "y");

    auto taken = std::move(first.writer);
    first.writer = std::move(taken);  // what was moved from is a half again
    { const auto ended = std::move(first.writer); }
    BOOST_TEST(count_to_end(two.server) == 0u);
}

BOOST_AUTO_TEST_CASE(the_address_is_taken_until_the_last_half_is_gone) {
    IpPool<V4> pool{"one-address"};
    pool.add_cidr_range(CidrRange<V4>::of("127.0.0.1"_ip4)).value();
    const auto is_free = [&] { return pool.allocate("tenant", "probe", ResourceType::custom()).has_value(); };
    const auto listener = listening_on_loopback<V4>();
    auto lease = pool.allocate("tenant", "client", ResourceType::custom()).value();
    auto bound = tcp_v4().value().bind(std::move(lease), 0).value();
    auto client = std::move(bound).connect(listener.local_addr().value(), soon()).value();
    {
        auto halves = std::move(client).split().value();
        BOOST_TEST((halves.reader.held().address() == "127.0.0.1"_ip4));
        { const auto dropped = std::move(halves.reader); }
        BOOST_TEST(!is_free());
        BOOST_TEST((halves.writer.held().address() == "127.0.0.1"_ip4));
    }
    BOOST_TEST(is_free());
}

BOOST_AUTO_TEST_CASE(joined_halves_have_one_share_of_the_address) {
    IpPool<V4> pool{"one-address"};
    pool.add_cidr_range(CidrRange<V4>::of("127.0.0.1"_ip4)).value();
    const auto listener = listening_on_loopback<V4>();
    auto lease = pool.allocate("tenant", "client", ResourceType::custom()).value();
    auto bound = tcp_v4().value().bind(std::move(lease), 0).value();
    auto halves = std::move(bound).connect(listener.local_addr().value(), soon()).value().split().value();
    auto joined = std::move(halves.writer).join(std::move(halves.reader)).value();
    auto detached = std::move(joined).close().value().detach_hold();
    BOOST_TEST(!pool.allocate("tenant", "probe", ResourceType::custom()).has_value());
    std::move(detached.hold).release();
    BOOST_TEST(pool.allocate("tenant", "probe", ResourceType::custom()).has_value());
}

BOOST_AUTO_TEST_CASE(options_of_one_direction_are_set_at_its_half) {
    auto pair = connected_pair<V4>();
    auto halves = std::move(pair.client).split().value();
    BOOST_TEST(succeeds(halves.writer.set(option::no_delay{true})));
    BOOST_TEST(halves.writer.get<option::no_delay>().value().value);
    BOOST_TEST(succeeds(halves.reader.set(option::keep_alive{true})));
    const auto joined = std::move(halves.reader).join(std::move(halves.writer)).value();
    BOOST_TEST(joined.get<option::no_delay>().value().value);
    BOOST_TEST(joined.get<option::keep_alive>().value().value);
}

BOOST_AUTO_TEST_CASE(a_half_that_is_given_to_itself_stays_and_one_without_the_other_joins_nothing) {
    auto pair = connected_pair<V4>();
    auto halves = std::move(pair.client).split().value();
    auto& same = halves.reader;
    halves.reader = std::move(same);
    {
        const auto gone = std::move(halves.writer);
        BOOST_TEST(fails_with(std::move(halves.reader).join(std::move(halves.writer)), errc::moved_from));
    }
    auto other = std::move(pair.server).split().value();
    const auto gone = std::move(other.reader);
    BOOST_TEST(fails_with(std::move(other.writer).join(std::move(other.reader)), errc::moved_from));
}

BOOST_AUTO_TEST_CASE(a_half_is_as_large_as_two_numbers_and_a_flag) {
    BOOST_TEST(sizeof(Reader) == 2 * sizeof(int));
    BOOST_TEST(sizeof(Writer) <= 3 * sizeof(int));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
