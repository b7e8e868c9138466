// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdlib>
#include <estate/backend/absent.hpp>
#include <estate/backend/sim/sockets.hpp>
#include <estate/backend/sim/unix_sockets.hpp>
#include <estate/backend/sim/world.hpp>
#include <string_view>

namespace estate::test {

#if defined(ESTATE_WATCHED)
sim::System law_host();  // of scripts/watch: the host of the program that runs
/// Events that are opened before main(), when there is no host yet: each host has them as its first descriptors.
inline int early_events = 0;
#else
/// The world of this program; its time moves only where a law waits.
inline sim::World& law_world() {
    static sim::World world(1, [] {
        sim::Options options;
        options.records = false;
        // The same program is asked of both profiles; wasi.py runs it again.
        const char* const profile = std::getenv("ESTATE_SIM_PROFILE");
        if (profile != nullptr && std::string_view(profile) == "wasi") options.profile = sim::Profile::wasi_host;
        return options;
    }());
    return world;
}
inline sim::Host the_law_host() {
    static const sim::Host host = law_world().host("laws");
    return host;
}
inline sim::System law_host() { return the_law_host().system(); }
inline std::size_t law_host_open() { return the_law_host().open(); }
inline std::size_t law_host_sockets() { return the_law_host().sockets(); }
#endif

/// A system that is the one host, also where it is made by default: the laws name no context.
struct SimulatedSystem : sim::System {
    SimulatedSystem() noexcept : System(law_host()) {}
#if defined(ESTATE_WATCHED)
    int open_event() const noexcept {
        return engine_is_there() ? System::open_event() : sim::Node::first_descriptor + early_events++;
    }
    int raise_event(int event) const noexcept {
        return engine_is_there() ? System::raise_event(event) : law_host().raise_event(event);
    }
    int lower_event(int event) const noexcept {
        return engine_is_there() ? System::lower_event(event) : law_host().lower_event(event);
    }
#endif
};

struct SimulatedSockets : posix::BasicSockets<SimulatedSystem> {
    using resolver = sim::BasicResolver<SimulatedSystem>;
};
struct SimulatedUnixStreams : posix::UnixSockets<SimulatedSystem, SOCK_STREAM> {};
struct SimulatedUnixDatagrams : posix::UnixSockets<SimulatedSystem, SOCK_DGRAM> {};
struct SimulatedUnixSeqpackets : posix::UnixSockets<SimulatedSystem, SOCK_SEQPACKET> {};

}  // namespace estate::test

namespace estate {
template <>
inline constexpr lifecycle::list<op::with_segments, op::send_segments, op::recv_segments, op::with_packet_info>
    absent_operations<test::SimulatedSockets>{};
}  // namespace estate
