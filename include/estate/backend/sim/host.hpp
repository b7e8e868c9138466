// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <estate/backend/sim/options.hpp>
#include <estate/backend/sim/packet.hpp>
#include <estate/backend/sim/watch.hpp>
#include <optional>
#include <string>
#include <vector>

namespace estate::sim {

/// What a descriptor refers to.
struct Slot {
    enum class Kind : std::uint8_t { free, socket, event, set, lock };
    Kind kind = Kind::free;
    bool is_raised = false;     // an event
    SocketId socket = none;
    std::uint32_t waits = none; // who waits for an event
    Watch watch;
    WatchSet watches;           // of a set
    std::uint64_t directory = 0;  // of a lock
};

/// A name of hosts, beside that which each has in its world.
struct HostName {
    std::string name;
    std::vector<Endpoint> addresses;
};

/// Where a host sends what is for the addresses that share a prefix.
struct Route {
    Endpoint first;
    int length = 0;  // of the prefix, in bits
    HostId via = no_host;  // no_host: to who has the address
    Endpoint source;       // any: the first address of the host
};

/// A machine: its name, its addresses and one table of descriptors, which all its programs share as threads do.
struct Node {
    static constexpr int first_descriptor = 3;  // 0, 1 and 2 are taken, as in any program

    std::string name;
    std::vector<Endpoint> addresses;  // without loopback, which every host has
    std::vector<Route> routes;        // none: it reaches every host directly
    Limits limits;
    std::vector<Slot> descriptors;
    std::size_t open = 0;
    std::size_t sockets = 0;
    std::uint16_t next_port = first_ephemeral;
    std::int32_t process = 0;  // all programs of a host are one
    std::uint32_t user = 1000;
    std::uint32_t group = 1000;

    [[nodiscard]] bool has(const Endpoint& address) const noexcept {
        if (address.is_loopback()) return true;
        for (const Endpoint& own : addresses) {
            if (own.is_same_address(address)) return true;
        }
        return false;
    }
    [[nodiscard]] const Endpoint* first_address(bool v6) const noexcept {
        for (const Endpoint& own : addresses) {
            if (own.is_v6 == v6) return &own;
        }
        return nullptr;
    }
    /// The one with the longest prefix; nullptr: none has the address.
    [[nodiscard]] const Route* route_to(const Endpoint& address) const noexcept {
        const Route* best = nullptr;
        for (const Route& each : routes) {
            const bool is_longest = best == nullptr || best->length < each.length;
            if (is_longest && each.first.shares(address, each.length)) best = &each;
        }
        return best;
    }
    /// Groups and broadcasts need no route.
    [[nodiscard]] bool has_way_to(const Endpoint& address) const noexcept {
        return routes.empty() || has(address) || address.is_multicast() || address.is_broadcast() ||
               route_to(address) != nullptr;
    }
    /// What packets to the address come from, where their socket is bound to none. nullptr: no address of the family.
    [[nodiscard]] const Endpoint* source_to(const Endpoint& address) const noexcept {
        const Route* const route = route_to(address);
        return route != nullptr && !route->source.is_any() ? &route->source : first_address(address.is_v6);
    }
    /// The same of a socket, to this host too: all of 127.0.0.0/8 is reached from 127.0.0.1, others from themselves.
    [[nodiscard]] std::optional<Endpoint> source_for(const Endpoint& to) const noexcept {
        if (to.is_loopback()) return Endpoint::loopback(to.is_v6);
        if (has(to)) return to;
        const Endpoint* const own = source_to(to);
        return own != nullptr ? std::optional(*own) : std::nullopt;
    }
    /// The lowest that is free, as POSIX wants it; the table never grows beyond its limit. -1: EMFILE.
    [[nodiscard]] int lowest_free() noexcept {
        while (lowest_ < descriptors.size() && descriptors[lowest_].kind != Slot::Kind::free) ++lowest_;
        return lowest_ < descriptors.size() ? static_cast<int>(lowest_) + first_descriptor : -1;
    }
    [[nodiscard]] Slot* find(int number) noexcept {
        const auto at = static_cast<std::size_t>(number - first_descriptor);
        if (number < first_descriptor || at >= descriptors.size()) return nullptr;
        return descriptors[at].kind == Slot::Kind::free ? nullptr : &descriptors[at];
    }
    /// The lowest of those that refer to the socket. Pre: one does.
    [[nodiscard]] int descriptor_of(SocketId socket) const noexcept {
        std::size_t at = 0;
        while (descriptors[at].kind != Slot::Kind::socket || descriptors[at].socket != socket) ++at;
        return static_cast<int>(at) + first_descriptor;
    }
    /// Pre  number is what lowest_free() gave
    Slot& use(int number) noexcept {
        ++open;
        return descriptors[static_cast<std::size_t>(number - first_descriptor)];
    }
    void free(int number) noexcept {
        const auto at = static_cast<std::size_t>(number - first_descriptor);
        WatchSet::forget(descriptors[at].watch);
        if (descriptors[at].kind == Slot::Kind::set) {
            for (Slot& each : descriptors) {
                if (each.watch.set == &descriptors[at].watches) WatchSet::forget(each.watch);
            }
        }
        descriptors[at] = Slot{};
        if (at < lowest_) lowest_ = at;
        --open;
    }

private:
    std::size_t lowest_ = 0;
};

}  // namespace estate::sim
