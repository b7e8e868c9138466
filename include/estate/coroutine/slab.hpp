// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <estate/base/attributes.hpp>
#include <estate/base/terminate.hpp>
#include <new>

namespace estate {

namespace detail {
struct Frame;
}

/// Where the frames of coroutines are placed: memory that the program gives, in cells of one size. FrameSlab is one
/// with its memory in it. Must outlive the tasks; for one thread.
class Slab {
public:
    Slab(const Slab&) = delete;
    Slab& operator=(const Slab&) = delete;

    /// Units  bytes of a frame.
    [[nodiscard]] std::size_t cell_size() const noexcept { return cell_; }
    [[nodiscard]] std::size_t capacity() const noexcept { return count_; }
    [[nodiscard]] std::size_t in_use() const noexcept { return in_use_; }
    /// The largest frame that was asked for, whether or not a cell was large enough: what cell_size() should be.
    [[nodiscard]] std::size_t largest_frame() const noexcept { return largest_; }

protected:
    Slab(std::byte* memory, std::size_t cell, std::size_t count) noexcept
        : memory_{memory}, cell_{cell}, count_{count} {}
    ~Slab() {
        if (in_use_ != 0) detail::terminate_with("estate: a Slab ends before the tasks whose frames are in it");
    }

private:
    friend detail::Frame;
    struct Free {
        Free* next;
    };

    /// nullptr where none is free or the cells are too small.
    [[nodiscard]] void* take(std::size_t size) noexcept {
        if (size > largest_) largest_ = size;
        if (size > cell_) return nullptr;
        if (free_ != nullptr) {
            Free* const taken = free_;
            free_ = taken->next;
            ++in_use_;
            return taken;
        }
        if (fresh_ == count_) return nullptr;
        ++in_use_;
        return memory_ + cell_ * fresh_++;
    }
    void give(void* cell) noexcept {
        free_ = ::new (cell) Free{free_};
        --in_use_;
    }

    std::byte* memory_;
    std::size_t cell_;
    std::size_t count_;
    std::size_t fresh_ = 0;  // cells from here on have never been touched
    std::size_t in_use_ = 0;
    std::size_t largest_ = 0;
    Free* free_ = nullptr;
};

/// A Slab of Count cells of CellSize bytes, which are a part of it.
template <std::size_t CellSize, std::size_t Count>
class FrameSlab : public Slab {
    static constexpr std::size_t alignment = __STDCPP_DEFAULT_NEW_ALIGNMENT__;
    static constexpr std::size_t cell = (CellSize + alignment - 1) / alignment * alignment;

public:
    FrameSlab() noexcept : Slab(memory_, cell, Count) {}

private:
    alignas(alignment) std::byte memory_[cell * Count];
};

}  // namespace estate
