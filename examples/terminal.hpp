// SPDX-License-Identifier: BSL-1.0
#pragma once

// How the examples behave at a terminal: --help, exit codes, and what a peer sent. What a program is for goes to standard
// output, what it says besides to standard error.

#include <unistd.h>

#include <cstdio>
#include <estate/error/errc.hpp>
#include <estate/error/error.hpp>
#include <string_view>

namespace terminal {

/// Whether --help or -h is all that the program was given.
inline bool asks_for_help(int argc, char** argv) {
    const std::string_view only = argc == 2 ? argv[1] : "";
    return only == "--help" || only == "-h";
}

/// The end of main() with the usage: where it was asked for, on standard output, and 0; otherwise on standard error, and 2.
inline int explain(int argc, char** argv, const char* usage) {
    const bool is_asked = asks_for_help(argc, argv);
    std::fprintf(is_asked ? stdout : stderr, "usage: %s\n", usage);
    return is_asked ? 0 : 2;
}

/// The end of main() by a failure: the error on standard error, and 1; if an argument could not be read, the usage too, and 2.
inline int fail(std::string_view program, estate::Error why, const char* usage) {
    std::fprintf(stderr, "%.*s: %s\n", static_cast<int>(program.size()), program.data(), why.message());
    for (const auto code : {estate::errc::malformed_address, estate::errc::malformed_port, estate::errc::malformed_prefix,
                            estate::errc::malformed_name}) {
        if (why != code) continue;
        std::fprintf(stderr, "usage: %s\n", usage);
        return 2;
    }
    return 1;
}

/// Bytes of a peer as a person can look at them. An escape could steer the terminal, a line feed could forge a line: all but
/// printable characters, and those that are kept, is written as \x1b.
inline void print_escaped(std::string_view bytes, std::string_view kept = {}) {
    for (const char c : bytes) {
        if ((c >= ' ' && c <= '~' && c != '\\') || kept.find(c) != kept.npos) {
            std::putchar(c);
        } else {
            std::printf("\\x%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
        }
    }
}

/// Data of a peer on standard output: as it is where that is a file or a pipe, and escaped on a terminal.
inline void show(std::string_view bytes) {
    if (::isatty(STDOUT_FILENO) == 1) return print_escaped(bytes, "\n\t\\");
    std::fwrite(bytes.data(), 1, bytes.size(), stdout);
}

}  // namespace terminal
