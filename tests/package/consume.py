#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Gets estate as a user would, builds one of its examples with it and runs that. As a component it is built by the toolchain
file of the installed package, and once more as the plain program that the same lines are elsewhere.

  consume.py find_package|component|pkg_config|add_subdirectory|fetch_content
             --source REPOSITORY --prefix INSTALLED --work SCRATCH [--cmake CMAKE] [--compiler CXX]

Exit code 77: not possible here; the reason is printed.
"""

import argparse
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
EXAMPLE = {"component": "tutorial/ask"}


def run(*command, **more):
    print("$", " ".join(command), flush=True)
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, **more)


def component(options, configure):
    """Builds it for WASI, with nothing but the package and what scripts/setup-wasi has fetched, or a wasi-sdk."""
    cache = os.environ.get("ESTATE_WASI_CACHE") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "estate", "wasi")
    if not os.path.exists(cache + "/wasi-libc") or not os.path.exists(cache + "/boost"):
        print("skipped: scripts/setup-wasi has not run here")
        return 77
    build = os.path.join(options.work, "build-wasi")
    configure(build, "-DCMAKE_BUILD_TYPE=MinSizeRel",
              f"-DCMAKE_TOOLCHAIN_FILE={options.prefix}/share/cmake/estate/toolchains/wasi-sdk-p2.cmake")
    made = sorted(name for name in os.listdir(build) if name.startswith("ask"))
    if made != ["ask.wasm"]:
        sys.exit(f"the build leaves {made}")
    with open(build + "/ask.wasm", "rb") as file:
        content = file.read()
    if content[:8] != b"\0asm\x0d\0\1\0":
        sys.exit("ask.wasm is no component")
    for wanted, interface in ((True, b"wasi:sockets/tcp"), (False, b"wasi:filesystem"), (False, b"wasi:cli/terminal"), (False, b"wasi:cli/stdin")):
        if (interface in content) != wanted:
            sys.exit(f"ask.wasm {'does not import' if wanted else 'imports'} {interface.decode()}")
    host = shutil.which("wasmtime") or cache + "/python/bin/wasmtime"
    if not os.path.exists(host):
        print("not run: ask.wasm, wasmtime is not here")
        return 0
    # Without the right to the network: what it says must come through wasi:cli.
    said = subprocess.run([host, "run", build + "/ask.wasm", "127.0.0.1", "1"], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if said.returncode != 1 or "ask: Permission denied" not in said.stderr:
        sys.exit(f"ask.wasm ends with {said.returncode} and says {said.stderr!r}")
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("way", choices=("find_package", "component", "pkg_config", "add_subdirectory", "fetch_content"))
    for name in ("source", "prefix", "work"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--cmake", default="cmake")
    parser.add_argument("--compiler", default="g++")
    options = parser.parse_args()

    shutil.rmtree(options.work, ignore_errors=True)
    os.makedirs(options.work)
    # A copy, so that nothing but the package can provide the headers.
    example = EXAMPLE.get(options.way, "what_a_failure_leaves")
    program = shutil.copy(os.path.join(options.source, "examples", example + ".cpp"), options.work)
    built = os.path.join(options.work, "build", os.path.basename(example))

    def configure(build, *more):
        run(options.cmake, "-S", HERE, "-B", build, "-DESTATE_WAY=" + options.way, "-DPROGRAM=" + program, *more)
        run(options.cmake, "--build", build)

    if options.way == "pkg_config":
        tool = shutil.which("pkg-config") or shutil.which("pkgconf")
        if not tool:
            print("skipped: neither pkg-config nor pkgconf is installed")
            return 77
        places = [os.path.join(options.prefix, "share", "pkgconfig")]
        asked = subprocess.run([tool, "--cflags", "--libs", "estate"], check=True, capture_output=True, text=True,
                               env=dict(os.environ, PKG_CONFIG_PATH=os.pathsep.join(places)))
        os.makedirs(os.path.dirname(built))
        run(options.compiler, "-std=c++20", program, "-o", built, *asked.stdout.split())
    else:
        configure(os.path.dirname(built), "-DESTATE_SOURCE=" + os.path.abspath(options.source),
                  "-DCMAKE_PREFIX_PATH=" + options.prefix, "-DCMAKE_CXX_COMPILER=" + options.compiler)
    run(built, *(["--help"] if options.way == "component" else []), stdout=subprocess.DEVNULL)
    return component(options, configure) if options.way == "component" else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as failed:
        sys.exit(f"exit code {failed.returncode}: {' '.join(failed.cmd)}\n{failed.stderr or ''}")
