// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <estate/backend/sim/fault.hpp>
#include <estate/backend/sim/packet.hpp>
#include <string>
#include <vector>

namespace estate::sim {

/// Why a wait is over.
enum class Wake : std::uint8_t { event, timeout, interrupted, deadlock, ended };

/// Somebody who can wait: number 0 is whoever runs the world, the others are programs.
struct Waiter {
    enum Status : std::uint8_t { unused, ready, running, waiting, done };
    std::string name;
    HostId host = no_host;
    Status status = unused;
    Wake wake = Wake::event;
    bool is_daemon = false;
    bool is_interrupted = false;  // the next wait answers EINTR
    std::uint32_t first_wait = none;
    std::uint32_t next_ready = none;
    // What a deadlock report says.
    Call call = Call::any;
    int descriptor = -1;
};

/// Who waits for which sockets. A waiter that is woken waits for nothing any more.
class Waiters {
public:
    Waiters(std::size_t programs, std::size_t waits) : all_(programs + 1) {
        waits_.reserve(waits);
        all_[0].name = "main";
        all_[0].status = Waiter::running;
    }

    [[nodiscard]] Waiter& operator[](std::uint32_t id) noexcept { return all_[id]; }
    [[nodiscard]] const Waiter& operator[](std::uint32_t id) const noexcept { return all_[id]; }
    [[nodiscard]] std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(all_.size()); }

    /// `head` stands in a socket or an event, and does not move as long as it is not none.
    void add(std::uint32_t waiter, std::uint32_t& head) {
        std::uint32_t id = free_;
        if (id != none) {
            free_ = waits_[id].next;
        } else {
            id = static_cast<std::uint32_t>(waits_.size());
            waits_.emplace_back();
        }
        waits_[id] = {&head, none, head, all_[waiter].first_wait, waiter};
        if (head != none) waits_[head].previous = id;
        head = id;
        all_[waiter].first_wait = id;
    }
    /// Wakes all that wait there, those that came first first.
    void notify(std::uint32_t& head) noexcept {
        while (head != none) {
            std::uint32_t oldest = head;
            while (waits_[oldest].next != none) oldest = waits_[oldest].next;
            wake(waits_[oldest].waiter, Wake::event);
        }
    }
    void wake(std::uint32_t id, Wake why) noexcept {
        Waiter& waiter = all_[id];
        forget(waiter);
        if (waiter.status != Waiter::waiting) return;
        waiter.wake = why;
        make_ready(id);
    }
    void make_ready(std::uint32_t id) noexcept {
        all_[id].status = Waiter::ready;
        if (id == 0) return;  // looks for itself
        all_[id].next_ready = none;
        (last_ready_ == none ? first_ready_ : all_[last_ready_].next_ready) = id;
        last_ready_ = id;
        ++ready_;
    }
    [[nodiscard]] std::uint32_t ready() const noexcept { return ready_; }
    /// Takes the nth program that can run. Pre  nth < ready()
    std::uint32_t take_ready(std::uint64_t nth) noexcept {
        std::uint32_t before = none;
        std::uint32_t taken = first_ready_;
        for (; nth > 0; --nth) {
            before = taken;
            taken = all_[taken].next_ready;
        }
        (before == none ? first_ready_ : all_[before].next_ready) = all_[taken].next_ready;
        if (last_ready_ == taken) last_ready_ = before;
        --ready_;
        return taken;
    }

private:
    struct Wait {
        std::uint32_t* head = nullptr;
        std::uint32_t previous = none;
        std::uint32_t next = none;
        std::uint32_t next_of_waiter = none;
        std::uint32_t waiter = 0;
    };
    void forget(Waiter& waiter) noexcept {
        while (waiter.first_wait != none) {
            const std::uint32_t id = waiter.first_wait;
            Wait& wait = waits_[id];
            waiter.first_wait = wait.next_of_waiter;
            (wait.previous == none ? *wait.head : waits_[wait.previous].next) = wait.next;
            if (wait.next != none) waits_[wait.next].previous = wait.previous;
            wait.next = free_;
            free_ = id;
        }
    }

    std::vector<Waiter> all_;
    std::vector<Wait> waits_;
    std::uint32_t free_ = none;
    std::uint32_t first_ready_ = none;
    std::uint32_t last_ready_ = none;
    std::uint32_t ready_ = 0;
};

}  // namespace estate::sim
