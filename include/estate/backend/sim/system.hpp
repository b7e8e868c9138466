// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <poll.h>

#include <estate/backend/poll_mechanism.hpp>
#include <estate/backend/sim/lookup_calls.hpp>
#include <type_traits>

namespace estate::sim {

/// A host of a world as the POSIX backend sees a system: every call that it makes, with the conventions of POSIX.
///
/// A value of two words; without a world (made by default) every call fails with EBADF. A call that would wait
/// lets other programs and the network go on, in virtual time. It runs as long as somebody can; where nobody can
/// any more, it fails with EDEADLK.
class System : public LookupCalls {
public:
    using LookupCalls::LookupCalls;

    int set_nonblocking(int descriptor, bool on) const noexcept {
        return static_cast<int>(enter(Call::set_nonblocking, descriptor, [&](const Injury&) -> std::int64_t {
            int why = 0;
            Socket* const found = find(descriptor, why);
            if (found == nullptr) return why == ENOTSOCK ? 0 : -why;
            found->is_nonblocking = on;
            return 0;
        }));
    }
    /// 1, 0, or -1 and error().
    int nonblocking(int descriptor) const noexcept {
        return static_cast<int>(enter(Call::nonblocking, descriptor, [&](const Injury&) -> std::int64_t {
            int why = 0;
            Socket* const found = find(descriptor, why);
            if (found == nullptr) return why == ENOTSOCK ? 1 : -why;
            return found->is_nonblocking ? 1 : 0;
        }));
    }

    /// A second descriptor of the same socket, which lives as long as either.
    int duplicate(int descriptor) const noexcept {
        return static_cast<int>(enter(Call::duplicate, descriptor, [&](const Injury&) -> std::int64_t {
            int why = 0;
            Socket* const found = find(descriptor, why);
            if (found == nullptr) return -why;
            if (is_component()) return -EOPNOTSUPP;
            if (const int refused = refuse_descriptor(); refused != 0) return -refused;
            return give_another(*found);
        }));
    }

    /// There is no exec in a world.
    int set_close_on_exec(int descriptor) const noexcept {
        return static_cast<int>(enter(Call::set_close_on_exec, descriptor, [&](const Injury&) -> std::int64_t {
            return node().find(descriptor) != nullptr ? 0 : -EBADF;
        }));
    }

    /// Until one of them is ready or the world's clock is there. INT64_MAX: as long as it takes; 0 and what has
    /// passed: does not wait.
    int poll(pollfd* all, nfds_t count, std::int64_t until) const noexcept {
        return static_cast<int>(enter(Call::poll, count > 0 ? all[0].fd : -1, [&](const Injury&) -> std::int64_t {
            for (;;) {
                std::int64_t ready = 0;
                for (nfds_t i = 0; i < count; ++i) {
                    all[i].revents = look(all[i]);
                    if (all[i].revents != 0) ++ready;
                }
                if (ready > 0 || until <= engine().now) return ready;
                for (nfds_t i = 0; i < count; ++i) {
                    if (std::uint32_t* const head = waits_of(all[i].fd); head != nullptr) engine().wait_for(*head);
                }
                const int first = count > 0 ? all[0].fd : -1;
                if (const int failed = error_of(engine().wait(Call::poll, first, until)); failed != 0) return -failed;
            }
        }));
    }

    /// A flag that poll() can wait for, as eventfd(2) makes one.
    int open_event() const noexcept { return open(Call::open_event, Slot::Kind::event); }
    int raise_event(int descriptor) const noexcept { return set_event(Call::raise_event, descriptor, true); }
    int lower_event(int descriptor) const noexcept { return set_event(Call::lower_event, descriptor, false); }

