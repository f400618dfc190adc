#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What composing one mail costs, beside GMime's tree of objects and a bare loop that only quotes:
# the program is bench/mime.c, which also says what is measured.
#
#   tests/bench/mime.sh [MESSAGES] [ROUNDS]      2000 messages a round, the median of 15 rounds
#
# The program is taken from $MUSTER_BUILD (build/release).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
exec "${MUSTER_BUILD:-$here/../../build/release}/tests/bench_mime" "$@"
