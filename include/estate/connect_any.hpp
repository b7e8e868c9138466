// SPDX-License-Identifier: BSL-1.0
#pragma once

// Connects to a host by its name, over whichever family answers first.

#include <estate/resolve.hpp>
#include <estate/tcp.hpp>

#include <estate/socket/connect_any.hpp>
#include <estate/version.hpp>

namespace estate {

/// Finds the addresses of a host over both families in one look-up and connects to the first that answers:
///
///     auto server = connect_any("example.org", "http", Deadline::in(10s));
///     if (server) std::visit([](auto& peer) { ... }, server.value().socket);
///
/// Errors    those of resolve_any(), without an attempt; else as connect_any() of a list.
template <class Backend = native_stream>
[[nodiscard]] connect_any_result<Backend> connect_any(std::string_view host, std::string_view service,
                                                      typename Backend::until until = Deadline::never(),
                                                      const typename Backend::context& where = {}) noexcept {
    const auto found = resolve_any<Backend>(host, service, until, where);
    if (!found) return NoConnection{found.assume_error(), {}};
    return connect_any<Backend>(found.assume_value(), until, where);
}
template <class Backend = native_stream>
[[nodiscard]] connect_any_result<Backend> connect_any(std::string_view host, Port port,
                                                      typename Backend::until until = Deadline::never(),
                                                      const typename Backend::context& where = {}) noexcept {
    const auto found = resolve_any<Backend>(host, port, until, where);
    if (!found) return NoConnection{found.assume_error(), {}};
    return connect_any<Backend>(found.assume_value(), until, where);
}
/// In a network, of the kernel or of a simulated world: connect_any(net, "server", 80, net.in(5s)).
template <class Net>
    requires requires { typename Net::template tcp<V4>; }
[[nodiscard]] auto connect_any(const Net& net, std::string_view host, std::string_view service,
                               typename Net::template tcp<V4>::backend::until until = Deadline::never()) noexcept {
    return connect_any<typename Net::template tcp<V4>::backend>(host, service, until, net.where());
}
template <class Net>
    requires requires { typename Net::template tcp<V4>; }
[[nodiscard]] auto connect_any(const Net& net, std::string_view host, Port port,
                               typename Net::template tcp<V4>::backend::until until = Deadline::never()) noexcept {
    return connect_any<typename Net::template tcp<V4>::backend>(host, port, until, net.where());
}

}  // namespace estate
