#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A campaign of many steps, whose times are words of the ballot's days: each step is queued when its
# time comes, is left out when it comes too late, and moves when the ballot does. The programs are
# shown the days of the example, which lie in the autumn of 2026.
source "$(dirname "$0")/branch.sh"
export TZ=Europe/London
# The program itself would stand between us and ours. It names what it shares by its process, and
# trips over what one of the same number has left behind: the next has another.
faker=$(faketime -f +0 printenv LD_PRELOAD || faketime -f +0 printenv LD_PRELOAD)
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0

# at INSTANT COMMAND...: run it as if it were begun then.
at() {
    local offset
    offset=$(($(date -d "$1" +%s) - $(date +%s)))
    shift
    env LD_PRELOAD="$faker" FAKETIME="$(printf '%+d' "$offset")" FAKETIME_DONT_FAKE_MONOTONIC=1 \
        NO_FAKE_STAT=1 "$@"
}

# steps: "name state messages" of each step of the campaign, a line each.
steps() {
    at "$1" "$MUSTER" campaign show nhs-pay --format json |
        jq -r '.[] | "\(.step) \(.state) \(.messages)"'
}

# step NAME FIELD: one field of one step, as seen at $now.
step() {
    at "$now" "$MUSTER" campaign show nhs-pay --format json |
        jq -r --arg name "$1" --arg field "$2" '.[] | select(.step == $name) | .[$field]'
}

start_at() {
    local name=$1 offset=$(($(date -d "$2" +%s) - $(date +%s)))
    shift 2
    start "$name" env LD_PRELOAD="$faker" FAKETIME="$(printf '%+d' "$offset")" \
        FAKETIME_DONT_FAKE_MONOTONIC=1 NO_FAKE_STAT=1 "$@"
}

# is_sent STEP: whether nothing of it waits any more.
is_sent() {
    [[ $(now='2026-11-09 10:01' step "$1" state) == sent ]]
}

start_rehearsal
make_branch limits.per_week=0 limits.apart=0
make_members 20 4
cp "$MUSTER_ROOT"/etc/examples/nhs-pay-*.conf .

note "the example is a ballot of five weeks, and a campaign over all of it"
expect_status 0 at '2026-10-20 12:00' "$MUSTER" ballot create nhs-pay-ballot.conf
expect_match 'Monday 30 November, 12:00 +until then' "$out"
expect_match 'Thursday 3 December 2026 +the last day that is safe for posting' "$out"
expect_status 0 at '2026-10-20 12:00' "$MUSTER" campaign create nhs-pay-campaign.conf
expect_match '^coming +Tue 3 Nov 2026 10:00 +19:00 +waits +0 +24 +opens \+ 1 day' "$out"
expect_match '^new-paper +Wed 25 Nov 2026 10:00' "$out"
expect_match '^your-day-2026-11-24 and 9 days more +Tue 24 Nov 2026 09:30 ' "$out"
expect_match 'opens \+ 3 weeks \+ 1 day 09:30, daily until last_safe_post ' "$out"
expect_match '^post-0 +Thu 3 Dec 2026 09:00 +16:30' "$out"
expect_match '^thank-you +Mon 7 Dec 2026 14:00 +17:00' "$out"
expect_equal '' "$err" "what is said of the example"
expect_equal 20 "$(steps '2026-10-20 12:00' | wc -l)" "its steps: ten, and ten days"
expect_status 0 at '2026-10-20 12:00' "$MUSTER" campaign preflight nhs-pay
expect_match 'campaign nhs-pay would send .* messages in 20 steps' "$out"
expect_match '^coming +Tue 3 Nov 2026 10:00 +20 +4' "$out"
expect_match '^which-day +Mon 23 Nov 2026 12:30 +20 +0' "$out"

note "on a narrow terminal the words behind the figures are left out; a second look is short"
expect_status 0 at '2026-10-20 12:00' python3 "$MUSTER_ROOT/tests/flow/terminal.py" 50 100 \
    "$MUSTER" campaign show nhs-pay
