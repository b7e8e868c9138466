// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/index/zeroed.hpp>
#include <estate/pool/index/free_index.hpp>

namespace estate::detail {

/// The words of an index on the heap; none that is not touched takes memory.
class HeapWords {
public:
    /// None.
    HeapWords() noexcept : layout_{1} {}
    explicit HeapWords(std::uint32_t positions) noexcept : layout_{positions}, words_{layout_.total} {}

    [[nodiscard]] bool missing() const noexcept { return words_.data() == nullptr; }
    [[nodiscard]] const IndexLayout& layout() const noexcept { return layout_; }
    [[nodiscard]] std::uint64_t& operator[](std::uint32_t i) noexcept { return words_[i]; }
    [[nodiscard]] std::uint64_t operator[](std::uint32_t i) const noexcept { return words_[i]; }

private:
    IndexLayout layout_;
    Zeroed<std::uint64_t> words_;
};

}  // namespace estate::detail
