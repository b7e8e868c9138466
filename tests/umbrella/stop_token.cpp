// SPDX-License-Identifier: BSL-1.0
#include <estate/stop_token.hpp>

int main() {
    const auto waker = estate::Waker::open().value();
    std::stop_source source;
    const estate::WakeOnStop stop(source.get_token(), waker);
    return source.request_stop() ? 0 : 1;
}