expect_match '^STEP +GOES +DEADLINE +STATE +MESSAGES +MEANT NOW' "$out"
if grep -q 'WHEN' <<<"$out"; then fail "the words are on it"; fi
if grep -vE '^your-day.* more: ' <<<"$out" | grep -E '.{102}'; then fail "a line is too long"; fi
expect_status 0 at '2026-10-20 12:00' "$MUSTER" campaign show nhs-pay
expect_match ' WHEN +WHO$' "$out"
expect_status 0 at '2026-10-20 12:00' "$MUSTER" campaign approve nhs-pay
expect_match '^  its messages read as those of step post-3$' "$out"
expect_equal 9 "$(grep -c 'as those of step your-day-2026-11-24$' <<<"$out")" "its other days"
expect_match '^  texts go daily 09:00-20:00: members have named the day themselves$' "$out"

note "what never goes within its hours is told when it is made"
sed 's/replacement_end - 1 working day/replacement_end - 1 day/
    s/name   = "nhs-pay"/name = "sunday"/
    s/^    title/    hours = { sms = "Mon-Sat 09:00-20:00"; why = "a test"; };\n&/' \
    nhs-pay-campaign.conf >sunday.conf
expect_status 0 at '2026-10-20 12:00' "$MUSTER" campaign create sunday.conf
expect_match '^no texts of step new-paper-last will go: their hours .* do not begin before' "$err"

note "what is too late already is told as that"
sed 's/name   = "nhs-pay"/name = "late"/' nhs-pay-campaign.conf >late.conf
expect_status 0 at '2026-11-05 12:00' "$MUSTER" campaign create late.conf
expect_match '^step coming will be skipped: its deadline, 2026-11-03 19:00, has passed$' "$err"
if grep -q 'step coming will go' <<<"$err"; then fail "its hours are told, too"; fi

note "it starts before its first step, and nothing is queued until that comes"
expect_status 0 at '2026-10-21 12:00' "$MUSTER" campaign start nhs-pay
expect_equal "campaign nhs-pay is running
next: step coming, Tuesday 3 November 2026, 10:00; whom it means is found an hour before" "$out"
expect_status 0 at '2026-11-03 08:30' "$MUSTER" run --until-idle
expect_match '^next: step coming of campaign nhs-pay, Tuesday 3 November 2026, 10:00$' "$out"
expect_equal 'waits' "$(now='2026-11-03 08:30' step coming state)"
expect_status 0 at '2026-11-03 09:30' "$MUSTER" run --until-idle
expect_match '^0 accepted' "$out"
expect_equal 'coming queued 24' "$(steps '2026-11-03 09:30' | head -1)"
expect_status 0 at '2026-11-03 10:05' "$MUSTER" run --until-idle
expect_match '^24 accepted' "$out"
expect_match '^next: step has-it-come of campaign nhs-pay, Monday 9 November 2026, 10:00$' "$out"
expect_equal 'coming sent 24' "$(steps '2026-11-03 10:06' | head -1)"
expect_status 0 at '2026-11-03 10:06' "$MUSTER" campaign status nhs-pay
expect_match '^1 of 20 steps begun; the next, has-it-come, goes Mon 9 Nov 2026 10:00$' "$out"
expect_status 0 at '2026-11-03 10:06' "$MUSTER" campaign list
expect_match '^nhs-pay +running +2026-11-09 10:00 +2026-12-07 17:00( |$)' "$out"

note "who has voted meanwhile is not in the next step; who votes before its hour drops out of it"
expect_status 0 at '2026-11-05 12:00' "$MUSTER" ballot mark nhs-pay voted T1 T2 E1
expect_status 0 at '2026-11-09 09:20' "$MUSTER" run --until-idle
expect_equal 'queued 21' "$(now='2026-11-09 09:20' step has-it-come state) \
$(now='2026-11-09 09:20' step has-it-come messages)"
expect_status 0 at '2026-11-09 09:40' "$MUSTER" ballot mark nhs-pay voted T3
start_at musterd '2026-11-09 09:59:57' "$MUSTERD"
wait_until 60 is_sent has-it-come
stop musterd
expect_equal '20|1' "$(sqlite3 "$HOUSE/muster.db" "SELECT SUM(o.state IN ('accepted', 'delivered')),
    SUM(o.state = 'withheld') FROM outbox o JOIN step s ON s.id = o.step_id
    WHERE s.name = 'has-it-come'")" "handed over, and withheld"

