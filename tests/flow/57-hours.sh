#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# When messages go: within the hours of the day and the channel, never on a bank holiday, right
# where the clocks change, and never after the deadline, whatever kept them until then. The programs
# are shown other days than this one.
source "$(dirname "$0")/branch.sh"
export TZ=Europe/London
# The program itself would stand between us and ours. It names what it shares by its process, and
# trips over what one of the same number has left behind: the next has another.
faker=$(faketime -f +0 printenv LD_PRELOAD || faketime -f +0 printenv LD_PRELOAD)

# at INSTANT COMMAND...: run it as if it were begun then. start_at NAME INSTANT COMMAND... likewise.
# The sanitizers, where there are any, have to bear with a library before their own.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0
at() {
    local offset
    offset=$(($(date -d "$1" +%s) - $(date +%s)))
    shift
    env LD_PRELOAD="$faker" FAKETIME="$(printf '%+d' "$offset")" FAKETIME_DONT_FAKE_MONOTONIC=1 \
        NO_FAKE_STAT=1 "$@"
}
start_at() {
    local name=$1 offset=$(($(date -d "$2" +%s) - $(date +%s)))
    shift 2
    start "$name" env LD_PRELOAD="$faker" FAKETIME="$(printf '%+d' "$offset")" \
        FAKETIME_DONT_FAKE_MONOTONIC=1 NO_FAKE_STAT=1 "$@"
}

# until_of INSTANT: milliseconds, as the store has them.
until_of() {
    echo "$(date -d "$1" +%s)000"
}

store() {
    sqlite3 "$HOUSE/muster.db" "$@"
}

# set_conf GROUP NAME VALUE: a setting, written as it stands in the file.
set_conf() {
    sed -i "/^$1 = /,/^}/ s/^ *\(# \)\?$2 = .*/    $2 = $3;/" "$HOUSE/muster.conf"
}

says_it_waits() {
    grep -q "waits for its hours, from $1" musterd.err
}

# The days of the story, so that it is the same when the real list has forgotten them.
cat >days.conf <<'END'
england-and-wales = (
    { date = "2026-12-25"; }, { date = "2026-12-26"; }, { date = "2026-12-28"; },
    { date = "2030-12-25"; }
);
END
start_rehearsal
make_branch "hours.sms=Mon-Fri 09:00-20:00, Sat 10:00-18:00" "hours.holidays=$SCRATCH/days.conf"
make_members 150 10

note "the hours of autumn are there twice, and mails have their own"
set_conf hours sms '"Sun 01:00-02:00"'
set_conf hours email '"Sun 01:30-24:00"'
write_campaign autumn 'number:T1 or number:T2 or number:E1'
expect_status 0 at '2026-10-24 12:00' "$MUSTER" campaign create autumn.conf
expect_status 0 at '2026-10-24 12:00' "$MUSTER" campaign start autumn
expect_status 0 at '2026-10-25 00:59:00 BST' "$MUSTER" run
expect_match '^3 wait for their hours, from Sunday 25 October, 01:00 on$' "$out"
expect_status 0 at '2026-10-25 02:00:01 GMT' "$MUSTER" run --until-idle
expect_match '^1 accepted' "$out"
expect_match '^2 wait for their hours, from Sunday 1 November, 01:00 on$' "$out"
expect_equal $'email accepted 1\nsms queued 2' "$(states autumn)" "the campaign in between"
expect_status 0 at '2026-10-25 01:30 GMT' "$MUSTER" run --until-idle # the second time
expect_match '^2 accepted' "$out"

note "the window closes in the middle of a run, and the rest goes in the next one"
set_conf hours sms '"Mon-Fri 09:00-20:00, Sat 10:00-18:00"'
set_conf hours email '"always"'
set_conf sms rate 4
set_conf sms burst 1
write_campaign week 'everyone'
expect_status 0 at '2026-11-27 19:00' "$MUSTER" campaign create week.conf
expect_status 0 at '2026-11-27 19:00' "$MUSTER" campaign start week
start_at musterd '2026-11-27 19:59:45' "$MUSTERD"
wait_until 60 says_it_waits 'Sat 28 November 10:00'
wait_until 30 settled
stop musterd
expect_equal 0 "$(store "SELECT COUNT(*) FROM outbox WHERE channel = 'sms' AND step_id = 2
    AND released_at >= $(until_of '2026-11-27 20:00')")" "texts that were released after 20:00"
