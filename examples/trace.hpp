// SPDX-License-Identifier: BSL-1.0
#pragma once

// What of a simulated network is shown, and how: the options of programs that show it.

#include <unistd.h>

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <estate/backend/sim/trace_lifecycle.hpp>
#include <estate/backend/sim/trace_mermaid.hpp>
#include <estate/backend/sim/trace_pcapng.hpp>
#include <estate/backend/sim/trace_text.hpp>
#include <estate/sim.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace trace {

namespace sim = estate::sim;

inline constexpr const char* usage = "[--seed N] [--drop N]... [--loss PERCENT] [--format text|mermaid|pcapng]";

struct Choice {
    std::uint64_t seed = 1;
    std::uint32_t loss = 0;
    std::vector<std::uint64_t> drops;
    std::string_view format = "text";

    /// False: no such option, or no such value of it.
    bool take(std::string_view name, std::string_view value) {
        std::uint64_t drop = 0;
        if (name == "--seed") return read(value, seed);
        if (name == "--loss") return read(value, loss) && loss <= 100;
        if (name == "--drop" && read(value, drop) && drop > 0) return drops.push_back(drop), true;
        if (name != "--format" || (value != "text" && value != "mermaid" && value != "pcapng")) return false;
        format = value;
        return true;
    }

private:
    template <class Number>
    static bool read(std::string_view text, Number& number) {
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        return error == std::errc() && end == text.data() + text.size();
    }
};

/// Lost packets are red, changes of state are green.
inline std::string coloured(const std::string& text) {
    std::string made;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find('\n', at);
        const std::string line = text.substr(at, end - at);
        const bool is_lost = line.find(" lost ") != line.npos;
        const bool moves = line.find("-> ") != line.npos || line.find(" = 0") != line.npos;
        made += (is_lost ? "\033[31m" : moves ? "\033[32m" : "") + line + (is_lost || moves ? "\033[0m\n" : "\n");
        at = end + 1;
    }
    return made;
}

/// What went over the wire, and the way of each socket through its states; in colours on a terminal only.
inline void print(const sim::World& world, std::string_view format, std::FILE* to) {
    std::string text;
    if (format == "pcapng") {
        text = sim::PcapngTrace::of(world);
    } else if (format == "mermaid") {
        text = sim::MermaidTrace::of(world) + '\n' + sim::LifecycleTrace::mermaid(world);
    } else {
        text = sim::TextTrace::of(world) + '\n' + sim::LifecycleTrace::of(world);
        if (::isatty(::fileno(to)) == 1 && std::getenv("NO_COLOR") == nullptr) text = coloured(text);
    }
    std::fwrite(text.data(), 1, text.size(), to);
    std::fflush(to);
}

}  // namespace trace