note "other days for the ballot: what has not begun moves, and what is waiting tells the new ones"
expect_status 0 at '2026-11-17 09:20' "$MUSTER" run --until-idle
expect_equal queued "$(now='2026-11-17 09:20' step week-3 state)"
sed -i 's/closes = "2026-12-07 17:00"/closes = "2026-12-14 17:00"/' nhs-pay-ballot.conf
expect_status 0 at '2026-11-17 09:25' "$MUSTER" ballot change nhs-pay-ballot.conf --dry-run
expect_match '^closes +Mon 7 Dec 2026 17:00 +Mon 14 Dec 2026 17:00$' "$out"
expect_match '^nhs-pay +coming +Tue 3 Nov 2026 10:00 +Tue 3 Nov .* has begun, stays' "$out"
expect_match '^nhs-pay +week-3 +Tue 17 Nov 2026 10:00 +Tue 17 Nov 2026 10:00 .* stays' "$out"
expect_match '^nhs-pay +post-0 +Thu 3 Dec 2026 09:00 +Thu 10 Dec 2026 09:00 .* moves' "$out"
expect_match '^nhs-pay +your-day-2026-12-10 +- +Thu 10 Dec 2026 09:30 .* is added' "$out"
expect_match '^nothing was changed: without --dry-run it is$' "$out"
expect_equal '2026-12-03 09:00' "$(now='2026-11-17 09:25' step post-0 at)"
expect_status 0 at '2026-11-17 09:25' "$MUSTER" ballot change nhs-pay-ballot.conf
expect_equal '2026-12-10 09:00' "$(now='2026-11-17 09:25' step post-0 at)"
expect_equal '2026-12-10 09:30' "$(now='2026-11-17 09:25' step your-day-2026-12-10 at)"
expect_equal 'closes - 3 hours' "$(now='2026-11-17 09:25' step thank-you at_words)"
expect_status 0 at '2026-11-17 10:01' "$MUSTER" run --until-idle
expect_match '^20 accepted' "$out"
expect_equal 17 "$(grep -c 'must arrive by 14 Dec\. Please post yours' "$REHEARSAL_LOG")" \
    "the texts that tell the new close"

note "a day that a member has named is a step's: daily, to those who named it"
expect_status 0 at '2026-11-23 12:31' "$MUSTER" run --until-idle
expect_match '^17 accepted' "$out"
expect_status 0 at '2026-11-23 13:00' "$MUSTER" ballot plan nhs-pay 2026-11-25 T5 T6
expect_status 0 at '2026-11-24 10:00' "$MUSTER" run --until-idle
expect_match '^0 accepted' "$out"
expect_status 0 at '2026-11-25 09:31' "$MUSTER" run --until-idle
expect_match '^2 accepted' "$out"
expect_equal 'sent 2' "$(now='2026-11-25 10:00' step your-day-2026-11-25 state) \
$(now='2026-11-25 10:00' step your-day-2026-11-25 messages)"

note "nobody ran it for two weeks: what is too late is left out, which is said once"
expect_status 0 at '2026-12-09 20:00' "$MUSTER" run --until-idle
expect_match 'nhs-pay: step post-1 is skipped: its deadline, Wed 9 Dec 2026 19:00, passed' \
    "$err"
expect_status 0 at '2026-12-09 20:01' "$MUSTER" run --until-idle
if grep -q 'is skipped' <<<"$err"; then fail "it is said again"; fi
expect_equal 'skipped' "$(now='2026-12-09 20:01' step post-3 state)"
expect_match '^its deadline, Mon 7 Dec 2026 19:00, passed before its turn came$' \
    "$(now='2026-12-09 20:01' step post-3 why_skipped)"
expect_status 0 at '2026-12-09 20:01' "$MUSTER" campaign show nhs-pay
expect_match '^post-1 is skipped: its deadline' "$out"
expect_status 0 at '2026-12-09 20:01' "$MUSTER" campaign status nhs-pay
expect_match 'steps begun, [0-9]+ skipped; the next, post-0, goes Thu 10 Dec 2026 09:00$' "$out"

