// SPDX-License-Identifier: BSL-1.0
// estate's FreeIndex alone: no record of who has an address.

#include <estate/pool/index/free_index.hpp>

#include "pool_churn.hpp"

namespace {

class Index {
public:
    using Held = std::uint32_t;
    static constexpr std::uint32_t size = 1U << ESTATE_BITS;

    void fill(std::uint32_t count) { index_.claim_span(0, count - 1); }
    Held allocate() {
        const Held one = index_.allocate();
        if (one == index_.none) std::abort();
        return one;
    }
    void release(Held& one) {
        if (!index_.release(one)) std::abort();
    }
    std::size_t bytes() const { return sizeof *this; }

private:
    estate::detail::FreeIndex<estate::detail::InlineWords<size>> index_;
};

}  // namespace

int main(int argc, char** argv) { return measure<Index>(argc, argv); }
