// SPDX-License-Identifier: BSL-1.0
#include <estate/coroutines.hpp>

namespace {
using Mail = estate::Async<estate::BoundSocket<estate::NonBlocking<estate::Udp<estate::V4>>>>;

estate::Task<> send_to_itself(estate::Scope&, Mail box, bool& came) {
    const std::byte byte[1] = {};
    std::byte room[1];
    const auto sent = co_await box.send_to(byte, box.socket().local_addr().value());
    const auto got = co_await box.recv_from(room);
    came = sent && got;
    co_return estate::success();
}
}  // namespace

int main() {
    estate::NativeLoop<64> loop(estate::NativeMechanism::open().value());
    estate::FrameSlab<1024, 1> slab;
    estate::Scope scope(loop, slab);
    bool came = false;
    auto bound = estate::udp_v4().value().bind_to_ip(estate::Ipv4Address::loopback(), 0).value();
    (void)scope.spawn(send_to_itself(scope, loop.watch(std::move(bound).set_nonblocking().value()).value(), came));
    return loop.run(scope) && came ? 0 : 1;
}
