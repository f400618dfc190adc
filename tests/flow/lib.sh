# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What the flow tests share. A flow test is a script NN-what.sh that sources this file and then
# tells a story with the real programs:
#
#     source "$(dirname "$0")/lib.sh"
#     start_rehearsal
#     note "an import names every bad row"
#     expect_status 0 "$MUSTER" import members.csv
#     expect_match '^3 members' "$out"
#
# The first expectation that fails ends the test. It runs in $SCRATCH, a folder of its own that is
# removed when the test passes and kept, with its path printed, when it fails.

set -Eeuo pipefail
shopt -s inherit_errexit
export LC_ALL=C.UTF-8

: "${MUSTER_BUILD:?is not set: it is the build folder that holds the programs to be tested}"
MUSTER_BUILD=$(cd "$MUSTER_BUILD" && pwd)
MUSTER_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
MUSTER=$MUSTER_BUILD/muster
SCRATCH=$(mktemp -d "${TMPDIR:-/tmp}/muster-flow.XXXXXX")
export MUSTER_BUILD MUSTER_ROOT MUSTER SCRATCH

flow_name=$(basename "$0" .sh)
flow_noted=''
flow_rehearsals=0
declare -A flow_pids=() # name -> process id of what `start` has started and `stop` has not ended
flow_order=()           # the same names, in the order in which they were started
out=''
err=''

# note TEXT: say what is being tested now; told again when it fails.
note() {
    flow_noted=$*
    printf -- '- %s\n' "$*"
}

# fail SENTENCE: end the test.
fail() {
    trap - ERR
    printf 'FAILED%s: %s\n' "${flow_noted:+ ($flow_noted)}" "$*" >&2
    local frame=1
    while [[ ${BASH_SOURCE[frame]-} == "${BASH_SOURCE[0]}" ]]; do frame=$((frame + 1)); done
    printf '  at %s:%s\n' "${BASH_SOURCE[frame]-?}" "${BASH_LINENO[frame - 1]}" >&2
    exit 1
}

# expect_equal EXPECTED ACTUAL [WHAT]: both texts are the same; shows the difference when not.
expect_equal() {
    if [[ $1 != "$2" ]]; then
        diff -u --label expected --label actual <(printf '%s\n' "$1") <(printf '%s\n' "$2") >&2 ||
            true
        fail "${3:-the text} is not what was expected"
    fi
}

# expect_match REGEX TEXT [WHAT]: a line of the text matches the extended regular expression.
expect_match() {
    if ! grep -qE -- "$1" <<<"$2"; then
        printf '%s\n' "$2" | head -n 40 >&2
        fail "no line of ${3:-the text above} matches $1"
    fi
}

# expect_status N COMMAND...: run it and demand this exit status. What it wrote is then in $out and
# $err, without final newlines, and as it is in $SCRATCH/stdout and $SCRATCH/stderr. Standard input
# is passed on.
expect_status() {
    local expected=$1 status=0
    shift
    "$@" >"$SCRATCH/stdout" 2>"$SCRATCH/stderr" || status=$?
    out=$(tr -d '\0' <"$SCRATCH/stdout")
    err=$(tr -d '\0' <"$SCRATCH/stderr")
    if [[ $status != "$expected" ]]; then
        head -n 40 "$SCRATCH/stdout" "$SCRATCH/stderr" >&2
        fail "status $status instead of $expected from: $*"
    fi
}

# wait_until SECONDS COMMAND...: repeat the command until it succeeds; fails after so many seconds.
wait_until() {
    local seconds=$1 deadline
    shift
    deadline=$((${EPOCHREALTIME/./} + seconds * 1000000))
    until "$@" >/dev/null 2>&1; do
        if ((${EPOCHREALTIME/./} > deadline)); then
            fail "not true after $seconds seconds: $*"
        fi
        sleep 0.05
    done
}

# start NAME COMMAND...: run a program in the background until `stop NAME` or the end of the test.
# Its output goes to $SCRATCH/NAME.out and NAME.err. Sets $pid.
start() {
    local name=$1
    shift
    if [[ -n ${flow_pids[$name]-} ]]; then fail "$name is already running"; fi
    "$@" >"$SCRATCH/$name.out" 2>"$SCRATCH/$name.err" </dev/null &
    pid=$!
    flow_pids[$name]=$pid
    flow_order+=("$name")
}

