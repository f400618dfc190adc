#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The examples of an action: a series that tells what is at stake and is measured by what members
# answer to each step, and a call with a reminder. Who has answered is not asked again; who comes is
# reminded; every time moves with the action. The programs are shown days of another century.
source "$(dirname "$0")/branch.sh"
source "$(dirname "$0")/other_day.sh"
start_rehearsal
make_branch limits.per_week=2 limits.apart=24
cat >members.csv <<'END'
Membership number,First name,Surname,Mobile,Email,Employer,Workplace,Branch,Language
1,Ann,Ash,07700 900001,,Anytown Trust,General,Leeds General,en
2,Bea,Birch,07700 900002,,Anytown Trust,General,Leeds General,en
3,Cai,Cedar,07700 900003,,Anytown Trust,General,Leeds General,cy
4,Dee,Damson,07700 900004,,Anytown Trust,General,Leeds General,en
5,Eve,Elm,,eve@mail.example,Anytown Trust,General,Leeds General,en
6,Flo,Fir,07700 900006,,City Trust,,City Health,en
END
expect_status 0 "$MUSTER" import members.csv
start_public
for name in strike-day strike-day-campaign what-is-at-stake; do
    sed 's/2026-12/2099-12/' "$MUSTER_ROOT/etc/examples/$name.conf" >"$name.conf"
done

# tick INSTANT: what is due then goes.
tick() {
    expect_status 0 on "$1" "$MUSTER" run --until-idle
}

replies() {
    "$MUSTER" campaign replies "$1" --format csv | cut -d, -f1,3-5
}

note "the series: who has answered is not asked by the next step, who may come is"
expect_status 0 on '2099-11-30 09:00' "$MUSTER" action create strike-day.conf
expect_match 'it concerns 5 members: 4 can be texted, 1 can be mailed' "$out"
expect_status 0 on '2099-11-30 09:00' "$MUSTER" campaign create what-is-at-stake.conf
expect_equal '' "$err" "what is said of the example"
expect_status 0 on '2099-11-30 09:00' "$MUSTER" campaign start what-is-at-stake
tick '2099-12-01 10:05'
expect_match '^5 accepted' "$out"
expect_match 'Ann, 42 nights a year have no nurse in charge\. Picket is on Tue 15 Dec\. Coming' \
    "$(jq -r 'select(.event == "message").text' "$REHEARSAL_LOG")"
expect_match 'Mae 42 noson y flwyddyn heb nyrs mewn gofal\. Picket: Maw 15 Rhag' \
    "$(jq -r 'select(.event == "message").text' "$REHEARSAL_LOG")"
reply +447700900001 "1 +1"
reply +447700900002 "maybe"
reply +447700900003 "3"
reply +447700900003 "Pam fod angen streic o gwbl?"
tick '2099-12-05 10:05'
expect_match '^3 accepted' "$out"
reply +447700900002 "ok I'll be there"
reply +447700900004 "Why not on a Saturday?"
tick '2099-12-10 10:05'
expect_match '^2 accepted' "$out"
reply +447700900004 "3 sorry"

note "what each step brought is counted by what was answered, and by nothing else"
expect_status 0 "$MUSTER" campaign replies what-is-at-stake
expect_match '^stake +2099-12-01 10:00 +5 +cannot +1 +20$' "$out"
expect_equal 'step,handed,meaning,members
stake,5,cannot,1
stake,5,coming,1
stake,5,maybe,1
stake,5,other,1
stake,5,none,2
win,3,coming,1
win,3,other,1
win,3,none,1
come,2,cannot,1
come,2,none,1' "$(replies what-is-at-stake)"
expect_status 0 "$MUSTER" action show strike-day
expect_match '^of 5 whom it concerns 5 were asked: 2 coming, with 1 guest; 0 maybe; 2 cannot' "$out"

note "the call: the same people, their answers known, and a reminder to those who come"
expect_status 0 on '2099-12-10 12:00' "$MUSTER" campaign create strike-day-campaign.conf
expect_status 0 on '2099-12-10 12:00' "$MUSTER" campaign start strike-day
tick '2099-12-12 17:05'
expect_match '^1 accepted' "$out"
expect_status 0 on '2099-12-12 18:00' "$MUSTER" campaign show strike-day --format csv
expect_match '^call,' "$out"
tick '2099-12-14 17:35'
expect_match '^2 accepted' "$out"
expect_match 'see you at Picket: Tue 15 Dec 07:00, the main gate of Leeds General' \
    "$(jq -r 'select(.event == "message").text' "$REHEARSAL_LOG" | tail -2)"

note "news goes at once, however often they were written to, and outside the hours only with a why"
sed -i 's/the main gate of/the car park of/; s/^    # why = .*/    why = "the gate is closed";/' \
    strike-day.conf
sed -i "s/^    sms = \"always\"/    sms = \"daily 09:00-20:00\"/" "$HOUSE/muster.conf"
expect_status 0 on '2099-12-14 21:00' "$MUSTER" action change strike-day.conf
expect_match '^2 are coming, 0 may be; 1 more was asked' "$out"
expect_status 0 on '2099-12-14 21:00' "$MUSTER" campaign start strike-day-changed
tick '2099-12-14 21:05'
expect_match '^0 accepted' "$out"
expect_status 0 on '2099-12-14 21:10' "$MUSTER" action cancel strike-day --start \
    --why "talks" --at-any-hour "nobody is to travel for nothing"
expect_match 'campaign strike-day-changed, which was running, calls to it and is cancelled' "$out"
tick '2099-12-14 21:11'
expect_match '^2 accepted' "$out"
expect_equal 2 "$(jq -r 'select(.event == "message").text' "$REHEARSAL_LOG" | tail -2 |
    grep -c 'is CANCELLED: talks\.')"
expect_sound_books
