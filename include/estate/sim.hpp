// SPDX-License-Identifier: BSL-1.0
#pragma once

// A simulated network: worlds, hosts, virtual time, faults, traces. Blocking programs side by side are
// <estate/backend/sim/programs.hpp>, which wants Boost.Context. See doc/SIMULATION.md.
#include <estate/backend/sim/sockets.hpp>
#include <estate/backend/sim/unix_sockets.hpp>
#include <estate/backend/sim/world.hpp>
#include <estate/version.hpp>
