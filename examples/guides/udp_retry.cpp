// SPDX-License-Identifier: BSL-1.0
// Guide: asking again over UDP, without spinning when the answer is a refusal.

#include <estate/net/text.hpp>
#include <thread>

#include "pair.hpp"

using namespace estate;
using namespace std::chrono_literals;

//! [ask]
/// Asks until an answer comes or the deadline passes. Each attempt lasts its whole time, however soon it fails: a refusal
/// comes back at once, and a loop that asked again at once would send thousands of datagrams a second.
result<std::string_view> ask(const ConnectedSocket<Udp<V4>>& server, std::string_view question, MutableBuffer buffer,
                             std::chrono::milliseconds attempt, Deadline until) {
    for (;;) {
        Error last = errc::deadline_exceeded;
        const auto end = std::chrono::steady_clock::now() + attempt;
        // A refusal of an earlier datagram is reported by the next call, and this one was then not sent.
        auto sent = server.send(question);
        if (!sent && sent.error() == std::errc::connection_refused) sent = server.send(question);
        if (sent) {
            const auto answer = server.recv(buffer, earlier_of(end, until));
            if (answer) return as_text(buffer.first(answer.value().size));
            last = answer.error();
        } else {
            last = sent.error();
        }
        if (last != errc::deadline_exceeded && last != std::errc::connection_refused) return last;
        if (Deadline(end) >= until) return last;
        std::this_thread::sleep_until(end);
    }
}
//! [ask]

result<void> run() {
    BOOST_OUTCOME_TRY(auto fresh, udp_v4());
    BOOST_OUTCOME_TRY(auto nobody, std::move(fresh).bind_to_ip("127.0.0.1"_ip4, 0));
    BOOST_OUTCOME_TRY(const auto there, nobody.local_addr());
    BOOST_OUTCOME_TRY(std::move(nobody).close());

    BOOST_OUTCOME_TRY(auto created, udp_v4());
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind_any());
    BOOST_OUTCOME_TRY(auto server, std::move(bound).connect(there));
    std::byte buffer[100];
    const auto begin = std::chrono::steady_clock::now();
    const auto answer = ask(server, "are you there?", buffer, 50ms, in(200ms));
    if (answer || std::chrono::steady_clock::now() - begin < 100ms) return errc::invalid_argument;
    std::printf("no answer: %s\n", answer.error().message());
    return success();
}

int main() { return ended(run()); }
