// SPDX-License-Identifier: BSL-1.0
#include <estate/waker.hpp>

int main() {
    auto waker = estate::Waker::open().value();
    waker.wake();
    waker.reset();
    const auto moved = std::move(waker);
    moved.wake();
    return 0;
}
