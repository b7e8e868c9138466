// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <estate/backend/sim/options.hpp>
#include <estate/backend/sim/packet.hpp>
#include <estate/backend/sim/watch.hpp>
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

/// A machine: its name, its addresses and one table of descriptors, which all its programs share as threads do.
struct Node {
    static constexpr int first_descriptor = 3;  // 0, 1 and 2 are taken, as in any program

    std::string name;
    std::vector<Endpoint> addresses;  // without loopback, which every host has
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
