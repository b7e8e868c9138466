// SPDX-License-Identifier: BSL-1.0
#include <netinet/in.h>
#include <sys/socket.h>

#include <boost/test/unit_test.hpp>
#include <estate/error/std_error_code.hpp>
#include <estate/estate.hpp>
#include <estate/mptcp.hpp>

#include "../support/descriptors.hpp"
#include "../support/faulty.hpp"
#include "../support/sockets.hpp"

// MPTCP: TCP sockets in every respect, made on request and adopted always.

namespace {
using namespace estate;
using namespace estate::test;

template <Family F>
bool lacks_multipath() {
    if (lacks<F>()) return true;
    const auto made = new_mptcp<F>();
    if (!made) print_skipped(made.error().message());
    return !made;
}
int protocol_of(int descriptor) {
    int protocol = 0;
    socklen_t size = sizeof protocol;
    ::getsockopt(descriptor, SOL_SOCKET, SO_PROTOCOL, &protocol, &size);
    return protocol;
}

BOOST_AUTO_TEST_SUITE(tcp_multipath)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_listener_for_both_families_takes_several_ways_too, F, Families) {
    if (lacks_multipath<V6>() || lacks<F>()) return;
    const auto listener = new_mptcp<V46>().value().bind_any().value().listen().value();
    const auto at = SocketAddress<F>::loopback(listener.local_port().value());
    const auto client = new_mptcp<F>().value().connect(at, soon()).value();
    const auto server = listener.accept(soon()).value();
    BOOST_TEST(protocol_of(server.handle()) == 262);
    BOOST_TEST(succeeds(client.send_all("hello")));
    BOOST_TEST(read_text(server, 5) == "hello");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_connection_over_several_ways_lives_as_any_other, F, Families) {
    if (lacks_multipath<F>()) return;
    const auto listener = new_mptcp<F>().value().bind(SocketAddress<F>::loopback(0)).value().listen().value();
    BOOST_TEST(protocol_of(listener.handle()) == 262);
    BOOST_TEST(closes_on_exec(listener.handle()));
    auto client = new_mptcp<F>().value().connect(listener.local_addr().value(), soon()).value();
    auto server = listener.accept(soon()).value();
    BOOST_TEST(protocol_of(client.handle()) == 262);
    BOOST_TEST((server.remote_addr().value() == client.local_addr().value()));
    BOOST_TEST(succeeds(client.set(option::no_delay{})));
    BOOST_TEST(succeeds(client.send_all("hello")));
    BOOST_TEST(read_text(server, 5) == "hello");
    std::byte room[4];
    BOOST_TEST(fails_with(server.recv(room, Deadline::at_once()), errc::deadline_exceeded));
    auto half = std::move(client).shutdown_send().value();
    BOOST_TEST(fails_with(server.recv(room, soon()), errc::end_of_stream));
    BOOST_TEST(succeeds(server.send_all("bye")));
    BOOST_TEST(read_text(half, 3) == "bye");
    BOOST_TEST(succeeds(std::move(server).close()));
    BOOST_TEST(succeeds(std::move(half).finish(soon())));

    auto plain = new_tcp<F>().value().connect(listener.local_addr().value(), soon()).value();  // a peer without it
    auto served = listener.accept(soon()).value();
    BOOST_TEST(succeeds(plain.send_all("plain")));
    BOOST_TEST(read_text(served, 5) == "plain");
    BOOST_TEST(succeeds(std::move(served).abort()));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_kernel_without_it_says_so, F, Families) {
    for (const int error : {EPROTONOSUPPORT, ENOPROTOOPT}) {
        const Faults faults{refuse(Call::socket, error)};
        BOOST_TEST(fails_with(new_mptcp<F, FaultySockets>(), static_cast<std::errc>(error)));
        BOOST_TEST(faults.made() == 1);
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(it_is_adopted_as_tcp_in_every_state_and_serves, F, Families) {
    if (lacks_multipath<F>()) return;
    const auto adopted = [](int number) { return adopt<Tcp<F>>(number).value(); };
    BOOST_TEST(adopted(new_mptcp<F>().value().release()).template is<Created>());
    auto bound = adopted(new_mptcp<F>().value().bind(SocketAddress<F>::loopback(0)).value().release());
    BOOST_REQUIRE(bound.template is<Bound>());
    auto found = adopted(std::move(bound).template take<Bound>().listen().value().release());
    BOOST_REQUIRE(found.template is<Listening>());
    const auto listener = std::move(found).template take<Listening>();
    auto connected = adopted(new_mptcp<F>().value().connect(listener.local_addr().value(), soon()).value().release());
    BOOST_REQUIRE(connected.template is<Connected>());
    const auto client = std::move(connected).template take<Connected>();
    const auto server = listener.accept(soon()).value();
    BOOST_TEST(succeeds(client.send_all("hello")));
    BOOST_TEST(read_text(server, 5) == "hello");
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
