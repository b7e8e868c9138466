// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/sim/names.hpp>
#include <estate/backend/sim/world.hpp>

namespace estate::sim {

/// A trace as a capture file for Wireshark and tshark: each packet once, when it is sent, on the interface of its
/// sender, with a comment that tells its way and what became of it.
///
/// Source  draft-ietf-opsawg-pcapng: section header, interface description (LINKTYPE_RAW, nanoseconds), enhanced
///         packets; RFC 791, 8200, 9293, 768, 792, 4443 for what is in them. Checksums are right.
class PcapngTrace {
public:
    static std::string of(const World& world) {
        PcapngTrace file(world);
        return std::move(file.out_);
    }

private:
    explicit PcapngTrace(const World& world) : world_{world} {
        std::string section;
        add32(section, 0x1a2b3c4d);
        add16(section, 1);
        add16(section, 0);
        add32(section, 0xffffffff);  // of unknown length
        add32(section, 0xffffffff);
        block(0x0a0d0d0a, section);
        for (HostId id = 0; id < world.hosts(); ++id) {
            std::string interface;
            add16(interface, 101);  // LINKTYPE_RAW
            add16(interface, 0);
            add32(interface, 0);
            option(interface, 2, world.name_of(id));
            option(interface, 9, std::string(1, '\x09'));  // if_tsresol: nanoseconds
            add32(interface, 0);                           // opt_endofopt
            block(1, interface);
        }
        const auto& events = world.trace().events();
        std::vector<std::string> fates(events.size());
        std::vector<bool> is_over(events.size());
        for (const Event& event : events) {
            if (event.sent_as == 0) continue;
            fates[event.sent_as - 1] += fate(event);
            is_over[event.sent_as - 1] = event.kind != Event::passed;
        }
        for (std::size_t i = 0; i < events.size(); ++i) {
            if (events[i].kind != Event::sent) continue;
            packet(events[i], is_over[i] ? fates[i] : fates[i] + "; under way when the trace ends");
        }
    }

    void packet(const Event& event, const std::string& fate) {
        const std::string bytes = datagram(event);
        std::string body;
        add32(body, event.host);
        add32(body, static_cast<std::uint32_t>(static_cast<std::uint64_t>(event.time) >> 32));
        add32(body, static_cast<std::uint32_t>(event.time));
        add32(body, static_cast<std::uint32_t>(bytes.size()));
        add32(body, static_cast<std::uint32_t>(bytes.size()));
        body += bytes;
        pad(body);
        const std::string note = event.note[0] != '\0' ? " (" + std::string(event.note) + ')' : "";
        option(body, 1, world_.name_of(event.host) + " sends" + note + fate);
        add32(body, 0);
        block(6, body);
    }
    [[nodiscard]] std::string fate(const Event& event) const {
        if (event.kind == Event::lost) return std::string("; ") + event.note;
        const char* const does = event.kind == Event::passed ? " passes it on at " : " has it at ";
        std::string text = "; " + world_.name_of(event.host) + does + text_of_time(event.time);
        if (event.from != State::absent) {
            text += std::string(", ") + name_of_state(event.from) + " to " + name_of_state(event.to);
        }
        return event.note[0] != '\0' ? text + " (" + event.note + ')' : text;
    }

    [[nodiscard]] std::string datagram(const Event& event) const {
        const bool v6 = event.source.is_v6;
        std::string payload;
        for (std::size_t i = 0; i < event.length; ++i) {
            payload += static_cast<char>(world_.trace().payload()[event.payload + i]);
        }
        std::string inner;
        std::uint8_t protocol = 6;
        if (event.protocol == Protocol::tcp) {
            network16(inner, event.source.port);
            network16(inner, event.destination.port);
            network32(inner, event.sequence);
            network32(inner, event.acknowledged);
            network16(inner, static_cast<std::uint16_t>(0x5000 | event.flags));
            network16(inner, static_cast<std::uint16_t>(event.window < 65535 ? event.window : 65535));
            network32(inner, 0);
        } else if (event.protocol == Protocol::udp) {
            protocol = 17;
            network16(inner, event.source.port);
            network16(inner, event.destination.port);
            network16(inner, static_cast<std::uint16_t>(8 + payload.size()));
            network16(inner, 0);
        } else {
            protocol = v6 ? 58 : 1;
            const Reason& why = *event.refusal.why;
            for (const std::uint8_t each : v6 ? why.v6 : why.v4) inner += static_cast<char>(each);
            network16(inner, 0);
            network32(inner, 0);
            inner += quoted(event);
        }
        inner += payload;
        const std::size_t at = protocol == 6 ? 16 : protocol == 17 ? 6 : 2;
        std::uint16_t sum = checksum((protocol == 1 ? "" : pseudo_header(event, protocol, inner.size())) + inner);
        if (protocol == 17 && sum == 0) sum = 0xffff;
        inner[at] = static_cast<char>(sum >> 8);
        inner[at + 1] = static_cast<char>(sum & 0xff);
        return header(event.source, event.destination, protocol, event.hop_limit, inner.size()) + inner;
    }
    /// An ICMP packet holds the beginning of the packet that it is about: here the header with its ports.
    [[nodiscard]] static std::string quoted(const Event& event) {
        const bool is_tcp = event.refusal.of == Protocol::tcp;
        std::string ports;
        network16(ports, event.destination.port);
        network16(ports, event.refusal.about.port);
        network32(ports, is_tcp ? 0 : 8 << 16);  // a sequence number, or a length and no checksum
        return header(event.destination, event.refusal.about, is_tcp ? 6 : 17, event.hop_limit, ports.size()) + ports;
    }

