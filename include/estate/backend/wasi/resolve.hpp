// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstring>
#include <estate/backend/resolver.hpp>
#include <estate/backend/wasi/address.hpp>
#include <estate/backend/wasi/wait.hpp>
#include <estate/net/detail/utf8.hpp>

namespace estate::wasi {

/// Names by the host's resolver, which knows hosts and no services: those are numbers here.
/// Source  wasi:sockets/ip-name-lookup.
struct Resolver {
    using until = Deadline;
    using context = NoContext;
    using Addresses = Resource<ip_name_lookup_own_resolve_address_stream_t,
                               ip_name_lookup_borrow_resolve_address_stream_t,
                               ip_name_lookup_resolve_address_stream_drop_own>;

    template <Family F>
    static result<AddressList<F>> lookup(const NameQuery& query, Deadline until, NoContext) noexcept {
        return look<AddressList<F>>(query, until);
    }
    static result<AnyAddressList> lookup_any(const NameQuery& query, Deadline until, NoContext) noexcept {
        return look<AnyAddressList>(query, until);
    }

private:
    template <class List>
    static result<List> look(const NameQuery& query, Deadline until) noexcept {
        if (query.service[0] != '\0') return errc::name_not_found;
        if (query.looks_numeric) return errc::malformed_address;  // hosts read lax forms, each its own
        if (!detail::is_utf8(query.host)) return errc::name_not_found;  // to give it to the host would be a trap
        const Network network = the_network();
        // The bindings take all strings by pointers to what is not const; the host only reads this one.
        wasip2_string_t name{const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(query.host)),
                             std::strlen(query.host)};
        ip_name_lookup_own_resolve_address_stream_t made{};
        network_error_code_t error = 0;
        if (!ip_name_lookup_resolve_addresses(network.borrow(), &name, &made, &error)) {
            if (error == NETWORK_ERROR_CODE_INVALID_ARGUMENT) return errc::name_not_found;  // no host is called so
            return failure(error);
        }
        const Addresses addresses(made);
        List list;
        for (;;) {
            ip_name_lookup_option_ip_address_t next{};
            if (ip_name_lookup_method_resolve_address_stream_resolve_next_address(addresses.borrow(), &next, &error)) {
                if (!next.is_some) break;
                add(list, next.val, query.port);
            } else if (error != NETWORK_ERROR_CODE_WOULD_BLOCK) {
                return failure(error);
            } else {
                const Pollable answered(
                    ip_name_lookup_method_resolve_address_stream_subscribe(addresses.borrow()));
                if (const auto waited = wait(answered, until); !waited) return waited.assume_error();
            }
        }
        if (list.empty()) return errc::name_no_address;
        return list;
    }

    static void add(AddressList<V4>& list, const network_ip_address_t& ip, Port port) noexcept {
        if (ip.tag == NETWORK_IP_ADDRESS_IPV4) list.add({Native<V4>::to(ip.val.ipv4), port});
    }
    static void add(AddressList<V6>& list, const network_ip_address_t& ip, Port port) noexcept {
        if (ip.tag == NETWORK_IP_ADDRESS_IPV6) list.add({Native<V6>::to(ip.val.ipv6), port});
    }
    static void add(AnyAddressList& list, const network_ip_address_t& ip, Port port) noexcept {
        if (ip.tag == NETWORK_IP_ADDRESS_IPV4) list.add(SocketAddress<V4>(Native<V4>::to(ip.val.ipv4), port));
        if (ip.tag == NETWORK_IP_ADDRESS_IPV6) list.add(SocketAddress<V6>(Native<V6>::to(ip.val.ipv6), port));
    }
};

static_assert(ResolverBackend<Resolver, V4> && ResolverBackend<Resolver, V6>);

}  // namespace estate::wasi
