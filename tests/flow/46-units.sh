#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Who is entitled where, as a ballot office sends it: taken in before the ballot opens and while it
# is open, with two jobs, with another number than was notified, with rows that make no sense.
source "$(dirname "$0")/branch.sh"
start_rehearsal
make_branch

cat >members.csv <<'END'
Membership number,First name,Surname,Mobile,Email,Employer,Workplace
00101,Ann,Adams,07700 900001,,Northfield NHS Trust,Ward 1
00102,Bea,Brown,07700 900002,,Northfield NHS Trust,Ward 2
00103,Cai,Cole,,cai@mail.example,Northfield NHS Trust,Ward 2
00104,Dee,Dunn,,,Northfield NHS Trust,Theatre
00105,Eve,Evans,07700 900005,,St Anne's,Main
00106,Fay,Frost,07700 900006,,St Anne's,Main
END
expect_status 0 "$MUSTER" import members.csv

ballot_file() { # NAME OPENS CLOSES [WHO]
    cat >"$1-ballot.conf" <<END
ballot = {
    name = "$1";  title = "The $1 ballot";  opens = "$2";  closes = "$3";
    who = "${4:-everyone}";  threshold = "1/2";
};
END
}
units() { "$MUSTER" ballot units "$@" --format csv; }
board() { "$MUSTER" ballot board "$@" --format json; }

note "a ballot that cannot be is refused in a sentence"
ballot_file back "2099-12-18" "2099-12-01 12:00"
expect_status 65 "$MUSTER" ballot create back-ballot.conf
ballot_file leap "2027-02-29" "2027-03-20 12:00"
expect_status 65 "$MUSTER" ballot create leap-ballot.conf
ballot_file nobody "2099-11-01" "2099-12-18 12:00" "employer:Elsewhere"
expect_status 65 "$MUSTER" ballot create nobody-ballot.conf
expect_match "nobody is entitled to vote in ballot 'nobody'" "$err"

ballot_file pay "2099-11-01" "2099-12-18 12:00"
expect_status 0 "$MUSTER" ballot create pay-ballot.conf
expect_equal 'unit,entitled,notified,needed,reported_voted,no_paper,reachable
Northfield NHS Trust,4,,2,0,0,3
St Anne'\''s,2,,1,0,0,2' "$(units pay)"

note "nonsense is no such list"
printf 'a,b\n1,2\n' >nonsense.csv
expect_status 65 "$MUSTER" ballot units pay nonsense.csv
expect_match 'nonsense\.csv: there is no header line with a membership number and a unit' "$err"
printf 'Membership number,Unit\n' >empty.csv
expect_status 65 "$MUSTER" ballot units pay empty.csv
expect_match 'a header in line 1, but no row below it' "$err"
printf 'Membership number,Unit\n777,Northfield NHS Trust\n' >strangers.csv
expect_status 65 "$MUSTER" ballot units pay strangers.csv
expect_match 'none of its 1 rows can be used' "$err"
expect_status 66 "$MUSTER" ballot units pay nosuch.csv
expect_status 65 "$MUSTER" ballot units nosuch
expect_status 64 "$MUSTER" ballot units pay --dry-run
head -c 2000 /dev/urandom >noise.csv
expect_status 65 "$MUSTER" ballot units pay noise.csv

note "before it opens a list replaces the electorate; every refused row has its reason"
printf '%s\r\n' 'Ballot office list' '' 'Member No;Ballot unit;Workplace' \
    '101;northfield nhs trust;Ward 9' '00102;Northfield NHS Trust;' '102;Northfield NHS Trust;' \
    '00103;Moorside;' $'00105;St Anne\x92s;' '00101;Moorside;' '777;Moorside;' '00104;;' \
    'Total;6;' >office.csv
