// SPDX-License-Identifier: BSL-1.0
#pragma once

// The reference model: what a program may see of sockets, written down without looking at how they are made. A socket
// has a record; a stream's bytes say whose they are and where they stand; an error is one that can come there.

#include <algorithm>
#include <cerrno>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "sockets.hpp"

namespace estate::explore {

/// What is known of one socket.
struct Record {
    std::uint32_t id = 0;
    std::size_t host = 0;
    Kind kind = Kind::stream;
    Address local;
    Address remote;
    Address aimed;               // where it was to connect
    UnixAddress name;            // of a local socket
    bool owns_name = false;      // it was bound, where an accepted one has the name of its listener
    std::uint64_t offered = 0;   // bytes that a call was given to send; of sequenced packets how many
    std::uint64_t sent = 0;      // those that calls took
    std::uint64_t received = 0;
    std::uint32_t numbered = 0;  // messages of a local socket, each of which has its number
    std::map<std::uint32_t, std::uint32_t> last_of;  // of each sender of messages, the number that came last
    std::uint32_t from = 0;      // whose bytes come, once four of them have
    Record* peer = nullptr;
    bool has_connected = false;
    bool ends_sending = false;   // by shutdown_send(), finish() or close()
    bool ends_receiving = false;
    int parts = 1;               // two, once it is split
    bool is_gone = false;        // or under way to another program
    bool has_failed = false;     // it was reset, and told so: the end of what it then receives says nothing

    [[nodiscard]] bool is_stream() const { return kind == Kind::stream || kind == Kind::local_stream; }
    [[nodiscard]] bool is_local() const { return kind >= Kind::local_stream; }
    /// Has a peer that can end it.
    [[nodiscard]] bool is_connection() const { return is_stream() || kind == Kind::local_seqpacket; }
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
    Record& add(std::size_t host, Kind kind) {
        Record& made = records_.emplace_back();
        made.id = static_cast<std::uint32_t>(records_.size());
        made.host = host;
        made.kind = kind;
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
            if (&*at == &record || at->kind != Kind::stream || !at->has_connected || at->peer != nullptr) continue;
            if (at->local == record.remote && at->remote == record.local) {
                at->peer = &record;
                record.peer = &*at;
                return;
            }
        }
    }