note "a close that comes nearer leaves out what would lie behind it"
sed -i 's/closes = "2026-12-14 17:00"/closes = "2026-12-10 12:00"/' nhs-pay-ballot.conf
expect_status 0 at '2026-12-09 20:02' "$MUSTER" ballot change nhs-pay-ballot.conf
expect_match '^nhs-pay +post-0 +Thu 10 Dec 2026 09:00 +- .* skipped +its deadline, ' "$out"
expect_match '^nhs-pay +thank-you +Mon 14 Dec 2026 14:00 +Thu 10 Dec 2026 09:00 .* moves' "$out"
expect_status 0 at '2026-12-10 09:01' "$MUSTER" run --until-idle
expect_match '^4 accepted' "$out"

note "with its last step done or left out, the campaign is finished"
expect_status 0 at '2026-12-10 09:02' "$MUSTER" campaign list
expect_match '^nhs-pay +finished ' "$out"
expect_status 65 at '2026-12-11 09:00' "$MUSTER" ballot change nhs-pay-ballot.conf
expect_match "ballot 'nhs-pay' has closed" "$err"

note "what a ballot's file may not change, and what a campaign's file may not say"
sed 's/name   = "nhs-pay"/name = "second"/; s/2026-12-10 12:00/2027-12-10 12:00/' \
    nhs-pay-ballot.conf >second.conf
expect_status 0 at '2026-11-17 12:00' "$MUSTER" ballot create second.conf
while IFS='|' read -r edit sentence; do
    sed "$edit" second.conf >other.conf
    expect_status 65 at '2026-11-17 12:00' "$MUSTER" ballot change other.conf
    expect_match "$sentence" "$err"
done <<'END'
s/opens  = "2026-11-02"/opens = "2026-11-03"/|opens cannot change: ballot 'second' has opened
s/who    = .*/who = "everyone";/|the electorate of ballot 'second' stays as it was made
s/method = "postal"/method = "hybrid"/|method is "hybrid", but ballot 'second' has opened already
s/2027-12-10/2026-11-16/|closes has passed already
s/name = "second"/name = "third"/|there is no ballot 'third'
END
sed 's/ballot = "nhs-pay"/ballot = "second"/; s/name   = "nhs-pay"/name = "bad"/
    s/opens + 1 day 10:00/opnes + 1 day 10:00/
    s/last_safe_post - 3 working days 10:00/last_safe_post/
    s/closes - 3 hours/closes + 1 hour/' nhs-pay-campaign.conf >bad.conf
expect_status 65 at '2026-11-17 12:00' "$MUSTER" campaign create bad.conf
expect_match "^bad.conf:[0-9]+: campaign.steps\[0\].at is .*: there is no day 'opnes'" "$err"
expect_match 'did you mean opens' "$err"
expect_match 'it needs a time of day too: "last_safe_post 10:00"' "$err"
expect_match "campaign.steps\[10\].at is .* but ballot 'second' closes before" "$err"

note "a step that is left out goes after all when the days come back"
sed 's/name = "second"/name = "third"/; s/2027-12-10/2026-12-14/' second.conf >third.conf
sed 's/2026-12-14/2026-11-21/' third.conf >sooner.conf
sed 's/ballot = "nhs-pay"/ballot = "third"/; s/name   = "nhs-pay"/name = "back"/' \
    nhs-pay-campaign.conf >back.conf
expect_status 0 at '2026-11-17 12:00' "$MUSTER" ballot create third.conf
expect_status 0 at '2026-11-17 12:00' "$MUSTER" campaign create back.conf
expect_status 0 at '2026-11-17 12:00' "$MUSTER" campaign start back
expect_status 0 at '2026-11-17 12:10' "$MUSTER" ballot change sooner.conf
expect_match '^back +your-day-2026-11-24 .* skipped ' "$out"
expect_status 0 at '2026-11-17 12:11' "$MUSTER" ballot change third.conf
expect_match '^back +your-day-2026-11-24 .* goes after all' "$out"
expect_match '^back +thank-you .* moves' "$out"

note "a step whose messages were all cancelled was not sent"
expect_status 0 at '2026-11-23 11:40' "$MUSTER" run --until-idle
now='2026-11-23 12:31'
expect_status 0 at "$now" "$MUSTER" campaign pause back
expect_equal paused "$(at "$now" "$MUSTER" campaign show back --format json |
    jq -r '.[] | select(.step == "which-day").state')"
expect_status 0 at "$now" "$MUSTER" campaign cancel back
expect_equal cancelled "$(at "$now" "$MUSTER" campaign show back --format json |
    jq -r '.[] | select(.step == "which-day").state')"
