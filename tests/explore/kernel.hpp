// SPDX-License-Identifier: BSL-1.0
#pragma once

// The same programs on the kernel of this machine and on a simulated host. Both are asked each step in turn, and what
// the call answered, what all sockets are then and what poll() says of them must be the same.
//
// What would hang on chance is made certain. The programs of a run take turns in one thread. No packet is lost or late;
// each step on the kernel waits until its sockets are as the simulated ones, for a moment at most. No wait lasts
// (Either). Each run has ports and addresses of its own in 127.0.0.0/8, paths in a folder of its own and abstract names
// that no other run has. Which port a system chose, the size of a send buffer that no program set and whose process a
// peer is are not compared.

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <thread>
#include <utility>

#include "../support/scratch.hpp"
#include "actor.hpp"

namespace estate::explore {

/// What a comparison found, and of how much.
struct Outcome {
    std::string difference;  // the first
    std::uint64_t steps = 0;
    std::uint64_t calls = 0;
    std::uint64_t successes = 0;
    std::uint64_t sends = 0;   // excused, and the run has ended there
    std::uint64_t rooms = 0;   // likewise, but the run has gone on
    std::uint64_t fins = 0;

    void add(const Outcome& other) {
        steps += other.steps;
        calls += other.calls;
        successes += other.successes;
        sends += other.sends;
        rooms += other.rooms;
        fins += other.fins;
    }
};

/// What may differ, and why. One that excuses nothing is not needed, and fails.
struct Excuse {
    const char* what;
    const char* reason;
    std::uint64_t Outcome::* count;
};
inline constexpr Excuse excuses[] = {
    {"how much a send takes, where the send buffer was made small or an eighth of it is in use",
     "the kernel counts its own structures, too (socket(7)), and the bytes that are there then differ",
     &Outcome::sends},
    {"whether such a socket is said to have room (POLLOUT)", "likewise", &Outcome::rooms},
    {"a connection is in FIN_WAIT_1 on the kernel, and in FIN_WAIT_2 simulated",
     "the kernel may acknowledge a FIN late, with what it sends next", &Outcome::fins},
};

class Comparison {
public:
    explicit Comparison(bool is_planted) : is_planted_{is_planted} {}