    /// Why these bytes cannot have come; empty: they can.
    [[nodiscard, gnu::noinline]] std::string receive(Record& record, std::span<const std::byte> bytes) {
        for (const std::byte byte : bytes) {
            const std::uint64_t at = record.received++;
            if (at < 4) {
                record.from |= static_cast<std::uint32_t>(byte) << (8 * at);
                if (at < 3) continue;
                Record* const sender = find(record.from);
                if (sender == nullptr || sender->kind != record.kind) return "bytes that no socket sent";
                if (!is_peer(record, *sender)) return "bytes of a stranger";
                continue;
            }
            if (byte != byte_of(record.from, at)) return "byte " + std::to_string(at) + " is another than was sent";
            if (record.received > find(record.from)->offered) return "more bytes than were sent";
        }
        return {};
    }
    /// Why this message of a local socket cannot have come; `got` is what there was room for, `whole` its length.
    [[nodiscard, gnu::noinline]] std::string receive_message(Record& record, std::span<const std::byte> got,
                                                             std::size_t whole) {
        if (record.kind == Kind::local_seqpacket) ++record.received;
        if (got.size() < head) return {};
        Record* const sender = find(word(got, 0));
        if (sender == nullptr || sender->kind != record.kind || sender->host != record.host) {
            return "a message that no socket sent";
        }
        const std::uint32_t number = word(got, 4);
        if (record.kind == Kind::local_seqpacket && !is_peer(record, *sender)) return "a message of a stranger";
        if (number == 0 || number > sender->numbered) return "a message that was never sent";
        if (number <= record.last_of[sender->id]) return "a message that was overtaken, or came twice";
        record.last_of[sender->id] = number;
        const auto sent = lengths_.find({sender->id, number});
        if (whole != SIZE_MAX && sent->second != whole) {  // recv_socket() does not tell the length of what it cuts
            return "a message of " + std::to_string(sent->second) + " bytes came as one of " + std::to_string(whole);
        }
        for (std::size_t i = head; i < got.size(); ++i) {
            if (got[i] != byte_of(sender->id, i)) return "a message is not as it was sent";
        }
        return {};
    }
    /// The next message of a local socket begins with whose it is, and its number.
    void write_message(Record& record, std::span<std::byte> bytes) {
        const std::uint32_t number = ++record.numbered;
        lengths_[{record.id, number}] = bytes.size();
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            bytes[i] = i < 4 ? byte_of(record.id, i)
                             : i < head ? static_cast<std::byte>(number >> (8 * (i - 4))) : byte_of(record.id, i);
        }
    }

    // What is under way from program to program, by whose message it is with and where that begins.
    void pass(const Record& by, std::uint64_t place, Record& passed) { passed_[{by.id, place}] = &passed; }
    void unpass(const Record& by, std::uint64_t place) { passed_.erase({by.id, place}); }
    /// The first socket that came with what begins in these places; nullptr where none did. Linux adds to bytes of a
    /// stream those behind them that a socket goes with, and ends there.
    [[nodiscard]] Record* take_passed(std::uint32_t by, std::uint64_t from, std::uint64_t end) {
        const auto at = passed_.lower_bound({by, from});
        if (at == passed_.end() || at->first.first != by || at->first.second >= end) return nullptr;
        Record* const found = at->second;
        passed_.erase(at);
        return found;
    }
    /// Of a message that has a head: its place among those of its sender.
    [[nodiscard]] static std::uint32_t word(std::span<const std::byte> bytes, std::size_t at) {
        std::uint32_t made = 0;
        for (std::size_t i = 0; i < 4; ++i) made |= static_cast<std::uint32_t>(bytes[at + i]) << (8 * i);
        return made;
    }
    static constexpr std::size_t head = 8;

    /// Why a connection cannot have ended here.
    [[nodiscard, gnu::noinline]] std::string end(const Record& record) {
        const Record* const sender = record.peer;
        if (record.has_failed) return {};
        if (sender == nullptr && record.is_local()) return {};  // who it is, is known by what it sends alone
        if (sender == nullptr) {
            // One that gave its connect up, and never knew that it was accepted.
            const bool was_given_up = std::any_of(records_.begin(), records_.end(), [&](const Record& other) {
                return other.kind == Kind::stream && other.is_gone && !other.has_connected &&
                       other.aimed.port() == record.local.port();
            });
            return was_given_up && record.received == 0 ? "" : "the end of a stream whose sender has not ended it";
        }
        if (!sender->ends_sending && !sender->is_gone) return "an end, though the peer still sends";
        if (record.received != sender->sent) {
            return "an end after " + std::to_string(record.received) + " of " + std::to_string(sender->sent) +
                   (record.is_stream() ? " bytes" : " messages");
        }
        return {};
    }

    /// Whether the connection can be no more.
    [[nodiscard]] static bool may_be_reset(const Record& record) {
        const Record* const peer = record.peer;
        const bool is_over = peer != nullptr && record.ends_sending && peer->ends_sending;
        const bool is_shut = record.ends_sending && record.ends_receiving;  // by its halves; what still comes resets it
        return peer == nullptr || peer->is_gone || peer->ends_receiving || is_over || is_shut;
    }

    void use_port(std::size_t host, bool is_stream, std::uint16_t port) { ports_.insert({host, is_stream, port}); }
    [[nodiscard]] bool was_used(std::size_t host, bool is_stream, std::uint16_t port) const {
        return ports_.contains({host, is_stream, port});
    }

    /// Two that live have one address. Names the other.
    [[nodiscard]] const Record* same_address(const Record& record) const {
        for (const Record& other : records_) {
            const bool is_alike = other.host == record.host && other.is_stream() == record.is_stream() &&
                                  other.local.port() == record.local.port() && other.local.port().number() != 0;
            const bool is_free = !other.is_gone && !other.has_connected && other.aimed.port().number() == 0;
            if (&other == &record || !is_alike || !is_free) continue;
            const bool overlap = other.local.address() == record.local.address() ||
                                 other.local.address().is_unspecified() || record.local.address().is_unspecified();
            if (overlap) return &other;
        }
        return nullptr;
    }

    /// Another socket that lives and was bound to that name of the host. Abstract names are those of one kind.
    [[nodiscard]] const Record* owner_of(const Record& asks, const UnixAddress& name) const {
        for (const Record& other : records_) {
            const bool is_there = !other.is_gone && other.owns_name && other.host == asks.host && other.name == name;
            if (&other != &asks && is_there && (name.is_path() || other.kind == asks.kind)) return &other;
        }
        return nullptr;
    }
    void use_name(std::size_t host, const UnixAddress& name) { names_.insert({host, name}); }

    /// Why an error cannot come of a call; empty: it can.
    [[nodiscard, gnu::noinline]] std::string fail(const Record& record, std::string_view text, Error error,
                                                  bool is_raised, bool has_room, const Address& asked) const {
        if (record.is_local()) return fail_locally(record, text, error, is_raised, has_room);
        const auto is = [&](std::initializer_list<std::string_view> names) {
            return std::any_of(names.begin(), names.end(), [&](auto name) { return text.starts_with(name); });
        };
        const bool waits_for_ever = text.find("until") == text.npos;
        const bool connects = is({"connect", "begin_connect", "finish_connect"});
        const bool moves = is({"send", "recv", "peek", "finish", "shutdown", "remote_addr", "disconnect", "abort"});
        if (error == errc::deadline_exceeded) return waits_for_ever ? "a deadline that nobody gave" : "";
        if (error == errc::stopped) return is_raised ? "" : "stopped by a waker that is not up";
        if (error == errc::invalid_argument) return has_room ? "its arguments are valid" : "";
        if (error == errc::end_of_stream) return is({"recv", "peek"}) && record.is_stream() ? "" : "no stream ends here";
        switch (error.posix()) {
            case EDEADLK:
            case ECANCELED: return waits_for_ever ? "" : "a wait with an end cannot hang";
            case EADDRINUSE:
                if (is({"bind_any"})) return "any port would do";
                if (is({"bind"})) {
                    return asked.port().number() != 0 && was_used(record.host, record.is_stream(), asked.port().number())
                               ? ""
                               : "nobody had the port";
                }
                return is({"listen"}) || connects ? "" : "it binds nothing";
            case EADDRNOTAVAIL: return is({"bind"}) || connects ? "" : "it chooses no address";
            case ECONNREFUSED:
                return connects || (!record.is_stream() && moves) ? "" : "nobody can refuse what is established";
            case ETIMEDOUT:
            case EHOSTUNREACH:
            case ENETUNREACH: return connects || moves ? "" : "it sends nothing";
            case ECONNRESET:
            case EPIPE:
            case ENOTCONN:
                if (connects && record.is_stream() && error.posix() == ECONNRESET) return "";
                return record.is_stream() && moves && may_be_reset(record) ? "" : "the peer is there and receives";
            case EMSGSIZE: return !record.is_stream() ? "" : "a stream has no messages";
            default: return "no legal call has this error";
        }
    }

    /// The same of bind() to a name, and of what asks for one.
    [[nodiscard, gnu::noinline]] std::string fail_at(const Record& record, std::string_view text, Error error,
                                      const UnixAddress& asked) const {
        const Record* const owner = owner_of(record, asked);
        const bool was_used = names_.contains({record.host, asked});
        if (error == unix_errc::stale_socket_file) {
            if (!asked.is_path() || !was_used) return "nobody left such a file";
            return owner == nullptr ? "" : "socket " + std::to_string(owner->id) + " has the file";
        }
        switch (error.posix()) {
            case EADDRINUSE: return was_used ? "" : "nobody had the name";
            case ENOENT: return asked.is_path() && owner == nullptr ? "" : "the file is there";
            case EPROTOTYPE: return owner == nullptr || owner->kind != record.kind ? "" : "the peer is of the same kind";
            case EPERM: return record.kind == Kind::local_datagram ? "" : "any connect is legal";
            case ECONNREFUSED:
                if (owner == nullptr || !was_used || record.is_connection()) return "";
                return "socket " + std::to_string(owner->id) + " is there";
            default: return std::string(text) + " never has this error";
        }
    }

    [[nodiscard]] std::deque<Record>& records() { return records_; }

