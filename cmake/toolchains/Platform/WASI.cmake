# SPDX-License-Identifier: BSL-1.0
# CMake before 3.31 does not know the platform. What it must know that a toolchain file cannot keep:
set(WASI 1)
set(CMAKE_EXECUTABLE_SUFFIX .wasm)
