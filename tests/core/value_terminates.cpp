// SPDX-License-Identifier: BSL-1.0
// claim: where exceptions are off, value() of a failure ends the program and says why on stderr.
#include <csignal>
#include <cstdio>
#include <cstring>
#include <estate/error/result.hpp>
#include <estate/net/socket_address.hpp>

#include "../support/child.hpp"

namespace core {
void permit_memory() __attribute__((weak));  // there where it is forbidden
}

namespace {

/// The lines of a program that aborts count as well.
void write_coverage(int) {
    if (core::permit_memory != nullptr) core::permit_memory();
    __llvm_profile_write_file();
}

/// Whether the function aborts and writes exactly this line.
bool aborts_with(void (*function)(), const char* expected) {
    int ends[2];
    if (pipe(ends) != 0) return false;
    const pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        if (__llvm_profile_write_file != nullptr) std::signal(SIGABRT, write_coverage);
        function();
        _exit(0);
    }
    close(ends[1]);
    char text[256] = {};
    std::size_t size = 0;
    for (ssize_t got = 1; got > 0 && size < sizeof text - 1; size += static_cast<std::size_t>(got > 0 ? got : 0)) {
        got = read(ends[0], text + size, sizeof text - 1 - size);
    }
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    const bool fine = WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT && std::strcmp(text, expected) == 0;
    if (!fine) std::printf("expected: %sgot: %s (status %d)\n", expected, text, status);
    return fine;
}

}  // namespace

int main() {
    const bool fine =
#if !defined(__cpp_exceptions)
        aborts_with([] { (void)estate::SocketAddress<estate::V4>::parse("10.0.0.1").value(); },
                    "not a port of 0 to 65535\n") &&
        aborts_with([] { estate::result<void>(estate::Error::system(ECONNREFUSED)).value(); },
                    "Connection refused\n") &&
#endif
        aborts_with([] { (void)estate::Port::parse("80").error(); },
                    "estate: error() on a result that holds a value\n");
    return fine ? 0 : 1;
}
