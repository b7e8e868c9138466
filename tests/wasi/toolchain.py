#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Builds the echo server as the toolchain file can, but for the way in which all the other components were built.

  toolchain.py --source DIR --work DIR --cache DIR --cmake CMAKE --wasm-tools TOOL --tool TOOL WAY

Ways: wasi-sdk: the distribution's compiler and the C library that scripts/setup-wasi fetched are laid out as a wasi-sdk
is, and serve as one. wasm-component-ld, jco: with the distribution's compiler, that tool makes the component. clang-22: the
newer Clang that scripts/setup-wasi has unpacked, or that is installed; TOOL is then its folder.
TOOL is wasm-component-ld, or jco for that way. Exit code 77: skipped, since there is none.
"""

import argparse
import glob
import os
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
    link(f"{LLVM}/bin/wasm-ld", f"{sdk}/bin/wasm-ld")
    for name in ("llvm-ar", "llvm-ranlib"):  # of a package that Clang only recommends: any version serves
        own = f"{LLVM}/bin/{name}"
        link(own if os.path.exists(own) else shutil.which(name) or shutil.which(name[len("llvm-"):]), f"{sdk}/bin/{name}")
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
    for option in ("source", "work", "cache", "cmake", "wasm-tools", "tool"):
        parser.add_argument("--" + option, required=True)
    parser.add_argument("way", choices=["wasi-sdk", "wasm-component-ld", "jco", "clang-22"])
    arguments = parser.parse_args()
    if not os.path.exists(arguments.tool):
        print({"jco": "skipped: there is no jco (its npm package has one)",
               "clang-22": "skipped: there is no Clang 22 with libc++ for wasm32 (scripts/setup-wasi)"}.get(
                   arguments.way, "skipped: there is no wasm-component-ld (a Rust toolchain has one)"))
        return 77
    build = arguments.work + "/build"
    shutil.rmtree(build, ignore_errors=True)
    environment = {name: value for name, value in os.environ.items()
                   if name not in ("WASI_SDK_PREFIX", "WASI_SDK_PATH", "CXXFLAGS")}
    options = []
    if arguments.way == "wasi-sdk":
        sdk = arguments.work + "/sdk"
        lay_out(sdk, arguments.cache, arguments.tool)
        environment["WASI_SDK_PATH"] = sdk
        expected = f"WASI_SDK_PREFIX:PATH={sdk}"
    elif arguments.way == "clang-22":
        options = [f"-DESTATE_WASI_LLVM={arguments.tool}"]
        expected = f"ESTATE_WASI_LLVM:PATH={arguments.tool}"
    else:
        variable = "ESTATE_" + arguments.way.upper().replace("-", "_")
        options = [f"-DESTATE_COMPONENT_TOOL={arguments.way}", f"-D{variable}={arguments.tool}"]
        expected = f"ESTATE_COMPONENT_TOOL:STRING={arguments.way}"
    subprocess.run([arguments.cmake, "-S", arguments.source, "-B", build, "-DCMAKE_BUILD_TYPE=MinSizeRel",
                    f"-DCMAKE_TOOLCHAIN_FILE={arguments.source}/cmake/toolchains/wasi-sdk-p2.cmake",
                    f"-DESTATE_WASI_CACHE={arguments.cache}", "-DESTATE_BUILD_TESTS=OFF", "-DESTATE_BUILD_DOCS=OFF",
                    *options], env=environment, check=True)
    subprocess.run([arguments.cmake, "--build", build, "--verbose", "--target", "tcp_echo"], check=True)
    component = build + "/examples/tcp_echo.wasm"
    subprocess.run([arguments.wasm_tools, "validate", component], check=True)
    with open(build + "/CMakeCache.txt", encoding="utf-8") as cached:
        if expected not in cached.read().splitlines():
            print(f"the toolchain file did not take {expected}")
            return 1
    print(f"tcp_echo.wasm: {os.path.getsize(component)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
