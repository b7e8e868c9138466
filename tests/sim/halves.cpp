// SPDX-License-Identifier: BSL-1.0
// Halves of one connection in the programs of a simulated host, of which one goes while another waits.
#include <chrono>
#include <estate/backend/sim/programs.hpp>
#include <estate/halves.hpp>
#include <estate/network.hpp>
#include <optional>
#include <vector>

#include "support/check.hpp"
#include "two_hosts.hpp"

using namespace estate;
using namespace estate::test;
using namespace std::chrono_literals;

namespace {

using Streams = Tcp<V4, sim::Sockets>;
using Net = Network<sim::Sockets>;
using Split = Halves<ConnectedSocket<ReadHalf<Streams>>, ConnectedSocket<WriteHalf<Streams>>>;
static_assert(DuplicatingBackend<sim::Sockets>);

/// A connection of the host a to the host b. Both have descriptor 3 free and the connection at 4.
struct Joined : TwoHosts {
    std::optional<ConnectedSocket<Streams>> near, far;

    Joined() {
        const auto listener = Net(server).tcp_v4().value().bind({"10.0.0.2"_ip4, 80}).value().listen().value();
        const auto first = Net(client).tcp_v4().value();
        near.emplace(Net(client).tcp_v4().value().connect({"10.0.0.2"_ip4, 80}, Net(client).in(1s)).value());
        far.emplace(listener.accept().value());
    }
};

BOOST_AUTO_TEST_CASE(a_writer_that_goes_does_not_disturb_the_reader_that_waits) {
    Joined two;
    std::optional<Split> halves(std::move(*two.near).split().value());
    sim::Programs programs(two.world);
    result<std::size_t> got = errc::stopped;
    std::byte room[8];
    programs.spawn(two.a, "reader", [&](sim::System on) { got = halves->reader.recv(room, Net(on).in(10s)); });
    programs.spawn(two.a, "writer", [&](sim::System) { const auto dropped = std::move(halves->writer); });
    programs.spawn(two.b, "server", [&](sim::System on) {
        BOOST_TEST(fails_with(two.far->recv(room, Net(on).in(10s)), errc::end_of_stream));
        BOOST_TEST(succeeds(two.far->send("reply")));
    });
    programs.run();
    BOOST_TEST(got.value() == 5u);
}

BOOST_AUTO_TEST_CASE(a_reader_that_goes_does_not_disturb_the_writer_that_waits) {
    Joined two;
    std::optional<Split> halves(std::move(*two.near).split().value());
    sim::Programs programs(two.world);
    const std::vector<std::byte> much(8'000'000);
    programs.spawn(two.a, "writer", [&](sim::System on) {
        BOOST_TEST(succeeds(halves->writer.send_all(much, Net(on).in(60s))));
        const auto dropped = std::move(halves->writer);
    });
    programs.spawn(two.a, "reader", [&](sim::System) { const auto dropped = std::move(halves->reader); });
    std::size_t count = 0;
    programs.spawn(two.b, "server", [&](sim::System on) {
        std::vector<std::byte> room(65536);
        while (const auto got = two.far->recv(room, Net(on).in(60s))) count += got.assume_value();
        two.far.reset();
    });
    programs.run();
    BOOST_TEST(count == much.size());
    BOOST_TEST(two.a.open() == 0u);
    BOOST_TEST(two.b.open() == 0u);
}

BOOST_AUTO_TEST_CASE(halves_of_two_hosts_with_the_same_numbers_do_not_join) {
    Joined two;
    auto one = std::move(*two.near).split().value();
    auto other = std::move(*two.far).split().value();
    BOOST_TEST_REQUIRE(one.writer.handle() == other.writer.handle());
    BOOST_TEST_REQUIRE(one.reader.handle() == other.reader.handle());
    auto refused = std::move(one.reader).join(std::move(other.writer));
    BOOST_TEST_REQUIRE(fails_with(refused, errc::halves_differ));
    BOOST_TEST(succeeds(std::move(refused.assume_error().socket.reader).join(std::move(one.writer))));
}

}  // namespace
