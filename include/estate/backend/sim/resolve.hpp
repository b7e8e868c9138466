// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/posix/wait.hpp>
#include <estate/backend/resolver.hpp>
#include <estate/backend/sim/system.hpp>
#include <estate/net/detail/decimal.hpp>

namespace estate::sim {

/// Names of the hosts of a world, for resolve(): nothing outside of it is asked.
///
/// Errors  errc::name_not_found, name_no_address; deadline_exceeded, stopped; what a Fault of Call::lookup gives, where
///         EAGAIN is errc::name_try_again and ENOENT name_not_found.
template <posix::System S>
struct BasicResolver {
    using until = posix::Until<S>;
    using context = S;

    template <Family F>
    static result<AddressList<F>> lookup(const NameQuery& query, until end, S system) noexcept {
        return look<AddressList<F>>(query, end, system);
    }
    static result<AnyAddressList> lookup_any(const NameQuery& query, until end, S system) noexcept {
        return look<AnyAddressList>(query, end, system);
    }

private:
    template <class List>
    static result<List> look(const NameQuery& query, until end, S system) noexcept {
        const Port port = query.service[0] == '\0' ? query.port : Port(system.port_of(query.service));
        if (query.service[0] != '\0' && port == Port()) return errc::name_not_found;
        List list;
        if (query.is_address) {
            const std::string_view host = query.host;
            const std::size_t percent = host.find('%');
            if (const auto v4 = IpAddress<V4>::parse(host)) add(list, SocketAddress<V4>(v4.assume_value(), port));
            if (const auto v6 = IpAddress<V6>::parse(host.substr(0, percent))) {
                const std::uint64_t zone = percent != host.npos ? detail::decimal(host.substr(percent + 1)) : 0;
                add(list, SocketAddress<V6>(v6.assume_value(), port).with_zone(static_cast<std::uint32_t>(zone)));
            }
            return list;
        }
        if (end.is_stopped()) return end.why_stopped();
        std::span<const Endpoint> found;
        if (system.lookup(query.host, end.event(), end.deadline().nanoseconds(), found) < 0) {
            if (end.is_stopped()) return end.why_stopped();
            if (posix::is_over(system, end.deadline())) return errc::deadline_exceeded;
            const int why = system.error();
            if (why == ENOENT) return errc::name_not_found;
            return why == EAGAIN ? Error(errc::name_try_again) : Error::system(why);
        }
        for (const Endpoint& each : found) {
            if (each.is_v6) {
                add(list, SocketAddress<V6>(IpAddress<V6>::from_bytes(each.bytes), port).with_zone(each.zone));
            } else {
                add(list, SocketAddress<V4>(each.v4(), port));
            }
        }
        if (list.empty()) return errc::name_no_address;
        return list;
    }
    template <class List, class Address>
    static void add(List& list, const Address& address) noexcept {
        if constexpr (requires { list.add(address); }) list.add(address);
    }
};

static_assert(ResolverBackend<BasicResolver<System>, V4> && ResolverBackend<BasicResolver<System>, V6> &&
              AnyResolverBackend<BasicResolver<System>>);

}  // namespace estate::sim
