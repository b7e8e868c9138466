// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <estate/backend/posix/kernel.hpp>
#include <estate/error/result.hpp>
#include <estate/net/detail/decimal.hpp>

namespace estate::posix {

/// What a service manager passed to this process, as the environment has it.
/// Source  systemd sd_listen_fds(3): LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES, descriptors from 3 on.
struct Passed {
    static constexpr int first = 3;  // SD_LISTEN_FDS_START
    static constexpr unsigned most = 4096;

    int count;
    const char* names;  // separated by colons; lives in the environment

    /// Takes it out of the environment, and keeps the descriptors from programs that are executed.
    /// Errors  errc::no_activation, malformed_activation.
    static result<Passed> take() noexcept {
        const char* const pid = std::getenv("LISTEN_PID");
        const char* const count = std::getenv("LISTEN_FDS");
        if (pid == nullptr || count == nullptr) return errc::no_activation;
        const auto for_whom = detail::decimal(pid);
        const auto sockets = detail::decimal(count);
        const char* const names = std::getenv("LISTEN_FDNAMES");
        if (for_whom == detail::no_number || sockets > most) return errc::malformed_activation;
        if (for_whom != static_cast<std::uint64_t>(::getpid()) || sockets == 0) return errc::no_activation;
        const Passed passed{static_cast<int>(sockets), names != nullptr ? names : ""};
        for (int i = 0; i < passed.count; ++i) static_cast<void>(Kernel::set_close_on_exec(first + i));
        ::unsetenv("LISTEN_PID");
        ::unsetenv("LISTEN_FDS");
        return passed;
    }
};

}  // namespace estate::posix
