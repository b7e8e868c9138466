// SPDX-License-Identifier: BSL-1.0
// An echo server and its client on simulated hosts, over a line that loses packets, and the trace of what happened.
//
//     sim_echo [--seed N] [--loss PERCENT] [--format text|mermaid|pcapng]
//
// The sockets are estate's own, the programs block as on a real host, and the clock is the world's. One seed prints one
// trace, every time and with every compiler; the last line on standard error is its hash.
// `sim_echo --format pcapng > echo.pcapng` makes a file for Wireshark.

#include <charconv>
#include <chrono>
#include <cstdio>
#include <estate/backend/sim/programs.hpp>
#include <estate/backend/sim/trace_mermaid.hpp>
#include <estate/backend/sim/trace_pcapng.hpp>
#include <estate/backend/sim/trace_text.hpp>
#include <estate/estate.hpp>
#include <estate/network.hpp>
#include <estate/sim.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "terminal.hpp"

namespace {

namespace sim = estate::sim;
using namespace estate::literals;
using namespace std::chrono_literals;
using estate::result;

//! [programs]
const estate::SocketAddress<estate::V4> server_address{"10.0.0.2"_ip4, 7007};

/// Serves one connection: sends back what it brings, to its end. On the kernel: serve(estate::NativeNetwork()).
template <class Network>
result<void> serve(Network net) {
    BOOST_OUTCOME_TRY(auto created, net.tcp_v4());
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind(server_address));
    BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());
    BOOST_OUTCOME_TRY(auto peer, listener.accept(net.in(60s)));
    for (std::byte buffer[512];;) {
        const auto got = peer.recv(buffer, net.in(60s));
        if (!got && got.assume_error() == estate::errc::end_of_stream) break;
        if (!got) return got.assume_error();
        BOOST_OUTCOME_TRY(peer.send_all(std::span(buffer).first(got.assume_value()), net.in(60s)));
    }
    BOOST_OUTCOME_TRY(std::move(peer).close());
    return estate::success();
}

/// Sends a text and returns what comes back.
template <class Network>
result<std::string> ask(Network net, std::string_view text) {
    BOOST_OUTCOME_TRY(auto created, net.tcp_v4());
    BOOST_OUTCOME_TRY(auto peer, std::move(created).connect(server_address, net.in(60s)));
    BOOST_OUTCOME_TRY(peer.send_all(text, net.in(60s)));
    BOOST_OUTCOME_TRY(auto half, std::move(peer).shutdown_send());
    std::string answer;
    for (std::byte buffer[512];;) {
        const auto got = half.recv(buffer, net.in(60s));
        if (!got && got.assume_error() == estate::errc::end_of_stream) return answer;
        if (!got) return got.assume_error();
        answer += estate::as_text(std::span(buffer).first(got.assume_value()));
    }
}
//! [programs]

struct Arguments {
    std::uint64_t seed = 1;
    std::uint32_t loss = 20;
    std::string_view format = "text";
};

template <class Number>
bool read(std::string_view text, Number& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size();
}

std::optional<Arguments> read(int count, char** texts) {
    Arguments arguments;
    for (int i = 1; i < count; i += 2) {
        const std::string_view name = texts[i];
        if (i + 1 == count) return std::nullopt;
        const std::string_view value = texts[i + 1];
        const bool is_right = name == "--seed"     ? read(value, arguments.seed)
                              : name == "--loss"   ? read(value, arguments.loss) && arguments.loss <= 100
                              : name == "--format" ? value == "text" || value == "mermaid" || value == "pcapng"
                                                   : false;
        if (!is_right) return std::nullopt;
        if (name == "--format") arguments.format = value;
    }
    return arguments;
}

}  // namespace

int main(int argument_count, char** argument_texts) {
    const auto arguments = read(argument_count, argument_texts);
    if (!arguments) {
        return terminal::explain(argument_count, argument_texts,
                                 "sim_echo [--seed N] [--loss PERCENT] [--format text|mermaid|pcapng]");
    }
    //! [world]
    sim::Options options;
    options.link.latency = 10 * sim::millisecond;
    options.link.loss = arguments->loss * 10'000;  // in a million
    sim::World world(arguments->seed, options);
    const sim::Host client = world.host("client", "10.0.0.1"_ip4);
    const sim::Host server = world.host("server", "10.0.0.2"_ip4);

    sim::Programs programs(world);
    result<void> served = estate::errc::stopped;
    result<std::string> answer = estate::errc::stopped;
    using Net = estate::Network<sim::Sockets>;
    programs.spawn(server, "serve", [&](sim::System host) { served = serve(Net(host)); });
    programs.spawn(client, "ask", [&](sim::System host) { answer = ask(Net(host), "hello, world"); });
    programs.run();
    //! [world]

    const std::string trace = arguments->format == "text"      ? sim::TextTrace::of(world)
                              : arguments->format == "mermaid" ? sim::MermaidTrace::of(world)
                                                               : sim::PcapngTrace::of(world);
    std::fwrite(trace.data(), 1, trace.size(), stdout);
    const std::string ended = answer ? "answer: " + answer.assume_value()
                                     : "the client failed: " + std::string(answer.assume_error().message());
    std::fprintf(stderr, "%s\nserver: %s\nseed %llu, hash %016llx\n", ended.c_str(),
                 served ? "served" : std::string(served.assume_error().message()).c_str(),
                 static_cast<unsigned long long>(arguments->seed), static_cast<unsigned long long>(world.hash()));
    // With a loss of 100 % the client says that its time is over, and that is no fault of the program.
    return !answer || answer.assume_value() == "hello, world" ? 0 : 1;
}
