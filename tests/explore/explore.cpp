// SPDX-License-Identifier: BSL-1.0
// Random legal programs on a simulated network, checked against a reference model.
//
//     explore [--kernel] [--steps N] [--seed S] [--plant]
//
// A run is some hosts, programs side by side, and a list of steps for each; all of it follows from the seed. One that
// fails is shrunk, and printed as the lines of C++ that it is. --plant makes listen() answer an error that no legal call
// has, to see that it is found. The last line is the same for the same arguments.
//
// --kernel runs the same programs on the kernel of this machine and on a simulated host, step by step, and compares
// what they answer: see kernel.hpp. Loopback and a folder are all that it wants of the machine.

#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <estate/backend/sim/programs.hpp>
#include <optional>

#include "kernel.hpp"

namespace {

using namespace estate;
using namespace estate::explore;

struct Result {
    std::string fault;
    std::uint64_t steps = 0;
    std::uint64_t calls = 0;
    std::uint64_t hash = 0;
};

Result run(const Run& what, bool is_planted, std::vector<std::string>* lines = nullptr) {
    sim::Options options;
    options.sockets = 256;
    options.packets = 512;
    options.blocks = 4096;
    options.programs = 8;
    options.actions = 4;
    options.waits = 64;
    options.records = false;
    options.schedule = sim::Schedule::random;
    sim::Random chance(what.seed, "network");
    options.link.latency = static_cast<std::int64_t>(chance.below(20)) * sim::millisecond;
    options.link.loss = chance.below(2) == 0 ? 0 : 20'000;
    options.link.duplicate = 10'000;
    options.link.reorder = 10'000;
    sim::World world(what.seed, options);
    if (is_planted) world.add(sim::Fault{.call = sim::Call::listen, .error = EISCONN});

    Shared shared;
    shared.lines = lines;
    std::vector<sim::Host> all;
    const std::size_t hosts = 1 + chance.below(3);
    for (std::size_t i = 0; i < hosts; ++i) {
        all.push_back(world.host("h" + std::to_string(i), sim::Limits{.descriptors = 64}, shared.address_of(i, 0),
                                 shared.address_of(i, 1), shared.address_of(i, 2)));
        shared.add_system(all[i].system());
    }
    {
        std::deque<Actor> actors;
        sim::Programs programs(world);
        for (std::size_t i = 0; i < what.programs.size(); ++i) {
            actors.emplace_back(shared, i, i % hosts);
            programs.spawn(all[i % hosts], "p" + std::to_string(i),
                           [&, i] { actors[i].run(what.programs[i]); });
        }
        programs.run();
        for (Actor& actor : actors) actor.end();
    }
    world.run_for(2000 * sim::second);
    std::size_t left = 0;
    for (std::size_t i = 0; i < hosts; ++i) {
        left += all[i].sockets();
        if (all[i].open() != 0) shared.report("descriptors are left open");
        if (shared.pools[i].stats().in_use != Uint128(0)) shared.report("addresses are still leased");
    }
    if (left != 0) shared.report("sockets are left in the system");
    const bool has_memory = world.engine().blocks.free_blocks() == options.blocks;
    if (!has_memory) shared.report("memory is left in the network");
    return {shared.fault, shared.steps, shared.calls, world.hash()};
}

Run make(std::uint64_t seed) {
    sim::Random random(seed, "programs");
    Run made;
    made.seed = seed;
    made.programs.resize(1 + random.below(4));
    for (auto& program : made.programs) {
        program.resize(20 + random.below(100));
        for (Step& step : program) {
            const auto number = [&] { return static_cast<std::uint32_t>(random.below(1U << 31)); };
            step.what = number();
            step.which = number();
            step.how = number();
        }
    }
    return made;
}

/// Leaves out as many steps as can be left out while it still fails.
template <class Fails>
Run shrink(Run failing, Fails fails) {
    for (std::size_t length = 64; length > 0; length /= 2) {
        for (std::size_t p = 0; p < failing.programs.size(); ++p) {
            for (std::size_t at = 0; at < failing.programs[p].size();) {
                Run less = failing;
                auto& steps = less.programs[p];
                const std::size_t end = std::min(at + length, steps.size());
                const auto first = steps.begin();
                steps.erase(first + static_cast<std::ptrdiff_t>(at), first + static_cast<std::ptrdiff_t>(end));
                if (fails(less)) {
                    failing = std::move(less);
                } else {
                    at += length;
                }
            }
        }
    }
    return failing;
}

bool read(const char* text, std::uint64_t& number) {
    const char* const end = text + std::strlen(text);
    return std::from_chars(text, end, number).ptr == end && text != end;
}

/// The programs of so many steps, on the kernel and on a simulated host. A difference that comes again when the same
/// programs run once more, or twice, fails. One that does not is of this machine: another process had the port, or the
/// kernel took longer than it is waited for. It is told, and one in a hundred runs may have it.
int compare_all(std::uint64_t seed, std::uint64_t wanted, bool is_planted) {
    const auto number = [](auto count) { return static_cast<unsigned long long>(count); };
    const auto start = std::chrono::steady_clock::now();
    Comparison comparison(is_planted);
    const auto differs = [&](const Run& what) { return !comparison.compare(what).difference.empty(); };
    Outcome all;
    std::uint64_t runs = 0;
    std::uint64_t passing = 0;
    for (; all.steps < wanted; ++runs) {
        const Run one = make(seed * 1'000'003 + runs);
        const Outcome made = comparison.compare(one);
        all.add(made);
        if (made.difference.empty()) continue;
        std::printf("// run %llu of seed %llu differs: %s\n", number(runs), number(seed), made.difference.c_str());
        if (!differs(one) && !differs(one)) {
            std::printf("// not again\n");
            ++passing;
            continue;
        }
        const Run least = shrink(one, differs);
        std::vector<std::string> lines;
        Outcome again;
        for (int i = 0; i < 3 && again.difference.empty(); ++i) {
            lines.clear();
            again = comparison.compare(least, &lines);
        }
        std::printf("// the least of it: %s\n", again.difference.c_str());
        for (const auto& line : lines) std::printf("%s\n", line.c_str());
        std::printf("explore: the kernel differs from the simulation after %llu steps\n", number(all.steps));
        return 1;
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    std::printf("%.0f steps a second\n", static_cast<double>(all.steps) / took.count());
    bool is_good = passing <= 1 + runs / 100;
    for (const Excuse& each : excuses) {
        std::printf("excused %llu times: %s: %s\n", number(all.*each.count), each.what, each.reason);
        if (all.*each.count > 0) continue;
        std::printf("// which excused nothing: it is not needed, or these are too few steps\n");
        is_good = false;
    }
    std::printf("explore: seed %llu, %llu runs, %llu steps, %llu calls, of which %llu did not fail, %llu not again: %s\n",
                number(seed), number(runs), number(all.steps), number(all.calls), number(all.successes), number(passing),
                is_good ? "the kernel and the simulation answer alike" : "too much was excused, or too little");
    return is_good ? 0 : 1;
}

}  // namespace

int main(int count, char** texts) {
    std::uint64_t wanted = 100'000;
    std::uint64_t seed = 1;
    bool is_planted = false;
    bool is_compared = false;
    for (int i = 1; i < count; ++i) {
        const std::string_view name = texts[i];
        if (name == "--plant") {
            is_planted = true;
        } else if (name == "--kernel") {
            is_compared = true;
        } else if (i + 1 == count || !read(texts[i + 1], name == "--steps" ? wanted : seed) ||
                   (name != "--steps" && name != "--seed")) {
            std::fputs("usage: explore [--kernel] [--steps N] [--seed S] [--plant]\n", stderr);
            return 2;
        } else {
            ++i;
        }
    }
    if (is_compared) return compare_all(seed, wanted, is_planted);
    const auto start = std::chrono::steady_clock::now();
    std::uint64_t steps = 0;
    std::uint64_t calls = 0;
    std::uint64_t runs = 0;
    std::uint64_t hash = 0;
    for (; steps < wanted; ++runs) {
        const Run one = make(seed * 1'000'003 + runs);
        const Result result = run(one, is_planted);
        steps += result.steps;
        calls += result.calls;
        hash = (hash ^ result.hash) * 0x100000001b3;
        if (result.fault.empty()) continue;
        const Run least = shrink(one, [&](const Run& less) { return !run(less, is_planted).fault.empty(); });
        std::vector<std::string> lines;
        const Result again = run(least, is_planted, &lines);
        std::printf("// run %llu of seed %llu fails: %s\n", static_cast<unsigned long long>(runs),
                    static_cast<unsigned long long>(seed), result.fault.c_str());
        std::printf("// the least of it, on sim::World(%lluU): %s\n", static_cast<unsigned long long>(one.seed),
                    again.fault.c_str());
        for (const auto& line : lines) std::printf("%s\n", line.c_str());
        std::printf("explore: seed %llu fails after %llu steps\n", static_cast<unsigned long long>(seed),
                    static_cast<unsigned long long>(steps));
        return 1;
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    std::printf("%.0f steps a second\n", static_cast<double>(steps) / took.count());
    std::printf("explore: seed %llu, %llu runs, %llu steps, %llu calls, hash %016llx: no fault\n",
                static_cast<unsigned long long>(seed), static_cast<unsigned long long>(runs),
                static_cast<unsigned long long>(steps), static_cast<unsigned long long>(calls),
                static_cast<unsigned long long>(hash));
}
