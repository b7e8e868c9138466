// SPDX-License-Identifier: BSL-1.0
// The numbers of free addresses on a stack: the least work, no order, 4 bytes an address, and no defence against
// one that is given back twice.

#include <numeric>

#include "pool_churn.hpp"

namespace {

class Stack {
public:
    using Held = std::uint32_t;
    static constexpr std::uint32_t size = 1U << ESTATE_BITS;

    Stack() { std::iota(free_.rbegin(), free_.rend(), 0U); }
    void fill(std::uint32_t count) { free_.resize(size - count); }
    Held allocate() {
        if (free_.empty()) std::abort();
        const Held one = free_.back();
        free_.pop_back();
        return one;
    }
    void release(Held& one) { free_.push_back(one); }
    std::size_t bytes() const { return sizeof *this; }

private:
    std::vector<std::uint32_t> free_ = std::vector<std::uint32_t>(size);
};

}  // namespace

int main(int argc, char** argv) { return measure<Stack>(argc, argv); }
