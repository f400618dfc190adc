#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A campaign to a whole union: expanded into the outbox and handed over, as texts to a local nginx.
# How much memory does each process need, and is it as fast at the end as at the beginning?
#
#   MUSTER_BUILD=build/release tests/bench/million.sh [MEMBERS]      1000000 unless said otherwise
#
# Memory is the largest resident set of a process (VmHWM), pages of shared libraries and of the
# store's shared index included. A million members need 3 GB below $TMPDIR for a while. Needs
# nginx-light and sqlite3.
source "$(dirname "$0")/house.sh"
members=${1:-1000000}
whole MEMBERS "$members" 10000000
need nginx nginx-light
need sqlite3 sqlite3
step=$(((members + 9) / 10))

# watch_memory: the most that each process of musterd has held so far, kB, in the files memory.NAME.
# They were started in the order of the table of roles.
watch_memory() {
    local names=(public campaign mail sms sweep) child
    for child in $(pgrep -P "$pid" | sort -n); do
        awk '$1 == "VmHWM:" { print $2 }' "/proc/$child/status" >"memory.${names[0]}"
        names=("${names[@]:1}")
    done
}

handed_over() {
    watch_memory
    nothing_waits
}

# grown KB: a line of memory.
grown() {
    awk -v what="$1" -v kb="$2" 'BEGIN { printf "%-44s %6.1f MB\n", what, kb / 1024 }'
}

# peak COMMAND...: run it; sets `took` (ms) and `most` (kB).
peak() {
    read -r took most < <(python3 -c 'import resource, subprocess, sys, time
begun = time.monotonic()
subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
print(int((time.monotonic() - begun) * 1000),
      resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' "$@")
}

start_provider
plan sms "$members" mail.sessions=1
peak "$MUSTER" campaign start speed
printf '%d members expanded in %d ms, %d a second\n' "$members" "$took" $((members * 1000 / took))
expanded=$most

start musterd "$MUSTERD"
wait_until 3600 handed_over
watch_memory
stop musterd
took=$(ask "SELECT (SELECT MAX(at) FROM attempt) - (SELECT MIN(released_at) FROM outbox)")
printf '%d texts handed over in %d ms, %d a second\n\n' "$members" "$took" \
    $((members * 1000 / took))

printf '%12s %12s\n' 'TEXTS' 'A SECOND'
ask "SELECT number || ' ' || at FROM (SELECT at, ROW_NUMBER() OVER (ORDER BY at) AS number
    FROM attempt) WHERE number % $step = 0 ORDER BY number" |
    awk -v begun="$(ask "SELECT MIN(released_at) FROM outbox")" -v step="$step" '{
        rate = step * 1000 / ($2 - begun)
        if (NR == 1) first = rate
        begun = $2
        printf "%12d %12d\n", $1, rate
    } END { printf "%12s %12.2f\n\n", "last/first", rate / first }'

grown "muster campaign start" "$expanded"
for file in memory.*; do grown "musterd, role ${file#memory.}" "$(cat "$file")"; done
