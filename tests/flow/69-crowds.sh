#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Crowds at both listeners: of half requests, of headers and bodies without an end, of ten thousand
# quick calls. Whoever has something to say is heard in between, and no crowd costs more memory than
# its connections may have: contrib/limits.md says how much that is.
source "$(dirname "$0")/branch.sh"
ulimit -n 4096
start_rehearsal
CONSOLE=127.0.0.1:$(free_port)
make_branch "console.listen=$CONSOLE"
start_public
source "$MUSTER_ROOT/tests/flow/console.sh"
public=$pid
start_console
console=$pid

crowd() { # ADDRESS PATH KIND
    expect_status 0 python3 "$MUSTER_ROOT/tests/flow/crowds.py" "${1##*:}" "$2" "$3"
}
# The most memory that a role has had, in MB.
most_memory() {
    awk '/^VmHWM:/ { print int($2 / 1024) }' "/proc/$1/status"
}
files() {
    find "/proc/$1/fd" -mindepth 1 | wc -l
}
sanitized() {
    grep -q __asan_init "$MUSTERD"
}

before=("$(files "$public")" "$(files "$console")")
for kind in halves heads endless bodies rude quick; do
    note "$kind"
    crowd "$PUBLIC_LISTEN" /health "$kind"
    crowd "$CONSOLE" /health "$kind"
done
expect_equal 10000 "$out" "the answers to ten thousand requests"

note "no crowd has cost more than its connections may have"
# 512 connections of 16 KB for the head and 256 KB for the body, twice while a buffer grows, and
# what the role itself has. The sanitizers keep what was freed.
if ! sanitized; then
    for role in "$public" "$console"; do
        echo "a role took $(most_memory "$role") MB"
        if (($(most_memory "$role") > 300)); then fail "a role took $(most_memory "$role") MB"; fi
    done
fi

note "and nothing is left of it"
as_before() {
    (($(files "$public") <= before[0] && $(files "$console") <= before[1]))
}
wait_until 60 as_before
for role in public console; do
    expect_equal '' "$(grep -E 'error|Sanitizer' "$role.err" || true)" "what it complains of"
    if (($(wc -l <"$role.err") > 20)); then fail "the log of $role grows with a crowd"; fi
    stop "$role"
done
