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
