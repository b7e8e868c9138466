// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <estate/base/cells.hpp>

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
    [[nodiscard]] std::size_t cell_size() const noexcept { return cells_.size(); }
    [[nodiscard]] std::size_t capacity() const noexcept { return cells_.count(); }
    [[nodiscard]] std::size_t in_use() const noexcept { return cells_.in_use(); }
    /// The largest frame that was asked for, whether or not a cell was large enough: what cell_size() should be.
    [[nodiscard]] std::size_t largest_frame() const noexcept { return largest_; }

protected:
    Slab(std::byte* memory, std::size_t cell, std::size_t count) noexcept : cells_{memory, cell, count} {}
    ~Slab() { cells_.must_be_free("estate: a Slab ends before the tasks whose frames are in it"); }

private:
    friend detail::Frame;

    /// nullptr where none is free or the cells are too small.
    [[nodiscard]] void* take(std::size_t size) noexcept {
        if (size > largest_) largest_ = size;
        return size > cells_.size() ? nullptr : cells_.take();
    }
    void give(void* cell) noexcept { cells_.give(cell); }

    detail::Cells cells_;
    std::size_t largest_ = 0;
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
