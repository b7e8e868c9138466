// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <estate/base/deadline.hpp>
#include <estate/net/admissible.hpp>
#include <estate/net/any_address.hpp>
#include <estate/socket/part.hpp>
#include <span>
#include <variant>

namespace estate {

namespace detail {
template <class B>
class Race;
}

/// What became of one address that connect_any() tried.
struct ConnectAttempt {
    enum class End {
        connected,  ///< this one
        failed,     ///< `why` says how
        given_up,   ///< it was under way when another one was connected, or the time was over
    };
    AnySocketAddress to;
    End end = End::given_up;
    Error why = errc::stopped;  ///< of one that failed
};

/// Every attempt, in the order in which they began.
class ConnectAttempts {
public:
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    [[nodiscard]] const ConnectAttempt* begin() const& noexcept ESTATE_LIFETIMEBOUND { return all_.data(); }
    [[nodiscard]] const ConnectAttempt* end() const& noexcept ESTATE_LIFETIMEBOUND { return all_.data() + size_; }
    const ConnectAttempt* begin() const&& = delete;  // only of a list that has a name
    const ConnectAttempt* end() const&& = delete;
    /// Pre  index < size()
    [[nodiscard]] const ConnectAttempt& operator[](std::size_t index) const& noexcept ESTATE_LIFETIMEBOUND {
        return all_[index];
    }

private:
    template <class B>
    friend class detail::Race;

    void add(const AnySocketAddress& to) noexcept { all_[size_++].to = to; }
    void settle(std::size_t index, ConnectAttempt::End end, Error why) noexcept {
        all_[index].end = end;
        all_[index].why = why;
    }

    std::array<ConnectAttempt, AnyAddressList::capacity> all_{};
    std::size_t size_ = 0;
};

/// A connection over one of both families, and how it came about.
template <class Backend>
struct AnyConnection {
    std::variant<ConnectedSocket<Tcp<V4, Backend>>, ConnectedSocket<Tcp<V6, Backend>>> socket;
    ConnectAttempts attempts;
};

/// Why no address could be connected: the error of the attempt that failed last, or what ended them all. Converts to
/// its Error.
struct NoConnection {
    Error code;
    ConnectAttempts attempts;

    /// As Error::message().
    [[nodiscard]] const char* message() const noexcept { return code.message(); }

    operator Error() const noexcept { return code; }
    friend bool operator==(const NoConnection& left, errc right) noexcept { return left.code == right; }
    template <ComparesWithError E>
    friend bool operator==(const NoConnection& left, E right) noexcept {
        return left.code == right;
    }
};

template <class Backend>
using connect_any_result = transition_result<AnyConnection<Backend>, NoConnection>;

namespace detail {

/// The families by turns, beginning with that of the best address; the order inside each stays. RFC 8305 section 4.
inline AnyAddressList by_turns(const AnyAddressList& list) noexcept {
    AnyAddressList mixed;
    std::size_t next[2] = {0, 0};  // the best of IPv6 and of IPv4 that is left
    const auto find = [&](bool v4) {
        std::size_t& at = next[v4 ? 1 : 0];
        while (at < list.size() && list[at].is_v4() != v4) ++at;
        return at < list.size();
    };
    bool v4 = !list.empty() && list[0].is_v4();
    for (;;) {
        if (!find(v4)) v4 = !v4;
        if (!find(v4)) return mixed;
        mixed.add(list[next[v4 ? 1 : 0]++]);
        v4 = !v4;
    }
}

/// The attempts that run beside each other.
template <class B>
class Race {
public:
    using Until = typename B::until;
    using Handle = typename B::handle;
    static constexpr std::int64_t pace = 250'000'000;  // nanoseconds; RFC 8305 section 5

    Race(const AnyAddressList& list, typename B::context context) noexcept
        : addresses_{by_turns(list)}, context_{context} {}

    connect_any_result<B> run(Until until) noexcept {
        std::int64_t next_begins = B::now(context_);
        for (;;) {
            if (tried_.size() < addresses_.size() && B::now(context_) >= next_begins) {
                if (begin()) next_begins = B::now(context_) + pace;
                continue;
            }
            if (running_ == 0) return fail(last_);
            const auto waited = wait(until, next_begins);
            if (!waited) return fail(waited.assume_error());
            const std::size_t before = running_;
            for (std::size_t i = 0; i < tried_.size(); ++i) {
                if (is_running(i) && look(i)) return win(i);
            }
            if (running_ < before) next_begins = B::now(context_);  // one failed: the next begins at once
        }
    }

private:
    [[nodiscard]] bool is_running(std::size_t i) const noexcept { return runs_[i]; }

