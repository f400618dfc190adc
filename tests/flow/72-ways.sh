#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Two gateways and two relays, three parts to one: they share by weight; when one goes away the
# other takes everything and nobody is written to twice; when it is back it gets its share again.
source "$(dirname "$0")/branch.sh"
slow=delay=30ms
start_rehearsal --faults "$slow"
A_SMTP=$SMTP_ADDRESS A_SMS=$SMS_URL A_LOG=$REHEARSAL_LOG
start_rehearsal --faults "$slow"
B_SMTP=$SMTP_ADDRESS B_SMS=$SMS_URL B_LOG=$REHEARSAL_LOG
make_branch sms.in_flight=4 mail.sessions=2 mail.batch=5 retry.first=1 retry.longest=2

# with_lists: both carriers in place of the one of either channel.
with_lists() {
    sed -i "/^sms = {/a\\
    gateways = ( { name = \"big\"; weight = 3; variables = { base_url = \"$A_SMS\"; }; },\\
                 { name = \"small\"; variables = { base_url = \"$B_SMS\"; }; } );
        /^mail = {/a\\
    relays = ( { name = \"big\"; weight = 3; relay = \"$A_SMTP\"; },\\
               { name = \"small\"; relay = \"$B_SMTP\"; } );" "$HOUSE/muster.conf"
}
with_lists
expect_status 0 "$MUSTER" check
expect_match '^sms.gateways.big.weight = 3$' "$out"
expect_match '^mail.relays.small.relay = ' "$out"
expect_match '^gateway small: a text of one part costs' "$out"
expect_status 0 "$MUSTER" gateway list --format json
expect_equal 'big small' "$(jq -r 'map(.gateway) | join(" ")' <<<"$out")"
make_members 240 150

# kept LOG CHANNEL [AFTER]: how many messages of a channel a carrier has kept, leaving out its first
# AFTER lines.
kept() {
    tail -n "+$((${3:-0} + 1))" "$1" |
        jq -nR --arg channel "$2" \
            '[inputs | fromjson? | select(.event == "message" and .channel == $channel)] | length'
}

# share CHANNEL A_AFTER B_AFTER: what of a hundred the first carrier has kept since then.
share() {
    local a b
    a=$(kept "$A_LOG" "$1" "$2")
    b=$(kept "$B_LOG" "$1" "$3")
    echo $((a * 100 / (a + b)))
}

# lines LOG: how many there are.
lines() {
    wc -l <"$1"
}

# taken CAMPAIGN NUMBER: whether so many of its messages have been taken.
taken() {
    (($("$MUSTER" message list "$1" --format json |
        jq 'map(select(.state == "accepted" or .state == "delivered")) | length') >= $2))
}

# over CAMPAIGN: whether nothing of it is left to do.
over() {
    (($("$MUSTER" message list "$1" --format json |
        jq 'map(select(.state as $s | ["queued", "claimed", "sending"] | index($s))) | length')
        == 0))
}

# expect_between LOW HIGH ACTUAL WHAT
expect_between() {
    if (($3 < $1 || $3 > $2)); then fail "$4 is $3, not $1 to $2"; fi
}

# expect_once: nobody was written to twice in one campaign, and both books together are sound.
expect_once() {
    cat "$A_LOG" "$B_LOG" >both.jsonl
    expect_equal '' "$(jq -r 'select(.event == "message")
        | .reference // .message_id' both.jsonl | sort | uniq -d)" "the list of repeated messages"
    REHEARSAL_LOG=$SCRATCH/both.jsonl expect_sound_books
}

start musterd "$MUSTERD"
wait_until 20 public_listens
# public, campaign, sweep, two of sms, four of mail.
all_roles_run() {
    (($(children "$pid" | wc -w) == 9))
}
wait_until 10 all_roles_run

note "three parts go by the one, one part by the other"
start_campaign first everyone
wait_until 90 taken first 390
wait_until 20 settled
expect_between 65 85 "$(share sms 0 0)" "the big gateway's share of texts"
expect_between 60 90 "$(share email 0 0)" "the big relay's share of mails"
expect_once

note "one goes away in the midst of it: everything goes by the other, nobody twice"
a=$(lines "$A_LOG")
start_campaign second everyone
begun() {
    (($(kept "$A_LOG" sms "$a") > 20 && $(kept "$A_LOG" email "$a") > 5))
}
wait_until 60 begun
stop rehearsal
b=$(lines "$B_LOG")
wait_until 120 over second
wait_until 20 settled
expect_match 'sms.big. warning: the SMS provider .* does not answer' "$(cat musterd.err)" "the log"
# What was on the wire when it went may be unsure; all the rest was taken.
unsure=$("$MUSTER" message list second --state unsure --format json | jq length)
expect_between 0 24 "$unsure" "the number of unsure messages"
wait_until 10 taken second $((390 - unsure))
if (($(kept "$B_LOG" sms "$b") < 20 || $(kept "$B_LOG" email "$b") < 20)); then
    fail "the other carrier took little"
fi
expect_once

note "it comes back, and drifts back to its share"
start rehearsal "$MUSTER_BUILD/muster-rehearsal" --smtp "$A_SMTP" --sms "${A_SMS#http://}" \
    --log "$A_LOG" --faults "$slow"
start_campaign third everyone
back() {
    (($(kept "$A_LOG" sms "$a") > 40 && $(kept "$A_LOG" email "$a") > 40))
}
a=$(lines "$A_LOG")
wait_until 120 over third
trusted() {
    (($(sqlite3 "$HOUSE/muster.db" \
        "SELECT COUNT(*) FROM route WHERE failures = 0 AND ramp = 8") == 4))
}
for campaign in fourth fifth sixth; do
    if trusted && back; then break; fi
    start_campaign "$campaign" everyone
    wait_until 120 over "$campaign"
done
if ! trusted; then fail "a route is not trusted again"; fi
wait_until 20 settled
a=$(lines "$A_LOG") b=$(lines "$B_LOG")
start_campaign last everyone
wait_until 90 taken last 390
wait_until 20 settled
expect_between 65 85 "$(share sms "$a" "$b")" "the big gateway's share of texts"
expect_between 60 90 "$(share email "$a" "$b")" "the big relay's share of mails"
expect_once
stop musterd

note "muster run goes on by the one that is left, and that is a success"
stop rehearsal
start_campaign alone everyone
expect_status 0 "$MUSTER" run --until-idle
expect_match '^390 accepted' "$out"
expect_match 'warning: (sms|mail)/big: ' "$err"
expect_once
