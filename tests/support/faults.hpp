// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <initializer_list>

namespace estate::test {

/// The calls of a POSIX system that can go wrong.
enum class Call {
    socket, setsockopt, getsockopt, bind, listen, accept, connect, getsockname, getpeername, send, recv, sendto,
    recvfrom, sendmsg, recvmsg, shutdown, set_nonblocking, nonblocking, set_close_on_exec, poll, open_event, duplicate,
    close,
    any  ///< of faults: whichever is made
};
[[nodiscard]] constexpr const char* name_of(Call call) {
    constexpr const char* names[] = {"socket", "setsockopt", "getsockopt", "bind", "listen", "accept", "connect",
                                     "getsockname", "getpeername", "send", "recv", "sendto", "recvfrom", "sendmsg",
                                     "recvmsg", "shutdown", "set_nonblocking", "nonblocking", "set_close_on_exec",
                                     "poll", "open_event", "duplicate", "close", "any"};
    return names[static_cast<unsigned>(call)];
}
inline constexpr std::size_t calls = static_cast<std::size_t>(Call::any);

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

/// As often as it is called.
inline constexpr int always = 1'000'000'000;

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

/// While one lives, the calls of this thread on sockets of FaultySockets are counted and go wrong as it says. Not
/// nested.
class Faults {
public:
    explicit Faults(std::initializer_list<Fault> faults = {}) {
        if (faults.size() > faults_.size() || active != nullptr) std::abort();
        for (const auto& fault : faults) faults_[size_++] = fault;
        active = this;
    }
    Faults(const Faults&) = delete;
    Faults& operator=(const Faults&) = delete;
    ~Faults() { active = nullptr; }

    /// How often it was called since, faults included.
    [[nodiscard]] int made(Call call) const { return made_[static_cast<std::size_t>(call)]; }
    [[nodiscard]] int made() const {
        int sum = 0;
        for (const int count : made_) sum += count;
        return sum;
    }
    /// Every fault has happened as often as it was to.
    [[nodiscard]] bool all_happened() const {
        return std::all_of(faults_.begin(), faults_.begin() + static_cast<std::ptrdiff_t>(size_),
                           [](const Fault& fault) { return fault.times == 0; });
    }

    /// Until end(), or its own, calls go through uncounted: for what a test needs before the call that is to fail.
    class Pause {
    public:
        Pause() : paused_{active} { active = nullptr; }
        Pause(const Pause&) = delete;
        Pause& operator=(const Pause&) = delete;
        ~Pause() { end(); }
        void end() { active = paused_; }

    private:
        Faults* paused_;
    };

    /// What the last fault befell.
    [[nodiscard]] Call struck() const { return struck_; }

    /// For the calls: counts, and gives the fault that is due, or nullptr.
    static const Fault* next(Call call) {
        if (active == nullptr) return nullptr;
        ++active->made_[static_cast<std::size_t>(call)];
        for (std::size_t i = 0; i < active->size_; ++i) {
            auto& fault = active->faults_[i];
            if ((fault.call != call && fault.call != Call::any) || fault.times == 0) continue;
            if (fault.after > 0) {
                --fault.after;
                continue;
            }
            --fault.times;
            active->struck_ = call;
            return &fault;
        }
        return nullptr;
    }

private:
    inline static thread_local Faults* active = nullptr;

    std::array<Fault, 4> faults_{};
    std::size_t size_ = 0;
    std::array<int, calls> made_{};
    Call struck_ = Call::any;
};

}  // namespace estate::test
