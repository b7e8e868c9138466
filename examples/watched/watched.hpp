// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <span>

/// A program that scripts/watch runs, and its main() by another name.
struct Watched {
    const char* name;
    int (*run)(int count, char** texts);
};

/// Those that were asked for, each once.
std::span<const Watched> watched_programs();
