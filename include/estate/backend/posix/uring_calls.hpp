// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <estate/backend/posix/kernel.hpp>
#include <estate/backend/posix/uring_abi.hpp>

namespace estate::posix {

/// The seam of rings, as System is that of sockets: every call is `calls.call(...)`; -1, and error() says why.
template <class C>
concept UringSystem =
    std::is_nothrow_copy_constructible_v<C> && std::is_default_constructible_v<C> &&
    requires(C& calls, unsigned count, int number, std::size_t size, std::int64_t offset, void* memory,
             uring::Parameters& parameters, uring::Support& support, const uring::EnterArgument* argument) {
        { calls.setup(count, parameters) } -> std::same_as<int>;
        { calls.support(number, support) } -> std::same_as<int>;
        { calls.enter(number, count, count, count, argument) } -> std::same_as<int>;  // to submit, to await, flags
        { calls.map(number, size, offset) } -> std::same_as<void*>;                   // null when it fails
        { calls.unmap(memory, size) };
        { calls.error() } -> std::same_as<int>;
        { calls.process() } -> std::same_as<int>;
    };

/// The system calls themselves, since the C library has none of them.
/// Source  io_uring_setup(2), io_uring_enter(2), io_uring_register(2).
class UringCalls {
public:
#if defined(__NR_io_uring_setup)
    static constexpr std::uint32_t send_flags = MSG_NOSIGNAL;
    static constexpr std::uint32_t accept_flags = SOCK_CLOEXEC;
    static constexpr int timed_out = ETIME;
    static int setup(unsigned count, uring::Parameters& parameters) noexcept {
        return static_cast<int>(::syscall(__NR_io_uring_setup, count, &parameters));
    }
    static int support(int ring, uring::Support& support) noexcept {
        constexpr auto most = sizeof support.operations / sizeof support.operations[0];
        return static_cast<int>(::syscall(__NR_io_uring_register, ring, uring::register_support, &support, most));
    }
    static int enter(int ring, unsigned given, unsigned awaited, unsigned flags,
                     const uring::EnterArgument* argument) noexcept {
        return static_cast<int>(::syscall(__NR_io_uring_enter, ring, given, awaited, flags, argument,
                                          argument == nullptr ? std::size_t{0} : sizeof *argument));
    }
#else  // another system, or a C library that is older than the calls
    static constexpr std::uint32_t send_flags = 0;
    static constexpr std::uint32_t accept_flags = 0;
    static constexpr int timed_out = ETIMEDOUT;
    static int setup(unsigned, uring::Parameters&) noexcept { return absent(); }
    static int support(int, uring::Support&) noexcept { return absent(); }
    static int enter(int, unsigned, unsigned, unsigned, const uring::EnterArgument*) noexcept { return absent(); }
    static int absent() noexcept {
        errno = ENOSYS;
        return -1;
    }
#endif
    static void* map(int ring, std::size_t size, std::int64_t offset) noexcept {
        constexpr int access = PROT_READ | PROT_WRITE;
        void* const memory = ::mmap(nullptr, size, access, MAP_SHARED, ring, static_cast<off_t>(offset));
        return memory == MAP_FAILED ? nullptr : memory;
    }
    static void unmap(void* memory, std::size_t size) noexcept { ::munmap(memory, size); }
    static int error() noexcept { return errno; }
    static int process() noexcept { return ::getpid(); }
};

static_assert(UringSystem<UringCalls>);

}  // namespace estate::posix
