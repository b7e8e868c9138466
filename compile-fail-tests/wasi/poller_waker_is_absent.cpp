// SPDX-License-Identifier: BSL-1.0
// rule:   nothing but a socket or a deadline ends the turn of a poller in a component: it has one thread and no signals.
// remedy: give turn() a deadline, or a timer by on_timeout().
// expect: wake_by
#include <estate/readiness.hpp>

using Mail = estate::On<estate::BoundSocket<estate::NonBlocking<estate::Udp<estate::V4>>>, estate::interest::readable>;

void probe(estate::Poller<Mail>& poller, [[maybe_unused]] const estate::BasicWaker<estate::native>& waker) {
#if defined(ESTATE_ILLEGAL)
    (void)poller.wake_by(waker);
#else
    estate::Watched<Mail> box;
    (void)poller.turn(estate::Deadline::at_once(),
                      estate::on(box, [](estate::Ready<Mail> ready) { return std::move(ready).next(); }));
#endif
}
