// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/poll_mechanism.hpp>
#include <estate/coroutine/run.hpp>
#include <estate/socket/waker.hpp>

namespace estate {

/// A Loop by a mechanism, for descriptors below Descriptors; 24 bytes for each of them are a part of it. Where sockets
/// have no descriptors, as in a component of WASI, their places in the mechanism count.
///
///     BOOST_OUTCOME_TRY(auto mechanism, posix::Epoll::open());
///     BasicLoop<posix::Epoll, 4096> loop(std::move(mechanism));
template <class Mechanism, std::size_t Descriptors>
class BasicLoop final : public Loop {
    static_assert(PollMechanism<Mechanism> && Descriptors <= INT32_MAX);

public:
    explicit BasicLoop(Mechanism&& opened) noexcept
        : Loop(entries_, Descriptors, opened.now()), mechanism_{std::move(opened)} {}

    [[nodiscard]] std::int64_t now() const noexcept override { return mechanism_.now(); }

    /// Resumes what may go on, and waits for it until the deadline.
    result<void> turn(Deadline until) {
        Error why = errc::stopped;
        if (!turn(until, why)) return why;
        return success();
    }

    /// Turns until all tasks of the scope have ended. When the deadline passes or the waker is raised, the scope is
    /// stopped.
    /// Errors  of a task, what stopped the scope; errc::moved_from (the waker), or the system's own; then the scope is
    ///         stopped too.
    template <class Backend>
        requires WakeableMechanism<Mechanism>
    result<void> run(Scope& scope, const BasicWaker<Backend>& waker, Deadline until = Deadline::never()) {
        const int number = waker.backend().number();
        const auto key = detail::Key::of(static_cast<std::uint32_t>(number), waker_stamp);
        const auto added = number < 0 ? result<void>(errc::moved_from) : mechanism_.add_waker(number, key);
        if (!added) {
            scope.stop(added.assume_error());
            return added.assume_error();
        }
        const struct Added {
            ~Added() { mechanism.remove(number, key); }  // a task may throw
            Mechanism& mechanism;
            int number;
            std::uint64_t key;
        } guard{mechanism_, number, key};
        return detail::run_tasks(*this, scope, until, [&] { return waker.backend().alarm().is_raised(); });
    }
    ESTATE_INLINE result<void> run(Scope& scope, Deadline until = Deadline::never()) {
        return detail::run_tasks(*this, scope, until, [] { return false; });
    }

private:
    template <class L, class Raised>
    friend result<void> detail::run_tasks(L& loop, Scope& scope, Deadline until, Raised raised);

    static constexpr std::uint32_t waker_stamp = UINT32_MAX;

    // g++ 12 has no registers for a result that is given on; these say by false that there is an error.

    ESTATE_INLINE bool turn(Deadline until, Error& why) {
        if (has_more_) [[unlikely]]
            return turn_with_more(until, why);
        return turn_of_sockets(until, why);
    }
    ESTATE_COLD bool turn_with_more(Deadline until, Error& why) {
        if (!turn_of_sockets(prepare(until), why)) return false;
        look_after_more();
        return true;
    }
    ESTATE_INLINE bool turn_of_sockets(Deadline until, Error& why) {
        std::ptrdiff_t count;
        if constexpr (requires { mechanism_.wait_first(until); }) {
            count = mechanism_.wait_first(until);
            if (count < 0) [[unlikely]] {
                const auto waited = mechanism_.wait_again();
                if (!waited) why = waited.assume_error();
                return waited.has_value();  // without an event
            }
        } else {
            const auto waited = mechanism_.wait(until);
            if (!waited) {
                why = waited.assume_error();
                return false;
            }
            count = static_cast<std::ptrdiff_t>(waited.assume_value());
        }
        const auto* const end = mechanism_.events() + count;
        for (const auto* each = mechanism_.events(); each != end; ++each) tell(Mechanism::read(*each));
        return true;
    }
    ESTATE_INLINE void tell(PollEvent event) {
        if (event.is_plain) [[likely]] {
            if (const std::uint32_t index = detail::Key::index(event.key); index < Descriptors) [[likely]] {
                detail::Entry& entry = entries_[index];
                if (entry.stamp == detail::Key::stamp(event.key) && entry.is_awaited()) [[likely]]
                    return entry.go_on();
            }
        }
        tell_otherwise(event);
    }
    ESTATE_COLD void tell_otherwise(PollEvent event) {
        const std::uint32_t index = detail::Key::index(event.key);
        if (index >= Descriptors || entries_[index].stamp != detail::Key::stamp(event.key)) return forget(event);
        Loop::tell(entries_[index], event.is_plain);
    }

    void forget(PollEvent event) noexcept {
        if (detail::Key::stamp(event.key) != waker_stamp)
            mechanism_.forget(static_cast<int>(detail::Key::index(event.key)), event.key);
    }

    result<void> add(int number, std::uint64_t key, Directions directions) noexcept override {
        return mechanism_.add(number, key, directions);
    }
    result<void> sleep(int number, std::uint64_t key, Directions directions) noexcept override {
        return mechanism_.sleep(number, key, directions);
    }
    void remove(int number, std::uint64_t key) noexcept override { mechanism_.remove(number, key); }
    [[nodiscard]] bool is_by_level() const noexcept override { return Mechanism::is_by_level; }
#if defined(ESTATE_NATIVE_WATCH_LINK)
    result<void> give_number(NativeWatchLink& link, const NativeWatchLink::source& source) noexcept override {
        return mechanism_.enter(link, source);
    }
#endif

    detail::Entry entries_[Descriptors];
    Mechanism mechanism_;
};

}  // namespace estate
