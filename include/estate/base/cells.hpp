// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstring>
#include <estate/base/terminate.hpp>

namespace estate::detail {

/// Memory that somebody gives, in cells of one size, each taken and given back. A free one holds a pointer to the next,
/// so a cell has room for one; those that were never taken are not touched.
class Cells {
public:
    Cells(std::byte* memory, std::size_t size, std::size_t count) noexcept
        : memory_{memory}, size_{size}, count_{count} {}
    Cells(const Cells&) = delete;
    Cells& operator=(const Cells&) = delete;
    ~Cells() = default;

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] std::size_t count() const noexcept { return count_; }
    [[nodiscard]] std::size_t in_use() const noexcept { return in_use_; }
    [[nodiscard]] std::size_t index_of(const void* cell) const noexcept {
        return static_cast<std::size_t>(static_cast<const std::byte*>(cell) - memory_) / size_;
    }

    /// nullptr where none is free.
    [[nodiscard]] void* take() noexcept {
        void* taken = free_;
        if (taken != nullptr) {
            std::memcpy(&free_, taken, sizeof free_);
        } else {
            if (fresh_ == count_) return nullptr;
            taken = memory_ + size_ * fresh_++;
        }
        ++in_use_;
        return taken;
    }
    void give(void* cell) noexcept {
        std::memcpy(cell, &free_, sizeof free_);
        free_ = cell;
        --in_use_;
    }
    /// Ends the program if one is still taken: its holder would use memory that is gone.
    void must_be_free(const char* text) const noexcept {
        if (in_use_ != 0) terminate_with(text);
    }

private:
    std::byte* memory_;
    std::size_t size_;
    std::size_t count_;
    std::size_t fresh_ = 0;
    std::size_t in_use_ = 0;
    void* free_ = nullptr;
};

}  // namespace estate::detail