expect_status 0 "$MUSTER" ballot units pay office.csv --dry-run --errors refused.csv
expect_match "read as WINDOWS-1252 with ';' between the cells, heading in line 3" "$out"
expect_match '^8 rows: 2 added, 2 removed, 4 as before, 3 refused' "$out"
expect_match '^  1 unit was not there before: Moorside' "$out"
expect_match '^  \+ 00101 Ann Adams, Moorside' "$out"
expect_match '^  - 00106 Fay Frost, St Anne' "$out"
expect_match '^dry run: nothing was changed' "$out"
expect_match "^line 6: is in line 5 already, with the same unit \('00102'\)" "$err"
expect_match "^line 10: no member has this number \('777'\)" "$err"
expect_match "^line 11: has no unit \('00104'\)" "$err"
expect_match '^10,,no member has this number,777,Moorside,' "$(tr -d '\r' <refused.csv)"
expect_equal 4 "$(units pay | awk -F, 'NR == 2 { print $2 }')"
expect_status 0 "$MUSTER" ballot units pay office.csv
# Whoever stands in a row that was refused keeps what they had.
expect_equal "Moorside 2
Northfield NHS Trust 3
St Anne's 1" "$("$MUSTER" ballot units pay --format json | jq -r '.[] | "\(.unit) \(.entitled)"')"

note "two jobs are one person, who is counted in both units and once in all"
expect_status 0 "$MUSTER" ballot show pay
expect_match '5 entitled' "$out"
expect_status 0 "$MUSTER" ballot board pay
expect_match 'Units count 6 places of 5 members' "$out"
expect_status 0 "$MUSTER" member show 101
expect_match 'pay, in Northfield NHS Trust, Moorside: unknown' "$out"

note "the number that was notified is what the threshold is of, and fixes the units"
cat >notified.csv <<'END'
unit,entitled
Northfield NHS Trust,"1,412"
Moorside,five
Moorside,0
Nowhere,12
Moorside,5
Moorside,6
Total,1417
END
expect_status 0 "$MUSTER" ballot units pay notified.csv
expect_match '^6 rows: 3 units with how many were notified, 3 refused' "$out"
expect_match "^line 3: how many are entitled is a whole number, at least 1 \('five'\)" "$err"
expect_match "^line 7: is in line 6 already \('Moorside'\)" "$err"
expect_match '^Northfield NHS Trust: 1412 entitled were notified, 3 are in the membership' "$out"
expect_match '^Nowhere: 12 entitled were notified, 0 are in the membership list' "$out"
expect_equal '706 false
3 true' "$(board pay | jq -r '.[] | select(.employer | test("N.*Trust|Moor")) |
    "\(.needed | tonumber) \(.entitled >= .needed - 1)"' | sort -r)"
printf 'Membership number,Unit\n101,Morside\n102,Northfield NHS Trust\n' >slip.csv
expect_status 0 "$MUSTER" ballot units pay slip.csv --dry-run
expect_match "^line 2: the ballot has no unit of this name, is it 'Moorside'\?" "$err"

note "another ballot for the same people is named"
ballot_file safety "2099-11-15" "2099-12-24 12:00" "employer:St* or employer:North*"
expect_status 0 "$MUSTER" ballot create safety-ballot.conf
expect_match '^ballots safety and pay are open at the same time in Northfield NHS Trust and 1' \
    "$err"

note "a second list that names a few only takes nobody else's entitlement by the way"
printf 'Number,Unit\n00101,Moorside\n' >few.csv
expect_status 65 "$MUSTER" ballot units pay few.csv
expect_match 'who are entitled are not in the list .* more than 20 %; if that is right, say' "$err"
expect_status 0 "$MUSTER" ballot units pay few.csv --dry-run
expect_match 'the list will be refused without a higher --removed-up-to' "$out"

note "while it is open a list adds and removes, and nothing that was told is lost"
expect_status 0 "$MUSTER" ballot mark pay voted 00101
expect_status 0 "$MUSTER" ballot mark pay no-paper 00102
sqlite3 "$HOUSE/muster.db" "UPDATE ballot SET opens = 1000 WHERE name = 'pay'"
printf '%s,%s\n' Number Unit 00101 Moorside 00103 Moorside 00104 Elsewhere 00106 Moorside \
    >later.csv
