// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace estate::sim {

/// What happens when: for each of a fixed number of things at most one point of time.
///
/// In order of time; what was set first comes first. A heap whose entries know their place, so that nothing
/// stale stays in it and its memory is one allocation when it is made.
class Agenda {
public:
    static constexpr std::uint32_t nothing = UINT32_MAX;

    explicit Agenda(std::size_t things) : places_(things, nothing) { heap_.reserve(things); }

    void set(std::uint32_t thing, std::int64_t time) {
        cancel(thing);
        heap_.push_back({time, next_++, thing});
        places_[thing] = static_cast<std::uint32_t>(heap_.size() - 1);
        rise(heap_.size() - 1);
    }
    void cancel(std::uint32_t thing) noexcept {
        const std::uint32_t place = places_[thing];
        if (place == nothing) return;
        places_[thing] = nothing;
        const Entry last = heap_.back();
        heap_.pop_back();
        if (place == heap_.size()) return;
        put(place, last);
        rise(place);
        sink(places_[last.thing]);
    }
    [[nodiscard]] bool is_empty() const noexcept { return heap_.empty(); }
    /// Pre  !is_empty()
    [[nodiscard]] std::int64_t next_time() const noexcept { return heap_.front().time; }
    /// Takes out what comes first. Pre  !is_empty()
    std::uint32_t take() noexcept {
        const std::uint32_t thing = heap_.front().thing;
        cancel(thing);
        return thing;
    }

private:
    struct Entry {
        std::int64_t time;
        std::uint64_t order;
        std::uint32_t thing;
    };
    static bool is_before(const Entry& a, const Entry& b) noexcept {
        return a.time != b.time ? a.time < b.time : a.order < b.order;
    }
    void put(std::size_t place, const Entry& entry) noexcept {
        heap_[place] = entry;
        places_[entry.thing] = static_cast<std::uint32_t>(place);
    }
    void rise(std::size_t place) noexcept {
        const Entry moving = heap_[place];
        while (place > 0 && is_before(moving, heap_[(place - 1) / 2])) {
            put(place, heap_[(place - 1) / 2]);
            place = (place - 1) / 2;
        }
        put(place, moving);
    }
    void sink(std::size_t place) noexcept {
        const Entry moving = heap_[place];
        for (;;) {
            std::size_t child = 2 * place + 1;
            if (child >= heap_.size()) break;
            if (child + 1 < heap_.size() && is_before(heap_[child + 1], heap_[child])) ++child;
            if (!is_before(heap_[child], moving)) break;
            put(place, heap_[child]);
            place = child;
        }
        put(place, moving);
    }

    std::vector<Entry> heap_;
    std::vector<std::uint32_t> places_;
    std::uint64_t next_ = 0;
};

}  // namespace estate::sim
