#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0
# Ways to get estate that CMake does not know: ways.sh single|release|conan COMPILER FOLDER. Exit code 77 and the reason if a
# tool is missing.
set -euo pipefail
way=$1 compiler=$2 folder=$3
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
rm -rf "$folder" && mkdir -p "$folder"
warnings='-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror'
case $way in
    single)
        "$root/scripts/single_header" "$folder/estate/estate.hpp"
        # shellcheck disable=SC2086
        "$compiler" -std=c++20 $warnings -I "$folder" "$root/tests/package/single.cpp" -o "$folder/single" -pthread
        "$folder/single"
        "$compiler" -std=c++20 -fno-exceptions -fno-rtti -I "$folder" -fsyntax-only "$root/examples/hello.cpp"
        ;;
    release)
        git -C "$root" rev-parse HEAD >/dev/null 2>&1 || { echo "skipped: this is no clone of git"; exit 77; }
        # A clone, since a tree that somebody works in may have changes, which it refuses.
        git clone -q "$root" "$folder/clone"
        "$folder/clone/scripts/release" "$folder"
        touch "$folder/clone/new"
        if "$folder/clone/scripts/release" "$folder/refused" 2>/dev/null; then
            echo "a tree with a new file was released"
            exit 1
        fi
        (cd "$folder" && sha256sum -c SHA256SUMS && tar -xzf estate-*.tar.gz)
        "$compiler" -std=c++20 -I "$folder"/estate-*/include "$folder"/estate-*/examples/what_a_failure_leaves.cpp -o "$folder/program" -pthread
        "$folder/program" >/dev/null
        ;;
    conan)
        if ! command -v conan >/dev/null; then
            requirements=$root/tests/package/conan_requirements.txt
            cache=${XDG_CACHE_HOME:-$HOME/.cache}/estate/conan
            if ! cmp -s "$requirements" "$cache/installed.txt"; then
                python3 -m venv "$cache/python" &&
                    "$cache/python/bin/python" -m pip -q install --disable-pip-version-check --no-deps --require-hashes -r "$requirements" &&
                    cp "$requirements" "$cache/installed.txt" ||
                    { echo "skipped: conan is not installed, and pip could not install it"; exit 77; }
            fi
            PATH=$cache/python/bin:$PATH
        fi
        export CONAN_HOME=$folder/home
        cp -r "$root"/{conanfile.py,packaging,CMakeLists.txt,cmake,include,LICENSE} "$folder"  # it builds in the source
        cd "$folder"
        conan profile detect
        conan remote disable '*'
        conan create "$root/tests/package/conan_boost"  # this machine's Boost, since no other is to be had here
        conan create . --build=missing
        ;;
esac
