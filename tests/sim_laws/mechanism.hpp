// SPDX-License-Identifier: BSL-1.0
#pragma once

// How pollers of the laws ask the simulated host: as epoll does, and by poll().

#include <estate/backend/posix/poll_set.hpp>
#include <estate/backend/sim/ready_set.hpp>

#include "sim_laws/simulated.hpp"

namespace estate {

namespace test {
struct SimulatedReadySet : sim::ReadySet {
    using context = SimulatedSystem;
    static result<SimulatedReadySet> open(SimulatedSystem system = {}) noexcept {
        auto made = ReadySet::open(system);
        if (!made) return made.assume_error();
        return SimulatedReadySet(std::move(made).assume_value());
    }

private:
    explicit SimulatedReadySet(ReadySet&& made) noexcept : ReadySet(std::move(made)) {}
};
}  // namespace test

template <std::size_t Capacity>
using NativePollSet = posix::PollSet<test::SimulatedSystem, Capacity>;
using NativeMechanism = test::SimulatedReadySet;

}  // namespace estate
