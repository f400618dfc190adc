#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# muster run is killed in the middle, and run again: nobody is skipped, nobody written to twice. Its
# start is killed, too, while it fills the outbox.
source "$(dirname "$0")/branch.sh"
start_rehearsal --faults delay=10ms
make_branch sms.in_flight=5 sms.batch=5 mail.batch=5
make_members 300 300
write_campaign crash everyone
expect_status 0 "$MUSTER" campaign create crash.conf

note "a start that is killed is taken up where it stopped"
for pause in 0.01 0.02 0.03; do
    start starting "$MUSTER" campaign start crash
    sleep "$pause"
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
    unset "flow_pids[starting]"
done
expect_status 0 "$MUSTER" campaign start crash
expect_equal $'email queued 300\nsms queued 300' "$(states)"

heard_more_than() {
    [[ -e $REHEARSAL_LOG ]] && (($(heard) > $1))
}
before=0
for n in 1 2 3; do
    note "kill -9, number $n"
    start run "$MUSTER" run --until-idle
    wait_until 20 heard_more_than $((before + RANDOM % 40))
    kill -KILL "$pid"
    wait_until 10 flow_ended run
    stop run 137
    before=$(heard)
done

note "the last run does the rest"
expect_status 0 "$MUSTER" run --until-idle
expect_equal 600 "$(in_state accepted unsure)" "the number of messages handed over"
unsure=$(in_state unsure)
# Two batches of five texts and one of five mails are in hand at a time.
if ((unsure > 3 * 15)); then fail "$unsure messages are unsure after 3 crashes"; fi
expect_equal '' "$(jq -r 'select(.event == "message").to' "$REHEARSAL_LOG" | sort | uniq -d)" \
    "the list of who was written to twice"
expect_sound_books
echo "3 crashes, $unsure of 600 messages unsure"
