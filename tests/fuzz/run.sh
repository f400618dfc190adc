#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Let libFuzzer look for inputs that break a target: builds the preset `fuzz`, then runs the targets
# one after another, each for so long.
#
#   tests/fuzz/run.sh [SECONDS [TARGET...]]     60 s each, and all of them, unless told otherwise
#
# MUSTER_FUZZ_JOBS=2 runs two side by side. What libFuzzer says is in build/fuzz-logs/NAME.log; what
# it collects is kept in build/found/NAME and taken up again by the next run; an input that breaks a
# property is build/found/NAME-crash-DIGEST (or -timeout-, -oom-). A target's words are
# tests/fuzz/NAME.dict, where it has any. Each run is also a line of build/fuzz-logs/summary.tsv:
# NAME, "executions", N, "seconds", S, "crashes", C, with tabs between them.
# Exit status: 0 when nothing was found, 1 when something was, 64 for a wrong argument.

set -euo pipefail
cd "$(dirname "$0")/../.."

seconds=${1:-60}
if [[ ! $seconds =~ ^[1-9][0-9]*$ ]]; then
    echo "run.sh: '$seconds' is no number of seconds" >&2
    exit 64
fi
shift $(($# > 0))
if (($# == 0)); then
    mapfile -t targets < <(sed -nE 's/^fuzz\(\w+ (\w+) [0-9]+.*/\1/p' tests/CMakeLists.txt)
else
    targets=("$@")
fi
for name in "${targets[@]}"; do
    [[ -e tests/fuzz/fuzz_$name.c ]] || { echo "run.sh: there is no target $name" >&2; exit 64; }
done

cmake --preset fuzz >/dev/null
cmake --build --preset fuzz --target "${targets[@]/#/fuzz_}" >/dev/null
mkdir -p build/fuzz-logs build/found

# hunt NAME: one run, and its row. libFuzzer ends at the first crash.
hunt() {
    local name=$1 log=build/fuzz-logs/$1.log more=() before found executions began covered crashes
    [[ ! -e tests/fuzz/$name.dict ]] || more=("-dict=tests/fuzz/$name.dict")
    mkdir -p "build/found/$name"
    before=$(find build/found -maxdepth 1 -name "$name-*" | wc -l)
    began=$SECONDS
    ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1 nice -n 15 \
        "build/fuzz/tests/fuzz_$name" -max_len=4096 -timeout=20 -rss_limit_mb=1024 \
        -max_total_time="$seconds" -print_final_stats=1 -artifact_prefix="build/found/$name-" \
        "${more[@]}" "build/found/$name" "tests/fuzz/corpus/$name" >"$log" 2>&1 || true
    found=$(find build/found -maxdepth 1 -name "$name-*" | wc -l)
    crashes=$((found - before))
    executions=$(sed -nE 's/^stat::number_of_executed_units: *//p' "$log" | tail -n 1)
    covered=$(sed -nE "s/.*(INITED|DONE) +cov: ([0-9]+).*/\2/p" "$log" | sed -n "1p;\$p" | xargs)
    # A program that ends without these numbers has met something libFuzzer could not catch.
    if [[ -z $executions ]]; then
        executions=0
        crashes=$((crashes > 0 ? crashes : 1))
    fi
    printf '%s\texecutions\t%s\tseconds\t%s\tcrashes\t%s\n' \
        "$name" "$executions" $((SECONDS - began)) "$crashes" >>build/fuzz-logs/summary.tsv
    printf '%-12s %12s %8s   %-14s %7s\n' \
        "$name" "$executions" $((SECONDS - began)) "${covered:--}" "$crashes"
    ((crashes == 0))
}

printf '%-12s %12s %8s   %-14s %7s\n' target executions seconds "edges from, to" crashes
jobs=${MUSTER_FUZZ_JOBS:-1}
failed=0
for name in "${targets[@]}"; do
    while (($(jobs -rp | wc -l) >= (jobs < 2 ? 1 : 2))); do
        wait -n || failed=1
    done
    hunt "$name" &
done
while wait -n; status=$?; ((status != 127)); do
    ((status == 0)) || failed=1
done
exit "$failed"
