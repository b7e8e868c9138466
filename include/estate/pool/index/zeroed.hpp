// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdlib>
#include <type_traits>

namespace estate::detail {

/// An array of zeros from calloc(), which takes no memory before it is touched: a large one costs what is used.
template <class T>
class Zeroed {
    static_assert(std::is_trivially_copyable_v<T>, "estate: elements begin as zeros; store a pointer instead");

public:
    Zeroed() noexcept = default;
    /// data() is null where memory is short.
    // NOLINTNEXTLINE(*-no-malloc,bugprone-sizeof-expression): new would touch every page; a T may be a pointer
    explicit Zeroed(std::size_t count) noexcept : data_{static_cast<T*>(std::calloc(count, sizeof(T)))} {}
    Zeroed(Zeroed&& from) noexcept : data_{from.data_} { from.data_ = nullptr; }
    Zeroed& operator=(Zeroed&& from) noexcept {
        T* const mine = data_;
        data_ = from.data_;
        from.data_ = mine;
        return *this;
    }
    ~Zeroed() { std::free(static_cast<void*>(data_)); }  // NOLINT(*-no-malloc)

    [[nodiscard]] T* data() const noexcept { return data_; }
    [[nodiscard]] T& operator[](std::size_t i) const noexcept { return data_[i]; }

private:
    T* data_ = nullptr;
};

}  // namespace estate::detail
