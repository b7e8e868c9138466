// SPDX-License-Identifier: BSL-1.0
#pragma once

// Sockets that never wait, each made of one that does. One works if what it becomes when it waits again does.

#include "stage.hpp"

namespace estate::test {

template <class T, bool HasHold>
class Stage<Life<NonBlocking<T>, HasHold, T>> : public Stage<Life<T, HasHold>> {
    using L = Life<NonBlocking<T>, HasHold, T>;
    using Base = Stage<Life<T, HasHold>>;

public:
    template <class S>
    using In = Socket<S, NonBlocking<T>, typename L::hold>;

    template <class S>
    [[nodiscard]] In<S> make() {
        return Base::template make<S>().set_nonblocking().value();
    }
};

}  // namespace estate::test
