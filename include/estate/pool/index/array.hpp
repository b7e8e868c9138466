// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <new>
#include <type_traits>

namespace estate::detail {

/// A growable array that answers false where memory is short, since nothing in a pool throws.
template <class T>
class Array {
    static_assert(std::is_trivially_copyable_v<T>, "estate: elements are moved by assignment; store a pointer instead");

public:
    Array() noexcept = default;
    ~Array() { delete[] data_; }
    Array(const Array&) = delete;
    Array& operator=(const Array&) = delete;

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] T& operator[](std::size_t i) noexcept { return data_[i]; }
    [[nodiscard]] const T& operator[](std::size_t i) const noexcept { return data_[i]; }
    [[nodiscard]] T* begin() noexcept { return data_; }
    [[nodiscard]] T* end() noexcept { return data_ + size_; }
    [[nodiscard]] const T* begin() const noexcept { return data_; }
    [[nodiscard]] const T* end() const noexcept { return data_ + size_; }

    /// The position of the first element that is_before(element) is false for. Pre  those it is true for come first
    template <class Before>
    [[nodiscard]] std::size_t first_not(Before is_before) const noexcept {
        std::size_t low = 0;
        for (std::size_t high = size_; low < high;) {
            const std::size_t middle = (low + high) / 2;
            is_before(data_[middle]) ? low = middle + 1 : high = middle;
        }
        return low;
    }

    /// Room for so many elements more, in amortized constant time. Pre  more <= 4
    [[nodiscard]] bool make_room(std::size_t more = 1) noexcept {
        if (size_ + more <= capacity_) return true;
        const std::size_t wanted = capacity_ == 0 ? 4 : 2 * capacity_;
        T* const grown = new (std::nothrow) T[wanted];
        if (grown == nullptr) return false;
        for (std::size_t i = 0; i < size_; ++i) grown[i] = data_[i];
        delete[] data_;
        data_ = grown;
        capacity_ = wanted;
        return true;
    }
    /// Pre  make_room() said yes
    void insert(std::size_t at, const T& value) noexcept {
        for (std::size_t i = size_; i > at; --i) data_[i] = data_[i - 1];
        data_[at] = value;
        ++size_;
    }
    void erase(std::size_t at) noexcept {
        --size_;
        for (std::size_t i = at; i < size_; ++i) data_[i] = data_[i + 1];
    }
    void clear() noexcept { size_ = 0; }

private:
    T* data_ = nullptr;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

}  // namespace estate::detail
