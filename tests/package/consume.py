#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Gets estate as a user would, builds one of its examples with it and runs that.

  consume.py find_package|pkg_config|add_subdirectory|fetch_content
             --source REPOSITORY --prefix INSTALLED --work SCRATCH [--cmake CMAKE] [--compiler CXX]

Exit code 77: not possible here; the reason is printed.
"""

import argparse
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
EXAMPLE = "what_a_failure_leaves"


def run(*command, **more):
    print("$", " ".join(command), flush=True)
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, **more)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("way", choices=("find_package", "pkg_config", "add_subdirectory", "fetch_content"))
    for name in ("source", "prefix", "work"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--cmake", default="cmake")
    parser.add_argument("--compiler", default="g++")
    options = parser.parse_args()

    shutil.rmtree(options.work, ignore_errors=True)
    os.makedirs(options.work)
    # A copy, so that nothing but the package can provide the headers.
    program = shutil.copy(os.path.join(options.source, "examples", EXAMPLE + ".cpp"), options.work)
    built = os.path.join(options.work, "build", EXAMPLE)

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
        run(options.cmake, "-S", HERE, "-B", os.path.join(options.work, "build"), "-DESTATE_WAY=" + options.way,
            "-DESTATE_SOURCE=" + os.path.abspath(options.source), "-DCMAKE_PREFIX_PATH=" + options.prefix,
            "-DPROGRAM=" + program, "-DCMAKE_CXX_COMPILER=" + options.compiler)
        run(options.cmake, "--build", os.path.join(options.work, "build"))
    run(built, stdout=subprocess.DEVNULL)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as failed:
        sys.exit(f"exit code {failed.returncode}: {' '.join(failed.cmd)}\n{failed.stderr or ''}")
