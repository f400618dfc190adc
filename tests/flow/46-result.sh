#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# After the count: what the scrutineer reports of each unit, whether it is enough, and how it lies
# beside what members had told.
source "$(dirname "$0")/branch.sh"
source "$(dirname "$0")/other_day.sh"
start_rehearsal
make_branch
{
    echo 'Membership number,First name,Surname,Mobile,Employer'
    for i in {1..10}; do echo "C$i,Cas,Case $i,07700 9000$((10 + i)),City Trust"; done
    for i in {1..5}; do echo "V$i,Val,Vane $i,07700 9000$((30 + i)),Vale Trust"; done
} >members.csv
expect_status 0 "$MUSTER" import members.csv

# ballot NAME LINES: a ballot that was open in 2026, with these lines as well.
ballot() {
    cat >"$1.conf" <<END
ballot = { name = "$1"; title = "the pay ballot"; who = "everyone";
    opens = "2026-11-02"; closes = "2026-12-18 17:00"; $2 };
END
}

note "questions are part of the ballot's file, and checked"
ballot bad 'questions = ( { name = "two words"; }, "strike", { name = "a"; }, { name = "a"; } );'
expect_status 65 "$MUSTER" ballot create bad.conf
expect_match 'name is "two words", but must be letters' "$err"
expect_match 'must be \{ name = "strike"; text = "\.\.\."; \}' "$err"
expect_match "has the name of another, 'a'" "$err"
ballot pay 'questions = ( { name = "strike"; text = "Are you prepared to strike?"; },
    { name = "asos"; text = "Are you prepared to act short of a strike?"; } );'
expect_status 0 "$MUSTER" ballot create pay.conf
expect_status 0 "$MUSTER" ballot mark pay voted C1 C2 C3 C4 V1

note "there is no count before the ballot has closed"
echo 'Employer,Votes cast,Strike yes,Strike no,Asos yes,Asos no' >count.csv
expect_status 65 on '2026-12-18 16:00' "$MUSTER" ballot result pay count.csv
expect_match 'ballot pay is open until 2026-12-18 17:00: there is no count yet' "$err"
expect_status 0 "$MUSTER" ballot result pay
expect_match '^nothing has been counted yet: muster ballot result NAME FILE' "$out"

note "a count that cannot be is refused as a whole, each fault with its line"
cat >count.csv <<'END'
Employer,Entitled,Votes cast,Spoiled,Strike yes,Strike no,Asos yes,Asos no
City Trust,10,12,1,5,1,4,1
Vale Trust,5,2,0,2,1,2,0
END
expect_status 65 on '2026-12-19 10:00' "$MUSTER" ballot result pay count.csv
expect_match '^count\.csv:2: City Trust: 12 votes cast, but only 10 are entitled$' "$err"
expect_match "^count\\.csv:3: Vale Trust: 3 answers to 'strike' cannot be, with 2 votes" "$err"
expect_match 'count\.csv: nothing was taken from it' "$err"
expect_status 0 "$MUSTER" ballot result pay --format json
expect_equal '[]' "$(jq -c . <<<"$out")"

note "each unit is judged by itself, each question by itself; what was reported lies beside it"
cat >count.csv <<'END'
Employer,Entitled,Votes cast,Spoiled,Strike yes,Strike no,Asos yes,Asos no
City Trust,10,7,1,5,1,2,4
Vale Trust,5,2,0,2,0,2,0
Total,15,9,1,7,1,4,4
END
expect_status 0 on '2026-12-21 10:00' "$MUSTER" ballot result pay count.csv
expect_match '^the counts of 2 units taken in$' "$out"
expect_match 'strike: Are you prepared to strike\?' "$out"
expect_match '^City Trust +10 +7 +1 +60\.0 % +reached +5 : 1 +carried ' "$out"
expect_match '^City Trust .* 2 : 4 +no majority +4 +7 +3$' "$out"
expect_match '^Vale Trust +5 +2 +0 +40\.0 % +short by 1 +2 : 0 +not the turnout .* 1 +2 +1$' "$out"
expect_match '^all +15 +9 +1 +53\.3 % +7 : 1 +4 : 4 +5 +9 +4$' "$out"
expect_match '^spoiled papers do not count for the turnout$' "$out"
expect_match 'notice given today, the first day of action is Thursday 31 December 2026;' "$out"
expect_match '; the last is Friday 17 December 2027$' "$out"
expect_status 0 "$MUSTER" ballot result pay --format csv
expect_match '^Vale Trust,5,2,0,3,no,strike,2,0,0,yes,0,no,1$' "$out"

note "a unit that is counted again gets the new figures; a spoiled paper may count"
cat >count.csv <<'END'
Employer,Entitled,Votes cast,Spoiled,Strike yes,Strike no,Asos yes,Asos no
Vale Trust,5,3,1,2,0,2,0
END
expect_status 0 on '2026-12-22 10:00' "$MUSTER" ballot result pay count.csv
expect_match '^Vale Trust +5 +3 +1 +40\.0 % +short by 1' "$out"
expect_status 0 "$MUSTER" ballot result pay --with-spoiled
expect_match '^Vale Trust +5 +3 +1 +60\.0 % +reached +2 : 0 +carried' "$out"
expect_match '^spoiled papers count for the turnout$' "$out"

note "units that count together are judged together, and when none is missing"
ballot both 'count = "together"; questions = ( { name = "strike"; } );'
expect_status 0 "$MUSTER" ballot create both.conf
printf 'Employer;Votes;Yes;No\nCity Trust;6;5;1\n' >count.csv
expect_status 0 on '2026-12-21 10:00' "$MUSTER" ballot result both count.csv
expect_match '^1 unit is not counted yet$' "$out"
expect_status 0 "$MUSTER" ballot result both --format json
expect_equal '["",""]' "$(jq -c 'map(.carried)' <<<"$out")"
printf 'Employer;Votes;Yes;No\nVale Trust;2;2;0\n' >count.csv
expect_status 0 on '2026-12-21 10:00' "$MUSTER" ballot result both count.csv
expect_status 0 "$MUSTER" ballot result both --format json
expect_equal '["","","yes"]' "$(jq -c 'map(.carried)' <<<"$out")"
