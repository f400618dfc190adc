# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The programs on another day than this one, for flow tests whose story takes weeks.
export TZ=Europe/London
# The program itself would stand between us and ours. It names what it shares by its process, and
# trips over what one of the same number has left behind: the next has another.
faker=$(faketime -f +0 printenv LD_PRELOAD || faketime -f +0 printenv LD_PRELOAD)
# The sanitizers, where there are any, have to bear with a library before their own.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0

# on INSTANT COMMAND...: run it as if it were begun then.
on() {
    local offset
    offset=$(($(date -d "$1" +%s) - $(date +%s)))
    shift
    env LD_PRELOAD="$faker" FAKETIME="$(printf '%+d' "$offset")" FAKETIME_DONT_FAKE_MONOTONIC=1 \
        NO_FAKE_STAT=1 "$@"
}

# start_on NAME INSTANT COMMAND...: `start NAME COMMAND` likewise.
start_on() {
    local name=$1 offset=$(($(date -d "$2" +%s) - $(date +%s)))
    shift 2
    start "$name" env LD_PRELOAD="$faker" FAKETIME="$(printf '%+d' "$offset")" \
        FAKETIME_DONT_FAKE_MONOTONIC=1 NO_FAKE_STAT=1 "$@"
}
