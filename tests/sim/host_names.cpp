// SPDX-License-Identifier: BSL-1.0
// Names of hosts in a world: nothing outside of it is asked, and an answer takes its time.
#include <chrono>
#include <estate/backend/posix/waker.hpp>
#include <estate/backend/sim/programs.hpp>
#include <estate/backend/sim/trace_text.hpp>
#include <estate/connect_any.hpp>
#include <estate/network.hpp>
#include <estate/waker.hpp>

#include "support/check.hpp"
#include "two_hosts.hpp"

using namespace estate;
using namespace estate::test;
using namespace std::chrono_literals;

namespace {

using Net = Network<sim::Sockets>;

struct Named : TwoHosts {
    explicit Named(const sim::Options& options = {}) : TwoHosts(options) {
        world.name("www.example.org", "10.0.0.2"_ip4, "10.0.0.3"_ip4, "fd00::2"_ip6);
        world.name("old.example.org", "10.0.0.9"_ip4);
    }
    Net net{client};
};
struct SlowNames : Named {
    static sim::Options slow() {
        sim::Options options;
        options.lookup_time = 5 * second;
        return options;
    }
    SlowNames() : Named(slow()) {}
};

/// `lookup() = 2  (server)`, of the last that was asked.
std::string last_lookup(const sim::World& world) {
    const std::string text = sim::TextTrace::of(world);
    const std::size_t at = text.rfind("lookup(");
    return at == text.npos ? "" : text.substr(at, text.find('\n', at) - at);
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_name_has_its_addresses_of_a_family_in_their_order, Named) {
    const auto v4 = resolve<V4>(net, "www.example.org", 80);
    BOOST_REQUIRE(succeeds(v4));
    BOOST_TEST(v4.assume_value().size() == 2U);
    BOOST_TEST((v4.assume_value()[0] == SocketAddress<V4>("10.0.0.2"_ip4, 80)));
    BOOST_TEST((v4.assume_value()[1] == SocketAddress<V4>("10.0.0.3"_ip4, 80)));
    const auto v6 = resolve<V6>(net, "www.example.org", "https");
    BOOST_REQUIRE(succeeds(v6));
    BOOST_TEST((v6.assume_value()[0] == SocketAddress<V6>("fd00::2"_ip6, 443)));
    const auto both = resolve_any<sim::Sockets>("www.example.org", "80", Deadline::never(), client);
    BOOST_REQUIRE(succeeds(both));
    BOOST_TEST(both.assume_value().size() == 3U);
    BOOST_TEST(last_lookup(world) == "lookup() = 3  (www.example.org)");
}
BOOST_FIXTURE_TEST_CASE(each_host_is_known_by_its_name_and_as_localhost_to_itself, Named) {
    for (const char* name : {"server", "SERVER", "server."}) {
        const auto found = resolve<V4>(net, name, 7);
        BOOST_REQUIRE(succeeds(found));
        BOOST_TEST((found.assume_value()[0] == SocketAddress<V4>("10.0.0.2"_ip4, 7)));
    }
    BOOST_TEST((resolve<V6>(net, "localhost", 7).value()[0] == SocketAddress<V6>::loopback(7)));
}
BOOST_FIXTURE_TEST_CASE(what_a_world_does_not_know_is_not_found, Named) {
    BOOST_TEST(fails_with(resolve<V4>(net, "example.org", 80), errc::name_not_found));
    BOOST_TEST(last_lookup(world) == "lookup() = -1 ENOENT  (example.org)");
    BOOST_TEST(fails_with(resolve<V6>(net, "old.example.org", 80), errc::name_no_address));
    BOOST_TEST(fails_with(resolve<V4>(net, "server", "no such service"), errc::name_not_found));
    BOOST_TEST(fails_with(resolve<V4>(net, "127.1", 80), errc::malformed_address));
    BOOST_TEST(fails_with(resolve<V4>(Net(), "server", 80), std::errc::bad_file_descriptor));
    BOOST_TEST(fails_with(resolve<V4>(Net(), "server", "http"), errc::name_not_found));
    for (const char* zone : {"fe80::1%eth0", "fe80::1%0"}) {  // no interface has a name here
        BOOST_TEST(fails_with(resolve<V6>(net, zone, 80), errc::malformed_zone));
    }
}
BOOST_FIXTURE_TEST_CASE(an_address_is_no_name_and_takes_no_time, SlowNames) {
    BOOST_TEST((resolve<V4>(net, "10.0.0.7", 80).value()[0] == SocketAddress<V4>("10.0.0.7"_ip4, 80)));
    BOOST_TEST((resolve<V4>(net, "10.0.0.7", "http").value()[0] == SocketAddress<V4>("10.0.0.7"_ip4, 80)));
    const auto zoned = SocketAddress<V6>("fe80::1"_ip6, 80).with_zone(3);
    BOOST_TEST((resolve<V6>(net, "fe80::1%3", "http").value()[0] == zoned));
    BOOST_TEST(resolve_any<sim::Sockets>("fd00::2", "http", Deadline::never(), client).value()[0].is_v6());
    BOOST_TEST(world.now() == second);
}
BOOST_FIXTURE_TEST_CASE(an_answer_takes_its_time_and_a_deadline_or_a_waker_ends_the_wait, SlowNames) {
    BOOST_TEST(fails_with(resolve<V4>(net, "server", 80, net.in(2s)), errc::deadline_exceeded));
    BOOST_TEST(world.now() == 3 * second);
    BOOST_TEST(fails_with(resolve<V4>(net, "server", 80, Deadline::at_once()), errc::deadline_exceeded));
    BOOST_TEST(world.now() == 3 * second);
    BOOST_TEST(succeeds(resolve<V4>(net, "server", 80, net.in(6s))));
    BOOST_TEST(world.now() == 8 * second);

    const auto waker = BasicWaker<sim::Sockets>::open(client).value();
    world.at(world.now() + second, [&] { waker.wake(); });
    BOOST_TEST(fails_with(resolve<V4>(net, "server", 80, {waker, net.in(20s)}), errc::stopped));
    BOOST_TEST(world.now() == 9 * second);
    BOOST_TEST(fails_with(resolve<V4>(net, "server", 80, waker), errc::stopped));
    BOOST_TEST(world.now() == 9 * second);
    waker.reset();
    BOOST_TEST(succeeds(resolve<V4>(net, "server", 80, {waker, net.in(20s)})));
}
BOOST_FIXTURE_TEST_CASE(a_lookup_fails_by_a_rule, Named) {
    for (const auto& [error, code] : {std::pair{EAGAIN, errc::name_try_again}, {ENOENT, errc::name_not_found}}) {
        world.add(Fault{.host = "client", .call = sim::Call::lookup, .nth = 1, .error = error});
        BOOST_TEST(fails_with(resolve<V4>(net, "server", 80), code));
        BOOST_TEST(succeeds(resolve<V4>(net, "server", 80)));
    }
    world.add(Fault{.call = sim::Call::lookup, .nth = 1, .error = ENOMEM});
    BOOST_TEST(fails_with(resolve<V4>(net, "server", 80), std::errc::not_enough_memory));
    world.clear_faults();
}
BOOST_FIXTURE_TEST_CASE(a_lookup_that_is_interrupted_goes_on_and_one_whose_program_is_ended_does_not, SlowNames) {
    sim::Programs programs(world);
    result<AddressList<V4>> asked = errc::stopped;
    result<AddressList<V4>> ended = errc::stopped;
    const auto number = programs.spawn(a, "asks", [&](sim::System on) { asked = resolve<V4>(Net(on), "server", 80); });
    programs.spawn_daemon(a, "asks late", [&](sim::System on) {
        on.poll(nullptr, 0, 4 * second);
        ended = resolve<V4>(Net(on), "server", 80);
    });
    world.at(world.now() + second, [&] { programs.interrupt(number); });
    programs.run();
    BOOST_TEST(succeeds(asked));
    BOOST_TEST(world.now() == 6 * second);
    BOOST_TEST(fails_with(ended, std::errc::operation_canceled));
}
BOOST_FIXTURE_TEST_CASE(a_client_connects_to_a_host_by_its_name_over_whichever_family_answers, Named) {
    world.name("both", "fd00::77"_ip6, "10.0.0.2"_ip4);  // where IPv6 is silent
    const int listening = listener();
    auto made = connect_any(net, "both", 80, net.in(5s));
    BOOST_REQUIRE(made.has_value());
    BOOST_TEST(made.assume_value().socket.index() == 0U);
    BOOST_TEST(made.assume_value().attempts.size() == 2U);
    BOOST_TEST(accepted(listening) > 0);
    BOOST_TEST((connect_any(net, "nobody", "http", net.in(5s)).error() == errc::name_not_found));
}
BOOST_AUTO_TEST_CASE(a_component_asks_for_hosts_and_not_for_services) {
    sim::Options components;
    components.profile = sim::Profile::wasi_host;
    Named named(components);
    BOOST_TEST(succeeds(resolve<V4>(named.net, "server", 80)));
    BOOST_TEST(fails_with(resolve<V4>(named.net, "server", "http"), errc::name_not_found));
}
BOOST_AUTO_TEST_CASE(a_lookup_has_the_same_hash_where_the_trace_is_not_kept) {
    sim::Options silent;
    silent.records = false;
    Named without(silent);
    Named with;
    for (Named* each : {&without, &with}) BOOST_TEST(succeeds(resolve<V4>(each->net, "server", 80)));
    BOOST_TEST(without.world.hash() == with.world.hash());
    BOOST_TEST(with.world.hash() != TwoHosts().world.hash());
}
