// SPDX-License-Identifier: BSL-1.0
#include <estate/completion.hpp>

int main() {
    using Accept = estate::Flight<estate::op::accept, estate::ListeningSocket<estate::Tcp<estate::V4>>>;
    auto probed = estate::Ring<1, Accept>::probe();
    if (!probed) return estate::posix::Uring::classify(probed.error()) == estate::RingFailure::other ? 1 : 0;
    estate::Ring<1, Accept> ring(std::move(probed).value());
    auto listener = estate::tcp_v4().value().bind_any().value().listen().value();
    (void)ring.accept<Accept>(std::move(listener), estate::Deadline::at_once()).value();
    bool is_late = false;
    while (ring.in_flight() > 0) {
        (void)ring.turn(estate::Deadline::never(), estate::on<Accept>([&](estate::Done<Accept> done) {
            is_late = done.outcome.error() == estate::errc::deadline_exceeded;
        })).value();
    }
    return is_late ? 0 : 1;
}
