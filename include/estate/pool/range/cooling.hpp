// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/index/marks.hpp>
#include <estate/pool/quarantine.hpp>
#include <utility>

namespace estate::detail {

/// The addresses of a range that wait before they are leased again: two sets, 2.03 bits an address, and no time
/// an address. A set is over when its latest member has waited long enough; the young one becomes the old one
/// when its first member has. So nobody waits less than the quarantine, and nobody twice as long.
class Cooling {
public:
    /// Room for so many positions. False where memory is short.
    [[nodiscard]] bool prepare(std::uint32_t positions) noexcept {
        if (!young_.members.missing()) return true;
        Marks young{positions};
        Marks old{positions};
        if (young.missing() || old.missing()) return false;
        young_.members = std::move(young);
        old_.members = std::move(old);
        return true;
    }

    [[nodiscard]] std::uint32_t count() const noexcept { return young_.members.count() + old_.members.count(); }
    /// When the first of them came. Pre  count() != 0
    [[nodiscard]] std::int64_t since() const noexcept { return old_.members.count() != 0 ? old_.first : young_.first; }
    /// Pre  expire() was called for this time
    void insert(std::uint32_t position, std::int64_t now) noexcept {
        if (young_.members.count() == 0) young_.first = now;
        young_.last = now;
        young_.members.insert(position);
    }
    void insert_span(std::uint32_t first, std::uint32_t last, std::int64_t now) noexcept {
        if (young_.members.count() == 0) young_.first = now;
        young_.last = now;
        young_.members.insert_span(first, last);
    }
    void erase_span(std::uint32_t first, std::uint32_t last) noexcept {
        for (Batch* batch : {&old_, &young_}) {
            if (batch->members.count() != 0) batch->members.erase_span(first, last);
        }
    }
    /// Pre  count() != 0
    std::uint32_t take_oldest() noexcept {
        Batch& from = old_.members.count() != 0 ? old_ : young_;
        const std::uint32_t position = from.members.first();
        from.members.erase(position);
        return position;
    }

    /// give(word, bits) for what has waited long enough: `words` words of 64 at most, unless the young set is due.
    template <class Give>
    void expire(const Quarantine& rule, std::int64_t now, std::uint32_t words, Give give) noexcept {
        if (old_.is_over(rule, now)) drain(words, give);
        if (young_.members.count() == 0 || now - young_.first < rule.least) return;
        drain(~std::uint32_t{0}, give);  // over, since it was closed before the first of the young ones came
        std::swap(old_, young_);
        if (old_.is_over(rule, now)) drain(words, give);
    }

private:
    struct Batch {
        Marks members;
        std::int64_t first = 0;  // when the first and the latest member came
        std::int64_t last = 0;

        [[nodiscard]] bool is_over(const Quarantine& rule, std::int64_t now) const noexcept {
            return now - last >= rule.least;
        }
    };

    template <class Give>
    void drain(std::uint32_t words, Give& give) noexcept {
        for (; words != 0 && old_.members.count() != 0; --words) {
            const auto [word, bits] = old_.members.take_word();
            give(word, bits);
        }
    }

    Batch young_;
    Batch old_;
};

}  // namespace estate::detail
