// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sys/types.h>

#include <array>
#include <cstddef>
#include <initializer_list>

namespace estate::test {

/// The system calls that tests/socket/fault_injection_calls.cpp stands in front of.
enum class Call {
    socket, setsockopt, getsockopt, bind, listen, accept4, connect, getsockname, getpeername, send, recv, sendto,
    recvfrom, sendmsg, recvmsg, shutdown, fcntl, poll, ppoll, eventfd, close
};
inline constexpr std::size_t calls = static_cast<std::size_t>(Call::close) + 1;

/// What a call does instead of what the kernel would.
struct Fault {
    enum class Kind {
        refuse,  ///< fail; the kernel is not called
        spoil,   ///< call the kernel, then fail all the same
        cut,     ///< call the kernel with at most `number` bytes
        answer   ///< answer `number`; the kernel is not called
    };
    Call call;
    Kind kind;
    int number;      ///< errno; bytes for cut and answer
    int times = 1;
    int after = 0;   ///< so many calls go through before
};

[[nodiscard]] constexpr Fault refuse(Call call, int error, int times = 1, int after = 0) {
    return {call, Fault::Kind::refuse, error, times, after};
}
[[nodiscard]] constexpr Fault spoil(Call call, int error, int times = 1, int after = 0) {
    return {call, Fault::Kind::spoil, error, times, after};
}
[[nodiscard]] constexpr Fault cut(Call call, int bytes, int times) { return {call, Fault::Kind::cut, bytes, times}; }
[[nodiscard]] constexpr Fault answer(Call call, int value, int times) {
    return {call, Fault::Kind::answer, value, times};
}

/// While one lives, the calls of this thread are counted and go wrong as it says. Not nested.
class Faults {
public:
    explicit Faults(std::initializer_list<Fault> faults = {});
    Faults(const Faults&) = delete;
    Faults& operator=(const Faults&) = delete;
    ~Faults();

    /// How often it was called since, faults included.
    [[nodiscard]] int made(Call call) const { return made_[static_cast<std::size_t>(call)]; }
    [[nodiscard]] int made() const {
        int sum = 0;
        for (const int count : made_) sum += count;
        return sum;
    }
    /// Every fault has happened as often as it was to.
    [[nodiscard]] bool all_happened() const;

    /// For the calls: counts, and gives the fault that is due, or nullptr.
    static const Fault* next(Call call);

private:
    std::array<Fault, 4> faults_{};
    std::size_t size_ = 0;
    std::array<int, calls> made_{};
};

}  // namespace estate::test
