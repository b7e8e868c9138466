// SPDX-License-Identifier: BSL-1.0
#pragma once

// A test kit for programs of one's own: the same program in bad weather of many kinds, seed after seed, in virtual
// time. doc/testing_with_sim.md shows how. Wants Boost.Context.

#include <cerrno>
#include <cstdint>
#include <estate/backend/sim/programs.hpp>
#include <estate/backend/sim/trace_text.hpp>
#include <estate/network.hpp>
#include <estate/sim.hpp>
#include <estate/version.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace estate::sim {

/// What befalls a program under test: a link, and rules by which calls fail or move less than they could.
struct Weather {
    std::string name;
    Link link = {};
    std::vector<Fault> faults = {};
    std::int64_t cut_at = 0;     ///< after that time of the trial the network is cut; 0: never
    std::int64_t cut_for = 0;    ///< for so long
};

/// What a network does to a program once a year. Chances are in a million.
inline std::vector<Weather> all_weathers() {
    return {
        {.name = "calm"},
        {.name = "lossy", .link = {.latency = 5 * millisecond, .loss = 100'000}},
        {.name = "slow", .link = {.latency = 400 * millisecond, .jitter = 300 * millisecond, .bandwidth = 2'000}},
        {.name = "short", .faults = {{.call = Call::send, .at_most = 3}, {.call = Call::recv, .at_most = 1}}},
        {.name = "interrupted", .faults = {{.call = Call::send, .per_million = 200'000, .error = EINTR},
                                           {.call = Call::recv, .per_million = 200'000, .error = EINTR},
                                           {.call = Call::poll, .per_million = 200'000, .error = EINTR},
                                           {.call = Call::accept, .per_million = 200'000, .error = EINTR}}},
        {.name = "resets", .faults = {{.call = Call::recv, .per_million = 100'000, .error = ECONNRESET},
                                      {.call = Call::send, .per_million = 100'000, .error = ECONNRESET}}},
        {.name = "cut", .link = {.latency = 20 * millisecond}, .cut_at = 50 * millisecond, .cut_for = 3 * second},
        {.name = "full", .faults = {{.call = Call::socket, .per_million = 200'000, .error = EMFILE},
                                    {.call = Call::accept, .per_million = 200'000, .error = EMFILE}}},
    };
}

/// One run of a test: a client and a server on hosts of their own, in one weather, from one seed.
class Trial {
public:
    Trial(std::uint64_t seed, const Weather& weather)
        : seed_{seed}, weather_{&weather}, world_(seed, with(weather.link)), client_{world_.host("client", here(1))},
          server_{world_.host("server", here(2))}, programs_(world_) {
        for (const Fault& fault : weather.faults) world_.add(fault);
        if (weather.cut_at != 0) {
            world_.at(world_.now() + weather.cut_at, [this] { world_.cut(client_, server_); });
            world_.at(world_.now() + weather.cut_at + weather.cut_for, [this] { world_.heal(client_, server_); });
        }
    }
    Trial(const Trial&) = delete;
    Trial& operator=(const Trial&) = delete;
    ~Trial() = default;

    /// 10.0.0.1 is the client's, 10.0.0.2 the server's.
    [[nodiscard]] static constexpr IpAddress<V4> server_ip() noexcept { return here(2); }

    /// The program of the server, with its network: server(net). It may serve for ever; it is ended with the trial.
    template <class Program>
    void serve(Program program) {
        programs_.spawn_daemon(server_, "server",
                               [program](System host) mutable { program(estate::Network<Sockets>(host)); });
    }
    /// A program of the client; a trial ends when each of them has ended.
    template <class Program>
    void run(Program program) {
        programs_.spawn(client_, "client",
                        [program](System host) mutable { program(estate::Network<Sockets>(host)); });
    }
    /// Lets everything happen. Throws  what a program threw.
    void play() { programs_.run(); }

    [[nodiscard]] World& world() noexcept { return world_; }
    [[nodiscard]] const Host& client() const noexcept { return client_; }
    [[nodiscard]] const Host& server() const noexcept { return server_; }
    [[nodiscard]] std::uint64_t seed() const noexcept { return seed_; }
    [[nodiscard]] const Weather& weather() const noexcept { return *weather_; }
    /// Descriptors that nobody closed; a program that has ended should leave none.
    [[nodiscard]] std::size_t left_open() const noexcept { return client_.open() + server_.open(); }

private:
    static constexpr IpAddress<V4> here(std::uint32_t number) noexcept { return IpAddress<V4>(0x0a000000U + number); }
    static Options with(const Link& link) {
        Options options;
        options.link = link;
        options.sockets = 256;
        options.packets = 1024;
        options.blocks = 8192;
        options.schedule = Schedule::random;
        return options;
    }

    std::uint64_t seed_;
    const Weather* weather_;
    World world_;
    Host client_;
    Host server_;
    Programs programs_;
};

/// What a trial found.
struct Finding {
    std::string weather;
    std::uint64_t seed = 0;
    std::string what;
    std::string trace;  ///< what happened, in columns

    /// For the bug report: `lossy, seed 17: the answer is cut`.
    [[nodiscard]] std::string text() const { return weather + ", seed " + std::to_string(seed) + ": " + what; }
};

/// One trial: `test(trial)` plays it and returns what is wrong, or an empty text.
template <class Test>
[[nodiscard]] std::optional<Finding> try_once(const Weather& weather, std::uint64_t seed, Test test) {
    Trial trial(seed, weather);
    const std::string what = test(trial);
    if (what.empty()) return std::nullopt;
    return Finding{weather.name, seed, what, TextTrace::of(trial.world())};
}
/// Trials of every weather, with the seeds 1 to `seeds`, up to the first that finds something.
template <class Test>
[[nodiscard]] std::optional<Finding> try_all(std::span<const Weather> weathers, std::uint64_t seeds, Test test) {
    for (const Weather& weather : weathers) {
        for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
            if (auto found = try_once(weather, seed, test)) return found;
        }
    }
    return std::nullopt;
}

}  // namespace estate::sim
