// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <ifaddrs.h>
#include <net/if.h>

#include <cstring>
#include <estate/backend/posix/address.hpp>
#include <estate/backend/posix/kernel.hpp>
#include <estate/net/interface.hpp>

namespace estate::posix {

/// The interfaces of the host. The C library's list lives as long as the visit.
/// Source  getifaddrs(3), if_nametoindex(3), RFC 3493 section 4.
struct Interfaces {
    /// Calls visit(const Interface&) for each. One that has gone since the list was made is left out: it has no index.
    template <class Visit>
    static result<void> each(Visit visit) noexcept {
        return each_entry([&](const ifaddrs& entry) {
            if (entry.ifa_addr->sa_family == Kernel::link_family) tell(entry, visit);
        });
    }
    /// Calls visit(const Interface&, const InterfaceAddress<F>&) for each of their addresses, of both families.
    template <class Visit>
    static result<void> each_address(Visit visit) noexcept {
        return each_entry([&](const ifaddrs& entry) {
            if (entry.ifa_addr->sa_family == AF_INET) tell(entry, visit, address_of<V4>(entry));
            if (entry.ifa_addr->sa_family == AF_INET6) tell(entry, visit, address_of<V6>(entry));
        });
    }

private:
    template <class Visit>
    static result<void> each_entry(Visit visit) noexcept {
        ifaddrs* first = nullptr;
        if (::getifaddrs(&first) != 0) return Error::system(Kernel::error());
        for (const ifaddrs* entry = first; entry != nullptr; entry = entry->ifa_next) {
            if (entry->ifa_addr != nullptr) visit(*entry);
        }
        ::freeifaddrs(first);
        return success();
    }
    template <class Visit, class... Address>
    static void tell(const ifaddrs& entry, Visit& visit, const Address&... address) {
        const Interface made = made_of(entry);
        if (made.index() != 0) visit(made, address...);
    }

    /// The label of an address may be longer: "eth0:1" is of eth0.
    static Interface made_of(const ifaddrs& entry) noexcept {
        std::string_view name(entry.ifa_name);
        name = name.substr(0, name.find(':'));
        char terminated[Interface::max_name + 1] = {};
        name = name.substr(0, Interface::max_name);
        std::memcpy(terminated, name.data(), name.size());
        const unsigned flags = entry.ifa_flags;
        return Interface(name, ::if_nametoindex(terminated),
                         {.is_up = (flags & IFF_UP) != 0,
                          .is_running = (flags & IFF_RUNNING) != 0,
                          .is_loopback = (flags & IFF_LOOPBACK) != 0,
                          .is_point_to_point = (flags & IFF_POINTOPOINT) != 0,
                          .has_broadcast = (flags & IFF_BROADCAST) != 0,
                          .has_multicast = (flags & IFF_MULTICAST) != 0});
    }
    template <Family F>
    static IpAddress<F> ip_of(const sockaddr* from) noexcept {
        typename Native<F>::type native{};
        std::memcpy(&native, from, sizeof native);
        return Native<F>::to(native).address();
    }
    template <Family F>
    static InterfaceAddress<F> address_of(const ifaddrs& entry) noexcept {
        int length = 0;
        if (entry.ifa_netmask != nullptr) {
            for (const auto byte : ip_of<F>(entry.ifa_netmask).bytes()) {
                length += __builtin_popcount(static_cast<unsigned>(byte));
            }
        }
        return {ip_of<F>(entry.ifa_addr), length};
    }
};

}  // namespace estate::posix
