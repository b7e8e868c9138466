// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/base/deadline.hpp>
#include <estate/socket/create.hpp>

namespace estate {

/// Where the sockets of a program come from, and what time it is there. A program that is a function of a network runs
/// on the kernel and in a simulated world alike:
///
///     template <class Network>
///     result<void> ask(Network net, SocketAddress<V4> server) {
///         BOOST_OUTCOME_TRY(auto created, net.tcp_v4());
///         BOOST_OUTCOME_TRY(auto peer, std::move(created).connect(server, net.in(2s)));
///         ...
///
/// It is a value as large as the context of its backend: empty for the kernel. Thread-safe as its context is.
template <class StreamBackend, class DatagramBackend = StreamBackend>
class Network {
public:
    using context = typename StreamBackend::context;
    template <class F>  // Tcp asks for a Family; Clang 14 crashes where a member alias does
    using tcp = Tcp<F, StreamBackend>;
    template <class F>
    using udp = Udp<F, DatagramBackend>;

    constexpr Network() noexcept = default;
    explicit constexpr Network(context where) noexcept : context_{where} {}

    /// A new socket. Errors and source: as new_socket().
    ESTATE_INLINE [[nodiscard]] result<CreatedSocket<tcp<V4>>> tcp_v4() const noexcept { return make<tcp<V4>>(); }
    ESTATE_INLINE [[nodiscard]] result<CreatedSocket<tcp<V6>>> tcp_v6() const noexcept { return make<tcp<V6>>(); }
    ESTATE_INLINE [[nodiscard]] result<CreatedSocket<udp<V4>>> udp_v4() const noexcept { return make<udp<V4>>(); }
    ESTATE_INLINE [[nodiscard]] result<CreatedSocket<udp<V6>>> udp_v6() const noexcept { return make<udp<V6>>(); }
    ESTATE_INLINE [[nodiscard]] result<CreatedSocket<tcp<V46>>> tcp_v46() const noexcept { return make<tcp<V46>>(); }
    ESTATE_INLINE [[nodiscard]] result<CreatedSocket<udp<V46>>> udp_v46() const noexcept { return make<udp<V46>>(); }
    template <SocketFamily F>
    ESTATE_INLINE [[nodiscard]] result<CreatedSocket<tcp<F>>> new_tcp() const noexcept {
        return make<tcp<F>>();
    }
    template <SocketFamily F>
    ESTATE_INLINE [[nodiscard]] result<CreatedSocket<udp<F>>> new_udp() const noexcept {
        return make<udp<F>>();
    }

    /// The end of a wait that begins now, on the network's own clock.
    template <DurationShape D>
    [[nodiscard]] Deadline in(const D& duration) const noexcept {
        return Deadline::in(duration, now());
    }
    /// Units  nanoseconds of the network's monotonic clock.
    [[nodiscard]] std::int64_t now() const noexcept { return StreamBackend::now(context_); }

    [[nodiscard]] constexpr const context& where() const noexcept { return context_; }

private:
    template <class Transport>
    ESTATE_INLINE [[nodiscard]] result<CreatedSocket<Transport>> make() const noexcept {
        return new_socket<Transport>(context_);
    }

    [[no_unique_address]] context context_{};
};

/// The platform's own: tcp_v4() is short for NativeNetwork().tcp_v4().
using NativeNetwork = Network<native_stream, native_datagram>;

/// The end of a wait that begins now: in(5s) is short for NativeNetwork().in(5s).
///
/// Units   the duration's own; what is beyond the clock's range is Deadline::never().
template <DurationShape D, class Here = NativeNetwork>
[[nodiscard]] Deadline in(const D& duration) noexcept {
    return Here().in(duration);
}

}  // namespace estate
