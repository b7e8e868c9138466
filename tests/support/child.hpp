// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>

extern "C" void __gcov_dump() __attribute__((weak));  // there where coverage is measured

namespace estate::test {

/// Ends a forked child: none of its parent's destructors run, and the lines that it ran are counted.
[[noreturn]] inline void leave_child(int code) {
    if (__gcov_dump != nullptr) __gcov_dump();
    ::_exit(code);
}

/// Runs body in a forked child and answers its exit code; 128 + N where signal N ended it. For what would
/// change this process: limits, signal dispositions, user ids. The child is ended after 10 s.
template <class Body>
[[nodiscard]] int exit_code_of_child(Body body) {
    std::fflush(nullptr);
    const pid_t child = ::fork();
    if (child == 0) {
        ::alarm(10);
        leave_child(body());
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace estate::test