expect_status 65 "$MUSTER" ballot units pay later.csv
expect_match '3 of 6 who are entitled are not in the list .* --removed-up-to 50' "$err"
expect_equal 3 "$(units pay | awk -F, '/^North/ { print $2 }')"
expect_status 0 "$MUSTER" ballot units pay later.csv --removed-up-to 50
expect_match '^4 rows: 1 added, 3 removed, 3 as before, 1 refused' "$out"
expect_match '^  2 of those removed had told something: that is kept' "$out"
expect_match '^  - 00102 Bea Brown, Northfield NHS Trust; kept: no-paper' "$out"
expect_match "^line 4: the ballot has no unit of this name \('Elsewhere'\)" "$err"
expect_status 0 "$MUSTER" member show 102
expect_match 'pay, no longer entitled: no-paper' "$out"
expect_status 65 "$MUSTER" ballot mark pay voted 00102
printf 'Number,Unit\n00101,Moorside\n00102,Northfield NHS Trust\n00103,Moorside\n' >back.csv
expect_status 0 "$MUSTER" ballot units pay back.csv --removed-up-to 100
expect_status 0 "$MUSTER" member show 102
expect_match 'pay, in Northfield NHS Trust: no-paper' "$out"

note "who would carry a unit is said in words, and listed for those who call"
cat >callers.csv <<'END'
Membership number,First name,Surname,Mobile,Email,Employer,Workplace
201,Gil,Grey,07700 900011,,O'Hara Care,East
202,Hal,Hill,07700 900012,,O'Hara Care,East
203,Ida,=Ivy,07700 900013,,O'Hara Care,West
204,Jon,Jay,,,O'Hara Care,West
205,Kim,King,07700 900015,,O'Hara Care,
206,Lee,Lane,,lee@mail.example,O'Hara Care,
END
expect_status 0 "$MUSTER" import callers.csv
ballot_file care "2026-01-05" "2099-12-30 12:00" "employer:O*"
expect_status 0 "$MUSTER" ballot create care-ballot.conf
expect_status 0 "$MUSTER" suppress add 07700900012
expect_status 0 "$MUSTER" ballot mark care declined 205
expect_status 0 "$MUSTER" ballot board care --unit "o'hara care"
expect_match '^3 members there who have not voted can be written to: 2 by text, 1 by mail' "$out"
who=$(sed -n 's/^  who = "\(.*\)";$/\1/p' <<<"$out" | sed 's/\\"/"/g')
expect_equal "unit:\"O'Hara Care\" and (unknown or no-paper) and reachable:any" "$who"
pasted=$(sed -n 's/^  muster \(segment count .*\)$/\1/p' <<<"$out")
expect_status 0 bash -c "\"\$MUSTER\" $pasted --format csv"
expect_equal '3,2,1' "$(tail -n 1 <<<"$out")"
expect_status 0 "$MUSTER" ballot board pay --unit moorside
expect_match 'muster segment count would speak of ballot care, which closes last' "$out"
expect_status 65 "$MUSTER" ballot board care --unit "O'Hara Car"
expect_match "ballot care has no unit 'O'Hara Car', did you mean 'O'Hara Care'\?" "$err"
expect_equal 2 "$("$MUSTER" ballot board care --unit "O'Hara Care" --format csv | wc -l)"

note "no number that was closed is in a list, and no cell of it is a formula"
expect_status 0 "$MUSTER" ballot calls care --unit "O'Hara Care" --format csv
expect_equal "number,first_name,last_name,unit,workplace,phone,note,voted,no_paper,\
rather_not_say,left" "$(head -n 1 <<<"$out")"
expect_equal '201,Gil,Grey,O'\''Hara Care,East,"'\''+447700900011",,,,,
202,Hal,Hill,O'\''Hara Care,East,,do not call: has asked not to be written to,,,,
203,Ida,"'\''=Ivy",O'\''Hara Care,West,"'\''+447700900013",,,,,
204,Jon,Jay,O'\''Hara Care,West,,no number known,,,,
206,Lee,Lane,O'\''Hara Care,,,no number known,,,,' "$(tail -n +2 <<<"$out")"
cp "$SCRATCH/stdout" rep.csv
expect_status 0 "$MUSTER" ballot calls care --sheet
expect_match "^O'Hara Care, page 1 of 1" "$out"
expect_match '^Reported so far: 0 of 6 have voted. Still needed: 3\.' "$out"
expect_match 'nor the 1 marked "do not call"' "$out"
expect_match '^202 +Hal Hill +do not call +\[ \] +\[ \]' "$out"
expect_match '^-- West' "$out"
if grep -q 900012 "$SCRATCH/stdout"; then fail "a closed number is on the sheet"; fi
expect_status 64 "$MUSTER" ballot calls care --sheet --format csv
expect_equal 2 "$("$MUSTER" ballot calls pay --sheet | grep -c $'\f\|, page 1 of 1' || true)"

