// SPDX-License-Identifier: BSL-1.0
#include <unistd.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <estate/pool.hpp>

#include "../support/descriptors.hpp"
#include "../support/faults.hpp"
#include "../support/sockets.hpp"

namespace {
using namespace estate;
using namespace estate::test;

/// A pool of one loopback address: whoever has it, nobody else gets one.
template <Family F>
struct OneAddress {
    OneAddress() { pool.add_cidr_range(CidrRange<F>::of(address)).value(); }

    [[nodiscard]] Lease<F> lease() { return pool.allocate("tenant-a", "web-1", ResourceType::vm("vm1")).value(); }
    [[nodiscard]] bool is_free() {
        const auto lease = pool.allocate("tenant-b", "probe", ResourceType::custom());
        if (!lease) BOOST_TEST(fails_with(lease, errc::pool_exhausted));
        return lease.has_value();
    }

    IpAddress<F> address = IpAddress<F>::loopback();
    IpPool<F> pool{"one-address"};
};

/// What a failed transition left, with its error gone.
template <class Refused>
auto left_by(Refused refused) {
    return std::move(refused.error().socket);
}

BOOST_AUTO_TEST_SUITE(tcp_lease)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_bound_socket_holds_its_address_until_it_goes, F, Families) {
    if (lacks<F>()) return;
    OneAddress<F> one;
    {
        auto lease = one.lease();
        const auto bound = created<F>().bind(std::move(lease), 0).value();
        BOOST_TEST(!lease.holds());
        BOOST_TEST((bound.local_ip().value() == one.address));
        BOOST_TEST((bound.held().address() == one.address));
        BOOST_TEST(bound.held().tenant() == "tenant-a");
        BOOST_TEST(!one.is_free());
    }
    BOOST_TEST(one.is_free());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_address_returns_with_the_last_of_listener_and_accepted_sockets, F, Families) {
    if (lacks<F>()) return;
    OneAddress<F> one;
    auto listener = created<F>().bind(one.lease(), 0).value().listen().value();
    const auto client_a = connected_to(listener);
    const auto client_b = connected_to(listener);
    auto accepted_a = listener.accept(soon()).value();
    {
        const auto accepted_b = listener.accept().value();
        BOOST_TEST((accepted_b.held().address() == one.address));
        {
            const auto closed = std::move(listener).close().value();
            BOOST_TEST(!one.is_free());
        }
        BOOST_TEST(!one.is_free());
        accepted_b.send_all("still served").value();
        BOOST_TEST(read_text(client_b, 12) == "still served");
    }
    BOOST_TEST(!one.is_free());
    {
        auto half = std::move(accepted_a).shutdown_send().value();
        BOOST_TEST(!one.is_free());
        const auto closed = std::move(half).shutdown_receive().value();
        BOOST_TEST(!one.is_free());  // a closed socket still holds, until it goes
        BOOST_TEST((closed.held().address() == one.address));
    }
    BOOST_TEST(one.is_free());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(every_way_to_end_leaves_the_lease_in_the_closed_socket, F, Families) {
    if (lacks<F>()) return;
    OneAddress<F> one;
    const auto leased_pair = [&] {
        const auto listener = listening_on_loopback<F>();
        auto client = created<F>().bind(one.lease(), 0).value().connect(listener.local_addr().value()).value();
        return std::pair(std::move(client), listener.accept(soon()).value());
    };
    const auto check = [&](auto end) {
        auto [client, server] = leased_pair();
        {
            auto closed = end(std::move(client), std::move(server));
            BOOST_TEST(!one.is_free());
            auto detached = std::move(closed).detach_hold();
            BOOST_TEST(!one.is_free());
            BOOST_TEST((detached.hold.address() == one.address));
        }
        BOOST_TEST(one.is_free());
    };
    check([](auto client, auto) { return std::move(client).close().value(); });
    check([](auto client, auto) { return std::move(client).abort().value(); });
    check([](auto client, auto server) {
        (void)std::move(server).close();
        return std::move(client).finish(soon()).value();
    });
    check([](auto client, auto) { return left_by(std::move(client).finish(Deadline::at_once())); });
    check([](auto client, auto) { return std::move(client).shutdown_receive().value().shutdown_send().value(); });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_server_sees_the_leased_source_address, F, Families) {
    if (lacks<F>()) return;
    OneAddress<F> one;
    if constexpr (std::is_same_v<F, V4>) {
        one.address = "127.66.0.9"_ip4;
        one.pool.add_cidr_range(CidrRange<F>::of(one.address)).value();
    }
    auto lease = one.pool.allocate_specific(one.address, "tenant-a", "client", ResourceType::pod()).value();
    const auto listener = listening_on_loopback<F>();
    const auto client =
        created<F>().bind(std::move(lease), 0).value().connect(listener.local_addr().value(), soon()).value();
    BOOST_TEST((listener.accept(soon()).value().remote_addr().value().address() == one.address));
    BOOST_TEST((client.held().address() == one.address));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_failed_bind_keeps_the_lease_and_another_port_works, F, Families) {
    if (lacks<F>()) return;
    OneAddress<F> one;
    const auto taken = listening_on_loopback<F>();
    auto refused = created<F>().bind(one.lease(), taken.local_port().value());
    BOOST_REQUIRE(fails_with(refused, std::errc::address_in_use));
    BOOST_TEST(!one.is_free());
    const int descriptor = refused.error().socket.handle();

    auto refused_again = std::move(refused.error().socket).bind(taken.local_port().value());
    BOOST_REQUIRE(fails_with(refused_again, std::errc::address_in_use));
    const auto bound = std::move(refused_again.error().socket).bind(0).value();
    BOOST_TEST(bound.handle() == descriptor);
    BOOST_TEST((bound.held().address() == one.address));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_failed_bind_gives_socket_and_lease_apart, F, Families) {
    if (lacks<F>()) return;
    OneAddress<F> one;
    const auto taken = listening_on_loopback<F>();
    auto [socket, lease] = left_by(created<F>().bind(one.lease(), taken.local_port().value())).detach_hold();
    BOOST_TEST(lease.holds());
    BOOST_TEST(succeeds(std::move(socket).bind_any()));  // without it
    BOOST_TEST(!one.is_free());
    std::move(lease).release();
    BOOST_TEST(one.is_free());
}

BOOST_AUTO_TEST_CASE(an_address_that_no_stream_can_have_keeps_the_lease_too) {
    IpPool<V4> pool{"multicast"};
    pool.add_cidr_range("224.0.0.1/32").value();
    auto refused = created<V4>().bind(pool.allocate("t", "r", ResourceType::vm()).value(), 0);
    BOOST_REQUIRE(fails_with(refused, errc::bind_multicast));
    BOOST_TEST(std::move(refused.error().socket).detach_hold().hold.holds());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_failed_connect_keeps_the_lease_for_the_next_socket, F, Families) {
    if (lacks<F>()) return;
    OneAddress<F> one;
    const auto deaf = bound_to_loopback<F>();
    const auto nobody = deaf.local_addr().value();
    auto refused = created<F>().bind(one.lease(), 0).value().connect(nobody);
    BOOST_REQUIRE(fails_with(refused, std::errc::connection_refused));
    BOOST_TEST((refused.error().socket.held().address() == one.address));
    BOOST_TEST(!one.is_free());

    auto lease = std::move(refused.error().socket).detach_hold().hold;
    auto inadmissible = created<F>().bind(std::move(lease), 0).value().connect(SocketAddress<F>::loopback(0));
    BOOST_REQUIRE(fails_with(inadmissible, errc::peer_port_zero));
    lease = std::move(inadmissible.error().socket).detach_hold().hold;
    const auto listener = listening_on_loopback<F>();
    BOOST_TEST(succeeds(created<F>().bind(std::move(lease), 0).value().connect(listener.local_addr().value())));
    BOOST_TEST(one.is_free());
}

BOOST_AUTO_TEST_CASE(a_connecting_socket_holds_and_so_does_what_a_failure_leaves) {
    OneAddress<V4> one;
    const FullListener<V4> full;
    auto late = created<V4>().bind(one.lease(), 0).value().begin_connect(full.address()).value().finish_connect(
        Deadline::at_once());
    BOOST_REQUIRE(fails_with(late, errc::deadline_exceeded));
    auto connecting = std::move(late.error().socket).take<Connecting>();
    BOOST_TEST((connecting.held().address() == one.address));
    BOOST_TEST(!one.is_free());

    const Faults faults{refuse(Call::ppoll, ENOMEM)};
    auto failed = std::move(connecting).finish_connect(soon());
    BOOST_REQUIRE(fails_with(failed, std::errc::not_enough_memory));
    {
        auto lease = std::move(failed.error().socket).take<Closed>().detach_hold().hold;
        BOOST_TEST(lease.holds());
    }
    BOOST_TEST(one.is_free());
}

BOOST_AUTO_TEST_CASE(a_failed_listen_keeps_the_lease_in_the_closed_socket) {
    OneAddress<V4> one;
    auto bound = created<V4>().bind(one.lease(), 0).value();
    const Faults faults{refuse(Call::listen, EADDRINUSE)};
    auto refused = std::move(bound).listen();
    BOOST_REQUIRE(fails_with(refused, std::errc::address_in_use));
    BOOST_TEST(std::move(refused.error().socket).detach_hold().hold.holds());
    BOOST_TEST(one.is_free());
}

BOOST_AUTO_TEST_CASE(a_failed_accept_shares_nothing) {
    OneAddress<V4> one;
    {
        const auto listener = created<V4>().bind(one.lease(), 0).value().listen().value();
        const auto client = connected_to(listener);
        const Faults faults{refuse(Call::accept4, EMFILE)};
        BOOST_TEST(fails_with(listener.accept(), std::errc::too_many_files_open));
    }
    BOOST_TEST(one.is_free());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_chain_that_fails_gives_the_address_back, F, Families) {
    if (lacks<F>()) return;
    OneAddress<F> one;
    const auto taken = listening_on_loopback<F>();
    const auto chain = [&](Port port) -> result<ListeningSocket<Tcp<F>, Lease<F>>> {
        BOOST_OUTCOME_TRY(auto lease, one.pool.allocate("tenant-a", "web-1", ResourceType::vm()));
        BOOST_OUTCOME_TRY(auto socket, new_tcp<F>());
        BOOST_OUTCOME_TRY(auto bound, std::move(socket).bind(std::move(lease), port));
        BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());
        return listener;
    };
    BOOST_TEST(fails_with(chain(taken.local_port().value()), std::errc::address_in_use));
    BOOST_TEST(one.is_free());
    {
        const auto listener = chain(0);
        BOOST_TEST(succeeds(listener));
        BOOST_TEST(!one.is_free());
    }
    BOOST_TEST(one.is_free());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_binding_binds_a_further_socket_to_the_same_address, F, Families) {
    if (lacks<F>()) return;
    OneAddress<F> one;
    auto first = created<F>().bind(one.lease(), 0).value();
    const auto binding = one.pool.get_binding(one.address).value();
    {
        const auto second = created<F>().bind_with_binding(binding, 0).value();
        BOOST_TEST((second.local_ip().value() == one.address));
        BOOST_TEST((second.local_port().value() != first.local_port().value()));
        (void)std::move(first).close().value().detach_hold();
        BOOST_TEST(!one.is_free());  // the second keeps it
    }
    BOOST_TEST(one.is_free());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_stale_binding_is_refused_and_the_plain_socket_comes_back, F, Families) {
    if (lacks<F>()) return;
    OneAddress<F> one;
    const auto binding = [&] {
        const auto ended = one.lease();
        return ended.binding();
    }();
    const auto next_owner = one.lease();  // of the same address: a stale binding must not act on it
    auto refused = created<F>().bind_with_binding(binding, 0);
    BOOST_REQUIRE(fails_with(refused, errc::stale_binding));
    BOOST_TEST(succeeds(std::move(refused.error().socket).bind_any()));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_failed_bind_with_a_binding_leaves_a_plain_socket_and_no_share, F, Families) {
    if (lacks<F>()) return;
    OneAddress<F> one;
    const auto taken = listening_on_loopback<F>();
    auto lease = one.lease();
    auto refused = created<F>().bind_with_binding(lease.binding(), taken.local_port().value());
    BOOST_REQUIRE(fails_with(refused, std::errc::address_in_use));
    std::move(lease).release();
    BOOST_TEST(one.is_free());
    BOOST_TEST(succeeds(std::move(refused.error().socket).bind_any()));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(release_gives_descriptor_and_lease, F, Families) {
    if (lacks<F>()) return;
    OneAddress<F> one;
    {
        auto [handle, hold] = created<F>().bind(one.lease(), 0).value().release();
        BOOST_TEST(is_open(handle));
        BOOST_TEST((hold.address() == one.address));
        BOOST_TEST(!one.is_free());
        ::close(handle);
        BOOST_TEST(!one.is_free());
    }
    BOOST_TEST(one.is_free());
}

BOOST_AUTO_TEST_CASE(threads_that_accept_share_the_lease_and_the_last_socket_ends_it) {
    OneAddress<V4> one;
    std::atomic<int> served{0};
    const Watchdog watchdog;
    {
        const auto listener = created<V4>().bind(one.lease(), 0).value().listen().value();
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&] {
                while (served < 40) {
                    const auto accepted = listener.accept(in(20ms));
                    if (accepted && accepted.value().held().address() == one.address) ++served;
                }
            });
        }
        for (int i = 0; i < 40; ++i) (void)connected_to(listener);
    }
    BOOST_TEST(served == 40);
    BOOST_TEST(one.is_free());
}

BOOST_AUTO_TEST_CASE(a_lease_that_holds_nothing_binds_nothing) {
    OneAddress<V4> one;
    auto lease = one.lease();
    auto taken = std::move(lease);
    BOOST_TEST(fails_with(created<V4>().bind(std::move(lease), 0), errc::moved_from));  // never every address
    std::move(taken).release();
    auto refused = created<V4>().bind(std::move(taken), 0);
    BOOST_TEST(fails_with(refused, errc::moved_from));
    BOOST_TEST(succeeds(std::move(refused.error().socket).detach_hold().socket.bind_any()));
}

BOOST_AUTO_TEST_CASE(a_socket_outlives_the_pool_of_its_lease) {
    auto bound = [] {
        OneAddress<V4> one;
        return created<V4>().bind(one.lease(), 0).value();
    }();
    BOOST_TEST((bound.held().address() == IpAddress<V4>::loopback()));
    BOOST_TEST(succeeds(std::move(bound).listen()));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
