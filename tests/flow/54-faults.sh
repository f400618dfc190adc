#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Carriers that put off, refuse, throttle, break off and lie: what they took was taken once, what
# they may have taken is unsure, and people settle it.
source "$(dirname "$0")/branch.sh"
faults=mail.defer=12%,mail.refuse=5%,mail.throttle=2%,mail.drop-before-dot=4%
faults+=,mail.drop-after-dot=5%,sms.throttle=8%,sms.refuse=5%,sms.busy=5%,sms.error-after=5%
faults+=,sms.drop-after=4%,sms.drop=5%
start_rehearsal --seed 7 --faults "$faults"
make_branch retry.first=1 retry.longest=1 retry.attempts=8 mail.batch=10
make_members 120 120
start_campaign rough everyone

note "a run until idle tries again until all has an end"
expect_status 0 "$MUSTER" run --until-idle
expect_equal 0 "$(in_state queued claimed sending)" "the number of messages without an end"
expect_equal 240 "$(in_state accepted refused unsure)" "the number of messages with one"
tally=$(states)
for state in 'email accepted' 'email refused' 'email unsure' 'sms accepted' 'sms refused' \
    'sms unsure'; do
    expect_match "^$state [1-9]" "$tally" "the states"
done

note "by the carriers' books each one taken was taken once, each one unsure at most once"
expect_sound_books
expect_equal '' "$(jq -r 'select(.event == "message").to' "$REHEARSAL_LOG" | sort | uniq -d)" \
    "the list of who was written to twice"

note "those that were put off tell how often they were tried"
tries=$("$MUSTER" message list --format json | jq 'map(select(.state == "accepted").tries) | max')
if ((tries < 2)); then fail "no message was tried twice"; fi
twice=$("$MUSTER" message list --format json |
    jq -r 'map(select(.state == "accepted" and .tries > 1))[0].reference')
expect_status 0 "$MUSTER" message show "$twice" --format json
expect_match '^deferred: ' "$(jq -r '.[] | select(.what == "attempt 1").value' <<<"$out")"

note "the unsure ones are listed with their reason, and a second run leaves them alone"
unsure=$(in_state unsure)
expect_status 0 "$MUSTER" message list rough --state unsure --format json
expect_equal "$unsure" "$(jq 'map(select(.reason != "")) | length' <<<"$out")" "their number"
before=$(heard)
expect_status 0 "$MUSTER" run --until-idle
expect_match '^0 accepted' "$out"
expect_equal "$before" "$(heard)" "the number of messages kept"

note "a person settles them, and only them"
unsure_of() {
    "$MUSTER" message list --state unsure --format json |
        jq -r --arg channel "$1" 'map(select(.channel == $channel))[].reference'
}
mail=$(unsure_of email | head -n 1)
expect_status 0 "$MUSTER" message resolve "$mail" delivered
expect_equal "message $mail is delivered" "$out"
expect_status 65 "$MUSTER" message resolve "$mail" refused
expect_match "message $mail is delivered, not unsure" "$err"
expect_status 65 "$MUSTER" message resolve "$twice" queued
expect_status 65 "$MUSTER" message resolve nosuch queued
expect_status 64 "$MUSTER" message resolve "$(unsure_of sms | head -n 1)" sending

note "one that a person sends again is sent again, although the campaign was over"
expect_equal finished "$("$MUSTER" campaign list --format json | jq -r '.[0].state')"
stop rehearsal
start rehearsal "$MUSTER_BUILD/muster-rehearsal" --smtp "$SMTP_ADDRESS" --sms "${SMS_URL#http://}" \
    --log "$REHEARSAL_LOG"
# Of those that the provider has not kept, so that the books stay sound.
kept=$(jq -r 'select(.event == "message").reference' "$REHEARSAL_LOG")
reference=$(comm -23 <(unsure_of sms | sort) <(sort <<<"$kept") | head -n 1)
expect_status 0 "$MUSTER" message resolve "$reference" queued
expect_status 0 "$MUSTER" run --until-idle
expect_match '^1 accepted' "$out"
expect_equal $((before + 1)) "$(heard)" "the number of messages kept"
expect_sound_books
