// SPDX-License-Identifier: BSL-1.0
#pragma once

// Datagrams with segments, with packet information, and with both, each asked of a socket that has it not.

#include "stage.hpp"

namespace estate::test {

template <class Of, class T, bool HasHold>
class MessageStage : public Stage<Life<T, HasHold>> {
    using L = Life<Of, HasHold, T>;
    using Base = Stage<Life<T, HasHold>>;

public:
    template <class S>
    using In = Socket<S, Of, typename L::hold>;

    template <class S>
    [[nodiscard]] In<S> make() {
        if constexpr (std::same_as<S, Connected>) {
            return make<Bound>().connect(Base::peer_address()).value();
        } else if constexpr (std::same_as<S, Closed>) {
            return make<Created>().close().value();
        } else if constexpr (std::same_as<Of, Informed<T>>) {
            return Base::template make<S>().with_packet_info().value();
        } else {
            return Base::template make<S>().with_segments().value();
        }
    }
};
template <class T, bool HasHold, class Base>
class Stage<Life<Informed<T>, HasHold, Base>> : public MessageStage<Informed<T>, T, HasHold> {};
template <class T, bool HasHold, class Base>
class Stage<Life<Segmented<T>, HasHold, Base>> : public MessageStage<Segmented<T>, T, HasHold> {};

}  // namespace estate::test
