#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""The toolchain file with a wasi-sdk, where none is: lays the distribution's compiler and the C library that
scripts/setup-wasi fetched out as a wasi-sdk does, and builds the echo server through that.

  sdk_layout.py --source DIR --work DIR --cache DIR --cmake CMAKE --wasm-tools TOOL [--component-ld TOOL]

Exit code 77: skipped, for want of wasm-component-ld, which no package of the distribution has.
"""

import argparse
import glob
import os
import re
import shutil
import subprocess
import sys

LLVM = "/usr/lib/llvm-19"
TRIPLE = "wasm32-wasip2"


def link(target, name):
    os.makedirs(os.path.dirname(name), exist_ok=True)
    os.symlink(target, name)


def lay_out(sdk, cache, component_ld):
    """bin, lib/clang and share/wasi-sysroot, as wasi-sdk's README has them."""
    shutil.rmtree(sdk, ignore_errors=True)
    os.makedirs(sdk + "/bin")
    # A copy, no link: it looks for everything from where it lies.
    shutil.copy2(os.path.realpath(LLVM + "/bin/clang"), sdk + "/bin/clang-19")
    for name in ("clang", "clang++"):
        os.symlink("clang-19", f"{sdk}/bin/{name}")
        with open(f"{sdk}/bin/{name}.cfg", "w", encoding="ascii") as config:
            config.write("--sysroot=<CFGDIR>/../share/wasi-sysroot\n")
    for name in ("wasm-ld", "llvm-ar", "llvm-ranlib"):
        link(f"{LLVM}/bin/{name}", f"{sdk}/bin/{name}")
    link(component_ld, sdk + "/bin/wasm-component-ld")
    for library in glob.glob(LLVM + "/lib/libclang-cpp.so*"):
        link(library, f"{sdk}/lib/{os.path.basename(library)}")
    link(LLVM + "/lib/clang/19/include", sdk + "/lib/clang/19/include")
    link(LLVM + "/lib/clang/19/lib/wasi/libclang_rt.builtins-wasm32.a",
         f"{sdk}/lib/clang/19/lib/wasm32-unknown-wasip2/libclang_rt.builtins.a")
    sysroot = sdk + "/share/wasi-sysroot"
    for file in glob.glob(f"{cache}/wasi-libc/usr/lib/{TRIPLE}/*") + glob.glob("/usr/lib/wasm32-wasi/libc++*.a"):
        link(file, f"{sysroot}/lib/{TRIPLE}/{os.path.basename(file)}")
    for file in glob.glob(f"{cache}/wasi-libc/usr/include/{TRIPLE}/*"):
        link(file, f"{sysroot}/include/{TRIPLE}/{os.path.basename(file)}")
    link("/usr/include/wasm32-wasi/c++/v1", f"{sysroot}/include/{TRIPLE}/c++/v1")


def main():
    parser = argparse.ArgumentParser()
    for option in ("source", "work", "cache", "cmake", "wasm-tools"):
        parser.add_argument("--" + option, required=True)
    parser.add_argument("--component-ld", default="")
    arguments = parser.parse_args()
    if not os.path.exists(arguments.component_ld):
        print("skipped: there is no wasm-component-ld (a Rust toolchain has one)")
        return 77
    sdk = arguments.work + "/sdk"
    build = arguments.work + "/build"
    shutil.rmtree(build, ignore_errors=True)
    lay_out(sdk, arguments.cache, arguments.component_ld)
    environment = {name: value for name, value in os.environ.items() if name not in ("WASI_SDK_PREFIX", "CXXFLAGS")}
    subprocess.run([arguments.cmake, "-S", arguments.source, "-B", build, "-DCMAKE_BUILD_TYPE=MinSizeRel",
                    f"-DCMAKE_TOOLCHAIN_FILE={arguments.source}/cmake/toolchains/wasi-sdk-p2.cmake",
                    f"-DESTATE_WASI_CACHE={arguments.cache}", "-DESTATE_BUILD_TESTS=OFF", "-DESTATE_BUILD_DOCS=OFF"],
                   env=environment | {"WASI_SDK_PATH": sdk}, check=True)
    subprocess.run([arguments.cmake, "--build", build, "--verbose", "--target", "tcp_echo"], check=True)
    component = build + "/examples/tcp_echo.wasm"
    subprocess.run([arguments.wasm_tools, "validate", component], check=True)
    with open(build + "/CMakeCache.txt", encoding="utf-8") as cached:
        found = re.search(r"^WASI_SDK_PREFIX:PATH=(.*)$", cached.read(), re.M)
    if not found or found.group(1) != sdk:
        print(f"the toolchain file did not take {sdk}")
        return 1
    print(f"tcp_echo.wasm: {os.path.getsize(component)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
