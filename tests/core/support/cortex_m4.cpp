// SPDX-License-Identifier: BSL-1.0
// What a program for a Cortex-M4 without a system brings, so that scripts/portability can run it in an emulator: the
// table of interrupts, entropy, and the atomic operation that the processor lacks.
#include <cstddef>
#include <cstdint>

extern "C" {

[[noreturn]] void _start();
[[noreturn]] void _exit(int);

/// A pool asks for it once. The board has none, and the addresses of these programs are no secret.
int getentropy(void* room, std::size_t size) {
    for (std::size_t at = 0; at < size; ++at) static_cast<unsigned char*>(room)[at] = static_cast<unsigned char>(at * 37);
    return 0;
}

/// Nothing interrupts the program, so any store is atomic. One that has interrupts switches them off meanwhile. By its
/// own name it would be a builtin of the compiler.
void store_8(volatile void* to, std::uint64_t value, int) __asm__("__atomic_store_8");
void store_8(volatile void* to, std::uint64_t value, int) { *static_cast<volatile std::uint64_t*>(to) = value; }

}  // extern "C"

namespace {

void fault() { _exit(99); }

struct Vectors {
    std::uintptr_t stack;
    void (*handlers[15])();
};
/// The stack begins at the end of the board's 4 MB of memory.
[[gnu::section(".vectors"), gnu::used]] constinit const Vectors vectors{
    0x20400000, {_start, fault, fault, fault, fault, fault}};

}  // namespace
