#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0
# known.sh PROGRAM: what PROGRAM says at last of 50,000 random steps is what last_line.txt has, whichever compiler built it.
# The events of a seed do not change unless somebody means it.
set -euo pipefail
known=$(cat "$(dirname "${BASH_SOURCE[0]}")/last_line.txt")
said=$("$1" --steps 50000 --seed 7 | tail -1)
echo "known: $known"
echo "said:  $said"
[[ $said == "$known" ]] || { echo "the events are others; if they are meant to be, write what is said into last_line.txt"; exit 1; }
