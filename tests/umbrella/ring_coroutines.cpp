// SPDX-License-Identifier: BSL-1.0
#include <estate/ring_coroutines.hpp>

namespace {
using Send = estate::Flight<estate::op::send, estate::ConnectedSocket<estate::Tcp<estate::V4>>, estate::SlabBuffer>;

estate::Task<> sleep(estate::Scope&, bool& slept) {
    const auto waited = co_await estate::sleep_until(estate::Deadline::at(1));
    slept = waited.has_value();
    co_return estate::success();
}
}  // namespace

int main() {
    auto probed = estate::RingLoop<1, Send>::probe();
    if (!probed) return estate::posix::Uring::classify(probed.error()) == estate::RingFailure::other ? 1 : 0;
    estate::RingLoop<1, Send> loop(std::move(probed).value());
    estate::FrameSlab<1024, 1> slab;
    estate::Scope scope(loop, slab);
    bool slept = false;
    (void)scope.spawn(sleep(scope, slept));
    return loop.run(scope) && slept ? 0 : 1;
}
