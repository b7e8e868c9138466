// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/completion_mechanism.hpp>
#include <estate/base/attributes.hpp>
#include <estate/completion/slot.hpp>
#include <estate/error/result.hpp>

namespace estate::detail {

/// The wakers of a ring. The system reports each once, which is then awaited anew: so it is reported as long as it is
/// raised. One for which the system has no room is asked for again before the next wait.
template <class Mechanism>
class RingWakers {
public:
    static constexpr std::uint32_t most = 4;

    /// Errors  errc::moved_from, errc::capacity_exceeded; the system's own.
    result<void> add(Mechanism& mechanism, int number) noexcept {
        if (number < 0) return errc::moved_from;
        Entry* const entry = find(0);
        if (entry == nullptr) return errc::capacity_exceeded;
        generation_ += FlightKey::one_generation;
        const std::uint64_t key = FlightKey::of(static_cast<std::uint32_t>(number), FlightKey::woken, generation_);
        const auto asked = await(mechanism, key);
        if (asked) *entry = {key, true};
        return asked;
    }
    void remove(Mechanism& mechanism, int number) noexcept {
        for (Entry& entry : entries_) {
            if (entry.key == 0 || number_of(entry.key) != number) continue;
            // If that fails, the system reports it once more, which reaches nobody.
            static_cast<void>(mechanism.cancel(entry.key, FlightKey::nothing));
            if (!entry.is_awaited) --missing_;
            entry = {};
        }
    }
    /// What the system says of one; it may be raised.
    /// Errors  what became of it; it is no waker of this ring any more.
    ESTATE_COLD result<void> tell(Mechanism& mechanism, const Completion& of, bool& is_raised) noexcept {
        Entry* const entry = find(of.key);
        if (entry == nullptr) return success();  // it was removed
        if (of.outcome < 0) {
            *entry = {};
            return Error::system(-of.outcome);
        }
        is_raised = true;
        entry->is_awaited = await(mechanism, of.key).has_value();
        missing_ += entry->is_awaited ? 0 : 1;
        return success();
    }
    [[nodiscard]] bool are_awaited() const noexcept { return missing_ == 0; }
    /// Whether all are awaited now.
    ESTATE_COLD bool ask(Mechanism& mechanism) noexcept {
        for (Entry& entry : entries_) {
            if (entry.key == 0 || entry.is_awaited || !await(mechanism, entry.key)) continue;
            entry.is_awaited = true;
            --missing_;
        }
        return are_awaited();
    }

private:
    struct Entry {
        std::uint64_t key = 0;  // 0 where there is none
        bool is_awaited = false;
    };

    static int number_of(std::uint64_t key) noexcept { return static_cast<int>(FlightKey::index(key)); }
    static result<void> await(Mechanism& mechanism, std::uint64_t key) noexcept {
        return mechanism.await_event(number_of(key), key);
    }
    [[nodiscard]] Entry* find(std::uint64_t key) noexcept {
        for (Entry& entry : entries_) {
            if (entry.key == key) return &entry;
        }
        return nullptr;
    }

    Entry entries_[most];
    std::uint32_t generation_ = 0;
    std::uint32_t missing_ = 0;  // those that are not awaited
};

}  // namespace estate::detail
