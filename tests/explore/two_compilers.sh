#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0
# two_compilers.sh PROGRAM COMPILER_ID: what PROGRAM, built by that compiler, says at last of 50,000 random steps, the program
# of another compiler says too.
set -euo pipefail
program=$1
others=(g++)
[ "$2" != GNU ] || others=(clang++-19 clang++)
for each in "${others[@]}"; do
    if command -v "$each" >/dev/null; then other=$each; break; fi
done
[ -n "${other-}" ] || { echo "skipped: there is no other compiler: ${others[*]}"; exit 77; }
said() { "$@" --steps 50000 --seed 7 | tail -1; }
here=$(said "$program")
there=$(CXX=$other said "$(dirname "${BASH_SOURCE[0]}")/../../scripts/explore")
echo "here:  $here"
echo "$other: $there"
[[ $here == *" hash "* && $here == "$there" ]]
