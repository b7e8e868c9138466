// SPDX-License-Identifier: BSL-1.0
//
// The skeleton of an HTTP/1.1 server: GET and HEAD of / answer 200 with a small text, everything else the
// status that it deserves. One request a connection, one connection at a time; each has 5 seconds for all.
//
//     http_skeleton [ip] [port] [--once N]     default 127.0.0.1 8080; port 0 picks a free one, which is printed.
//                                              --once N: answer N connections and exit.
//                                              SIGINT and SIGTERM end it well
//
//     curl http://127.0.0.1:8080/

#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <estate/estate.hpp>
#include <estate/net/text.hpp>
#include <string_view>
#if !defined(__wasi__)  // which has neither signals nor threads
#include <csignal>
#include <thread>
#endif

#include "terminal.hpp"

namespace {

using namespace estate;
using namespace std::chrono_literals;

//! [request]
/// What the first line of a request asks for.
struct Request {
    std::string_view method;
    std::string_view target;
};

/// Source  RFC 9112 section 3: method SP target SP version CRLF.
/// Errors  errc::invalid_argument.
result<Request> parse(std::string_view head) {
    const auto line = head.substr(0, head.find("\r\n"));
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == 0 || first == line.npos || last <= first + 1) return errc::invalid_argument;
    if (!line.substr(last + 1).starts_with("HTTP/1.")) return errc::invalid_argument;
    return Request{line.substr(0, first), line.substr(first + 1, last - first - 1)};
}

/// Receives up to the empty line that ends the head of a request.
/// Errors  as recv(); message_size when it does not fit into the buffer.
template <ByteStream Stream>
result<std::string_view> recv_head(Stream& stream, MutableBuffer buffer, Deadline until) {
    for (std::size_t size = 0; size < buffer.size();) {
        BOOST_OUTCOME_TRY(const auto got, stream.recv(buffer.subspan(size), until));
        size += got;
        const auto text = as_text(buffer.first(size));
        if (const auto end = text.find("\r\n\r\n"); end != text.npos) return text.substr(0, end + 2);
    }
    return Error::system(EMSGSIZE);
}
//! [request]

//! [answer]
struct Status {
    const char* line;
    const char* body;
};

Status status_of(const result<std::string_view>& head) {
    if (!head && head.error() == std::errc::message_size) return {"431 Request Header Fields Too Large", "too long\n"};
    if (!head) return {"408 Request Timeout", "too slow\n"};
    const auto request = parse(head.value());
    if (!request) return {"400 Bad Request", "not a request\n"};
    const auto [method, target] = request.value();
    if (method != "GET" && method != "HEAD") return {"405 Method Not Allowed", "GET and HEAD only\n"};
    if (target != "/") return {"404 Not Found", "nothing here\n"};
    return {"200 OK", "a socket's state is its type\n"};
}

template <ByteStream Stream>
transfer_result answer(Stream& stream, Status status, bool with_body, Deadline until) {
    const std::string_view body = status.body;
    char head[256];
    const int size = std::snprintf(head, sizeof head,
                                   "HTTP/1.1 %s\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n"
                                   "Allow: GET, HEAD\r\nConnection: close\r\n\r\n",
                                   status.line, body.size());
    BOOST_OUTCOME_TRY(stream.send_all(std::string_view(head, static_cast<std::size_t>(size)), until));
    if (!with_body) return success();
    return stream.send_all(body, until);
}
//! [answer]