private:
    /// Whose bytes come is who sent the first of them; of a pair it is known before.
    static bool is_peer(Record& record, Record& sender) {
        if (record.peer == nullptr && record.is_local() && sender.peer == nullptr) {
            record.peer = &sender;
            sender.peer = &record;
        }
        return record.peer == nullptr || record.peer == &sender;
    }

    [[nodiscard]] static std::string fail_locally(const Record& record, std::string_view text, Error error,
                                                  bool is_raised, bool has_room) {
        const auto begins = [&](std::string_view name) { return text.starts_with(name); };
        const bool waits_for_ever = text.find("until") == text.npos;
        const bool moves = begins("send") || begins("recv") || begins("finish") || begins("shutdown");
        if (error == errc::deadline_exceeded) return waits_for_ever ? "a deadline that nobody gave" : "";
        if (error == errc::stopped) return is_raised ? "" : "stopped by a waker that is not up";
        if (error == errc::invalid_argument) return has_room ? "its arguments are valid" : "";
        if (error == errc::end_of_stream) return begins("recv") && record.is_connection() ? "" : "nothing ends here";
        if (error == unix_errc::no_socket_passed) return begins("recv_socket") ? "" : "nobody asked for one";
        switch (error.posix()) {
            case EDEADLK:
            case ECANCELED: return waits_for_ever ? "" : "a wait with an end cannot hang";
            case EMSGSIZE: return begins("send") && !record.is_stream() ? "" : "a stream has no messages";
            case ECONNREFUSED:
            case EPERM: return begins("send") && record.kind == Kind::local_datagram ? "" : "it has a connection";
            case ECONNRESET:
            case EPIPE:
            case ENOTCONN: {
                if (!moves && !begins("remote_addr")) return "it moves nothing";
                const bool is_datagram = record.kind == Kind::local_datagram;
                return is_datagram || may_be_reset(record) ? "" : "the peer is there and receives";
            }
            default: return "no legal call has this error";
        }
    }

    std::deque<Record> records_;
    std::set<std::tuple<std::size_t, bool, std::uint16_t>> ports_;
    std::set<std::pair<std::size_t, UnixAddress>> names_;
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::size_t> lengths_;
    std::map<std::pair<std::uint32_t, std::uint64_t>, Record*> passed_;
};

}  // namespace estate::explore
