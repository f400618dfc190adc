#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The weeks of a ballot: who has no paper gets another, once; who named a day is reminded on it.
source "$(dirname "$0")/branch.sh"
source "$(dirname "$0")/other_day.sh"
start_rehearsal
make_branch
cat >members.csv <<'END'
Membership number,First name,Surname,Mobile,Email,Employer
A1,Ann,=Adams,07700 900001,,City Trust
A2,Bea,Brown,07700 900002,,City Trust
A3,Cai,Cole,07700 900003,,Vale Trust
A4,Dee,Dunn,07700 900004,,Vale Trust
END
expect_status 0 "$MUSTER" import members.csv
cat >ballot.conf <<'END'
ballot = { name = "pay"; title = "Pay ballot"; who = "everyone"; threshold = "1/2";
    opens = "2026-11-02"; closes = "2026-12-18 17:00";
    replacements = { from = "2026-11-09"; until = "2026-12-11 12:00"; }; };
END
expect_status 0 "$MUSTER" ballot create ballot.conf

note "who tells that no paper has come has asked for one; too early, it waits"
expect_status 0 on '2026-11-05 10:00' "$MUSTER" ballot mark pay no-paper A1 A2
expect_status 0 on '2026-11-05 11:00' "$MUSTER" ballot replacements pay
expect_match '^A1 .*City Trust +2026-11-05 10:00 +person +too early' "$out"
expect_match ' too early: the window opens 9 November 00:00$' "$out"
expect_match '^2 too early$' "$out"
expect_status 0 on '2026-11-05 11:00' "$MUSTER" ballot replacements pay --pass-on
expect_equal 'number,first_name,last_name,unit,asked_at,note' "$out"
expect_match 'nothing is outstanding' "$err"

note "what is outstanding is passed on once, safe for a spreadsheet"
expect_status 0 on '2026-11-10 10:00' "$MUSTER" ballot replacements pay --outstanding --format json
expect_equal 'A1 A2' "$(jq -r 'map(.number) | join(" ")' <<<"$out")"
expect_status 0 on '2026-11-10 10:00' "$MUSTER" ballot replacements pay --pass-on \
    --to 'the scrutineer'
expect_equal "number,first_name,last_name,unit,asked_at,note
A1,Ann,\"'=Adams\",City Trust,2026-11-05 10:00,
A2,Bea,Brown,City Trust,2026-11-05 10:00," "$out"
expect_match '2 passed on to the scrutineer as batch 1; --batch 1 shows it again' "$err"
expect_status 0 on '2026-11-10 11:00' "$MUSTER" ballot replacements pay --pass-on
expect_equal 'number,first_name,last_name,unit,asked_at,note' "$out"
expect_status 0 on '2026-11-10 11:00' "$MUSTER" ballot replacements pay --passed
expect_match '^A2 .* passed on: batch 1, 10 November 10:00, to the scrutineer$' "$out"
expect_status 0 on '2026-11-12 10:00' "$MUSTER" ballot replacements pay --batch 1 --sent
expect_match '^2 papers of batch 1 noted as sent out$' "$out"

note "a second loss is one a week later, and is passed on as such"
expect_status 0 on '2026-11-18 10:00' "$MUSTER" ballot mark pay no-paper A1
expect_status 0 on '2026-11-20 10:00' "$MUSTER" ballot mark pay no-paper A2
expect_status 0 on '2026-11-20 11:00' "$MUSTER" ballot replacements pay --outstanding
expect_match '^A2 .* outstanding; second loss$' "$out"
expect_match '^1 outstanding$' "$out"
expect_status 0 on '2026-11-20 11:00' "$MUSTER" ballot replacements pay --pass-on
expect_match '^A2,Bea,Brown,City Trust,2026-11-20 10:00,second loss$' "$out"

note "it stands with all that is known of the member"
expect_status 0 "$MUSTER" member show A2
expect_match '2026-11-05 10:00 +asked for another paper, passed on 2026-11-10' "$out"
expect_match '2026-11-20 10:00 +asked for another paper, passed on 2026-11-20' "$out"

note "a vote settles it"
expect_status 0 on '2026-11-21 10:00' "$MUSTER" ballot mark pay voted A1
expect_status 0 on '2026-11-21 10:00' "$MUSTER" ballot replacements pay
expect_match '^A1 .* settled: has voted$' "$out"

note "what comes too late is kept, and flagged"
expect_status 0 on '2026-12-11 12:30' "$MUSTER" ballot mark pay no-paper A3
expect_status 0 on '2026-12-11 13:00' "$MUSTER" ballot replacements pay
expect_match '^A3 .* too late: the window closed 11 December 12:00$' "$out"
expect_status 0 on '2026-12-11 13:00' "$MUSTER" ballot replacements pay --pass-on
expect_equal 'number,first_name,last_name,unit,asked_at,note' "$out"
expect_status 0 on '2026-12-11 13:00' "$MUSTER" segment count --format json 'replacement:late'
expect_equal 1 "$(jq -r '.[0].members' <<<"$out")"

note "slips are said"
expect_status 65 "$MUSTER" ballot replacements pey
expect_match "there is no ballot 'pey'" "$err"
expect_status 65 "$MUSTER" ballot replacements pay --batch 7
expect_match 'no batch 7 was passed on in ballot pay' "$err"
expect_status 64 "$MUSTER" ballot replacements pay --sent
expect_status 64 "$MUSTER" ballot replacements pay --to office

note "a day on which a member means to vote, told by a person"
expect_status 0 on '2026-12-10 10:00' "$MUSTER" ballot plan pay Friday A3
expect_match '^1 member: means to vote on 2026-12-11$' "$out"
expect_status 0 on '2026-12-10 10:00' "$MUSTER" ballot plan pay 2026-12-12 A4
expect_status 64 "$MUSTER" ballot plan pay someday A4
expect_match "'someday' is no day" "$err"
expect_status 65 "$MUSTER" ballot plan pay 2026-12-19 A4
expect_match '2026-12-19 is not a day of ballot pay, which is open from 2026-11-02 to' "$err"
expect_status 65 "$MUSTER" ballot plan pay 2026-12-12 A9
expect_match 'there is no member A9; nothing was noted' "$err"

note "plan:today is of the day on which the words are used, in a saved segment, too"
expect_status 0 on '2026-12-10 10:00' "$MUSTER" segment set today 'plan:today and not voted'
for day in 10:0 11:1 12:1 13:0; do
    expect_status 0 on "2026-12-${day%:*} 10:00" "$MUSTER" segment count segment:today --format json
    expect_equal "${day#*:}" "$(jq -r '.[0].members' <<<"$out")" "who votes on the ${day%:*}th"
done

note "a message that waited until the day after does not go: its member's day is over"
write_campaign onday 'plan:today' pay '2026-12-13 20:00'
expect_status 0 on '2026-12-11 09:00' "$MUSTER" campaign create onday.conf
expect_status 0 on '2026-12-11 09:00' "$MUSTER" campaign start onday
expect_equal 'sms queued 1' "$(states onday)"
expect_status 0 on '2026-12-12 09:00' "$MUSTER" run
expect_equal 'sms withheld 1' "$(states onday)"
