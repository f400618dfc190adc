#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What rendering one text and counting its parts costs, beside the same from stored JSON and a bare
# loop that only copies and adds: the program is bench/text.c, which also says what is measured.
#
#   tests/bench/text.sh [MESSAGES] [ROUNDS]      20000 messages a round, the median of 15 rounds
#
# The program is taken from $MUSTER_BUILD (build/release).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
exec "${MUSTER_BUILD:-$here/../../build/release}/tests/bench_text" "$@"
