// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/sim/option_calls.hpp>
#include <span>
#include <string_view>

namespace estate::sim {

/// What a host asks the name service of its world.
class LookupCalls : public OptionCalls {
public:
    using OptionCalls::OptionCalls;

    /// The addresses of a name, in the order in which the world got them: of World::name(), of a host, of
    /// localhost. Letters are as large as they like, and a last dot is none of the name.
    ///
    /// Waits for Options::lookup_time, until the world's clock is there or the event is raised; -1: there is none.
    /// Errors  ENOENT for a name that nobody has; ETIMEDOUT where the wait was ended.
    int lookup(const char* host, int event, std::int64_t until, std::span<const Endpoint>& found) const noexcept {
        const char* const note = engine_is_there() ? engine().trace.keep(host) : "";
        return static_cast<int>(enter(Call::lookup, -1, [&](const Injury&) -> std::int64_t {
            const std::int64_t answered = engine().now + engine().options.lookup_time;
            while (engine().now < answered) {
                Slot* const slot = node().find(event);
                if ((slot != nullptr && slot->is_raised) || until <= engine().now) return -ETIMEDOUT;
                if (slot != nullptr) engine().wait_for(slot->waits);
                const int failed = error_of(engine().wait(Call::lookup, event, until < answered ? until : answered));
                if (failed != 0 && failed != EINTR) return -failed;
            }
            std::string_view name = host;
            if (name.ends_with('.')) name.remove_suffix(1);
            found = addresses_of(name);
            return found.empty() ? -ENOENT : static_cast<std::int64_t>(found.size());
        }, false, note));
    }
    /// The port of a service by its name; 0: unknown, as each is to a component. Source  services(5), IANA's list.
    [[nodiscard]] std::uint16_t port_of(std::string_view service) const noexcept {
        struct Service {
            std::string_view name;
            std::uint16_t port;
        };
        static constexpr Service known[] = {{"echo", 7},   {"discard", 9}, {"ftp", 21},   {"ssh", 22},  {"telnet", 23},
                                            {"smtp", 25},  {"domain", 53}, {"http", 80},  {"ntp", 123}, {"imap", 143},
                                            {"https", 443}};
        if (!engine_is_there() || is_component()) return 0;
        for (const Service& each : known) {
            if (each.name == service) return each.port;
        }
        return 0;
    }

private:
    [[nodiscard]] std::span<const Endpoint> addresses_of(std::string_view name) const noexcept {
        static const Endpoint loopback[] = {Endpoint::loopback(true), Endpoint::loopback(false)};
        for (const HostName& each : engine().host_names) {
            if (is_same(each.name, name)) return each.addresses;
        }
        for (const Node& each : engine().hosts) {
            if (is_same(each.name, name)) return each.addresses;
        }
        if (is_same(name, "localhost")) return loopback;
        return {};
    }
    /// Source  RFC 4343 section 3.
    static bool is_same(std::string_view one, std::string_view other) noexcept {
        const auto small = [](char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
        if (one.size() != other.size()) return false;
        for (std::size_t i = 0; i < one.size(); ++i) {
            if (small(one[i]) != small(other[i])) return false;
        }
        return true;
    }
};

}  // namespace estate::sim
