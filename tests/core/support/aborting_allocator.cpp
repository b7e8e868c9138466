// SPDX-License-Identifier: BSL-1.0
// Linked into every core program: from main() on, whoever asks for memory ends the program. The C library may
// allocate before it (and stdio may not after it: stdout gets its buffer here).
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <new>

extern "C" void* __libc_malloc(std::size_t);
extern "C" void* __libc_calloc(std::size_t, std::size_t);
extern "C" void* __libc_realloc(void*, std::size_t);
extern "C" void* __libc_memalign(std::size_t, std::size_t);

namespace {

bool forbidden = false;
char room[BUFSIZ];

struct Forbid {
    Forbid() {
        std::setvbuf(stdout, room, _IOLBF, sizeof room);
        forbidden = true;
    }
    ~Forbid() { forbidden = false; }  // what runs after main() is the C library's
};
const Forbid forbid;

void check() {
    if (!forbidden) return;
    constexpr char text[] = "core: something asked for memory\n";
    if (write(STDERR_FILENO, text, sizeof text - 1) < 0) std::_Exit(134);
    std::abort();
}

}  // namespace

namespace core {
/// For what writes the coverage of a program that aborts.
void permit_memory() { forbidden = false; }
}  // namespace core

extern "C" {
void* malloc(std::size_t size) {
    check();
    return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
    check();
    return __libc_calloc(count, size);
}
void* realloc(void* old, std::size_t size) {
    check();
    return __libc_realloc(old, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
    check();
    return __libc_memalign(alignment, size);
}
int posix_memalign(void** made, std::size_t alignment, std::size_t size) {
    check();
    *made = __libc_memalign(alignment, size);
    return *made == nullptr ? ENOMEM : 0;
}
}

// The standard ones call malloc(), but only where they are not inlined away.
void* operator new(std::size_t size) { return malloc(size); }
void* operator new[](std::size_t size) { return malloc(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return malloc(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return malloc(size); }
void operator delete(void* old) noexcept { std::free(old); }
void operator delete[](void* old) noexcept { std::free(old); }
void operator delete(void* old, std::size_t) noexcept { std::free(old); }
void operator delete[](void* old, std::size_t) noexcept { std::free(old); }