    Outcome compare(const Run& what, std::vector<std::string>* lines = nullptr) {
        sim::Options options;
        options.sockets = 256;
        options.packets = 512;
        options.blocks = 4096;
        options.records = false;
        options.loopback_latency = Either::latency;
        options.send_buffer = 106'496;  // half of net.core.wmem_default
        sim::World world(what.seed, options);
        if (is_planted_) world.add(sim::Fault{.call = sim::Call::listen, .error = EISCONN});
        const sim::Host host = world.host("twin", sim::Limits{.descriptors = 256}, "10.0.0.1"_ip4);
        const sim::System system = host.system();

        do {
            ++number_;
        } while (!are_free(first_port()));
        bool in_vain = false;
        Twin simulated(*this, system, {.world = &world, .in_vain = &in_vain}, what.programs.size());
        Twin kernel(*this, system, {.is_kernel = true, .in_vain = &in_vain}, what.programs.size());
        Outcome made;
        const auto take = [&](std::size_t program, const Step& step) {
            in_vain = false;
            kernel.side.clock = system.now();
            simulated.lines.clear();
            kernel.lines.clear();
            const std::size_t before = host.sockets();
            simulated.actors[program].run(step);
            world.run_for(sim::millisecond);
            kernel.actors[program].run(step);
            if (kernel.shared.has_passed && host.sockets() < before) collect(world, kernel.side);
            made.difference = look(kernel, simulated, made);
            if (lines != nullptr) lines->insert(lines->end(), kernel.lines.begin(), kernel.lines.end());
            if (made.difference.empty()) return true;
            if (is_of_room(kernel, simulated, program, step)) {
                made.difference.clear();
                ++made.sends;
            }
            return false;
        };
        bool goes_on = true;
        for (std::size_t turn = 0, more = 1; goes_on && more > 0; ++turn) {
            more = 0;
            for (std::size_t i = 0; goes_on && i < what.programs.size(); ++i) {
                if (turn >= what.programs[i].size()) continue;
                ++more;
                goes_on = take(i, what.programs[i][turn]);
            }
        }
        made.steps = kernel.shared.steps;
        made.calls = kernel.shared.calls;
        made.successes = kernel.shared.successes;
        return made;
    }

private:
    /// The programs of a run on one of the two machines.
    struct Twin {
        Twin(const Comparison& of, sim::System system, Side given, std::size_t programs) : side{given} {
            shared.lines = &lines;
            shared.tells_answers = true;
            const std::uint64_t number = of.number_;
            shared.network = 0x7f000000U + static_cast<std::uint32_t>(1 + number % 250) * 65536;
            shared.first_port = of.first_port();
            const std::string begin = "estate." + std::to_string(::getpid()) + '.' + std::to_string(number);
            for (std::size_t i = 0; i < 4; ++i) {
                const std::string last(1, static_cast<char>('a' + i % 2));
                const std::string path = of.scratch_.file(last);
                shared.names[i] = i < 2 ? UnixAddress::path(path).value() : UnixAddress::abstract(begin + last).value();
                if (i < 2) ::unlink(path.c_str());
            }
            shared.add_system(Either(system, &side));
            for (std::size_t i = 0; i < programs; ++i) actors.emplace_back(shared, i, 0);
        }
        Twin(const Twin&) = delete;
        Twin& operator=(const Twin&) = delete;
        ~Twin() {
            for (Actor& actor : actors) actor.end();
        }
        /// What each socket is.
        struct State {
            std::vector<std::string> lines;
            std::vector<bool> has_room;  // by POLLOUT
            std::vector<bool> is_tight;
            std::size_t unacknowledged = 0;  // in FIN_WAIT_1
        };
        [[nodiscard]] State state() {
            State all;
            for (Actor& actor : actors) {
                actor.each_open([&]<class S>(std::size_t, const std::string& name, S& socket, const Record& record) {
                    const Either system = shared.systems[0];
                    std::string line = name + " is " + S::protocol() + " " + S::state::name;
                    if (record.is_local()) {
                        line += ", " + shared.told(record.name);
                    } else {
                        line += ", " + shared.told(record.local) + ", peer " + shared.told(record.remote);
                    }
                    pollfd one{socket.handle(), POLLIN | POLLOUT | POLLRDHUP, 0};
                    system.poll(&one, 1, 0);
                    all.has_room.push_back((one.revents & POLLOUT) != 0);
                    all.is_tight.push_back(is_tight(system, socket.handle()));
                    for (const auto& [bit, word] : {std::pair(POLLIN, " in"), std::pair(POLLRDHUP, " rdhup"),
                                                    std::pair(POLLHUP, " hup"), std::pair(POLLERR, " err")}) {
                        if ((one.revents & bit) != 0) line += word;
                    }
                    if (record.kind == Kind::stream) {
                        tcp_info info{};
                        socklen_t size = sizeof info;
                        system.getsockopt(socket.handle(), IPPROTO_TCP, TCP_INFO, &info, &size);
                        const bool waits = info.tcpi_state == TCP_FIN_WAIT1;
                        if (waits) ++all.unacknowledged;
                        line += " tcp " + std::to_string(waits ? int{TCP_FIN_WAIT2} : int{info.tcpi_state});
                    }
                    all.lines.push_back(std::move(line));
                });
            }
            return all;
        }

        Shared shared;
        Side side;
        std::vector<std::string> lines;
        std::deque<Actor> actors;
    };