# running NAME: whether what was started under this name still runs.
running() {
    [[ -n ${flow_pids[$1]-} ]] && jobs -pr | grep -qx "${flow_pids[$1]}"
}

# stop NAME [STATUS]: ask it to end (SIGTERM), wait, and demand this exit status, 0 if none is
# given.
stop() {
    local name=$1 expected=${2:-0} status=0
    if [[ -z ${flow_pids[$name]-} ]]; then fail "$name was never started"; fi
    if running "$name"; then kill -TERM "${flow_pids[$name]}" || true; fi
    wait_until 30 flow_ended "$name"
    wait "${flow_pids[$name]}" || status=$?
    unset "flow_pids[$name]"
    if [[ $status != "$expected" ]]; then
        tail -n 40 "$SCRATCH/$name.err" >&2
        fail "$name ended with status $status instead of $expected"
    fi
}

flow_ended() {
    ! running "$1"
}

# start_rehearsal [ARGUMENTS...]: start muster-rehearsal on free ports of the loopback and wait
# until it listens. Exports SMTP_ADDRESS (127.0.0.1:PORT), SMS_URL (http://127.0.0.1:PORT) and
# REHEARSAL_LOG (what it has seen, a line of JSON each). A second call starts another one and
# exports its values. Stop it by `stop rehearsal`, the second by `stop rehearsal2`, if its end
# matters.
start_rehearsal() {
    local name ready
    flow_rehearsals=$((flow_rehearsals + 1))
    name=rehearsal
    if ((flow_rehearsals > 1)); then name+=$flow_rehearsals; fi
    ready=$SCRATCH/$name.ready
    REHEARSAL_LOG=$SCRATCH/$name.jsonl
    start "$name" "$MUSTER_BUILD/muster-rehearsal" --smtp 127.0.0.1:0 --sms 127.0.0.1:0 \
        --log "$REHEARSAL_LOG" --ready "$ready" "$@"
    wait_until 30 flow_ready_or_dead "$name" "$ready"
    if [[ ! -s $ready ]]; then
        cat "$SCRATCH/$name.err" >&2
        fail "muster-rehearsal did not start"
    fi
    SMTP_ADDRESS=$(sed -n 's/^smtp //p' "$ready")
    SMS_URL=$(sed -n 's/^sms //p' "$ready")
    export SMTP_ADDRESS SMS_URL REHEARSAL_LOG
    expect_match '^127\.0\.0\.1:[0-9]+$' "$SMTP_ADDRESS" "the rehearsal's SMTP address"
    expect_match '^http://127\.0\.0\.1:[0-9]+$' "$SMS_URL" "the rehearsal's SMS address"
}

flow_ready_or_dead() {
    [[ -s $2 ]] || ! running "$1"
}

# stop_all: end whatever still runs of what this test has started, and nothing else; the last
# started goes first. Called at the end of every test.
stop_all() {
    local index name tries
    for ((index = ${#flow_order[@]} - 1; index >= 0; index--)); do
        name=${flow_order[index]}
        if ! running "$name"; then continue; fi
        kill -TERM "${flow_pids[$name]}" 2>/dev/null || true
        for ((tries = 0; tries < 100; tries++)); do
            if ! running "$name"; then continue 2; fi
            sleep 0.05
        done
        kill -KILL "${flow_pids[$name]}" 2>/dev/null || true
    done
}

flow_end() {
    local status=$?
    trap - EXIT ERR
    set +e
    stop_all
    cd /
    if ((status == 0)); then
        rm -rf "$SCRATCH"
        echo "$flow_name: passed"
    else
        echo "$flow_name: failed; what it left is in $SCRATCH" >&2
    fi
    exit "$status"
}

trap flow_end EXIT
trap 'fail "a command failed: $BASH_COMMAND"' ERR
trap 'exit 130' INT
trap 'exit 143' TERM
cd "$SCRATCH"
