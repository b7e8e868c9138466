// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <estate/socket/adopt.hpp>
#include <string_view>

namespace estate {

/// The sockets that a service manager passed to this process.
/// Source  systemd sd_listen_fds(3): LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES, descriptors from 3 on.
class Activation {
public:
    /// Reads the environment; changes nothing in it. Not safe while another thread calls setenv().
    /// Errors  errc::no_activation when nothing was passed, or to another process;
    ///         errc::malformed_activation.
    [[nodiscard]] static result<Activation> from_environment() noexcept {
        const char* pid = std::getenv("LISTEN_PID");
        const char* count = std::getenv("LISTEN_FDS");
        if (pid == nullptr || count == nullptr) return errc::no_activation;
        const auto for_whom = number(pid);
        const auto sockets = number(count);
        if (!for_whom || !sockets || sockets.assume_value() > max_count) return errc::malformed_activation;
        if (for_whom.assume_value() != ::getpid() || sockets.assume_value() == 0) return errc::no_activation;
        const char* names = std::getenv("LISTEN_FDNAMES");
        return Activation(static_cast<int>(sockets.assume_value()), names == nullptr ? "" : names);
    }

    [[nodiscard]] int count() const noexcept { return count_; }

    /// The name that the service manager gave the socket; empty where it gave none.
    [[nodiscard]] std::string_view name(int index) const noexcept {
        if (index < 0 || index >= count_) return {};
        std::string_view rest = names_;
        for (; index > 0; --index) {
            const auto colon = rest.find(':');
            if (colon == std::string_view::npos) return {};
            rest.remove_prefix(colon + 1);
        }
        return rest.substr(0, rest.find(':'));
    }

    /// Takes socket number index, 0 to count() - 1, each once.
    /// Errors  errc::invalid_argument for another index; as estate::adopt().
    template <class Transport>
    [[nodiscard]] result<AdoptedSocket<Transport>> adopt(int index) const {
        if (index < 0 || index >= count_) return errc::invalid_argument;
        return estate::adopt<Transport>(first_descriptor + index);
    }

private:
    static constexpr int first_descriptor = 3;  // SD_LISTEN_FDS_START
    static constexpr long max_count = 4096;

    Activation(int count, const char* names) noexcept : count_{count}, names_{names} {}

    static result<long> number(std::string_view text) noexcept {
        if (text.empty() || text.size() > 10) return errc::malformed_activation;
        long value = 0;
        for (const char digit : text) {
            if (digit < '0' || digit > '9') return errc::malformed_activation;
            value = value * 10 + (digit - '0');
        }
        return value;
    }

    int count_;
    const char* names_;
};

}  // namespace estate