    /// Begins the next attempt; false where it failed at once.
    bool begin() noexcept {
        const std::size_t i = tried_.size();
        tried_.add(addresses_[i]);
        const auto begun = addresses_[i].visit([&](const auto& address) { return open(i, address); });
        if (!begun) {
            lose(i, begun.assume_error());
            return false;
        }
        runs_[i] = true;
        ++running_;
        return true;
    }
    template <class Address>
    result<void> open(std::size_t i, const Address& address) noexcept {
        if (!is_stream_peer(address)) return why_not_peer(address);
        auto made = B::template open_stream<typename Address::family>(context_);
        if (!made) return made.assume_error();
        handles_[i] = std::move(made).assume_value();
        return B::begin_connect(handles_[i], address);
    }
    /// Until one of them was answered, or the next is to begin.
    result<void> wait(Until until, std::int64_t next_begins) noexcept {
        const Handle* watched[AnyAddressList::capacity];
        std::size_t count = 0;
        for (std::size_t i = 0; i < tried_.size(); ++i) {
            if (runs_[i]) watched[count++] = &handles_[i];
        }
        const bool is_last = tried_.size() == addresses_.size();
        const auto pause = is_last ? Deadline::never() : Deadline::at(next_begins);
        const auto ready = B::await_any(std::span(watched).first(count), until, pause);
        return ready;
    }
    /// Whether the attempt is a connection now.
    bool look(std::size_t i) noexcept {
        const auto done = B::finish_connect(handles_[i], Deadline::at_once());
        if (done) return true;
        if (done.assume_error() == errc::deadline_exceeded) return false;
        runs_[i] = false;
        --running_;
        lose(i, done.assume_error());
        return false;
    }
    void lose(std::size_t i, Error why) noexcept {
        handles_[i] = Handle();
        tried_.settle(i, ConnectAttempt::End::failed, why);
        last_ = why;
    }
    connect_any_result<B> win(std::size_t i) noexcept {
        tried_.settle(i, ConnectAttempt::End::connected, errc::stopped);
        if (addresses_[i].is_v4()) {
            return AnyConnection<B>{make_socket<Connected, Tcp<V4, B>>(std::move(handles_[i])), tried_};
        }
        return AnyConnection<B>{make_socket<Connected, Tcp<V6, B>>(std::move(handles_[i])), tried_};
    }
    connect_any_result<B> fail(Error why) noexcept { return NoConnection{why, tried_}; }

    AnyAddressList addresses_;
    [[no_unique_address]] typename B::context context_;
    std::array<Handle, AnyAddressList::capacity> handles_{};
    std::array<bool, AnyAddressList::capacity> runs_{};
    std::size_t running_ = 0;
    ConnectAttempts tried_;
    Error last_ = errc::name_no_address;
};

}  // namespace detail

/// Can wait for several connects at once: what connect_any() needs.
template <class B>
concept RacingBackend = requires(std::span<const typename B::handle* const> several, typename B::until until,
                                 Deadline pause) {
    { B::await_any(several, until, pause) } noexcept -> std::same_as<result<void>>;
};

/// connect_any(): connects to the first of several addresses that answers (Happy Eyeballs).
///
/// The families are tried by turns, beginning with the best address. The next attempt begins when one fails, or 250 ms
/// after the one before; those before go on, and whichever is answered first wins. The others are closed.
///
/// Returns   the connection in a std::variant of both families, and what became of every attempt.
/// Errors    of the attempt that failed last; errc::deadline_exceeded, stopped, which end them all;
///           errc::name_no_address for an empty list. NoConnection has every attempt with its own.
/// Source    RFC 8305 sections 4, 5.
template <class Backend = native_stream>
    requires RacingBackend<Backend>
[[nodiscard]] connect_any_result<Backend> connect_any(const AnyAddressList& addresses,
                                                      typename Backend::until until = Deadline::never(),
                                                      typename Backend::context context = {}) noexcept {
    return detail::Race<Backend>(addresses, context).run(until);
}

}  // namespace estate