    static std::string header(const Endpoint& from, const Endpoint& to, std::uint8_t protocol, std::uint8_t hop_limit,
                              std::size_t length) {
        std::string ip;
        if (from.is_v6) {
            network32(ip, 0x60000000);
            network16(ip, static_cast<std::uint16_t>(length));
            ip += static_cast<char>(protocol);
            ip += static_cast<char>(hop_limit);
            address(ip, from);
            address(ip, to);
            return ip;
        }
        network16(ip, 0x4500);
        network16(ip, static_cast<std::uint16_t>(20 + length));
        network32(ip, 0x00004000);  // do not fragment
        ip += static_cast<char>(hop_limit);
        ip += static_cast<char>(protocol);
        network16(ip, 0);
        address(ip, from);
        address(ip, to);
        const std::uint16_t sum = checksum(ip);
        ip[10] = static_cast<char>(sum >> 8);
        ip[11] = static_cast<char>(sum & 0xff);
        return ip;
    }
    static std::string pseudo_header(const Event& event, std::uint8_t protocol, std::size_t length) {
        std::string text;
        address(text, event.source);
        address(text, event.destination);
        if (event.source.is_v6) {
            network32(text, static_cast<std::uint32_t>(length));
            network32(text, protocol);
        } else {
            network16(text, protocol);
            network16(text, static_cast<std::uint16_t>(length));
        }
        return text;
    }
    static std::uint16_t checksum(const std::string& bytes) noexcept {
        std::uint32_t sum = 0;
        for (std::size_t i = 0; i < bytes.size(); i += 2) {
            const auto high = static_cast<std::uint8_t>(bytes[i]);
            const auto low = i + 1 < bytes.size() ? static_cast<std::uint8_t>(bytes[i + 1]) : std::uint8_t{0};
            sum += static_cast<std::uint32_t>(high << 8 | low);
        }
        while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
        return static_cast<std::uint16_t>(~sum);
    }

    static void address(std::string& to, const Endpoint& endpoint) {
        for (std::size_t i = 0; i < endpoint.width(); ++i) to += static_cast<char>(endpoint.bytes[i]);
    }
    static void network16(std::string& to, std::uint16_t value) {
        to += static_cast<char>(value >> 8);
        to += static_cast<char>(value & 0xff);
    }
    static void network32(std::string& to, std::uint32_t value) {
        network16(to, static_cast<std::uint16_t>(value >> 16));
        network16(to, static_cast<std::uint16_t>(value));
    }
    // Blocks are written with the least byte first, whatever the machine.
    static void add16(std::string& to, std::uint16_t value) {
        to += static_cast<char>(value & 0xff);
        to += static_cast<char>(value >> 8);
    }
    static void add32(std::string& to, std::uint32_t value) {
        add16(to, static_cast<std::uint16_t>(value));
        add16(to, static_cast<std::uint16_t>(value >> 16));
    }
    static void pad(std::string& text) {
        while (text.size() % 4 != 0) text += '\0';
    }
    static void option(std::string& to, std::uint16_t code, const std::string& value) {
        add16(to, code);
        add16(to, static_cast<std::uint16_t>(value.size()));
        to += value;
        pad(to);
    }
    void block(std::uint32_t type, const std::string& body) {
        add32(out_, type);
        add32(out_, static_cast<std::uint32_t>(body.size() + 12));
        out_ += body;
        add32(out_, static_cast<std::uint32_t>(body.size() + 12));
    }

    const World& world_;
    std::string out_;
};

}  // namespace estate::sim