note "what a rep sends back is read as it comes"
expect_status 65 "$MUSTER" ballot mark care voted --from rep.csv
expect_match "rep\.csv: nobody is ticked under 'voted'" "$err"
sed -e '/^201/s/,,,,$/,x,,,/' -e '/^204/s/,,,,$/,no,yes,,/' rep.csv >ticked.csv
expect_status 0 "$MUSTER" ballot mark care voted --from ticked.csv
expect_match '^1 marked voted, 4 not ticked' "$out"
expect_status 0 "$MUSTER" ballot mark care no-paper --from ticked.csv
expect_match '^1 marked no-paper, 4 not ticked' "$out"
printf '%s\r\n' $'\xEF\xBB\xBFMembers who told me' 206 "\"'203\"" 206 999 101 '' 1.2E+06 \
    >plain.txt
expect_status 0 "$MUSTER" ballot mark care voted --from plain.txt
expect_match '^2 marked voted, 3 lines cannot be used' "$out"
expect_match "^line 5: '999' is no member's number" "$err"
expect_match "^line 6: '101' is not entitled in this ballot" "$err"
expect_match "^line 8: '1.2E\+06' has a membership number that a spreadsheet has shortened" "$err"
expect_equal 3 "$(board care | jq '.[0].reported_voted')"
expect_status 64 "$MUSTER" ballot mark care voted
expect_status 64 "$MUSTER" ballot mark care voted 203 --from plain.txt
expect_status 66 "$MUSTER" ballot mark care voted --from nosuch.txt
printf '999\n' >stranger.txt
expect_status 65 "$MUSTER" ballot mark care voted --from stranger.txt

note "colours are for terminals, and for who wants them"
seen() {
    TERM=xterm python3 "$MUSTER_ROOT/tests/flow/terminal.py" 40 200 "$MUSTER" ballot board "$@"
}
expect_match $'^\e\\[32mO.Hara Care.* reached .*\e\\[0m' "$(seen care)"
expect_match $'^\e\\[31mNorthfield.*out of reach, with calls too' "$(seen pay)"
for plain in "$(NO_COLOR=1 seen pay)" "$("$MUSTER" ballot board pay)"; do
    if [[ $plain == *$'\e'* ]]; then fail "there are colours where nobody wants them"; fi
done

note "two units are one message, which names both; who is not entitled any more gets none"
ballot_file two "2099-01-05" "2099-12-18 12:00" "number:2*"
expect_status 0 "$MUSTER" ballot create two-ballot.conf
printf '%s,%s\n' Number Unit 201 "O'Hara Care" 201 Vale 203 Vale 206 Vale 204 Vale >two.csv
expect_status 0 "$MUSTER" ballot units two two.csv
sqlite3 "$HOUSE/muster.db" "UPDATE ballot SET opens = 1000 WHERE name = 'two'"
write_campaign both 'unit:Vale* or unit:\"O*\"' two
# shellcheck disable=SC2016
echo '{{first_name}} of {{unit.name}}, please vote. STOP to leave.' >note.en.sms
expect_status 0 "$MUSTER" campaign create both.conf
expect_status 0 "$MUSTER" campaign start both
grep -v '^203' two.csv >fewer.csv
expect_status 0 "$MUSTER" ballot units two fewer.csv
expect_status 0 "$MUSTER" run --until-idle
expect_equal 'email accepted 1
sms accepted 1
sms withheld 1' "$(states both | sed 's/delivered/accepted/')"
expect_match "Gil of O'Hara Care, Vale, please vote" \
    "$(jq -r 'select(.event == "message") | .text // empty' "$REHEARSAL_LOG")"
