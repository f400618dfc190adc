#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A library crashes in the middle of a session: its process dies, and nothing else. The role is
# started again, the messages it had in hand are accounted for, and nobody is written to twice. By
# either engine of mail.
source "$(dirname "$0")/branch.sh"
# A signal ends the role, as it would without a sanitizer.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}handle_segv=0
ulimit -c 0
mails=100
batch=5
crashes=3

start_rehearsal --faults delay=100ms
make_branch mail.engine=esmtp "mail.batch=$batch" mail.sessions=1
make_members 0 $mails

# The process below $pid that is connected to the relay, or nothing.
in_session() {
    # shellcheck disable=SC2046
    python3 - "${SMTP_ADDRESS##*:}" $(children "$pid") <<'END'
import os, sys
port, roles = int(sys.argv[1]), sys.argv[2:]
sockets = set()
for line in open("/proc/net/tcp").readlines()[1:]:
    field = line.split()
    if int(field[2].split(":")[1], 16) == port and field[3] == "01":
        sockets.add("socket:[%s]" % field[9])
for role in roles:
    try:
        for fd in os.listdir("/proc/%s/fd" % role):
            try:
                if os.readlink("/proc/%s/fd/%s" % (role, fd)) in sockets:
                    print(role)
                    sys.exit()
            except OSError:
                pass
    except OSError:
        pass
END
}

handed_over_more_than() {
    (($(heard) > $1))
}

# Somebody is in a session: noted, so that it is that one who is killed.
session_found() {
    victim=$(in_session)
    [[ -n $victim ]]
}

died() {
    (($(grep -c 'was ended by signal 11' musterd.err) >= $1))
}

all_done() {
    (($(in_state queued claimed sending) == 0))
}

unsure_before=0
for engine in esmtp curl; do
    sed -i "s/^    engine = .*/    engine = \"$engine\";/" "$HOUSE/muster.conf"
    grep -q "^    engine = \"$engine\";" "$HOUSE/muster.conf"
    write_campaign "by-$engine" everyone
    expect_status 0 "$MUSTER" campaign create "by-$engine.conf"
    start musterd "$MUSTERD"
    supervisor=$pid
    expect_status 0 "$MUSTER" campaign start "by-$engine"
    for ((n = 1; n <= crashes; n++)); do
        note "$engine: the role of mail dies by SIGSEGV, number $n"
        before=$(heard)
        wait_until 60 handed_over_more_than $((before + RANDOM % batch))
        wait_until 60 session_found
        kill -SEGV "$victim"
        wait_until 20 died "$n"
    done
    note "$engine: it was started again each time, and has brought the campaign to an end"
    wait_until 120 all_done
    if [[ ! -e /proc/$supervisor ]]; then fail "the supervisor is gone"; fi
    stop musterd
    expect_match "role mail.* was ended by signal 11" "$(cat musterd.err)" "the log"

    note "$engine: the books agree"
    expect_sound_books
    expect_equal 0 "$(in_state refused expired cancelled withheld)" "the number of others"
    unsure=$(in_state unsure)
    if ((unsure - unsure_before > crashes * batch)); then
        fail "$((unsure - unsure_before)) messages are unsure after $crashes crashes"
    fi
    if (($(in_state accepted) < 1)); then fail "nothing was accepted"; fi
    twice=$(jq -r 'select(.event == "message") | "\(.to) \(.message_id)"' "$REHEARSAL_LOG" |
        sort | uniq -d)
    expect_equal '' "$twice" "the list of mails that were kept twice"
    echo "$engine: $crashes crashes, $((unsure - unsure_before)) of $mails messages unsure"
    unsure_before=$unsure
done
expect_equal $((2 * mails)) "$(in_state accepted unsure)" "the number of messages handed over"
