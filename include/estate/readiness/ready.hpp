// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/readiness/next.hpp>
#include <estate/readiness/ready_part.hpp>

namespace estate {

/// That a watched socket may be tried. A handler gets it, makes its calls by it, and turns it into what it answers.
/// Move-only; only a poller makes one.
///
/// Its calls are those of the interest: recv() and its like, send() and its like, accept(), with the arguments and
/// errors of the socket's own. After Kind::quantum calls in a turn they answer "would block" without a call, so that a
/// loop until then is fair; next() then asks again.
template <class Kind>
class [[nodiscard]] ESTATE_CONSUMABLE Ready : public detail::ready_parts<Kind> {
    using Step = typename Next<Kind>::Step;

public:
    using kind = Kind;
    using socket_type = typename Kind::socket;

    Ready(const Ready&) = delete;
    Ready(Ready&& other) noexcept
        : watched_{other.watched_}, blocked_{other.blocked_}, is_plain_{other.is_plain_}, rests_{other.rests_},
          left_{other.left_} {}
    Ready& operator=(Ready&&) = delete;
    ~Ready() = default;

    /// Which of the program's sockets it is: Watched::index().
    ESTATE_USES [[nodiscard]] std::uint32_t index() const noexcept { return watched_->index(); }
    /// For what changes no state and moves no bytes: options, addresses.
    ESTATE_USES [[nodiscard]] const socket_type& socket() const noexcept { return watched_->socket_; }

    /// The socket sleeps until what would have blocked in this turn may be possible; where nothing would have, it is
    /// asked again.
    ESTATE_INLINE ESTATE_CONSUMES Next<Kind> next() && noexcept {
        if (rests_) return Next<Kind>(Step::rests);
        return Next<Kind>(left_ == 0 ? Step::again : static_cast<Step>(blocked_));
    }
    /// The handler wants another turn, after the others had theirs.
    ESTATE_CONSUMES Next<Kind> again() && noexcept { return Next<Kind>(Step::again); }
    /// Closes the socket.
    ESTATE_CONSUMES Next<Kind> close() && noexcept {
        watched_->close();
        return Next<Kind>(Step::gone);
    }
    /// Takes the socket away from its poller and gives it to `into`, for a transition or another kind.
    template <class Poller, class Into>
    ESTATE_CONSUMES Next<Kind> leave(Poller& poller, Into&& into) && {
        std::forward<Into>(into)(poller.unwatch(std::move(*watched_)));
        return Next<Kind>(Step::gone);
    }

private:
    template <class Interest, class K>
    friend class detail::ReadyPart;
    template <class Mechanism, class... Kinds>
    friend class BasicPoller;

    ESTATE_INLINE Ready(Watched<Kind>& watched, bool is_plain) noexcept : watched_{&watched}, is_plain_{is_plain} {}

    Watched<Kind>* watched_;
    Directions blocked_ = Directions::none;
    bool is_plain_;
    bool rests_ = false;  // it cannot go on for lack of resources
    unsigned left_ = Kind::quantum;
};

}  // namespace estate
