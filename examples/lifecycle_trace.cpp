// SPDX-License-Identifier: BSL-1.0
// What goes over the wire, and the way of each socket through its lifecycle, while a small program runs.
//
//     lifecycle_trace [PROGRAM] [--seed N] [--drop N]... [--loss PERCENT] [--format text|mermaid|pcapng]
//
// PROGRAM is one of those below: echo, half_close, refused, reset, two_steps, datagrams. --drop 4 loses the fourth packet.
// One seed prints one trace, every time; colours only on a terminal. `--format pcapng > talk.pcapng` is for Wireshark.
// scripts/watch does the same with any program, as it is.

#include <chrono>
#include <cstdio>
#include <estate/backend/sim/programs.hpp>
#include <estate/estate.hpp>
#include <estate/network.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "terminal.hpp"
#include "trace.hpp"

namespace {

namespace sim = estate::sim;
using namespace estate::literals;
using namespace std::chrono_literals;
using estate::result;
using Net = estate::Network<sim::Sockets>;

const estate::SocketAddress<estate::V4> at_server{"10.0.0.2"_ip4, 7007};
const estate::SocketAddress<estate::V4> at_client{"10.0.0.1"_ip4, 7007};

//! [programs]
result<void> listen_and(Net net, auto serve) {
    BOOST_OUTCOME_TRY(auto created, net.tcp_v4());
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind(at_server));
    BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());
    BOOST_OUTCOME_TRY(auto peer, listener.accept(net.in(300s)));
    return serve(std::move(peer));
}

/// A question, its answer, and both ends close.
struct echo {
    static result<void> server(Net net) {
        return listen_and(net, [&](auto peer) -> result<void> {
            std::byte buffer[5];
            BOOST_OUTCOME_TRY(peer.recv_exact(buffer, net.in(300s)));
            BOOST_OUTCOME_TRY(peer.send_all(buffer, net.in(300s)));
            return std::move(peer).close().has_value() ? estate::success() : result<void>(estate::errc::stopped);
        });
    }
    static result<void> client(Net net) {
        BOOST_OUTCOME_TRY(auto created, net.tcp_v4());
        BOOST_OUTCOME_TRY(auto peer, std::move(created).connect(at_server, net.in(300s)));
        BOOST_OUTCOME_TRY(peer.send_all("hello", net.in(300s)));
        std::byte buffer[5];
        BOOST_OUTCOME_TRY(peer.recv_exact(buffer, net.in(300s)));
        BOOST_OUTCOME_TRY(std::move(peer).close());
        return estate::success();
    }
};
/// The client has said all, and listens on.
struct half_close {
    static result<void> server(Net net) {
        return listen_and(net, [&](auto peer) -> result<void> {
            std::byte buffer[64];
            while (peer.recv(buffer, net.in(300s))) {}
            BOOST_OUTCOME_TRY(peer.send_all("that was all", net.in(300s)));
            BOOST_OUTCOME_TRY(std::move(peer).close());
            return estate::success();
        });
    }
    static result<void> client(Net net) {
        BOOST_OUTCOME_TRY(auto created, net.tcp_v4());
        BOOST_OUTCOME_TRY(auto peer, std::move(created).connect(at_server, net.in(300s)));
        BOOST_OUTCOME_TRY(peer.send_all("the whole question", net.in(300s)));
        BOOST_OUTCOME_TRY(auto half, std::move(peer).shutdown_send());
        BOOST_OUTCOME_TRY(std::move(half).finish(net.in(300s)));
        return estate::success();
    }
};
/// Nobody listens.
struct refused {
    static result<void> server(Net) { return estate::success(); }
    static result<void> client(Net net) {
        BOOST_OUTCOME_TRY(auto created, net.tcp_v4());
        BOOST_OUTCOME_TRY(auto peer, std::move(created).connect(at_server, net.in(300s)));
        return estate::success();
    }
};
/// The server closes over bytes that it did not read: RST.
struct reset {
    static result<void> server(Net net) {
        return listen_and(net, [&](auto peer) -> result<void> {
            std::byte one[1];
            BOOST_OUTCOME_TRY(peer.recv(one, net.in(300s)));
            BOOST_OUTCOME_TRY(std::move(peer).close());
            return estate::success();
        });
    }
    static result<void> client(Net net) {
        BOOST_OUTCOME_TRY(auto created, net.tcp_v4());
        BOOST_OUTCOME_TRY(auto peer, std::move(created).connect(at_server, net.in(300s)));
        BOOST_OUTCOME_TRY(peer.send_all("nobody reads this", net.in(300s)));
        std::byte buffer[5];
        BOOST_OUTCOME_TRY(peer.recv(buffer, net.in(300s)));
        return estate::success();
    }
};
/// connect() in two steps, from an address that was chosen.
struct two_steps {
    static result<void> server(Net net) { return half_close::server(net); }
    static result<void> client(Net net) {
        BOOST_OUTCOME_TRY(auto created, net.tcp_v4());
        BOOST_OUTCOME_TRY(auto bound, std::move(created).bind(at_client));
        BOOST_OUTCOME_TRY(auto connecting, std::move(bound).begin_connect(at_server));
        BOOST_OUTCOME_TRY(auto peer, std::move(connecting).finish_connect(net.in(300s)));
        BOOST_OUTCOME_TRY(std::move(peer).finish(net.in(300s)));
        return estate::success();
    }
};
/// UDP: a question and its answer; a fixed peer, given up again.
struct datagrams {
    static result<void> server(Net net) {
        BOOST_OUTCOME_TRY(auto created, net.udp_v4());
        BOOST_OUTCOME_TRY(auto bound, std::move(created).bind(at_server));
        std::byte buffer[64];
        BOOST_OUTCOME_TRY(const auto got, bound.recv_from(buffer, net.in(300s)));
        BOOST_OUTCOME_TRY(bound.send_to("pong", got.sender));
        return estate::success();
    }
    static result<void> client(Net net) {
        BOOST_OUTCOME_TRY(auto created, net.udp_v4());
        BOOST_OUTCOME_TRY(auto bound, std::move(created).bind(at_client));
        BOOST_OUTCOME_TRY(auto fixed, std::move(bound).connect(at_server));
        BOOST_OUTCOME_TRY(fixed.send("ping"));
        std::byte buffer[64];
        BOOST_OUTCOME_TRY(fixed.recv(buffer, net.in(2s)));
        BOOST_OUTCOME_TRY(auto free, std::move(fixed).disconnect());
        BOOST_OUTCOME_TRY(std::move(free).close());
        return estate::success();
    }
};
//! [programs]

