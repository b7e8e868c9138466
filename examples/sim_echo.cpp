// SPDX-License-Identifier: BSL-1.0
// A client and a server in a simulated network that loses packets, and the trace of what happened.
//
//   sim_echo [--seed N] [--loss PERCENT] [--format text|mermaid|pcapng]
//
// The same seed prints the same trace, every time and with every compiler; the last line on standard error is the
// trace's hash. `sim_echo --format pcapng > echo.pcapng` makes a file for Wireshark.
#include <cstdio>
#include <cstdlib>
#include <estate/backend/sim/programs.hpp>
#include <estate/backend/sim/trace_mermaid.hpp>
#include <estate/backend/sim/trace_pcapng.hpp>
#include <estate/backend/sim/trace_text.hpp>
#include <estate/net/literals.hpp>
#include <estate/sim.hpp>
#include <string>
#include <string_view>

namespace sim = estate::sim;
using namespace estate::literals;
