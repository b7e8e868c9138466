// SPDX-License-Identifier: BSL-1.0
// One bit an address, and a search from the first word for one that is not full.

#include <array>
#include <bit>

#include "pool_churn.hpp"

namespace {

class Scan {
public:
    using Held = std::uint32_t;
    static constexpr std::uint32_t size = 1U << ESTATE_BITS;

    void fill(std::uint32_t count) {
        for (std::uint32_t i = 0; i < count; ++i) taken_[i / 64] |= bit(i);
    }
    Held allocate() {
        for (std::uint32_t word = 0; word < taken_.size(); ++word) {
            if (taken_[word] == ~std::uint64_t{0}) continue;
            const auto one = word * 64 + static_cast<std::uint32_t>(std::countr_one(taken_[word]));
            taken_[word] |= bit(one);
            return one;
        }
        std::abort();
    }
    void release(Held& one) { taken_[one / 64] &= ~bit(one); }
    std::size_t bytes() const { return sizeof *this; }

private:
    static std::uint64_t bit(std::uint32_t at) { return std::uint64_t{1} << at % 64; }

    std::array<std::uint64_t, size / 64> taken_{};
};

}  // namespace

int main(int argc, char** argv) { return measure<Scan>(argc, argv); }