struct Program {
    const char* name;
    result<void> (*server)(Net);
    result<void> (*client)(Net);
};
template <class P>
constexpr Program program_of(const char* name) {
    return {name, &P::server, &P::client};
}
constexpr Program programs[] = {program_of<echo>("echo"),           program_of<half_close>("half_close"),
                                program_of<refused>("refused"),     program_of<reset>("reset"),
                                program_of<two_steps>("two_steps"), program_of<datagrams>("datagrams")};

struct Arguments : trace::Choice {
    const Program* program = &programs[0];
};

std::optional<Arguments> read(int count, char** texts) {
    Arguments arguments;
    for (int i = 1; i < count; ++i) {
        const std::string_view name = texts[i];
        if (i == 1 && !name.starts_with("--")) {
            arguments.program = nullptr;
            for (const Program& one : programs) {
                if (name == one.name) arguments.program = &one;
            }
            if (arguments.program == nullptr) return std::nullopt;
        } else if (i + 1 == count || !arguments.take(name, texts[++i])) {
            return std::nullopt;
        }
    }
    return arguments;
}

}  // namespace

int main(int count, char** texts) {
    const auto arguments = read(count, texts);
    if (!arguments) {
        const std::string usage =
            std::string("lifecycle_trace [echo|half_close|refused|reset|two_steps|datagrams]\n       ") + trace::usage;
        return terminal::explain(count, texts, usage.c_str());
    }
    //! [world]
    sim::Options options;
    options.link.latency = 10 * sim::millisecond;
    options.link.loss = arguments->loss * 10'000;  // in a million
    sim::World world(arguments->seed, options);
    for (const std::uint64_t nth : arguments->drops) world.drop(nth);
    const sim::Host client = world.host("client", "10.0.0.1"_ip4);
    const sim::Host server = world.host("server", "10.0.0.2"_ip4);
    sim::Programs running(world);
    result<void> served = estate::errc::stopped;
    result<void> asked = estate::errc::stopped;
    running.spawn_daemon(server, "server", [&](sim::System host) { served = arguments->program->server(Net(host)); });
    running.spawn(client, "client", [&](sim::System host) { asked = arguments->program->client(Net(host)); });
    running.run();
    //! [world]

    trace::print(world, arguments->format, stdout);
    std::fprintf(stderr, "client: %s\nseed %llu, hash %016llx\n",
                 asked ? "done" : std::string(asked.assume_error().message()).c_str(),
                 static_cast<unsigned long long>(arguments->seed), static_cast<unsigned long long>(world.hash()));
    return 0;
}