sent=$(store "SELECT COUNT(*) FROM outbox WHERE channel = 'sms' AND step_id = 2
    AND state IN ('accepted', 'delivered')")
if ((sent < 1 || sent > 100)); then fail "$sent of 150 were sent in 15 s at 4 a second"; fi
expect_equal $((150 - sent)) "$(in_state queued)" "the number of messages that wait"
expect_equal "$((sent + 13))" "$(heard)" "the messages that the carriers have"
set_conf sms rate 0
expect_status 0 at '2026-11-28 09:59:30' "$MUSTER" run --until-idle
expect_match '^0 accepted' "$out"
expect_match "^$((150 - sent)) wait for their hours, from Saturday 28 November, 10:00 on$" "$out"
expect_status 0 at '2026-11-28 10:00' "$MUSTER" run --until-idle
expect_match "^$((150 - sent)) accepted" "$out"

note "no text on a bank holiday, nor on one that was moved; hours of a campaign's own may say so"
write_campaign xmas 'number:T1' '' '2026-12-30 20:00'
own='hours = { sms = "holidays 10:00-12:00"; why = "the rota of the day"; };'
sed "s/\"xmas\"/\"own\"/; s/at = \"now\"/$own &/" xmas.conf >own.conf
for name in xmas own; do
    expect_status 0 at '2026-12-25 09:00' "$MUSTER" campaign create "$name.conf"
    expect_status 0 at '2026-12-25 09:00' "$MUSTER" campaign start "$name"
done
expect_match 'campaign own: texts go holidays 10:00-12:00 instead of Mon-Fri .*: the rota' "$err"
expect_status 0 at '2026-12-25 09:30' "$MUSTER" campaign status own
expect_match 'outside the hours \(holidays 10:00-12:00\) until 10:00:00$' "$out"
expect_match '^ +it has hours of its own: the rota of the day$' "$out"
expect_status 0 at '2026-12-25 10:30' "$MUSTER" campaign preflight own
expect_match 'hours: holidays 10:00-12:00$' "$out"
expect_match 'these hours are the campaign.s own: the rota of the day' "$out"
expect_match 'the first on Fri 25 Dec 2026, 10:30' "$out"
expect_status 0 at '2026-12-25 10:30' "$MUSTER" run --until-idle
expect_match '^1 accepted' "$out"
expect_match 'campaign own: texts go outside the hours of the configuration.*: the rota' "$err"
expect_match '^1 wait for their hours, from Tuesday 29 December, 09:00 on$' "$out"
for day in '2026-12-26 11:00' '2026-12-28 11:00' '2026-12-29 08:59'; do
    expect_status 0 at "$day" env TZ=Pacific/Auckland "$MUSTER" run # the organiser's zone counts
    expect_match '^0 accepted' "$out"
    expect_match '^1 wait for their hours, from Tuesday 29 December, 09:00 on$' "$out"
done

note "an hour that spring skips is not there, and the next one is"
set_conf hours sms '"Sun 01:00-01:59, Sun 02:30-03:00"'
expect_status 78 "$MUSTER" check # each day once
expect_match 'hours\.sms is ".*": .*' "$err"
set_conf hours sms '"Sun 01:30-02:30"'
expect_status 0 at '2026-12-29 09:00' "$MUSTER" campaign cancel xmas
write_campaign spring 'number:T1'
expect_status 0 at '2027-03-27 12:00' "$MUSTER" campaign create spring.conf
expect_status 0 at '2027-03-27 12:00' "$MUSTER" campaign start spring
expect_status 0 at '2027-03-28 00:58 GMT' "$MUSTER" run --until-idle
expect_match '^1 wait for their hours, from Sunday 28 March, 02:00 on$' "$out"
expect_status 0 at '2027-03-28 01:00 GMT' "$MUSTER" run --until-idle
expect_match '^1 accepted' "$out"

note "yesterday's last day to post is never sent: not after a pause"
set_conf hours sms '"always"'
write_campaign pausing 'everyone' '' '2027-04-14 20:00'
expect_status 0 at '2027-04-14 12:00' "$MUSTER" campaign create pausing.conf
expect_status 0 at '2027-04-14 12:00' "$MUSTER" campaign start pausing
expect_status 0 at '2027-04-14 12:01' "$MUSTER" campaign pause pausing
expect_match '^of 160 messages 0 were handed over, 160 wait, 0 were not sent, 0 are in' "$out"
before=$(heard)
expect_status 0 at '2027-04-15 09:00' "$MUSTER" campaign resume pausing
expect_match 'the deadline of campaign pausing has passed: what waits expires' "$out"
start_at musterd '2027-04-15 09:00' "$MUSTERD"
all_expired() {
    [[ $(states pausing) == $'email expired 10\nsms expired 150' ]]
}
wait_until 30 all_expired
stop musterd
expect_equal "$before" "$(heard)" "the messages that the carriers have"

note "nor after an outage of the carriers, nor of ours"
write_campaign outage 'everyone' '' '2027-05-14 20:00'
expect_status 0 at '2027-05-14 12:00' "$MUSTER" campaign create outage.conf
expect_status 0 at '2027-05-14 12:00' "$MUSTER" campaign start outage
expect_status 0 at '2027-05-14 12:01' "$MUSTER" campaign preflight outage
expect_match 'all of them go before the deadline' "$out"
stop rehearsal
expect_status 69 at '2027-05-14 12:01' "$MUSTER" run
expect_equal $'email queued 10\nsms queued 150' "$(states outage)" "the campaign in the outage"
start_rehearsal
set_conf mail relay "\"$SMTP_ADDRESS\""
sed -i "s|base_url = .*|base_url = \"$SMS_URL\";|" "$HOUSE/muster.conf"
expect_status 0 at '2027-05-15 09:00' "$MUSTER" run --until-idle
expect_match '^0 accepted' "$out"
expect_equal $'email expired 10\nsms expired 150' "$(states outage)" "the campaign after the outage"
expect_equal 0 "$(heard)" "the messages that the carriers have"

note "the provider is told to keep no text beyond the deadline"
write_campaign short 'number:T1' '' '2027-06-14 20:00'
write_campaign long 'number:T2' '' '2027-07-14 20:00'
for name in short long; do
    expect_status 0 at '2027-06-14 19:50' "$MUSTER" campaign create "$name.conf"
    expect_status 0 at '2027-06-14 19:50' "$MUSTER" campaign start "$name"
done
expect_status 0 at '2027-06-14 19:58' "$MUSTER" run --until-idle
expect_match '^2 accepted' "$out"
validity() {
    jq -r --arg to "$1" 'select(.event == "message" and .to == $to).validity' "$REHEARSAL_LOG"
}
released=$(store "SELECT MAX(released_at) FROM outbox WHERE address = '+447700900001'")
left=$(($(until_of '2027-06-14 20:00') - released))
given=$(validity +447700900001)
if ((given < 1 || given * 1000 > left)); then
    fail "the provider was given $given s, and there were $left ms left"
fi
expect_equal $((48 * 3600)) "$(validity +447700900002)" "what it is told at most"