    /// Unix-domain sockets that carry each other in a circle are ended at once by the simulation, and by the kernel
    /// some milliseconds after another one has ended. Waits for it, but not long: one that nobody has accepted counts
    /// in the simulation alone.
    /// Source  Linux net/unix/garbage.c.
    static void collect(sim::World& world, const Side& kernel) {
        std::size_t wanted = 0;
        for (const auto& each : world.engine().sockets) wanted += each.is_used && each.is_local() ? 1 : 0;
        const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(40);
        while (locals(kernel) > wanted && std::chrono::steady_clock::now() < end) {
            ::close(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
            std::this_thread::sleep_for(std::chrono::microseconds(500));
        }
    }
    /// How many Unix-domain sockets of the run the kernel still has.
    static std::size_t locals(const Side& kernel) {
        std::ifstream all("/proc/net/unix");
        std::size_t count = 0;
        for (std::string line; std::getline(all, line);) {
            unsigned long file = 0;
            if (std::sscanf(line.c_str(), "%*s %*s %*s %*s %*s %*s %lu", &file) == 1) count += kernel.files.count(file);
        }
        return count;
    }
    /// Whether the send buffer is small, since a program set it, or an eighth of it is in use: what then still fits is
    /// a question of the kernel's own structures, which count too (socket(7)).
    static bool is_tight(Either system, int handle) {
        int size = 0;
        socklen_t length = sizeof size;
        system.getsockopt(handle, SOL_SOCKET, SO_SNDBUF, &size, &length);
        int used = 0;
        if (system.is_kernel()) ::ioctl(handle, TIOCOUTQ, &used);
        return size == 8192 || used > size / 8;
    }
    /// Whether the step was to send, and it is how much was sent that differs, or whether there was room in time.
    static bool is_of_room(Twin& kernel, const Twin& simulated, std::size_t program, const Step& step) {
        if (!kernel.shared.fault.empty() || !simulated.shared.fault.empty()) return false;
        bool sends = false;
        kernel.actors[program].each_open([&](std::size_t slot, const std::string&, const auto& socket, const Record&) {
            if (slot == step.which % Actor::slot_count) sends = is_tight(kernel.shared.systems[0], socket.handle());
        });
        const auto is_count = [](const std::string& line) {
            const auto has = [&](const char* text) { return line.find(text) != line.npos; };
            return has("// gives ") || has("// after ") ||
                   std::any_of(std::begin(errors_of_room), std::end(errors_of_room), has);
        };
        for (const auto* lines : {&std::as_const(kernel.lines), &simulated.lines}) {
            sends = sends && !lines->empty() && lines->front().find(": send") != std::string::npos &&
                    std::all_of(lines->begin() + 1, lines->end(), is_count);
        }
        return sends && kernel.lines != simulated.lines;
    }
    // There was none in time; or the peer has gone, which the first part hears and the rest meets.
    inline static const char* const errors_of_room[] = {
        Error(errc::deadline_exceeded).message(), Error::system(EDEADLK).message(), Error::system(EPIPE).message(),
        Error::system(ECONNRESET).message()};
    static std::string look(Twin& kernel, Twin& simulated, Outcome& made) {
        if (kernel.lines != simulated.lines) return first_of(kernel.lines, simulated.lines);
        if (!simulated.shared.fault.empty()) return "simulated, against the model: " + simulated.shared.fault;
        if (!kernel.shared.fault.empty()) return "on the kernel, against the model: " + kernel.shared.fault;
        const auto wanted = simulated.state();
        const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(25);
        for (;;) {
            const auto found = kernel.state();
            bool is_tight = false;
            std::string difference = first_of(found.lines, wanted.lines);
            for (std::size_t i = 0; i < found.lines.size() && difference.empty(); ++i) {
                if (found.has_room[i] == wanted.has_room[i]) continue;
                is_tight = found.is_tight[i];
                if (!is_tight) difference = found.lines[i] + ": room to send " + (found.has_room[i] ? "" : "not ") +
                                            "on the kernel, " + (found.has_room[i] ? "not " : "") + "simulated";
            }
            if (difference.empty() && found.unacknowledged < wanted.unacknowledged) {
                difference = "a FIN is not acknowledged in the simulation";
            }
            if (difference.empty() && is_tight) ++made.rooms;
            if (difference.empty() && found.unacknowledged > wanted.unacknowledged) ++made.fins;
            if (difference.empty() || std::chrono::steady_clock::now() > end) return difference;
            std::this_thread::sleep_for(std::chrono::microseconds(50));
        }
    }
    static std::string first_of(const std::vector<std::string>& kernel, const std::vector<std::string>& simulated) {
        for (std::size_t i = 0; i < kernel.size() || i < simulated.size(); ++i) {
            const std::string real = i < kernel.size() ? kernel[i] : "nothing";
            const std::string made = i < simulated.size() ? simulated[i] : "nothing";
            if (real != made) return "kernel \"" + real + "\", simulated \"" + made + '"';
        }
        return {};
    }

    /// Of this run, and below the ephemeral ones.
    [[nodiscard]] std::uint16_t first_port() const {
        return static_cast<std::uint16_t>(
            10'000 + (number_ + 1009 * static_cast<std::uint64_t>(::getpid())) % 7000 * ports);
    }
    /// Nobody has one of them, and no connection of another run is in TIME_WAIT there.
    static bool are_free(std::uint16_t first) {
        bool all = true;
        for (std::uint32_t i = 0; i < 2 * ports; ++i) {
            const int fd = ::socket(AF_INET, (i % 2 == 0 ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, 0);
            sockaddr_in any{};
            any.sin_family = AF_INET;
            any.sin_port = htons(static_cast<std::uint16_t>(first + i / 2));
            all = all && ::bind(fd, reinterpret_cast<const sockaddr*>(&any), sizeof any) == 0;
            ::close(fd);
        }
        return all;
    }

    bool is_planted_;
    std::uint64_t number_ = 0;
    test::Scratch scratch_;
};

}  // namespace estate::explore
