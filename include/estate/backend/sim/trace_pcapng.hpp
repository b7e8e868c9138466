// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/sim/names.hpp>
#include <estate/backend/sim/world.hpp>

namespace estate::sim {

/// A trace as a capture file for Wireshark and tshark: each packet once, when it is sent, on the interface of its
/// sender, with a comment that tells what became of it.
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
        std::vector<const Event*> fates(events.size(), nullptr);
        for (const Event& event : events) {
            if (event.kind == Event::arrived || event.kind == Event::lost) fates[event.sent_as - 1] = &event;
        }
        for (std::size_t i = 0; i < events.size(); ++i) {
            if (events[i].kind == Event::sent) packet(events[i], fates[i]);
        }
    }

    void packet(const Event& event, const Event* fate) {
        const std::string bytes = datagram(event);
        std::string body;
        add32(body, event.host);
        add32(body, static_cast<std::uint32_t>(static_cast<std::uint64_t>(event.time) >> 32));
        add32(body, static_cast<std::uint32_t>(event.time));
        add32(body, static_cast<std::uint32_t>(bytes.size()));
        add32(body, static_cast<std::uint32_t>(bytes.size()));
        body += bytes;
        pad(body);
        option(body, 1, comment(event, fate));
        add32(body, 0);
        block(6, body);
    }
    [[nodiscard]] std::string comment(const Event& event, const Event* fate) const {
        std::string text = world_.name_of(event.host) + " sends";
        if (event.note[0] != '\0') text += " (" + std::string(event.note) + ')';
        if (fate == nullptr) return text + "; under way when the trace ends";
        if (fate->kind == Event::lost) return text + "; " + fate->note;
        text += "; " + world_.name_of(fate->host) + " has it at " + text_of_time(fate->time);
        if (fate->from != State::absent) {
            text += std::string(", ") + name_of_state(fate->from) + " to " + name_of_state(fate->to);
        }
        return fate->note[0] != '\0' ? text + " (" + fate->note + ')' : text;
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
            const bool is_port = std::string_view(event.note) == "port unreachable";
            inner += static_cast<char>(v6 ? 1 : 3);
            inner += static_cast<char>(v6 ? (is_port ? 4 : 3) : (is_port ? 3 : 1));
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
        return header(event.source, event.destination, protocol, inner.size()) + inner;
    }
    /// An ICMP packet holds the beginning of the packet that it is about: here a UDP header with its ports.
    [[nodiscard]] static std::string quoted(const Event& event) {
        std::string udp;
        network16(udp, event.destination.port);
        network16(udp, event.source.port);
        network16(udp, 8);
        network16(udp, 0);
        return header(event.destination, event.source, 17, udp.size()) + udp;
    }

    static std::string header(const Endpoint& from, const Endpoint& to, std::uint8_t protocol, std::size_t length) {
        std::string ip;
        if (from.is_v6) {
            network32(ip, 0x60000000);
            network16(ip, static_cast<std::uint16_t>(length));
            ip += static_cast<char>(protocol);
            ip += '\x40';
            address(ip, from);
            address(ip, to);
            return ip;
        }
        network16(ip, 0x4500);
        network16(ip, static_cast<std::uint16_t>(20 + length));
        network32(ip, 0x00004000);  // do not fragment
        ip += '\x40';
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
