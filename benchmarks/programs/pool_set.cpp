// SPDX-License-Identifier: BSL-1.0
// The free addresses in a std::set; the lowest is next.

#include <set>

#include "pool_churn.hpp"

namespace {

class Set {
public:
    using Held = std::uint32_t;
    static constexpr std::uint32_t size = 1U << ESTATE_BITS;

    Set() {
        for (std::uint32_t i = 0; i < size; ++i) free_.insert(free_.end(), i);
    }
    Held allocate() {
        if (free_.empty()) std::abort();
        const Held one = *free_.begin();
        free_.erase(free_.begin());
        return one;
    }
    void release(Held& one) { free_.insert(one); }
    std::size_t bytes() const { return sizeof *this; }

private:
    std::set<std::uint32_t> free_;
};

}  // namespace

int main(int argc, char** argv) { return measure<Set>(argc, argv); }
