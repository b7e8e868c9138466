// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <everything.hpp>
#include <sstream>
#include <string>
#include <unordered_set>

// What both units compile: a use of every header, so that each emits the same inline functions.

/// What one unit saw; the other must have seen the same.
struct Seen {
    const void* functions[8] = {};
    const void* tables[2] = {};
    std::string text;

    friend bool operator==(const Seen&, const Seen&) = default;
};

Seen seen_by_a();
Seen seen_by_b();

using namespace estate::literals;
inline constinit estate::StaticIpPool<"127.78.0.0/29"_cidr4> shared_pool;

template <class Function>
const void* address_of(Function* function) {
    return reinterpret_cast<const void*>(function);
}

/// A conversation over TCP and UDP on leased addresses, and the values beside it.
inline std::string converse() {
    using namespace estate;
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    auto lease = shared_pool.allocate("tenant", "resource", ResourceType::vm("vm1")).value();
    auto listener = tcp_v4().value().bind(std::move(lease), 0).value().listen().value();
    auto client = tcp_v4().value().connect(listener.local_addr().value(), until).value();
    auto server = listener.accept(until).value();
    client.set(option::no_delay{}).value();
    client.send_all("over tcp ").value();
    auto half = std::move(client).shutdown_send().value();
    std::vector<std::byte> bytes = server.recv(64, until).value();
    std::string text(as_text(bytes));
    (void)std::move(server).finish(until);
    (void)std::move(half).finish(until);

    IpPool<V4> heap_pool("two-units");
    heap_pool.add_cidr_range("127.79.0.0/29").value();
    auto a = udp_v4().value().bind(heap_pool.allocate("tenant", "a", ResourceType::pod()).value(), 0).value();
    auto b = udp_v4().value().bind_with_binding(heap_pool.get_binding(a.local_ip().value()).value(), 0).value();
    a.send_to("over udp ", b.local_addr().value()).value();
    std::byte room[16];
    const auto got = b.recv_from(room, until).value();
    text += as_text(std::span(room).first(got.size));

    const std::error_code std_code = errc::stopped;
    const boost::system::error_code boost_code = errc::stopped;
    std::ostringstream out;
    out << got.sender.address() << ' ' << to_text("10.0.0.0/24"_cidr4).view() << ' ' << Error(errc::stopped).message()
        << ' ' << std::unordered_set<Ipv6Address>{Ipv6Address::loopback()}.size() << ' ' << std_code.message() << ' '
        << boost_code.category().name() << ' ' << resolve<V4>("127.0.0.1", 80, until).value().size() << ' '
        << interface_index("lo").has_value() << ' '
        << adopt<Tcp<V4>>(std::move(listener).release().handle).value().state_name();
    return text + out.str();
}

inline Seen look() {
    using namespace estate;
    Seen seen;
    seen.text = converse();
    seen.functions[0] = address_of(&posix::Sockets::begin_connect<SocketAddress<V4>>);
    seen.functions[1] = address_of(&posix::Sockets::disconnect<SocketAddress<V6>>);
    seen.functions[2] = address_of(&classify_accept<native>);
    seen.functions[3] = address_of<Error(int) noexcept>(&posix::failure<posix::Kernel>);
    seen.functions[4] = address_of(&detail::terminate_with);
    seen.functions[5] = address_of(&converse);
    seen.functions[6] = address_of(&posix::Resolver::lookup<V6>);
    seen.tables[0] = static_cast<const void*>(detail::errc_rows);
    seen.tables[1] = static_cast<const void*>(&shared_pool);
    return seen;
}
