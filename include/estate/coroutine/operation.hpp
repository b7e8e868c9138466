// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cerrno>
#include <estate/coroutine/scope.hpp>
#include <estate/net/buffer.hpp>
#include <estate/socket/attempt.hpp>

// What a coroutine awaits of a socket. It is placed in the frame of the coroutine, so awaiting allocates nothing.

namespace estate::detail {

/// What an awaited operation gives, once it is known.
template <class Outcome>
class Given {
public:
    Given() noexcept {}
    Given(const Given&) = delete;
    Given& operator=(const Given&) = delete;
    ~Given() {
        if constexpr (!std::is_trivially_destructible_v<Outcome>) {
            if (is_there_.yes) outcome_.~Outcome();
        }
    }

    template <class From>
    ESTATE_INLINE void give(From&& from) noexcept {
        ::new (static_cast<void*>(&outcome_)) Outcome(std::forward<From>(from));
        if constexpr (!std::is_trivially_destructible_v<Outcome>) is_there_.yes = true;
    }
    ESTATE_INLINE [[nodiscard]] Outcome take() noexcept { return std::move(outcome_); }

private:
    struct Flag {
        bool yes = false;
    };
    struct Nothing {};

    union {
        Outcome outcome_;
    };
    [[no_unique_address]] std::conditional_t<std::is_trivially_destructible_v<Outcome>, Nothing, Flag> is_there_;
};

/// Until when a call waits; at most one is given.
template <class T>
concept IsUntil = std::convertible_to<T, Deadline>;

/// The deadline of an operation, if it has one.
template <bool HasDeadline>
struct Term {
    static constexpr bool is_at_once() noexcept { return false; }
};
template <>
struct Term<true> : TaskTimer {
    explicit Term(Deadline when) noexcept : until{when} {}
    [[nodiscard]] bool is_at_once() const noexcept { return until == Deadline::at_once(); }
    Deadline until;
};

/// Awaits what Call does with a socket of the class S, for which Way must be free. Call::run() makes attempts, and
/// answers whether it is over.
template <class S, class Call, Directions Way, bool HasDeadline>
class [[nodiscard]] Operation : Awaits {
    using Outcome = typename Call::outcome;

public:
    template <class... Until>
    ESTATE_INLINE Operation(const S& socket, Entry* entry, const Call& call, Until... until) noexcept
        : socket_{&socket}, entry_{entry}, call_{call}, term_{until...} {}
    Operation(const Operation&) = delete;
    Operation& operator=(const Operation&) = delete;
    ~Operation() = default;

    // For the coroutine.

    ESTATE_INLINE void begin(Strand& strand) noexcept { strand_ = &strand; }
    ESTATE_INLINE bool await_ready() noexcept {
        if (strand_->is_stopped) [[unlikely]]
            return end(why_stopped(*strand_));
        if (entry_ == nullptr) [[unlikely]]
            return end(errc::moved_from);
        if (waiter() != nullptr) [[unlikely]]
            return end(Error::system(EBUSY));
        if (Way == Directions::in && !entry_->may_receive && !term_.is_at_once()) return false;
        if ((entry_->left != 0 || term_.is_at_once()) && run()) {
            if (entry_->left != 0) --entry_->left;
            return true;
        }
        if (term_.is_at_once()) return end(errc::deadline_exceeded);
        return false;
    }
    ESTATE_INLINE void await_suspend(std::coroutine_handle<> handle) noexcept {
        strand_->wait(handle, *this);
        waiter() = strand_;
        if constexpr (HasDeadline) arm(*strand_, term_, term_.until);
        if (entry_->left == 0 && (Way == Directions::out || entry_->may_receive)) [[unlikely]]
            return queue(*strand_);
        enlist();
    }
    ESTATE_INLINE [[nodiscard]] Outcome await_resume() noexcept { return given_.take(); }

private:
    friend Strand;

    ESTATE_INLINE Strand*& waiter() noexcept { return Way == Directions::in ? entry_->in : entry_->out; }
    ESTATE_INLINE bool run() noexcept { return call_.run(*socket_, *entry_, given_); }
    ESTATE_INLINE bool end(Error why) noexcept {
        given_.give(call_.failed(why));
        return true;
    }
    ESTATE_INLINE void enlist() noexcept {
        if (Way == Directions::out || entry_->is_by_level) [[unlikely]] {
            if (!want(*strand_, *entry_)) queue(*strand_);  // asked for again in the next turn
        }
    }
    ESTATE_INLINE void act(Strand& strand, Cause cause) {
        const bool was_queued = strand.is_queued;
        if (was_queued) [[unlikely]]
            unqueue(strand);
        if (cause == Cause::ready) [[likely]] {
            entry_->left = Entry::quantum;
            if (!run()) {  // by level what the other direction was watched for may be what was told
                if (was_queued || entry_->is_by_level) enlist();
                return;
            }
        } else {
            end(cause == Cause::late ? Error(errc::deadline_exceeded) : why_stopped(strand));
        }
        waiter() = nullptr;
        if constexpr (HasDeadline) term_.cancel();
        strand.go_on();
    }

    const S* socket_;
    Entry* entry_;
    Strand* strand_ = nullptr;
    Call call_;
    Given<Outcome> given_;
    [[no_unique_address]] Term<HasDeadline> term_;
};

/// One attempt that succeeds.
template <class Answer, class Attempt>
struct Once {
    using outcome = Answer;
    Attempt attempt;

    static Error failed(Error why) noexcept { return why; }
    template <class S>
    ESTATE_INLINE bool run(const S& socket, Entry& entry, Given<outcome>& given) noexcept {
        auto got = attempt(socket);
        if (!got) [[unlikely]] {
            given.give(got.assume_error());
            return true;
        }
        if (got.assume_value().would_block()) {
            attempt.blocked(entry);
            return false;
        }
        if constexpr (requires { attempt.made(entry, got.assume_value().value()); }) {
            attempt.made(entry, got.assume_value().value());
        }
        given.give(std::move(got).assume_value().value());
        return true;
    }
};

/// As many attempts as a buffer needs.
template <class Answer, class Attempt>
struct All {
    using outcome = Answer;
    Attempt attempt;
    std::size_t done = 0;

    [[nodiscard]] Incomplete failed(Error why) const noexcept { return Incomplete{why, done}; }
    template <class S>
    bool run(const S& socket, Entry& entry, Given<outcome>& given) noexcept {
        do {  // once for nothing too
            auto got = attempt.rest(done)(socket);
            if (!got) [[unlikely]] {
                given.give(failed(got.assume_error()));
                return true;
            }
            if (got.assume_value().would_block()) {
                attempt.blocked(entry);
                return false;
            }
            if constexpr (requires { attempt.rest(done).made(entry, done); }) {
                attempt.rest(done).made(entry, got.assume_value().value());
            }
            done += got.assume_value().value();
        } while (done < attempt.size());
        given.give(success());
        return true;
    }
};

struct OnReceive {
    static void blocked(Entry& entry) noexcept { entry.may_receive = false; }
};
struct OnSend {
    static void blocked(Entry&) noexcept {}
};

}  // namespace estate::detail
