// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <estate/socket/adopt.hpp>
#include <string_view>

namespace estate {

/// The sockets that a service manager passed to this process. Move-only; make one.
/// Source  systemd sd_listen_fds(3).
template <class Backend>
class BasicActivation {
public:
    /// Takes what was passed out of the environment (LISTEN_PID, LISTEN_FDS), so it is had once, and sets FD_CLOEXEC.
    /// Not safe while another thread uses the environment.
    /// Errors  errc::no_activation when nothing was passed, or to another process, or it was taken;
    ///         errc::malformed_activation.
    [[nodiscard]] static result<BasicActivation> from_environment() noexcept {
        const auto passed = Passed::take();
        if (!passed) return passed.assume_error();
        return BasicActivation(passed.assume_value());
    }

    BasicActivation(BasicActivation&& from) noexcept : passed_{from.passed_}, taken_{from.taken_} {
        from.passed_.count = 0;
    }
    BasicActivation& operator=(BasicActivation&& from) noexcept {
        passed_ = from.passed_;
        taken_ = from.taken_;
        if (this != &from) from.passed_.count = 0;
        return *this;
    }
    ~BasicActivation() = default;

    /// How many sockets were passed; 0 after a move.
    [[nodiscard]] int count() const noexcept { return passed_.count; }

    /// The name that the service manager gave the socket; empty where it gave none.
    [[nodiscard]] std::string_view name(int index) const noexcept {
        if (index < 0 || index >= count()) return {};
        std::string_view rest = passed_.names;
        for (; index > 0; --index) {
            const auto colon = rest.find(':');
            if (colon == std::string_view::npos) return {};
            rest.remove_prefix(colon + 1);
        }
        return rest.substr(0, rest.find(':'));
    }

    /// Takes socket number index, 0 to count() - 1, each once: its descriptor may be another's by then.
    /// Errors  errc::invalid_argument for another index, or one that was taken; as estate::adopt(), after which
    ///         it can be tried as another transport.
    template <class Transport>
    [[nodiscard]] result<AdoptedSocket<Transport>> adopt(int index) {
        if (index < 0 || index >= count()) return errc::invalid_argument;
        bool& taken = taken_[static_cast<std::size_t>(index)];
        if (taken) return errc::invalid_argument;
        auto socket = estate::adopt<Transport>(Passed::first + index);
        taken = socket.has_value();
        return socket;
    }

private:
    using Passed = typename Backend::passed;
    explicit BasicActivation(const Passed& passed) noexcept : passed_{passed} {}

    Passed passed_;
    std::array<bool, Passed::most> taken_{};
};

using Activation = BasicActivation<native>;

}  // namespace estate