    /// A set of descriptors that a program waits for, as epoll_create1(2) makes one. It reports one when something
    /// happens to it; a wait costs what there is to tell, however many are watched.
    int open_set() const noexcept { return open(Call::open_set, Slot::Kind::set); }
    /// The set reports the descriptor by this key; anew where it does so already. `is_level`: in each wait. What is
    /// possible now is told. EEXIST: another set watches it.
    int watch(int set, int descriptor, std::uint64_t key, short events, bool is_level) const noexcept {
        return static_cast<int>(enter(Call::watch, descriptor, [&](const Injury&) -> std::int64_t {
            Slot* const in = node().find(set);
            Slot* const slot = node().find(descriptor);
            if (in == nullptr || slot == nullptr) return -EBADF;
            if (in->kind != Slot::Kind::set || slot->kind == Slot::Kind::set) return -EINVAL;
            if (slot->watch.set != nullptr && slot->watch.set != &in->watches) return -EEXIST;
            WatchSet::forget(slot->watch);
            slot->watch = {&in->watches, key, descriptor, events, is_level};
            engine().tell(slot->watch);
            return 0;
        }));
    }
    int unwatch(int set, int descriptor) const noexcept {
        return static_cast<int>(enter(Call::unwatch, descriptor, [&](const Injury&) -> std::int64_t {
            Slot* const in = node().find(set);
            Slot* const slot = node().find(descriptor);
            if (in == nullptr || slot == nullptr) return -EBADF;
            if (slot->watch.set != &in->watches) return -ENOENT;
            WatchSet::forget(slot->watch);
            return 0;
        }));
    }
    /// As poll(): how many it reported, `most` at most.
    int wait(int set, PollEvent* told, std::size_t most, std::int64_t until) const noexcept {
        return static_cast<int>(enter(Call::poll, set, [&](const Injury&) -> std::int64_t {
            for (;;) {
                Slot* const slot = node().find(set);
                if (slot == nullptr || slot->kind != Slot::Kind::set) return slot == nullptr ? -EBADF : -EINVAL;
                const std::int64_t count = look(slot->watches, told, most);
                if (count > 0 || until <= engine().now) return count;
                engine().wait_for(slot->watches.waits);
                if (const int failed = error_of(engine().wait(Call::poll, set, until)); failed != 0) return -failed;
            }
        }));
    }

private:
    int open(Call call, Slot::Kind kind) const noexcept {
        return static_cast<int>(enter(call, -1, [&](const Injury&) -> std::int64_t {
            if (kind == Slot::Kind::event && is_component()) return -EOPNOTSUPP;
            if (const int refused = refuse_descriptor(); refused != 0) return -refused;
            const int number = node().lowest_free();
            node().use(number).kind = kind;
            return number;
        }));
    }
    int set_event(Call call, int descriptor, bool up) const noexcept {
        return static_cast<int>(enter(call, descriptor, [&](const Injury&) -> std::int64_t {
            Slot* const slot = node().find(descriptor);
            if (slot == nullptr || slot->kind != Slot::Kind::event) return slot == nullptr ? -EBADF : -EINVAL;
            slot->is_raised = up;
            if (up) engine().waiters.notify(slot->waits);
            if (up) engine().tell(slot->watch);
            return 0;
        }));
    }

    [[nodiscard]] std::uint32_t* waits_of(int descriptor) const noexcept {
        Slot* const slot = descriptor < 0 ? nullptr : node().find(descriptor);
        if (slot == nullptr) return nullptr;
        if (slot->kind == Slot::Kind::set) return &slot->watches.waits;
        return slot->kind != Slot::Kind::socket ? &slot->waits : &engine().sockets[slot->socket].waits;
    }
    [[nodiscard]] short look(const pollfd& asked) const noexcept {
        if (asked.fd < 0) return 0;
        Slot* const slot = node().find(asked.fd);
        if (slot == nullptr) return POLLNVAL;
        const int always = POLLERR | POLLHUP | POLLNVAL;
        return static_cast<short>(readiness(*slot) & (asked.events | always));
    }
    /// Those of the list that are ready; what is told in each wait goes to its end.
    std::int64_t look(WatchSet& set, PollEvent* told, std::size_t most) const noexcept {
        std::size_t count = 0;
        const Watch* const last = set.last;
        for (bool goes_on = last != nullptr; goes_on && count < most;) {
            Watch& watch = *set.first;
            goes_on = &watch != last;
            set.take(watch);
            const int found = look({watch.descriptor, watch.events, 0});
            if (found == 0) continue;
            told[count++] = {watch.key, (found & ~(POLLIN | POLLOUT)) == 0};
            if (watch.is_level) set.put(watch);
        }
        return static_cast<std::int64_t>(count);
    }
    [[nodiscard]] int readiness(const Slot& slot) const noexcept {
        switch (slot.kind) {
            case Slot::Kind::event: return POLLOUT | (slot.is_raised ? POLLIN : 0);
            case Slot::Kind::set: return slot.watches.first != nullptr ? POLLIN : 0;
            case Slot::Kind::lock: return POLLIN | POLLOUT;
            default: break;
        }
        const Socket& socket = engine().sockets[slot.socket];
        return socket.is_local() ? LocalSockets::readiness(engine(), socket) : readiness(socket);
    }
    /// Source  Linux tcp_poll(), datagram_poll().
    static int readiness(const Socket& socket) noexcept {
        if (socket.is_listening()) return socket.queue_first != none ? POLLIN | POLLRDNORM : 0;
        int ready = socket.error != 0 ? POLLERR : 0;
        const bool is_over = socket.is_stream() && (socket.tcp == TCP_CLOSE || socket.tcp == TCP_TIME_WAIT);
        if ((socket.ends_receive && socket.ends_send) || is_over) ready |= POLLHUP;
        if (socket.ends_receive) ready |= POLLIN | POLLRDNORM | POLLRDHUP;
        if (!socket.is_stream()) {
            if (socket.datagram_first != none) ready |= POLLIN | POLLRDNORM;
            return ready | POLLOUT | POLLWRNORM;
        }
        if (socket.is_opening()) return ready;
        if (socket.received.size > 0) ready |= POLLIN | POLLRDNORM;
        if (socket.ends_send || is_over || socket.is_writable()) ready |= POLLOUT | POLLWRNORM;
        return ready;
    }
};

static_assert(std::is_trivially_copyable_v<System>);

}  // namespace estate::sim
