// SPDX-License-Identifier: BSL-1.0
#pragma once

// The reference model: what a program may see of sockets, written down without looking at how they are made. A socket
// has a record; a stream's bytes say whose they are and where they stand; an error is one that can come there.

#include <algorithm>
#include <cerrno>
#include <deque>
#include <set>
#include <string>
#include <string_view>

#include "sockets.hpp"

namespace estate::explore {

/// What is known of one socket.
struct Record {
    std::uint32_t id = 0;
    std::size_t host = 0;
    bool is_stream = false;
    Address local;
    Address remote;
    Address aimed;               // where it was to connect
    std::uint64_t offered = 0;   // bytes that a call was given to send
    std::uint64_t sent = 0;      // bytes that calls took
    std::uint64_t received = 0;
    std::uint32_t from = 0;      // whose bytes come, once four of them have
    Record* peer = nullptr;
    bool has_connected = false;
    bool ends_sending = false;   // by shutdown_send(), finish() or close()
    bool ends_receiving = false;
    bool is_gone = false;
    bool has_failed = false;     // it was reset, and told so: the end of what it then receives says nothing
};

/// The byte at a place of what socket `id` sends; the first four are its number.
inline std::byte byte_of(std::uint32_t id, std::uint64_t at) {
    if (at < 4) return static_cast<std::byte>(id >> (8 * at));
    std::uint64_t mixed = (std::uint64_t{id} << 32) + at;
    mixed = (mixed ^ (mixed >> 29)) * 0xbf58476d1ce4e5b9;
    return static_cast<std::byte>(mixed >> 56);
}

class Model {
public:
    Record& add(std::size_t host, bool is_stream) {
        Record& made = records_.emplace_back();
        made.id = static_cast<std::uint32_t>(records_.size());
        made.host = host;
        made.is_stream = is_stream;
        return made;
    }
    [[nodiscard]] Record* find(std::uint32_t id) {
        return id == 0 || id > records_.size() ? nullptr : &records_[id - 1];
    }

    /// Both ends know each other by their addresses, from when both have returned.
    void connect(Record& record) {
        record.has_connected = true;
        if (record.local == record.remote) {  // TCP can: both ends open at once
            record.peer = &record;
            return;
        }
        for (auto at = records_.rbegin(); at != records_.rend(); ++at) {
            if (&*at == &record || !at->is_stream || !at->has_connected || at->peer != nullptr) continue;
            if (at->local == record.remote && at->remote == record.local) {
                at->peer = &record;
                record.peer = &*at;
                return;
            }
        }
    }

    /// Why these bytes cannot have come; empty: they can.
    [[nodiscard]] std::string receive(Record& record, std::span<const std::byte> bytes) {
        for (const std::byte byte : bytes) {
            const std::uint64_t at = record.received++;
            if (at < 4) {
                record.from |= static_cast<std::uint32_t>(byte) << (8 * at);
                if (at < 3) continue;
                const Record* const sender = find(record.from);
                if (sender == nullptr || !sender->is_stream) return "bytes that no socket sent";
                if (record.peer != nullptr && record.peer != sender) return "bytes of a stranger";
                continue;
            }
            if (byte != byte_of(record.from, at)) return "byte " + std::to_string(at) + " is another than was sent";
            if (record.received > find(record.from)->offered) return "more bytes than were sent";
        }
        return {};
    }
    /// Why a stream cannot have ended here.
    [[nodiscard]] std::string end(const Record& record) {
        const Record* const sender = record.peer;
        if (record.has_failed) return {};
        if (sender == nullptr) {
            // One that gave its connect up, and never knew that it was accepted.
            const bool was_given_up = std::any_of(records_.begin(), records_.end(), [&](const Record& other) {
                return other.is_stream && other.is_gone && !other.has_connected &&
                       other.aimed.port() == record.local.port();
            });
            return was_given_up && record.received == 0 ? "" : "the end of a stream whose sender has not ended it";
        }
        if (!sender->ends_sending && !sender->is_gone) return "an end, though the peer still sends";
        if (record.received != sender->sent) {
            return "an end after " + std::to_string(record.received) + " of " + std::to_string(sender->sent) + " bytes";
        }
        return {};
    }

