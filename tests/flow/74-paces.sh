#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Paces: a rate and a cap that hold over restarts, a provider that is obeyed when it asks to wait,
# receivers with rules of their own, and members who are not written to too often. Judged by what
# the carriers have in their log, however slow the machine is.
source "$(dirname "$0")/branch.sh"
start_rehearsal
make_branch retry.first=1 retry.longest=1
make_members 300 60
plain=$(cat "$HOUSE/muster.conf")

# configure GROUP LINES: the plain configuration with these settings in a group.
configure() {
    sed "/^$1 = {/a\\
    $2" <<<"$plain" >"$HOUSE/muster.conf"
    expect_status 0 "$MUSTER" check
}

# instants CHANNEL [FROM]: when each message was kept, ms since the epoch, in order; from this line
# of the log on.
instants() {
    tail -n "+${2:-1}" "$REHEARSAL_LOG" |
        jq -rR --arg channel "$1" 'fromjson? | select(.event == "message" and .channel == $channel)
            | .at | (.[0:19] + "Z" | fromdate) * 1000 + (.[20:23] | tonumber)' | sort -n
}

# most_within MS CHANNEL [FROM]: the most that any stretch of so many ms had in it.
most_within() {
    instants "$2" "${3:-1}" | awk -v span="$1" '{
        at[NR] = $1
        while (at[NR] - at[from + 1] >= span) from++
        if (NR - from > most) most = NR - from
    } END { print most + 0 }'
}

accepted() {
    (($(in_state accepted delivered) >= $1))
}

note "a rate holds over restarts: no new burst each time"
configure sms 'rate = 5; burst = 40;'
start_campaign paced "number:T*"
for turn in 1 2 3 4; do
    start "musterd$turn" "$MUSTERD"
    wait_until 30 accepted $((40 + turn * 5))
    stop "musterd$turn"
done
wait_until 20 settled
# As many as the burst and the rate give for the time that it took, and two for rounding.
instants sms | awk '{ if (NR == 1) first = $1; if (NR > 40 + ($1 - first) * 5 / 1000 + 2) bad++ }
    END { exit bad > 0 }' || fail "more went than rate and burst allow"

note "so does the cap of a minute, and what is not capped goes meanwhile"
from=$(($(wc -l <"$REHEARSAL_LOG") + 1))
before=$(in_state accepted delivered)
configure sms 'per_minute = 25;'
start_campaign mails "number:E*"
for turn in 5 6 7; do
    start "musterd$turn" "$MUSTERD"
    if ((turn == 5)); then wait_until 60 accepted $((before + 25 + 60)); fi
    sleep 1
    stop "musterd$turn"
done
wait_until 20 settled
most=$(most_within 60000 sms "$from")
if ((most > 25)); then fail "$most texts went in one minute"; fi
expect_equal 60 "$(instants email "$from" | wc -l)" "the number of mails"
expect_status 0 "$MUSTER" campaign cancel paced

note "a provider that asks to wait is left alone"
stop rehearsal
start rehearsal "$MUSTER_BUILD/muster-rehearsal" --smtp "$SMTP_ADDRESS" --sms "${SMS_URL#http://}" \
    --log "$REHEARSAL_LOG" --faults sms.throttle=4% --seed 11
from=$(($(wc -l <"$REHEARSAL_LOG") + 1))
configure sms 'in_flight = 1;'
start_campaign asked "number:T1*"
expect_status 0 "$MUSTER" run --until-idle
asked=$("$MUSTER" message list asked --format json | jq length)
expect_equal "$asked" "$("$MUSTER" message list asked --format json |
    jq 'map(select(.state == "accepted" or .state == "delivered")) | length')" "those taken"
tail -n "+$from" "$REHEARSAL_LOG" | jq -rR 'fromjson?
    | select(.channel == "sms" and .outcome != null)
    | "\((.at[0:19] + "Z" | fromdate) * 1000 + (.at[20:23] | tonumber)) \(.outcome)"' >answers
