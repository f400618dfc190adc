#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Another process holds the store: a backup that went wrong, a person with sqlite3. musterd waits, a
# member's STOP is told 503 and is taken when the provider calls again, the command line waits, too.
# Then all goes on by itself.
#
#     bash tests/crash/locked.sh                       for some seconds each time
#     MUSTER_LOCK=31 bash tests/crash/locked.sh        for 31 seconds, more than muster waits
source "$(dirname "$0")/lib.sh"
seconds=${MUSTER_LOCK:-3}

lock() {
    rm -f held free
    start locker python3 "$CRASH/lock.py" "$HOUSE/muster.db" "$1" held free
    wait_until 60 test -e held
    locked_at=$SECONDS
}

unlock() {
    while ((SECONDS < locked_at + seconds)); do sleep 0.1; done
    touch free
    reap locker
    expect_equal 0 "$status" "the status of what held the lock"
}

# texts_to NUMBER: how many a phone has got, but for the one that says that its STOP is done.
texts_to() {
    jq -nR --arg to "$1" --argjson confirmed "$(query "SELECT json_group_object(reference, 1)
        FROM answer WHERE kind = 'stopped'")" '[inputs | fromjson?
        | select(.event == "message" and .to == $to and ($confirmed[.reference] | not))]
        | length' "$REHEARSAL_LOG"
}

start_carriers "$MISFORTUNES,delay=2ms"
make_hard_branch 300 300 sms.rate=60
table_head

note "musterd hands over, and the store is locked for writing"
next_campaign
start musterd "$MUSTERD"
working musterd 40
wait_until 60 public_listens
wait_until 60 says +447700900299 STOP
lock immediate
start pausing "$MUSTER" campaign pause "$campaign"
# T300 is far down the queue.
expect_equal 503 "$(say +447700900300 STOP)" "the answer while the store is locked"
expect_equal 1 "$(query "SELECT COUNT(*) FROM suppression")" "the number of opt-outs"
unlock
reap pausing
if ((status != 0)); then
    expect_match 'the store is busy' "$(cat pausing.err)"
    expect_equal 75 "$status" "the status of what waited in vain"
fi
note "what was told 503 is taken when it comes again, and nothing follows it"
wait_until 60 says +447700900300 STOP
before=$(texts_to +447700900300)
expect_equal 2 "$(query "SELECT COUNT(*) FROM suppression WHERE kind = 'stop'")"
expect_status 0 "$MUSTER" campaign resume "$campaign"
working musterd 60
stop musterd
rounds=1 round="musterd, locked"
check_books 1 $in_hand_daemon

note "musterd and muster run start while nobody may even read"
lock exclusive
start musterd "$MUSTERD"
start run "$MUSTER" run --until-idle
unlock
for name in musterd run; do
    # Who has waited in vain says so, and is started again: musterd by systemd.
    if ((seconds >= 30)); then sleep 1; fi
    if ! running "$name"; then
        reap "$name"
        if ((status != 0)); then
            expect_match 'the store is busy' "$(cat "$name.err")"
            expect_equal 75 "$status" "the status of a $name that waited in vain"
        fi
        if [[ $name == musterd ]]; then start musterd "$MUSTERD"; fi
    fi
done
working musterd 60
if [[ -n ${flow_pids[run]-} ]]; then reap run; fi
stop musterd
rounds=2 round="starts, locked"
check_books 2 $in_hand_daemon

finish_up
expect_equal "$before" "$(texts_to +447700900300)" "texts to a number after its STOP was answered"
