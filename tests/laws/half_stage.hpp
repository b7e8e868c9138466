// SPDX-License-Identifier: BSL-1.0
#pragma once

// One half of a connection in each of its states; the stage has the other one. A half works if both, joined, are a
// socket that does.

#include "stage.hpp"

#if !defined(__wasi__)  // a component has one thread, and its handles have one owner

namespace estate::test {

template <class Half, bool HasHold, class OfWhich>
    requires requires { typename Half::whole; }
class Stage<Life<Half, HasHold, OfWhich>> : public Stage<Life<typename Half::whole, HasHold>> {
    using L = Life<Half, HasHold, OfWhich>;
    using Base = Stage<Life<typename Half::whole, HasHold>>;

public:
    template <class S>
    using In = Socket<S, Half, typename L::hold>;
    using Other = Socket<Connected, typename Half::other, typename L::hold>;

    template <class S>
    [[nodiscard]] In<S> make() {
        if constexpr (std::same_as<S, Connected>) {
            auto halves = Base::template make<Connected>().split().value();
            if constexpr (Half::receives) {
                other_.emplace(std::move(halves.writer));
                return std::move(halves.reader);
            } else {
                other_.emplace(std::move(halves.reader));
                return std::move(halves.writer);
            }
        } else if constexpr (std::same_as<S, Closed>) {
            return make<Connected>().close().value();
        } else if constexpr (Half::receives) {
            return make<Connected>().shutdown_receive().value();
        } else {
            return make<Connected>().shutdown_send().value();
        }
    }
    /// For join().
    [[nodiscard]] Other&& give_other() { return std::move(*other_); }
    void take_other(Other&& other) { other_.emplace(std::move(other)); }

    /// Within a host a peer resets only by what it leaves unread.
    template <class Ours>
    void reset_by_peer(const Ours& half) {
        if constexpr (Half::receives && Base::is_local) {
            Base::reset_by_peer(*other_);
        } else {
            Base::reset_by_peer(half);
        }
    }

    template <class S>
    [[nodiscard]] std::string why_not(In<S> half, bool is_dead = false) {
        if constexpr (std::same_as<S, Closed>) {
            return {};
        } else {
            auto joined = std::move(half).join(give_other());
            if (!joined) return std::string("it then does not join: ") + Error(joined.assume_error()).message();
            return Base::why_not(std::move(joined).assume_value(), is_dead);
        }
    }
    /// What a join that was refused gives back.
    template <class Reader, class Writer>
    [[nodiscard]] std::string why_not(Halves<Reader, Writer> both, bool is_dead = false) {
        if constexpr (Half::receives) {
            take_other(std::move(both.writer));
            return why_not(std::move(both.reader), is_dead);
        } else {
            take_other(std::move(both.reader));
            return why_not(std::move(both.writer), is_dead);
        }
    }
    /// What a join gives.
    template <class S>
    [[nodiscard]] std::string why_not(Socket<S, typename Half::whole, typename L::hold> whole, bool is_dead = false) {
        return Base::why_not(std::move(whole), is_dead);
    }

private:
    std::optional<Other> other_;
};

}  // namespace estate::test

#endif
