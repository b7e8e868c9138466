// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/resolver.hpp>
#include <estate/base/deadline.hpp>
#include <estate/net/detail/decimal.hpp>
#include <estate/net/ip_address.hpp>
#include <estate/socket/transport.hpp>

namespace estate {

namespace detail {

constexpr bool all_digits(std::string_view text) noexcept {
    for (const char c : text) {
        if (c < '0' || c > '9') return false;
    }
    return !text.empty();
}

/// Looks like a port number. The C library would also read one after blanks and a sign, and cut it to 16 bits.
constexpr bool is_numeric_service(std::string_view service) noexcept {
    return all_digits(service) || service.find_first_of("+- \t\n\v\f\r") == 0;
}

/// Looks like an address: no name has a colon, and none of the Internet ends in a number (RFC 3696 section 2), though
/// /etc/hosts may have one that does. The C library would read 127.1, 0177.0.0.1 and 0x7f000001 as addresses.
constexpr bool is_numeric_host(std::string_view host) noexcept {
    if (host.find(':') != host.npos) return true;
    if (host.ends_with('.')) host.remove_suffix(1);
    const std::string_view last = host.substr(host.rfind('.') + 1);  // npos + 1 is 0
    if (!last.starts_with("0x") && !last.starts_with("0X")) return all_digits(last);
    return last.find_first_not_of("0123456789abcdefABCDEF", 2) == last.npos;
}

/// Copies a name and ends it with NUL. Pre  it fits.
constexpr void copy_name(std::string_view name, char* to) noexcept {
    for (const char c : name) *to++ = c;
    *to = '\0';
}

template <class Resolver>
result<std::uint32_t> index_of_interface(std::string_view name) noexcept {
    constexpr std::size_t longest = 15;  // IFNAMSIZ less the terminator
    if (name.empty() || name.size() > longest || name.find('\0') != name.npos) return errc::invalid_argument;
    char terminated[longest + 1];
    copy_name(name, terminated);
    return Resolver::interface_index(terminated);
}

template <class Resolver>
result<SocketAddress<V4>> numeric_host(std::string_view host, Port port, V4) noexcept {
    const auto ip = IpAddress<V4>::parse(host);
    if (ip) return SocketAddress<V4>(ip.assume_value(), port);
    if (IpAddress<V6>::parse(host.substr(0, host.find('%')))) return errc::name_no_address;
    return errc::malformed_address;
}
template <class Resolver>
result<SocketAddress<V6>> numeric_host(std::string_view host, Port port, V6) noexcept {
    const std::size_t percent = host.find('%');
    const auto ip = IpAddress<V6>::parse(host.substr(0, percent));
    if (!ip) return IpAddress<V4>::parse(host) ? errc::name_no_address : errc::malformed_address;
    const SocketAddress<V6> at(ip.assume_value(), port);
    if (percent == host.npos) return at;
    if (!ip.assume_value().is_zoned()) return errc::malformed_zone;
    const std::string_view zone = host.substr(percent + 1);
    if constexpr (InterfaceBackend<Resolver>) {
        if (!all_digits(zone)) {
            const auto index = index_of_interface<Resolver>(zone);
            if (!index && index.assume_error() == errc::invalid_argument) return errc::malformed_zone;
            if (!index) return index.assume_error();
            return at.with_zone(index.assume_value());
        }
    }
    if (!all_digits(zone)) return errc::malformed_zone;
    const std::uint64_t index = decimal(zone);
    if (index == 0 || index > UINT32_MAX) return errc::malformed_zone;  // as SocketAddress::parse()
    return at.with_zone(static_cast<std::uint32_t>(index));
}

struct both_families {};
template <class Resolver>
result<AnySocketAddress> numeric_host(std::string_view host, Port port, both_families) noexcept {
    if (const auto v4 = IpAddress<V4>::parse(host)) return AnySocketAddress(SocketAddress<V4>(v4.assume_value(), port));
    const auto v6 = numeric_host<Resolver>(host, port, V6{});
    if (!v6) return v6.assume_error();
    return AnySocketAddress(v6.assume_value());
}

/// Families is V4, V6 or both_families, List what holds their addresses.
template <class Resolver, class Families, class List, class Look>
result<List> resolve_with(std::string_view host, std::string_view service, Port port, bool is_stream,
                          Look look) noexcept {
    if (host.empty() || host.find('\0') != host.npos || service.find('\0') != service.npos) {
        return errc::invalid_argument;
    }
    NameQuery query;
    if (is_numeric_host(host)) {
        const auto address = numeric_host<Resolver>(host, port, Families{});
        // A name may look so all the same: /etc/hosts has what it likes.
        query.looks_numeric = !address && address.assume_error() == errc::malformed_address &&
                              host.find(':') == host.npos;
        if (!address && !query.looks_numeric) return address.assume_error();
        if (address && service.empty()) {
            List one;
            one.add(address.assume_value());
            return one;
        }
        query.is_address = address.has_value();
    }
    if (host.size() > NameQuery::max_host || service.size() > NameQuery::max_service) return errc::name_not_found;
    // No name has white space; some systems read an address in "127.1 foo", as inet_aton() does.
    if (host.find_first_of(" \t\n\v\f\r") != host.npos) return errc::name_not_found;
    copy_name(host, query.host);
    copy_name(service, query.service);
    query.port = port;
    query.is_stream = is_stream;
    auto found = look(query);
    if (!found && query.looks_numeric && found.assume_error() == errc::name_not_found) return errc::malformed_address;
    return found;
}

/// What the resolver wants to know of where it is asked.
template <class Resolver, class Context>
constexpr typename Resolver::context context_of(const Context& where) noexcept {
    if constexpr (std::same_as<typename Resolver::context, NoContext>) {
        return {};
    } else {
        return where;
    }
}

template <class T>
result<AddressList<typename T::family>> resolve(std::string_view host, std::string_view service, Port port,
                                                typename T::backend::resolver::until until,
                                                const typename T::backend::context& where) noexcept {
    using F = typename T::family;
    using Resolver = typename T::backend::resolver;
    static_assert(ResolverBackend<Resolver, F>);
    return resolve_with<Resolver, F, AddressList<F>>(
        host, service, port, Stream<T>,
        [&](const NameQuery& query) {
            return Resolver::template lookup<F>(query, until, context_of<Resolver>(where));
        });
}

template <class T>
struct transport_for {
    using type = T;
};
template <Family F>
struct transport_for<F> {
    using type = Tcp<F>;
};
template <class FamilyOrTransport>
using transport_for_t = typename transport_for<FamilyOrTransport>::type;
template <class FamilyOrTransport>
using resolver_until = typename transport_for_t<FamilyOrTransport>::backend::resolver::until;
template <class FamilyOrTransport>
using resolver_context = typename transport_for_t<FamilyOrTransport>::backend::context;

}  // namespace detail

/// Finds the addresses of a host, as many as AddressList holds, best first:
///
///     resolve<V4>("example.org", "http", deadline)        // the services of TCP
///     resolve<Udp<V6>>("example.org", 123, deadline)      // those of UDP, or a port
///     resolve<V4>(net, "example.org", 80, net.in(5s))     // in a network: of the kernel, or of a simulated world
///
/// A strict IP address with a port is answered at once, without any call; IPv6 takes a zone, by index or
/// by interface: "fe80::1%eth0". What the C library would read as an address in a lax form (127.1, 0x7f.1, 010.0.0.1)
/// is refused, never guessed; any other host that ends in a number (host.2024) is looked up as a name, but on WASI,
/// whose hosts read such texts each in its own way. A deadline that has passed leaves no time for a look-up.
///
/// Without an end it blocks as long as the C library tries. With a deadline or a waker the call is made in a thread of
/// its own: when the time is over or somebody wakes it, this call ends and that thread is left behind, with one
/// descriptor, until the C library gives up. At most 128 such calls go on at once, those left behind among them.
///
/// Errors    errc::name_not_found, name_no_address (of this family), name_try_again, name_failure,
///           deadline_exceeded, stopped; malformed_address, malformed_zone, malformed_port; errc::invalid_argument
///           for an empty host or a NUL in a name; not_enough_memory, resource_unavailable_try_again (no
///           thread, or 128 calls go on), too_many_files_open.
/// Source    getaddrinfo(3), RFC 6724 for the order.
template <class FamilyOrTransport>
[[nodiscard]] result<AddressList<typename detail::transport_for_t<FamilyOrTransport>::family>> resolve(
    std::string_view host, std::string_view service,
    detail::resolver_until<FamilyOrTransport> until = Deadline::never(),
    const detail::resolver_context<FamilyOrTransport>& where = {}) noexcept {
    using T = detail::transport_for_t<FamilyOrTransport>;
    if (!service.empty() && !detail::is_numeric_service(service)) {
        return detail::resolve<T>(host, service, Port(), until, where);
    }
    const auto port = Port::parse(service);
    if (!port) return port.assume_error();
    return detail::resolve<T>(host, {}, port.assume_value(), until, where);
}
template <class FamilyOrTransport>
[[nodiscard]] result<AddressList<typename detail::transport_for_t<FamilyOrTransport>::family>> resolve(
    std::string_view host, Port port, detail::resolver_until<FamilyOrTransport> until = Deadline::never(),
    const detail::resolver_context<FamilyOrTransport>& where = {}) noexcept {
    return detail::resolve<detail::transport_for_t<FamilyOrTransport>>(host, {}, port, until, where);
}
template <Family F, class Net>
    requires requires { typename Net::template tcp<F>; }
[[nodiscard]] result<AddressList<F>> resolve(
    const Net& net, std::string_view host, std::string_view service,
    detail::resolver_until<typename Net::template tcp<F>> until = Deadline::never()) noexcept {
    return resolve<typename Net::template tcp<F>>(host, service, until, net.where());
}
template <Family F, class Net>
    requires requires { typename Net::template tcp<F>; }
[[nodiscard]] result<AddressList<F>> resolve(
    const Net& net, std::string_view host, Port port,
    detail::resolver_until<typename Net::template tcp<F>> until = Deadline::never()) noexcept {
    return resolve<typename Net::template tcp<F>>(host, port, until, net.where());
}

/// Finds the addresses of a host over IPv4 and IPv6 in one look-up, best first, as many as AnyAddressList holds. The
/// services are those of TCP. connect_any() tries them all. Errors and source: as resolve().
template <class Backend = native_stream>
    requires AnyResolverBackend<typename Backend::resolver>
[[nodiscard]] result<AnyAddressList> resolve_any(
    std::string_view host, std::string_view service, typename Backend::resolver::until until = Deadline::never(),
    const typename Backend::context& where = {}) noexcept {
    using Resolver = typename Backend::resolver;
    const bool is_name = !service.empty() && !detail::is_numeric_service(service);
    const auto port = is_name ? result<Port>(Port()) : Port::parse(service);
    if (!port) return port.assume_error();
    return detail::resolve_with<Resolver, detail::both_families, AnyAddressList>(
        host, is_name ? service : std::string_view(), port.assume_value(), true,
        [&](const NameQuery& query) {
            return Resolver::lookup_any(query, until, detail::context_of<Resolver>(where));
        });
}
template <class Backend = native_stream>
    requires AnyResolverBackend<typename Backend::resolver>
[[nodiscard]] result<AnyAddressList> resolve_any(
    std::string_view host, Port port, typename Backend::resolver::until until = Deadline::never(),
    const typename Backend::context& where = {}) noexcept {
    using Resolver = typename Backend::resolver;
    return detail::resolve_with<Resolver, detail::both_families, AnyAddressList>(
        host, {}, port, true,
        [&](const NameQuery& query) {
            return Resolver::lookup_any(query, until, detail::context_of<Resolver>(where));
        });
}

/// The index of a network interface, for the zone of a SocketAddress<V6> and for multicast.
/// Errors  errc::invalid_argument for a name that is empty, longer than 15 bytes or has a NUL in it;
///         no_such_device.
/// Source  if_nametoindex(3).
template <class Backend = native>
    requires InterfaceBackend<typename Backend::resolver>
[[nodiscard]] result<std::uint32_t> interface_index(std::string_view name) noexcept {
    return detail::index_of_interface<typename Backend::resolver>(name);
}

}  // namespace estate
