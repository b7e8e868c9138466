// SPDX-License-Identifier: BSL-1.0
//
// A TCP echo server and its client, IPv4 and IPv6.
//
//     tcp_echo server [ip] [port] [--once]    default 127.0.0.1 7007; port 0 picks a free one, which is printed.
//                                             --once: serve one connection and exit
//     tcp_echo client ip port text            sends text (not empty) and prints what comes back; fails
//                                             unless it is the same
//
// As a component of WASI it takes no arguments, which come with the whole environment: it serves 127.0.0.1 on a free
// port, which it prints, one connection after the other.

#include <charconv>
#include <chrono>
#include <cstdio>
#include <estate/estate.hpp>
#include <estate/net/text.hpp>
#include <initializer_list>
#include <string_view>
#if defined(__wasi__)
#include <wasi/wasip2.h>
#else
#include <string>
#include <thread>

#include "terminal.hpp"
#endif

namespace {

using namespace estate;
using namespace std::chrono_literals;

#if defined(__wasi__)
/// The clock of std::chrono::steady_clock, whose now() could throw and so brings a third of the component, and asks for
/// the wall clock too.
struct Clock {
    using duration = std::chrono::nanoseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<Clock>;
    static constexpr bool is_steady = true;
    static time_point now() { return time_point(std::chrono::nanoseconds(::monotonic_clock_now())); }
};
#else
using Clock = std::chrono::steady_clock;
#endif

/// From now on.
Deadline in(std::chrono::seconds time) { return Clock::now() + time; }

/// Prints a line at once. Not by std::printf(), which would be a third of the component.
void say(std::initializer_list<std::string_view> parts) {
    for (const auto part : parts) std::fwrite(part.data(), 1, part.size(), stdout);
    std::fputc('\n', stdout);
    std::fflush(stdout);
}

//! [echo]
/// A peer that is silent for longer is given up.
constexpr auto patience = 30s;

/// Sends back what comes until the peer ends. Works on any byte stream: TCP of both families, leased or not.
template <ByteStream Stream>
result<std::size_t> echo(Stream& stream) {
    std::size_t total = 0;
    for (std::byte buffer[4096];;) {
        const auto size = stream.recv(buffer, in(patience));
        if (!size && size.error() == errc::end_of_stream) return total;
        if (!size) return size.error();
        BOOST_OUTCOME_TRY(stream.send_all(std::span(buffer).first(size.value()), in(patience)));
        total += size.value();
    }
}
//! [echo]

/// Owns the connection until it has ended.
template <Family F>
void serve_one(ConnectedSocket<Tcp<F>> peer) {
    const auto total = echo(peer);
    const auto ended = std::move(peer).finish(in(5s));
    if (!total) return say({"failed: ", total.error().message()});
    char digits[20];
    const auto end = std::to_chars(digits, digits + sizeof digits, total.value()).ptr;
    say({"echoed ", {digits, end}, " bytes", ended ? "" : ", the peer did not end in time"});
}

//! [server]
template <Family F>
result<void> serve(IpAddress<F> ip, Port port, bool once) {
    BOOST_OUTCOME_TRY(auto created, new_tcp<F>());
    if constexpr (requires { created.set(option::reuse_address{true}); }) {  // WASI has it always, and no option
        BOOST_OUTCOME_TRY(created.set(option::reuse_address{true}));
    }
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind_to_ip(ip, port));
    BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());
    BOOST_OUTCOME_TRY(const auto here, listener.local_addr());
    say({"listening on ", to_text(here)});

    for (;;) {
        auto peer = listener.accept();
        if (!peer) {
            if (classify_accept(peer.error()) == AcceptFailure::fatal) return peer.error();
            continue;  // out of descriptors it has rested for a moment
        }
        if (once) return serve_one<F>(std::move(peer).value()), success();
#if defined(__wasi__)
        serve_one<F>(std::move(peer).value());
#else
        std::thread(serve_one<F>, std::move(peer).value()).detach();
#endif
    }
}
//! [server]

#if !defined(__wasi__)
//! [client]
template <Family F>
result<void> ask(IpAddress<F> ip, Port port, std::string_view text) {
    BOOST_OUTCOME_TRY(auto created, new_tcp<F>());
    BOOST_OUTCOME_TRY(auto server, std::move(created).connect({ip, port}, in(5s)));
    BOOST_OUTCOME_TRY(server.send_all(text, in(5s)));
    BOOST_OUTCOME_TRY(auto ending, std::move(server).shutdown_send());  // no send() from here on

    std::string answer(text.size(), '\0');
    BOOST_OUTCOME_TRY(ending.recv_exact(std::as_writable_bytes(std::span(answer)), in(5s)));
    BOOST_OUTCOME_TRY(std::move(ending).finish(in(5s)));
    terminal::show(answer + '\n');
    if (answer == text) return success();
    std::fprintf(stderr, "this is not what was sent\n");
    return errc::invalid_argument;
}
//! [client]

/// Calls run with the address as the type of its family.
template <class Run>
result<void> with_address(std::string_view ip, Run run) {
    if (const auto v4 = Ipv4Address::parse(ip)) return run(v4.value());
    BOOST_OUTCOME_TRY(const auto v6, Ipv6Address::parse(ip));
    return run(v6);
}
#endif

}  // namespace

#if defined(__wasi__)
int main() {
    const auto done = serve(Ipv4Address::loopback(), 0, false);
    say({"tcp_echo: ", done ? "done" : done.error().message()});
    return 1;
}
#else
int main(int argc, char** argv) {
    const char* const usage = "tcp_echo server [ip] [port] [--once]\n       tcp_echo client ip port text";
    const std::string_view mode = argc > 1 ? argv[1] : "";
    const bool once = std::string_view(argv[argc - 1]) == "--once";
    const int given = argc - 2 - (once ? 1 : 0);
    const bool asks = mode == "client" && given == 3 && argv[4][0] != '\0';
    if (!asks && (mode != "server" || given < 0 || given > 2)) return terminal::explain(argc, argv, usage);

    const auto port = Port::parse(given > 1 ? argv[3] : "7007");
    const auto run = [&](auto ip) {
        return asks ? ask(ip, port.value(), argv[4]) : serve(ip, port.value(), once);
    };
    const auto done = port ? with_address(given > 0 ? argv[2] : "127.0.0.1", run) : result<void>(port.error());
    return done ? 0 : terminal::fail("tcp_echo", done.error(), usage);
}
#endif
