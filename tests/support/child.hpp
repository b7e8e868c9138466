// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <string>

extern "C" int __llvm_profile_write_file() __attribute__((weak));  // there where coverage is measured

namespace estate::test {

/// Ends a forked child: none of its parent's destructors run, and the lines that it ran are counted.
[[noreturn]] inline void leave_child(int code) {
    if (__llvm_profile_write_file != nullptr) __llvm_profile_write_file();
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

/// Runs body, which should abort, in a forked child, and answers what it wrote to standard error; "no abort" where it did not.
template <class Body>
[[nodiscard]] std::string dying_words(Body body) {
    int ends[2];
    if (::pipe(ends) != 0) return "no pipe";
    std::fflush(nullptr);
    const pid_t child = ::fork();
    if (child == 0) {
        ::alarm(10);
        ::dup2(ends[1], STDERR_FILENO);
        ::signal(SIGABRT, SIG_DFL);  // Boost.Test would report it
        if (__llvm_profile_write_file != nullptr) ::signal(SIGABRT, [](int) { __llvm_profile_write_file(); });
        body();
        leave_child(0);
    }
    ::close(ends[1]);
    std::string words;
    char part[256];
    for (ssize_t got = 0; (got = ::read(ends[0], part, sizeof part)) > 0;) words.append(part, static_cast<std::size_t>(got));
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT ? words : "no abort";
}

}  // namespace estate::test
