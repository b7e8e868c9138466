// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/coroutine/operation.hpp>
#include <estate/net/admissible.hpp>
#include <estate/socket/concepts.hpp>
#include <estate/socket/nonblocking.hpp>

namespace estate {

namespace detail {

/// co_await connect(...)
template <class Created, bool HasDeadline>
class [[nodiscard]] Connect : Awaits {
    using T = typename Created::transport;
    using Hold = typename Created::hold;
    using Peer = typename T::address;
    using Underway = Socket<Connecting, NonBlocking<T>, Hold>;
    using Left = Socket<Closed, T, Hold>;
    using Outcome = transition_result<Socket<Connected, NonBlocking<T>, Hold>, TransitionError<Left>>;
    static_assert(std::is_same_v<Left, std::remove_cvref_t<decltype(std::declval<Created>().begin_connect(
                                           std::declval<Peer>()).assume_error().socket)>>);

public:
    template <class... Until>
    Connect(Created&& from, const Peer& peer, Until... until) noexcept
        : created_{std::move(from)}, peer_{peer}, term_{until...} {}
    Connect(const Connect&) = delete;
    Connect& operator=(const Connect&) = delete;
    ~Connect() {
        if (is_underway_) underway_.~Underway();
        if (is_over_) outcome_.~Outcome();
    }

    template <class Promise>
    void begin(Promise& promise) noexcept {
        routine_ = &promise;
        if (is_over_at_once()) return;
        promise.waits_for = this;
        promise.acts = &ActsOf<Connect, Promise>::table;
        if constexpr (HasDeadline) arm(promise, term_, term_.until);
        entry_->out = &promise;
    }
    [[nodiscard]] bool await_ready() const noexcept { return is_over_; }
    static void await_suspend(std::coroutine_handle<>) noexcept {}
    [[nodiscard]] Outcome await_resume() noexcept { return std::move(outcome_); }

    // For the loop.

    static bool go_on(Routine& routine) noexcept {
        auto& self = *static_cast<Connect*>(routine.waits_for);
        if (!self.finish()) return false;
        if constexpr (HasDeadline) self.term_.cancel();
        return true;
    }
    static void end(Routine& routine, Error why) noexcept {
        auto& self = *static_cast<Connect*>(routine.waits_for);
        self.finish_or_end(why);
        if constexpr (HasDeadline) self.term_.cancel();
    }

private:
    bool is_over_at_once() noexcept {
        if (routine_->is_stopped) return close(std::move(created_), why_stopped(*routine_));
        auto begun = std::move(created_).begin_connect(peer_);
        if (!begun) return fail(begun.assume_error().code, std::move(begun.assume_error().socket));
        auto ready = std::move(begun).assume_value().set_nonblocking();
        if (!ready) return close(std::move(ready.assume_error().socket), ready.assume_error().code);
        ::new (static_cast<void*>(&underway_)) Underway(std::move(ready).assume_value());
        is_underway_ = true;
        auto entry = watch_answer<typename T::backend>(*routine_, link_, lifecycle::machine::body(underway_).handle);
        if (!entry) return close(std::move(underway_), entry.assume_error());
        entry_ = entry.assume_value();
        if (!term_.is_at_once()) return false;
        finish_or_end(errc::deadline_exceeded);
        return true;
    }
    /// Whether there was an answer.
    bool finish() noexcept {
        entry_->out = nullptr;
        link_.let_go();
        auto finished = std::move(underway_).finish_connect();
        if (finished && finished.assume_value().template is<Connecting>()) {
            underway_ = std::move(finished).assume_value().template take<Connecting>();
            entry_->out = routine_;
            return false;
        }
        unwatch_answer(*routine_, *entry_);
        if (!finished) {
            auto& body = lifecycle::machine::body(finished.assume_error().socket);
            return fail(finished.assume_error().code,
                        make_socket<Closed, T, Hold>(std::move(body.handle), std::move(body.hold)));
        }
        return give(std::move(finished).assume_value().template take<Connected>());
    }
    template <class Given>
    bool give(Given&& given) noexcept {
        ::new (static_cast<void*>(&outcome_)) Outcome(std::move(given));
        return is_over_ = true;
    }
    void finish_or_end(Error why) noexcept {
        if (finish()) return;
        entry_->out = nullptr;
        unwatch_answer(*routine_, *entry_);
        close(std::move(underway_), why);
    }
    template <class Socket>
    bool close(Socket&& socket, Error why) noexcept {
        auto& body = lifecycle::machine::body(socket);
        { const typename T::backend::handle closed(std::move(body.handle)); }
        return fail(why, make_socket<Closed, T, Hold>(typename T::backend::handle(), std::move(body.hold)));
    }
    bool fail(Error why, Left&& left) noexcept {
        return give(TransitionError<Left>{why, std::move(left)});
    }

    Created created_;
    Peer peer_;
    Routine* routine_ = nullptr;
    Entry* entry_ = nullptr;
    union {
        char nothing_ = 0;
        Underway underway_;
    };
    union {
        char none_ = 0;
        Outcome outcome_;
    };
    bool is_underway_ = false;
    bool is_over_ = false;
    [[no_unique_address]] watch_link<typename T::backend> link_;
    [[no_unique_address]] Term<HasDeadline> term_;
};

}  // namespace detail

/// co_await connect(std::move(created), peer): establishes a connection.
///
/// From      Created without a hold, or Bound, of a socket that waits; consumed.
/// Leaves    Connected, which never waits, and which nobody watches yet; on failure Closed, as connect() of a socket
///           that waits does. A hold survives in it.
/// Errors    as connect(); errc::deadline_exceeded, what stopped the scope; as Loop::watch().
template <class Created, detail::IsUntil... Until>
    requires Allows<Created, op::begin_connect>
[[nodiscard]] auto connect(Created&& created, const typename Created::transport::address& peer,
                           Until... until) noexcept {
    return detail::Connect<Created, sizeof...(Until) == 1>(std::move(created), peer, Deadline(until)...);
}

}  // namespace estate