    /// Whether the connection can be no more.
    [[nodiscard]] static bool may_be_reset(const Record& record) {
        const Record* const peer = record.peer;
        const bool is_over = peer != nullptr && record.ends_sending && peer->ends_sending;
        return peer == nullptr || peer->is_gone || peer->ends_receiving || is_over;
    }

    void use_port(std::size_t host, bool is_stream, std::uint16_t port) { ports_.insert({host, is_stream, port}); }
    [[nodiscard]] bool was_used(std::size_t host, bool is_stream, std::uint16_t port) const {
        return ports_.contains({host, is_stream, port});
    }

    /// Two that live have one address. Names the other.
    [[nodiscard]] const Record* same_address(const Record& record) const {
        for (const Record& other : records_) {
            const bool is_alike = other.host == record.host && other.is_stream == record.is_stream &&
                                  other.local.port() == record.local.port() && other.local.port().number() != 0;
            const bool is_free = !other.is_gone && !other.has_connected && other.aimed.port().number() == 0;
            if (&other == &record || !is_alike || !is_free) continue;
            const bool overlap = other.local.address() == record.local.address() ||
                                 other.local.address().is_unspecified() || record.local.address().is_unspecified();
            if (overlap) return &other;
        }
        return nullptr;
    }

    /// Why an error cannot come of a call; empty: it can.
    [[nodiscard]] std::string fail(const Record& record, std::string_view text, Error error, bool is_raised,
                                   bool has_room, const Address& asked) const {
        const auto is = [&](std::initializer_list<std::string_view> names) {
            return std::any_of(names.begin(), names.end(), [&](auto name) { return text.starts_with(name); });
        };
        const bool waits_for_ever = text.find("until") == text.npos;
        const bool connects = is({"connect", "begin_connect", "finish_connect"});
        const bool moves = is({"send", "recv", "peek", "finish", "shutdown", "remote_addr", "disconnect", "abort"});
        if (error == errc::deadline_exceeded) return waits_for_ever ? "a deadline that nobody gave" : "";
        if (error == errc::stopped) return is_raised ? "" : "stopped by a waker that is not up";
        if (error == errc::invalid_argument) return has_room ? "its arguments are valid" : "";
        if (error == errc::end_of_stream) return is({"recv", "peek"}) && record.is_stream ? "" : "no stream ends here";
        switch (error.posix()) {
            case EDEADLK:
            case ECANCELED: return waits_for_ever ? "" : "a wait with an end cannot hang";
            case EADDRINUSE:
                if (is({"bind_any"})) return "any port would do";
                if (is({"bind"})) {
                    return asked.port().number() != 0 && was_used(record.host, record.is_stream, asked.port().number())
                               ? ""
                               : "nobody had the port";
                }
                return is({"listen"}) || connects ? "" : "it binds nothing";
            case EADDRNOTAVAIL: return is({"bind"}) || connects ? "" : "it chooses no address";
            case ECONNREFUSED:
                return connects || (!record.is_stream && moves) ? "" : "nobody can refuse what is established";
            case ETIMEDOUT:
            case EHOSTUNREACH:
            case ENETUNREACH: return connects || moves ? "" : "it sends nothing";
            case ECONNRESET:
            case EPIPE:
            case ENOTCONN:
                if (connects && record.is_stream && error.posix() == ECONNRESET) return "";
                return record.is_stream && moves && may_be_reset(record) ? "" : "the peer is there and receives";
            case EMSGSIZE: return !record.is_stream ? "" : "a stream has no messages";
            default: return "no legal call has this error";
        }
    }

    [[nodiscard]] std::deque<Record>& records() { return records_; }

private:
    std::deque<Record> records_;
    std::set<std::tuple<std::size_t, bool, std::uint16_t>> ports_;
};

}  // namespace estate::explore
