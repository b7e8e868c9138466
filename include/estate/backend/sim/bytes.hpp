// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace estate::sim {

/// Bytes in a row, in blocks that a Blocks gave: a queue of a socket, or what a packet carries.
struct Bytes {
    std::uint32_t first = UINT32_MAX;
    std::uint32_t last = UINT32_MAX;
    std::uint32_t skipped = 0;  // of the first block
    std::uint32_t size = 0;
};

/// All the memory of a world's queues, allocated once.
class Blocks {
public:
    static constexpr std::uint32_t block_size = 256;
    static constexpr std::uint32_t none = UINT32_MAX;

    explicit Blocks(std::size_t count)
        : memory_(count * block_size), next_(count, none), free_{count == 0 ? none : 0}, left_{count} {
        for (std::size_t i = 0; i + 1 < count; ++i) next_[i] = static_cast<std::uint32_t>(i + 1);
    }

    [[nodiscard]] std::size_t free_blocks() const noexcept { return left_; }

    /// Appends what fits, and returns how many bytes that were.
    std::size_t append(Bytes& to, const std::byte* from, std::size_t count) noexcept {
        std::size_t done = 0;
        while (done < count) {
            const std::uint32_t used = (to.skipped + to.size) % block_size;
            if (to.first == none || used == 0) {
                if (!grow(to)) break;
            }
            const std::uint32_t at = (to.skipped + to.size) % block_size;
            std::size_t part = block_size - at;
            if (part > count - done) part = count - done;
            std::memcpy(block(to.last) + at, from + done, part);
            to.size += static_cast<std::uint32_t>(part);
            done += part;
        }
        return done;
    }
    /// Copies from the offset on without taking out, and returns how many bytes. Pre  offset <= from.size
    std::size_t peek(const Bytes& from, std::size_t offset, std::byte* to, std::size_t count) const noexcept {
        if (count > from.size - offset) count = from.size - offset;
        std::size_t at = from.skipped + offset;
        std::uint32_t where = from.first;
        for (; at >= block_size; at -= block_size) where = next_[where];
        for (std::size_t done = 0; done < count;) {
            std::size_t part = block_size - at;
            if (part > count - done) part = count - done;
            std::memcpy(to + done, block(where) + at, part);
            done += part;
            at = 0;
            where = next_[where];
        }
        return count;
    }
    /// Takes out at the front. Pre  count <= from.size
    void drop(Bytes& from, std::size_t count) noexcept {
        from.size -= static_cast<std::uint32_t>(count);
        std::size_t passed = from.skipped + count;
        if (from.size == 0) {
            clear(from);
            return;
        }
        for (; passed >= block_size; passed -= block_size) {
            const std::uint32_t gone = from.first;
            from.first = next_[gone];
            give_back(gone);
        }
        from.skipped = static_cast<std::uint32_t>(passed);
    }
    void clear(Bytes& bytes) noexcept {
        while (bytes.first != none) {
            const std::uint32_t gone = bytes.first;
            bytes.first = next_[gone];
            give_back(gone);
        }
        bytes = Bytes{};
    }

private:
    [[nodiscard]] std::byte* block(std::uint32_t index) noexcept {
        return memory_.data() + std::size_t{index} * block_size;
    }
    [[nodiscard]] const std::byte* block(std::uint32_t index) const noexcept {
        return memory_.data() + std::size_t{index} * block_size;
    }
    bool grow(Bytes& bytes) noexcept {
        if (free_ == none) return false;
        const std::uint32_t taken = free_;
        free_ = next_[taken];
        --left_;
        next_[taken] = none;
        if (bytes.first == none) {
            bytes.first = taken;
        } else {
            next_[bytes.last] = taken;
        }
        bytes.last = taken;
        return true;
    }
    void give_back(std::uint32_t index) noexcept {
        next_[index] = free_;
        free_ = index;
        ++left_;
    }

    std::vector<std::byte> memory_;
    std::vector<std::uint32_t> next_;
    std::uint32_t free_;
    std::size_t left_;
};

}  // namespace estate::sim