expect_match ' throttled$' "$(cat answers)" "the answers"
# It said Retry-After: 1.
awk '{ if (last == "throttled" && $1 - at < 1000) bad++; at = $1; last = $2 }
    END { exit bad > 0 }' answers || fail "it was asked again within the second"
stop rehearsal
start rehearsal "$MUSTER_BUILD/muster-rehearsal" --smtp "$SMTP_ADDRESS" --sms "${SMS_URL#http://}" \
    --log "$REHEARSAL_LOG"

note "receivers with rules of their own: so many a minute to them, the others go on"
cat >"$HOUSE/ours.conf" <<'END'
pools = ( { name = "ours"; domains = [ "mail.example" ]; per_session = 3; per_minute = 7; } );
END
cat >others.csv <<'END'
Membership number,First name,Surname,Email,Employer
O1,Olu,Other,o1@other.example,City Trust
O2,Oli,Other,o2@other.example,City Trust
END
expect_status 0 "$MUSTER" import others.csv
configure mail 'pools = "ours.conf";'
from=$(($(wc -l <"$REHEARSAL_LOG") + 1))
start_campaign pooled "number:E* or number:O*"
start musterd "$MUSTERD"
pooled() {
    (($("$MUSTER" message list pooled --format json |
        jq 'map(select(.state == "accepted")) | length') >= 9))
}
wait_until 60 pooled
sleep 1
stop musterd
to_pool() {
    tail -n "+$from" "$REHEARSAL_LOG" | jq -rR 'fromjson? | select(.event == "message").to'
}
expect_equal 2 "$(to_pool | grep -c @other.example)" "the number of mails to the others"
most=$(most_within 60000 email "$from")
if ((most > 7 + 2)); then fail "$most mails went in one minute"; fi
expect_status 0 "$MUSTER" campaign cancel pooled

note "a fault in the rules is told with its line, and nothing is started"
sed -i 's/per_session/per_sesion/' "$HOUSE/ours.conf"
expect_status 78 "$MUSTER" check
expect_match 'ours.conf:1: pools\[0\].per_sesion is not known; did you mean per_session\?' "$err"
expect_status 78 "$MUSTERD" --only sweep

note "a member is not written to again too soon, by whatever campaign and channel"
configure limits 'per_week = 1;'
cat >both.csv <<'END'
Membership number,First name,Surname,Mobile,Email,Employer
B1,Bo,Both,07700 900901,b1@mail.example,City Trust
END
expect_status 0 "$MUSTER" import both.csv
start_campaign one number:B1
expect_status 0 "$MUSTER" run --until-idle
expect_match '^1 accepted' "$out"
start_campaign two number:B1
expect_status 0 "$MUSTER" campaign preflight two
expect_match '^1 of them waits, as the member was written to lately' "$out"
expect_status 0 "$MUSTER" run
expect_match '^0 accepted' "$out"
expect_status 0 "$MUSTER" message list two --format json
expect_equal 'queued the member is written to often enough for now' \
    "$(jq -r '.[0] | "\(.state) \(.reason)"' <<<"$out")"
start_campaign three number:B1 '' "$(date -d '+2 days' '+%Y-%m-%d %H:%M')"
expect_status 0 "$MUSTER" campaign preflight three --format json
expect_equal '0 1 0 0' "$(jq -r 'map(select(.figure | IN("put_off", "too_often", "texts", "mails"))
    | .value) | map(tostring) | join(" ")' <<<"$out")"
expect_status 0 "$MUSTER" run --until-idle
expect_match '^0 accepted, .* 1 withheld' "$out"
expect_equal 1 "$(jq -r 'select(.event == "message").to' "$REHEARSAL_LOG" |
    grep -c '447700900901\|b1@mail')" "the number of messages to the member"
expect_sound_books
