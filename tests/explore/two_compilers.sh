#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0
# two_compilers.sh PROGRAM COMPILER_ID: what PROGRAM, built by that compiler, says at last of 50,000 random steps, the program
# of another compiler says too. Both say what last_line.txt has: the events of a seed do not change unless somebody means it.
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
known=$(cat "$(dirname "${BASH_SOURCE[0]}")/last_line.txt")
echo "known: $known"
echo "here:  $here"
echo "$other: $there"
[[ $here == *" hash "* && $here == "$there" ]] || exit 1
[[ $here == "$known" ]] || { echo "the events of a seed are others; if they are meant to be, write the line into last_line.txt"; exit 1; }
