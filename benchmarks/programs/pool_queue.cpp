// SPDX-License-Identifier: BSL-1.0
// The numbers of free addresses in a queue, and a record of who has an address as large as BasicStaticIpPool's: what
// such records alone cost. No search, so that nothing depends on what is free.

#include <array>
#include <atomic>
#include <cstring>

#include "pool_churn.hpp"

namespace {

struct Record {
    std::uint64_t generation;
    std::uint32_t number;
    std::atomic<std::uint32_t> users;
    void* pool;
    char type[40];
    char tenant[64];
    char resource[64];
};
static_assert(sizeof(Record) == 192);

class Queue {
public:
    using Held = Record*;
    static constexpr std::uint32_t size = 1U << ESTATE_BITS;

    Queue() {
        for (std::uint32_t i = 0; i < size; ++i) {
            free_[i] = i;
            records_[i].number = i;
            records_[i].pool = this;
        }
    }
    Held allocate() {
        if (first_ == last_) std::abort();
        Record& record = records_[free_[first_++ % size]];
        record.generation = ++generation_;
        record.users.store(1, std::memory_order_release);
        std::memcpy(record.type, type_, sizeof type_);
        std::memcpy(record.tenant, tenant_, sizeof tenant_);
        std::memcpy(record.resource, resource_, sizeof resource_);
        return &record;
    }
    void release(Held& one) {
        if (one->users.fetch_sub(1, std::memory_order_acq_rel) != 1) std::abort();
        one->generation = 0;
        Queue& pool = *static_cast<Queue*>(one->pool);
        pool.free_[pool.last_++ % size] = one->number;
    }
    std::size_t bytes() const { return sizeof *this; }

private:
    std::array<Record, size> records_{};
    std::array<std::uint32_t, size> free_{};
    std::uint64_t first_ = 0;
    std::uint64_t last_ = size;
    std::uint64_t generation_ = 0;
    char type_[16] = "vm1";
    char tenant_[16] = "shop";
    char resource_[16] = "greeter";
};

}  // namespace

int main(int argc, char** argv) { return measure<Queue>(argc, argv); }