//! [connection]
/// One connection from its first byte to its end. Consumes it: nobody can use it afterwards.
template <class Connection>
result<void> serve(Connection connection) {
    const Deadline until = std::chrono::steady_clock::now() + 5s;  // for all of it: a slow client cannot hold it
    BOOST_OUTCOME_TRY(const auto peer, connection.remote_addr());
    std::byte buffer[8192];
    const auto head = recv_head(connection, buffer, until);
    if (!head && head.error() != errc::deadline_exceeded && head.error() != std::errc::message_size) {
        return head.error();  // the peer has gone: nobody to answer
    }
    const auto status = status_of(head);
    const std::string_view line = head ? head.value().substr(0, head.value().find("\r\n")) : "(no request)";
    std::printf("%s ", to_text(peer).c_str());
    terminal::print_escaped(line);  // a log has nothing that could steer the terminal or forge a line
    std::printf(" -> %s\n", status.line);
    std::fflush(stdout);
    BOOST_OUTCOME_TRY(answer(connection, status, !line.starts_with("HEAD "), until));
    // Closing while bytes of the peer are unread would send a reset, which could destroy the answer on its way.
    BOOST_OUTCOME_TRY(std::move(connection).finish(until));
    return success();
}
//! [connection]

//! [listener]
/// Serves what accept() gives until it is stopped, or count connections have been served (-1: no end).
template <Listener L, class Accept>
result<void> serve_all(const L& listener, Accept accept, long count) {
    BOOST_OUTCOME_TRY(const auto here, listener.local_addr());
    std::printf("listening on http://%s/\n", to_text(here).c_str());
    std::fflush(stdout);
    while (count != 0) {
        auto connection = accept();
        if (connection) {
            const auto done = serve(std::move(connection).value());
            if (!done) std::printf("dropped: %s\n", done.error().message());
            --count;
            continue;
        }
        switch (classify_accept(connection.error())) {
            case AcceptFailure::stopped: return success();
            case AcceptFailure::retry: break;
            case AcceptFailure::resources: break;  // it stays queued, and accept() has rested for a moment
            case AcceptFailure::fatal: return connection.error();
        }
    }
    return success();
}
//! [listener]

#if defined(__wasi__)
template <Listener L>
result<void> serve_until_told(const L& listener, long count) {
    return serve_all(listener, [&] { return listener.accept(); }, count);
}
#else
// A handler has nothing but globals. NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables)
const Waker* stop_on_signal = nullptr;

template <Listener L>
result<void> serve_until_told(const L& listener, long count) {
    BOOST_OUTCOME_TRY(const auto stop, Waker::open());
    stop_on_signal = &stop;
    for (const int number : {SIGINT, SIGTERM}) std::signal(number, [](int) { stop_on_signal->wake(); });
    auto served = serve_all(listener, [&] { return listener.accept(stop); }, count);
    for (const int number : {SIGINT, SIGTERM}) std::signal(number, SIG_DFL);
    return served;
}
#endif

template <Family F>
result<void> run(IpAddress<F> ip, Port port, long count) {
    BOOST_OUTCOME_TRY(auto created, new_tcp<F>());
    if constexpr (requires { created.set(option::reuse_address{true}); }) {  // WASI has it always, and no option
        BOOST_OUTCOME_TRY(created.set(option::reuse_address{true}));
    }
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind_to_ip(ip, port));
    BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());
    return serve_until_told(listener, count);
}

/// A whole number of 1 or more; 0 where the text is none.
long count_of(std::string_view text) {
    long number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    return failed == std::errc() && end == text.data() + text.size() && number > 0 ? number : 0;
}

}  // namespace

int main(int argc, char** argv) {
    const bool once = argc > 2 && std::string_view(argv[argc - 2]) == "--once";
    const int given = argc - 1 - (once ? 2 : 0);
    const long count = once ? count_of(argv[argc - 1]) : -1;
    const char* const usage = "http_skeleton [ip] [port] [--once N]";
    if (given > 2 || count == 0 || terminal::asks_for_help(argc, argv)) return terminal::explain(argc, argv, usage);
    const std::string_view ip = given > 0 ? argv[1] : "127.0.0.1";
    const auto port = Port::parse(given > 1 ? argv[2] : "8080");
    const auto done = [&]() -> result<void> {
        if (!port) return port.error();
        if (const auto v4 = Ipv4Address::parse(ip)) return run(v4.value(), port.value(), count);
        BOOST_OUTCOME_TRY(const auto v6, Ipv6Address::parse(ip));
        return run(v6, port.value(), count);
    }();
    return done ? 0 : terminal::fail("http_skeleton", done.error(), usage);
}
