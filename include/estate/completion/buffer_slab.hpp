// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <estate/error/result.hpp>
#include <estate/net/buffer.hpp>
#include <utility>

namespace estate {

namespace detail {
/// Gives a buffer back to whatever it is of.
struct BufferOwner {
    std::byte* first = nullptr;
    std::uint32_t* next = nullptr;  // of each, the free one behind it
    std::uint32_t free = 0;
    std::uint32_t size = 0;
};
}  // namespace detail

/// One buffer of a BufferSlab, which has it again when this is dropped. Move-only; its bytes stay where they are.
class SlabBuffer {
public:
    SlabBuffer() noexcept = default;  // no bytes
    SlabBuffer(SlabBuffer&& other) noexcept : owner_{std::exchange(other.owner_, nullptr)}, index_{other.index_} {}
    SlabBuffer& operator=(SlabBuffer&& other) noexcept {
        if (this == &other) return *this;
        drop();
        owner_ = std::exchange(other.owner_, nullptr);
        index_ = other.index_;
        return *this;
    }
    ~SlabBuffer() { drop(); }

    operator MutableBuffer() noexcept {
        return owner_ == nullptr ? MutableBuffer()
                                 : MutableBuffer(owner_->first + std::size_t{index_} * owner_->size, owner_->size);
    }
    operator ConstBuffer() const noexcept {
        return owner_ == nullptr ? ConstBuffer()
                                 : ConstBuffer(owner_->first + std::size_t{index_} * owner_->size, owner_->size);
    }
    /// Below the count of the slab; of the buffers that are taken no two have the same.
    [[nodiscard]] std::uint32_t index() const noexcept { return index_; }

private:
    template <std::uint32_t Size, std::uint32_t Count>
    friend class BufferSlab;

    SlabBuffer(detail::BufferOwner& owner, std::uint32_t index) noexcept : owner_{&owner}, index_{index} {}
    void drop() noexcept {
        if (owner_ == nullptr) return;
        owner_->next[index_] = owner_->free;
        owner_->free = index_;
        owner_ = nullptr;
    }

    detail::BufferOwner* owner_ = nullptr;
    std::uint32_t index_ = 0;
};

/// Count buffers of Size bytes, which are a part of it; it must outlive them, and a ring with operations that use them.
///
/// Thread safety: for one thread.
template <std::uint32_t Size, std::uint32_t Count>
class BufferSlab {
    static_assert(Size > 0 && Count > 0 && Count < UINT32_MAX);

public:
    BufferSlab() noexcept : owner_{bytes_, next_, 0, Size} {
        for (std::uint32_t i = 0; i < Count; ++i) next_[i] = i + 1;
    }
    BufferSlab(const BufferSlab&) = delete;
    BufferSlab& operator=(const BufferSlab&) = delete;
    ~BufferSlab() = default;

    /// Errors  errc::capacity_exceeded: all are taken.
    [[nodiscard]] result<SlabBuffer> take() noexcept {
        if (owner_.free == Count) return errc::capacity_exceeded;
        const std::uint32_t index = owner_.free;
        owner_.free = next_[index];
        return SlabBuffer(owner_, index);
    }

private:
    detail::BufferOwner owner_;
    std::uint32_t next_[Count];
    std::byte bytes_[std::size_t{Size} * Count];
};

}  // namespace estate
