// SPDX-License-Identifier: BSL-1.0
// Programs that know of no simulation, in a simulated network: scripts/watch compiles them with a simulated host for their
// platform, and links them with this. What they ask the C library about time and threads is answered here.

#include <dlfcn.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <estate/backend/sim/programs.hpp>
#include <estate/net/ip_address.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "sim_laws/simulated.hpp"
#include "trace.hpp"
#include "watched/watched.hpp"

namespace {

namespace sim = estate::sim;

sim::World* world = nullptr;       // while programs run
sim::Programs* programs = nullptr;

sim::HostId host_that_runs() { return world->engine().waiters[world->engine().current].host; }
bool is_program() { return world != nullptr && world->engine().current != 0; }

template <class F>
F* real(const char* name) {
    return reinterpret_cast<F*>(::dlsym(RTLD_NEXT, name));
}
void rest_until(std::int64_t until) {
    while (world->now() < until && estate::test::law_host().poll(nullptr, 0, until) >= 0) {}
}
std::int64_t nanoseconds_of(const timespec& time) { return time.tv_sec * sim::second + time.tv_nsec; }

/// One of the commands between `--`, behind which is another host, and `+`.
struct Command {
    const Watched* program = nullptr;
    std::size_t host = 0;
    std::vector<char*> texts;
    int answer = 0;
};

std::vector<Command> read_commands(int count, char** texts) {
    std::vector<Command> all(1);
    for (int i = 0; i < count; ++i) {
        const std::string_view text = texts[i];
        if (text == "--" || text == "+") {
            const std::size_t host = all.back().host + (text == "--" ? 1 : 0);
            all.emplace_back().host = host;
        } else {
            all.back().texts.push_back(texts[i]);
        }
    }
    for (Command& each : all) {
        for (const Watched& one : watched_programs()) {
            if (std::string_view(one.name) == each.texts.front()) each.program = &one;
        }
        each.texts.push_back(nullptr);
    }
    return all;
}

std::vector<sim::Host> make_hosts(sim::World& in, std::size_t count) {
    std::vector<sim::Host> made;
    for (std::size_t i = 0; i < count; ++i) {
        const std::string number = std::to_string(i + 1);
        const std::string name = count != 2 ? "host" + number : i == 0 ? "server" : "client";
        const estate::IpAddress<estate::V4> ip(0x0a000001U + static_cast<std::uint32_t>(i));
        made.push_back(in.host(name, ip, estate::IpAddress<estate::V6>::parse("fd00::" + number).value()));
        for (int event = 0; event < estate::test::early_events; ++event) made.back().system().open_event();
    }
    return made;
}

}  // namespace

/// Before main() there is no host yet.
estate::sim::System estate::test::law_host() {
    return world != nullptr ? sim::System(&world->engine(), host_that_runs()) : sim::System();
}

extern "C" int clock_gettime(clockid_t clock, timespec* time) noexcept {
    if (clock != CLOCK_MONOTONIC || !is_program()) return real<int(clockid_t, timespec*)>("clock_gettime")(clock, time);
    *time = {world->now() / sim::second, world->now() % sim::second};
    return 0;
}
extern "C" int clock_nanosleep(clockid_t clock, int flags, const timespec* time, timespec* left) {
    if (!is_program()) {
        return real<int(clockid_t, int, const timespec*, timespec*)>("clock_nanosleep")(clock, flags, time, left);
    }
    rest_until(nanoseconds_of(*time) + (flags == TIMER_ABSTIME ? 0 : world->now()));
    return 0;
}
extern "C" int nanosleep(const timespec* time, timespec* left) {
    if (!is_program()) return real<int(const timespec*, timespec*)>("nanosleep")(time, left);
    rest_until(world->now() + nanoseconds_of(*time));
    return 0;
}
/// A thread is a program of the same host, and ends with it.
extern "C" int pthread_create(pthread_t* thread, const pthread_attr_t* how, void* (*run)(void*), void* with) noexcept {
    if (!is_program()) {
        return real<int(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*)>("pthread_create")(thread, how, run, with);
    }
    const sim::Host host(&world->engine(), host_that_runs());
    const auto body = [run, with] { run(with); };
    const bool is_daemon = world->engine().waiters[world->engine().current].is_daemon;
    *thread = is_daemon ? programs->spawn_daemon(host, "thread", body) : programs->spawn(host, "thread", body);
    return *thread == 0 ? EAGAIN : 0;
}
extern "C" int pthread_detach(pthread_t thread) noexcept {
    return is_program() ? 0 : real<int(pthread_t)>("pthread_detach")(thread);
}
extern "C" int pthread_join(pthread_t thread, void** answer) {
    if (!is_program()) return real<int(pthread_t, void**)>("pthread_join")(thread, answer);
    while (!programs->has_ended(static_cast<std::uint32_t>(thread))) rest_until(world->now() + sim::millisecond);
    if (answer != nullptr) *answer = nullptr;
    return 0;
}

int main(int count, char** texts) {
    trace::Choice choice;
    int first = 1;
    for (; first + 1 < count && std::string_view(texts[first]).starts_with("--"); first += 2) {
        if (!choice.take(texts[first], texts[first + 1])) return std::fprintf(stderr, "usage: %s\n", trace::usage), 2;
    }
    std::vector<Command> commands = read_commands(count - first, texts + first);

    // What the programs print shall not stand in the trace.
    std::FILE* const to = ::fdopen(::dup(STDOUT_FILENO), "w");
    if (to == nullptr || ::dup2(STDERR_FILENO, STDOUT_FILENO) < 0) return std::perror("watch"), 1;
    std::setvbuf(stdout, nullptr, _IOLBF, 0);

    sim::Options options;
    options.link.latency = 10 * sim::millisecond;
    options.link.loss = choice.loss * 10'000;  // in a million
    options.stack = 16 << 20;  // as a thread may have
    sim::World network(choice.seed, options);
    for (const std::uint64_t nth : choice.drops) network.drop(nth);
    {
        sim::Programs running(network);
        world = &network;
        programs = &running;
        const std::vector<sim::Host> hosts = make_hosts(network, commands.back().host + 1);
        for (Command& one : commands) {
            const auto body = [&one] {
                one.answer = one.program->run(static_cast<int>(one.texts.size()) - 1, one.texts.data());
            };
            const sim::Host host = hosts[one.host];
            &one == &commands.back() ? running.spawn(host, "main", body) : running.spawn_daemon(host, "main", body);
        }
        running.run();
        world = nullptr;
        programs = nullptr;
    }
    std::fflush(stdout);
    trace::print(network, choice.format, to);
    std::fprintf(stderr, "the last ends with %d\nseed %llu, hash %016llx\n", commands.back().answer,
                 static_cast<unsigned long long>(choice.seed), static_cast<unsigned long long>(network.hash()));
    return commands.back().answer;
}
