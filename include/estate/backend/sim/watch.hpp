// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <estate/backend/sim/packet.hpp>

namespace estate::sim {

struct WatchSet;

/// That a set watches a descriptor; stands in its slot, since no two sets watch one.
struct Watch {
    WatchSet* set = nullptr;  // null: none does
    std::uint64_t key = 0;
    int descriptor = -1;
    short events = 0;  // as poll() takes them
    bool is_level = false;
    bool is_queued = false;
    Watch* before = nullptr;
    Watch* behind = nullptr;
};

/// As epoll has it: a list of those to which something has happened since they were reported, oldest first.
struct WatchSet {
    Watch* first = nullptr;
    Watch* last = nullptr;
    std::uint32_t waits = none;  // who waits for one of them

    void put(Watch& watch) noexcept {
        if (watch.is_queued) return;
        watch.is_queued = true;
        watch.before = last;
        (last == nullptr ? first : last->behind) = &watch;
        last = &watch;
    }
    void take(Watch& watch) noexcept {
        if (!watch.is_queued) return;
        (watch.before == nullptr ? first : watch.before->behind) = watch.behind;
        (watch.behind == nullptr ? last : watch.behind->before) = watch.before;
        watch.before = watch.behind = nullptr;
        watch.is_queued = false;
    }
    static void forget(Watch& watch) noexcept {
        if (watch.set != nullptr) watch.set->take(watch);
        watch = Watch{};
    }
};

}  // namespace estate::sim
