// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <deque>
#include <estate/backend/sim/fault.hpp>
#include <estate/backend/sim/packet.hpp>
#include <estate/backend/sim/random.hpp>
#include <estate/backend/sim/socket.hpp>
#include <string>
#include <vector>

namespace estate::sim {

/// One line of what happened in a world.
struct Event {
    enum Kind : std::uint8_t {
        call,       // a program's call has returned
        sent,       // a packet leaves its host
        arrived,    // a packet is with its host, and what that made of the socket
        lost,       // a packet does not arrive: the note tells why
        timer,      // a time has run out
        program,    // began, ended, or cannot go on
        action,     // what the test does to the world
        passed,     // a router has a packet of its peer, and sends it on
    };
    std::int64_t time = 0;
    Kind kind = call;
    HostId host = no_host;
    HostId peer = no_host;
    State from = State::absent;
    State to = State::absent;
    Call what = Call::any;
    int descriptor = -1;
    std::int64_t result = 0;  // of a call; negative: the errno
    std::uint32_t waiter = 0;  // the program; 0 is whoever runs the world
    const char* note = "";
    // A packet; numbers count from the initial ones.
    Protocol protocol = Protocol::tcp;
    std::uint8_t flags = 0;
    std::uint32_t sequence = 0;
    std::uint32_t acknowledged = 0;
    std::uint32_t window = 0;
    std::uint32_t length = 0;
    std::uint8_t hop_limit = 0;
    Endpoint source;
    Endpoint destination;
    Refusal refusal;          // of ICMP
    std::size_t payload = 0;  // where its bytes are in Trace::payload(), where it is sent
    std::size_t sent_as = 0;  // else: 1 more than the index of its sending

    [[nodiscard]] bool is_packet() const noexcept {
        return kind == sent || kind == arrived || kind == lost || kind == passed;
    }
    [[nodiscard]] bool has(std::uint8_t bits) const noexcept { return (flags & bits) != 0; }
};

/// All that happened, and its hash. The hash has no pointer and no floating point in it: a seed gives the same one
/// with every compiler.
class Trace {
public:
    explicit Trace(bool records) noexcept : records_{records} {}

    /// Writes an event down. Its `to` and `result` may come later: what an event causes follows it.
    std::size_t begin(const Event& event) {
        ++count_;
        hash_.number(static_cast<std::uint64_t>(event.time));
        hash_.number(std::uint64_t{event.kind} | std::uint64_t{event.host} << 8 | std::uint64_t{event.peer} << 24 |
                     static_cast<std::uint64_t>(event.from) << 40 | static_cast<std::uint64_t>(event.what) << 48 |
                     static_cast<std::uint64_t>(event.protocol) << 56);
        hash_.number(static_cast<std::uint64_t>(static_cast<std::int64_t>(event.descriptor)));
        hash_.number(std::uint64_t{event.waiter} | std::uint64_t{event.flags} << 32);
        hash_.text(event.note);
        if (event.is_packet()) {
            hash_.number(std::uint64_t{event.sequence} << 32 | event.acknowledged);
            hash_.number(std::uint64_t{event.window} << 32 | event.length);
            add(event.source);
            add(event.destination);
        }
        if (records_) events_.push_back(event);
        return events_.size();
    }
    /// `at` is what begin() gave.
    void end(std::size_t at, State to, std::int64_t result = 0) noexcept {
        hash_.number(static_cast<std::uint64_t>(to));
        hash_.number(static_cast<std::uint64_t>(result));
        if (!records_) return;
        events_[at - 1].to = to;
        events_[at - 1].result = result;
    }
    std::size_t add(const Event& event) {
        const std::size_t at = begin(event);
        end(at, event.to, event.result);
        return at;
    }

    /// Keeps the bytes of a packet, and returns where.
    std::size_t keep(const Blocks& blocks, const Bytes& bytes) {
        const std::size_t at = payload_.size();
        if (!records_ || bytes.size == 0) return at;
        payload_.resize(at + bytes.size);
        blocks.peek(bytes, 0, payload_.data() + at, bytes.size);
        return at;
    }

    /// A note that outlives who wrote it, where the trace is kept.
    const char* keep(const char* note) { return records_ ? notes_.emplace_back(note).c_str() : note; }

    [[nodiscard]] const std::vector<Event>& events() const noexcept { return events_; }
    [[nodiscard]] const std::vector<std::byte>& payload() const noexcept { return payload_; }
    [[nodiscard]] std::uint64_t hash() const noexcept { return hash_.value(); }
    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

private:
    void add(const Endpoint& endpoint) noexcept {
        for (const std::uint8_t byte : endpoint.bytes) hash_.byte(byte);
        hash_.number(endpoint.port);
    }

    bool records_;
    std::vector<Event> events_;
    std::vector<std::byte> payload_;
    std::deque<std::string> notes_;  // which stay where they are
    Hash hash_;
    std::uint64_t count_ = 0;
};

}  // namespace estate::sim
