#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Relay and provider are down: that is said, nothing is lost, and once they are back it goes out.
source "$(dirname "$0")/branch.sh"
start_rehearsal
make_branch
make_members 5 5
start_campaign down everyone
stop rehearsal

note "one look: a sentence for each way out, status 69, and all is queued still"
expect_status 69 "$MUSTER" run
expect_match '^0 accepted, 0 refused' "$out"
expect_match 'muster warning: mail: the relay .* ' "$err"
expect_match 'muster warning: sms: the SMS provider .* does not answer' "$err"
expect_match '^muster: (sms|mail): ' "$err"
expect_equal 3 "$(wc -l <<<"$err")" "the number of lines on standard error"
expect_equal $'email queued 5\nsms queued 5' "$(states)"
expect_equal 0 "$("$MUSTER" message list --format json | jq 'map(.tries) | add')" \
    "the number of tries used up"

note "what was to be sent can be looked at, and nobody says that it was sent"
reference=$("$MUSTER" message list --format json |
    jq -r 'map(select(.channel == "sms"))[0].reference')
expect_status 0 "$MUSTER" message show "$reference" --text
expect_match 'this is what was to be sent at the last try, and was not taken' "$err"

note "a run that is under way when they come back hands everything over, once"
start run "$MUSTER" run --until-idle
wait_until 10 grep -q 'warning: mail' run.err
start rehearsal "$MUSTER_BUILD/muster-rehearsal" --smtp "$SMTP_ADDRESS" --sms "${SMS_URL#http://}" \
    --log "$REHEARSAL_LOG"
run_ended() {
    ! running run
}
wait_until 30 run_ended
stop run
expect_match '^10 accepted, 0 refused, [0-9]+ put off, 0 unsure' "$(cat run.out)"
expect_equal 10 "$(heard)" "the number of messages kept"
expect_sound_books
