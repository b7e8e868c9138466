// SPDX-License-Identifier: BSL-1.0
#include <estate/readiness.hpp>

int main() {
    using Mail = estate::On<estate::BoundSocket<estate::NonBlocking<estate::Udp<estate::V4>>>, estate::interest::readable>;
    auto poller = estate::Poller<Mail>::open().value();
    auto box = poller.watch<Mail>(estate::udp_v4().value().bind_any().value().set_nonblocking().value()).value();
    const auto turned = poller.turn(estate::Deadline::at_once(), estate::on(box, [](estate::Ready<Mail> ready) {
        return std::move(ready).next();
    }));
    return turned.value().events == 0 ? 0 : 1;
}
