// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <estate/base/cells.hpp>
#include <estate/error/result.hpp>
#include <estate/net/buffer.hpp>
#include <utility>

namespace estate {

/// One buffer of a BufferSlab, which has it again when this is dropped. Move-only; its bytes stay where they are.
class SlabBuffer {
public:
    SlabBuffer() noexcept = default;  // no bytes
    SlabBuffer(SlabBuffer&& other) noexcept : owner_{other.owner_}, first_{std::exchange(other.first_, nullptr)} {}
    SlabBuffer& operator=(SlabBuffer&& other) noexcept {
        if (this == &other) return *this;
        drop();
        owner_ = other.owner_;
        first_ = std::exchange(other.first_, nullptr);
        return *this;
    }
    ~SlabBuffer() { drop(); }

    operator MutableBuffer() noexcept { return {first_, size()}; }
    operator ConstBuffer() const noexcept { return {first_, size()}; }
    /// Below the count of the slab; of the buffers that are taken no two have the same. 0 where there are no bytes.
    [[nodiscard]] std::uint32_t index() const noexcept {
        return first_ == nullptr ? 0 : static_cast<std::uint32_t>(owner_->index_of(first_));
    }

private:
    template <std::uint32_t Size, std::uint32_t Count>
    friend class BufferSlab;

    SlabBuffer(detail::Cells& owner, void* first) noexcept : owner_{&owner}, first_{static_cast<std::byte*>(first)} {}
    [[nodiscard]] std::size_t size() const noexcept { return first_ == nullptr ? 0 : owner_->size(); }
    void drop() noexcept {
        if (first_ != nullptr) owner_->give(std::exchange(first_, nullptr));
    }

    detail::Cells* owner_ = nullptr;
    std::byte* first_ = nullptr;
};

/// Count buffers of Size bytes, which are a part of it and at least as large as a pointer. It must outlive them, and a
/// ring with operations that use them: ending before ends the program.
///
/// Thread safety: for one thread.
template <std::uint32_t Size, std::uint32_t Count>
class BufferSlab {
    static_assert(Size >= sizeof(void*) && Count > 0);

public:
    BufferSlab() noexcept : cells_{bytes_, Size, Count} {}
    BufferSlab(const BufferSlab&) = delete;
    BufferSlab& operator=(const BufferSlab&) = delete;
    ~BufferSlab() { cells_.must_be_free("estate: a BufferSlab ends before the buffers that were taken of it"); }

    /// Errors  errc::capacity_exceeded: all are taken.
    [[nodiscard]] result<SlabBuffer> take() noexcept {
        void* const first = cells_.take();
        if (first == nullptr) return errc::capacity_exceeded;
        return SlabBuffer(cells_, first);
    }
    [[nodiscard]] std::size_t in_use() const noexcept { return cells_.in_use(); }

private:
    detail::Cells cells_;
    std::byte bytes_[std::size_t{Size} * Count];
};

}  // namespace estate
