#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The same branch's list, week after week: what would change, what does, who has left, the refused
# rows mended and brought in, and everything taken back.
source "$(dirname "$0")/lib.sh"
expect_status 0 "$MUSTER" init house --set organisation.name=Branch \
    --set mail.from=organiser@branch.example
export MUSTER_CONFIG=$SCRATCH/house/muster.conf

# members: everything that an undo must put back.
members() {
    sqlite3 house/muster.db "
        SELECT m.id, m.number, m.first_name, m.last_name, m.employer, m.workplace, m.status, m.tags,
            m.custom, m.channels, m.absent_in, m.import_id,
            (SELECT group_concat(c.channel || c.address || hex(c.address_key) || c.work)
             FROM contact c WHERE c.member_id = m.id)
        FROM member m ORDER BY m.id"
}

cat >week1.csv <<'END'
Membership No,Surname,Forename,Mobile,Email,Employer,Workplace,Status
1001,Ash,Ann,07700 900101,ann@mail.example,City Trust,Ward 1,active
1002,Birch,Bea,07700 900102,,City Trust,Ward 2,active
1003,Cedar,Cai,07700 900103,cai@mail.example,City Trust,Ward 3,active
1004,Elm,Dot,07700 900103,,City Trust,Ward 3,active
1005,Fir,Eve,7.70E+09,eve@mail.example,City Trust,Ward 4,active
1006,Gorse,Flo,07700 900106,,City Trust,Ward 4,active
1007,Hazel,Gus,07700 900107,,City Trust,Ward 4,active
,Iris,Hal,07700 900108,,City Trust,Ward 4,active
END

note "the first list: its refused rows come back in a file that can be mended and imported"
expect_status 0 "$MUSTER" import week1.csv --errors refused.csv
expect_match '^8 rows: 7 added, 0 changed, 0 unchanged, 1 refused$' "$out"
expect_match '^  2 members share a mobile or mailbox \(1 of these\)' "$out"
expect_match '^import 1; muster import undo 1 takes it back$' "$out"
expect_equal 600 "$(stat -c %a refused.csv)" "the mode of refused.csv"
expect_equal $'\xEF\xBB\xBFLine,Column,Reason,'"$(head -n 1 week1.csv)" \
    "$(head -n 1 refused.csv | tr -d '\r')"
expect_equal 3 "$(wc -l <refused.csv)" "the lines of refused.csv"
expect_match '^6,Mobile,"was shortened by a spreadsheet .*",1005,Fir,Eve,7\.70E\+09,eve@' \
    "$(tr -d '\r' <refused.csv)"
expect_match '^9,,has no membership number,,Iris,Hal,07700 900108,' "$(tr -d '\r' <refused.csv)"
sed -i 's/7\.70E+09/07700 900105/g; s/number,,Iris/number,1008,Iris/' refused.csv
expect_status 0 "$MUSTER" import refused.csv
expect_match '^2 rows: 1 added, 1 changed, 0 unchanged, 0 refused$' "$out"
expect_equal '' "$(grep 'columns not used' <<<"$out" || true)"
expect_equal '+447700900105' \
    "$("$MUSTER" member find 1005 --format json | jq -r '.[0].mobile')"
week1=$(members)

note "a dry run tells the difference, and changes nothing"
cat >week2.csv <<'END'
Membership No,Surname,Forename,Mobile,Email,Employer,Workplace,Status
1001,Ash,Ann,07700 900101,ann@mail.example,Calder Trust,Ward 1,active
1002,Birch,Bea,07700 900122,bea@mail.example,City Trust,Ward 2,active
1003,Cedar,Cai,07700 900103,cai@mail.example,City Trust,Ward 3,resigned
1004,Elm,Dot,,,City Trust,Ward 3,active
1005,Fir,Eve,07700 900105,eve@mail.example,City Trust,Ward 4,active
1006,Gorse,Flo,07700 900106,,City Trust,Ward 4,active
1009,Juniper,Ida,07700 900109,,City Trust,Ward 5,active
1009,Juniper,Ida,07700 900109,,City Trust,Ward 6,active
END
before=$(sqlite3 house/muster.db .dump | sha256sum)
expect_status 0 "$MUSTER" import week2.csv --full --dry-run --leavers-up-to 50
expect_match '^8 rows: 1 would be added, 4 would be changed, 3 unchanged, 0 refused$' "$out"
expect_match '^  2 members with another employer, workplace or branch$' "$out"
expect_match '^  1 member with another mobile or mail address$' "$out"
expect_match '^  1 member of whom the list says that they have left$' "$out"
expect_match '^  1 row of a member who stood in the list before$' "$out"
expect_match '^  2 members not in the list, marked as left$' "$out"
expect_match '^  1009 Ida Juniper$' "$out"
expect_match '^  1001 Ann Ash; employer City Trust -> Calder Trust$' "$out"
expect_match '^  1002 .*; mobile \+447700900102 -> \+447700900122; e-mail not known -> bea@' "$out"
expect_match '^  1007 Gus Hazel$' "$out"
expect_match '^dry run: nothing was changed$' "$out"
expect_equal "$before" "$(sqlite3 house/muster.db .dump | sha256sum)" "the store"

note "all of the differences are in a file when it is asked for"
expect_status 0 "$MUSTER" import week2.csv --full --dry-run --changes changes.csv
expect_match '^all differences are in changes\.csv$' "$out"
expect_match '^2,changed,1001,Ann,Ash,employer,City Trust,Calder Trust$' \
    "$(tr -d '\r' <changes.csv)"
expect_match "^3,changed,1002,Bea,Birch,mobile,\"'\+447700900102\",\"'\+447700900122\"\$" \
    "$(tr -d '\r' <changes.csv)"
expect_match '^8,added,1009,Ida,Juniper,employer,,City Trust$' "$(tr -d '\r' <changes.csv)"
expect_match '^0,left,1007,Gus,Hazel,status,active,left$' "$(tr -d '\r' <changes.csv)"
expect_equal 600 "$(stat -c %a changes.csv)" "the mode of changes.csv"
expect_status 73 "$MUSTER" import week2.csv --dry-run --changes changes.csv
expect_status 73 "$MUSTER" import week2.csv --dry-run --errors refused.csv
expect_status 0 "$MUSTER" import week2.csv --dry-run --errors faults.csv
expect_match '^no row has a fault: faults\.csv was not written$' "$out"

note "when too many would leave, the whole import is refused, unless told"
expect_status 65 "$MUSTER" import week2.csv --full
expect_match '2 of 8 members .* more than 20 %; .* --leavers-up-to 25$' "$err"
expect_equal "$before" "$(sqlite3 house/muster.db .dump | sha256sum)" "the store"
expect_status 0 "$MUSTER" import week2.csv --full --dry-run
expect_match '^2 of 8 members would leave: is the list complete' "$out"
expect_status 64 "$MUSTER" import week2.csv --leavers-up-to 50
expect_status 64 "$MUSTER" import week2.csv --full --leavers-up-to many
expect_status 0 "$MUSTER" import week2.csv --full --leavers-up-to 25
expect_status 0 "$MUSTER" segment count everyone --format csv
expect_equal $'members,sms,email\n6,6,3' "$out"
week2=$(members)

note "who is in a later list is back; who left by the list's word is not"
printf 'Membership No,Surname\n1003,Cedar\n1007,Hazel\n' >course.csv
expect_status 0 "$MUSTER" import course.csv
expect_match '^2 rows: 0 added, 1 changed, 1 unchanged' "$out"
expect_match '^  1 member back who had left$' "$out"
expect_match 'active' "$("$MUSTER" member find 1007 --format json | jq -r '.[0].status')"
expect_match 'left' "$("$MUSTER" member find 1003 --format json | jq -r '.[0].status')"

note "imports are taken back one by one, the latest first, to exactly what was"
expect_status 65 "$MUSTER" import undo 2
expect_match 'undo that one first' "$err"
expect_status 0 "$MUSTER" import undo 4
expect_equal "$week2" "$(members)" "the members"
expect_status 0 "$MUSTER" import undo 3
expect_match '^import 3 \(week2\.csv\) is undone: 1 member removed, 5 put back as before$' "$out"
expect_equal "$week1" "$(members)" "the members"
expect_status 65 "$MUSTER" import undo 3
expect_match 'has been undone already' "$err"
expect_status 65 "$MUSTER" import undo 99
expect_status 64 "$MUSTER" import undo week2.csv
expect_status 0 "$MUSTER" import list --format json
expect_equal 'true true false false' "$(jq -r '[.[].undone != ""] | join(" ")' <<<"$out")"

note "what a person edited since stays, and is told"
expect_status 0 "$MUSTER" import week2.csv --full --leavers-up-to 25
expect_status 0 "$MUSTER" member set 1001 employer='Moorside Trust'
expect_status 0 "$MUSTER" member set 1009 band=5
expect_status 0 "$MUSTER" import undo 5
expect_match '^kept: 1001: employer was edited since$' "$out"
expect_match '^kept: 1009 was edited since$' "$out"
expect_equal 'Moorside Trust' "$("$MUSTER" member find 1001 --format json | jq -r '.[0].employer')"
expect_equal "$(sed 's/|City Trust|Ward 1|/|Moorside Trust|Ward 1|/' <<<"$week1")" \
    "$(members | grep -v '|1009|')" "the other members"

note "a correction by hand stands until the list has something newer"
expect_status 0 "$MUSTER" import week2.csv
expect_match '^  1 member corrected by hand, which the list does not know: kept$' "$out"
expect_equal 'Moorside Trust' "$("$MUSTER" member find 1001 --format json | jq -r '.[0].employer')"
expect_status 0 "$MUSTER" import undo 6
printf 'Member No,Surname,Employer\n1001,Ash,Harbour Trust\n' >newer.csv
expect_status 0 "$MUSTER" import newer.csv
expect_match '^  1 member corrected by hand, but the list has something newer$' "$out"
expect_equal 'Harbour Trust' "$("$MUSTER" member find 1001 --format json | jq -r '.[0].employer')"
expect_status 0 "$MUSTER" import undo 7

note "a list of one office says nothing of the others"
printf 'Member No,Surname,Employer,Mobile\n%s\n%s\n%s\n' '3001,Ash,North Office,07700 900301' \
    '3002,Birch,North Office,07700 900302' '3003,Cedar,North Office,07700 900303' >north.csv
expect_status 0 "$MUSTER" import north.csv
expect_status 65 "$MUSTER" import north.csv --full
head -n 3 north.csv >north2.csv
expect_status 65 "$MUSTER" import north2.csv --full --within 'employer:"North'
expect_status 64 "$MUSTER" import north2.csv --within 'employer:"North*"'
expect_status 0 "$MUSTER" import north2.csv --full --within 'employer:"Nroth Office"' --dry-run
expect_match "^no member has employer 'Nroth Office'; did you mean 'North Office'\?$" "$err"
expect_status 0 "$MUSTER" import north2.csv --full --within 'employer:"North*"' --leavers-up-to 40
expect_match '^  1 member not in the list, marked as left$' "$out"
expect_status 0 "$MUSTER" import undo 9

note "names that have slipped by a row are refused"
{
    echo 'Member No,Surname,Forename'
    for i in {1..12}; do echo "40$i,Surname$i,Forename$i"; done
} >names.csv
expect_status 0 "$MUSTER" import names.csv
{
    echo 'Member No,Surname,Forename'
    for i in {1..12}; do echo "40$i,Surname$((i + 1)),Forename$((i + 1))"; done
} >slipped.csv
expect_status 65 "$MUSTER" import slipped.csv
expect_match '12 of 12 known members have another first and last name, .*sorted apart' "$err"
expect_status 0 "$MUSTER" import slipped.csv --dry-run
expect_match '^12 members would have other names' "$out"
expect_status 0 "$MUSTER" import slipped.csv --renamed-up-to 100
expect_status 0 "$MUSTER" import undo 11
expect_status 0 "$MUSTER" import undo 10
expect_status 0 "$MUSTER" import undo 8

note "a list can silence an address, and none can give it back its voice"
printf 'Member No,Surname,Mobile,Email,No SMS\n%s\n%s\n' \
    '1001,Ash,07700 900101,,Y' '1002,Birch,,,x' >silence.csv
expect_status 0 "$MUSTER" import silence.csv
expect_match '^  2 new opt-outs that the list asks for$' "$out"
expect_status 0 "$MUSTER" segment count 'number:1001 and reachable:sms' --format csv
expect_equal $'members,sms,email\n0,0,0' "$out"
printf 'Member No,Surname,Mobile,Contact by SMS\n1001,Ash,07700 900101,Y\n' >voice.csv
expect_status 0 "$MUSTER" import voice.csv
expect_status 0 "$MUSTER" segment count 'number:1001 and reachable:sms' --format csv
expect_equal $'members,sms,email\n0,0,0' "$out"
expect_status 0 "$MUSTER" import undo 13
expect_status 0 "$MUSTER" import undo 12
expect_match '^2 opt-outs that it brought stay in force$' "$out"
expect_status 0 "$MUSTER" segment count --format csv \
    '(number:1001 or number:1002) and reachable:sms'
expect_equal $'members,sms,email\n0,0,0' "$out"

note "the wish for silence is the member's, whatever number they have next"
printf 'Member No,Surname,Mobile,No SMS\n5001,Oak,,Yes\n' >wish.csv
expect_status 0 "$MUSTER" import wish.csv
printf 'Member No,Surname,Mobile,No SMS\n5001,Oak,07700 900501,\n' >number.csv
expect_status 0 "$MUSTER" import number.csv
expect_match '^  1 new opt-out that the list asks for$' "$out"
expect_status 0 "$MUSTER" segment count 'number:5001 and reachable:sms' --format csv
expect_equal $'members,sms,email\n0,0,0' "$out"
expect_status 0 "$MUSTER" import number.csv
expect_equal '' "$(grep opt-out <<<"$out" || true)" "what is told of old opt-outs"

note "who said STOP at one number is not stopped at another, and that is told"
printf 'Member No,Surname,Mobile\n5002,Pine,07700 900502\n' >pine.csv
expect_status 0 "$MUSTER" import pine.csv
expect_status 0 "$MUSTER" suppress add 07700900502 --reason "asked by telephone"
sed -i 's/900502/900503/' pine.csv
expect_status 0 "$MUSTER" import pine.csv --dry-run
expect_match 'wanted no texts at the mobile before; the new one is not stopped' "$err"

note "a profile says once what a system's headings and words mean"
printf 'PERSREF;Surname;HANDSET;TXT STOP;SHIFT PAT;Status;NOTES\n%s\n%s\n' \
    '2001;Kelp;07700 900201;;Nights;PD;=cmd' '2002;Larch;07700 900202;Y;Days;X;' >codes.csv
expect_status 65 "$MUSTER" import codes.csv
expect_status 0 "$MUSTER" import codes.csv --profile "$MUSTER_ROOT/etc/roster/example.conf"
expect_match '^2 rows: 2 added' "$out"
mkdir house/roster
sed 's/"custom:shift"/"custom:rota"/' "$MUSTER_ROOT/etc/roster/example.conf" >house/roster/ours.conf
expect_status 0 "$MUSTER" import codes.csv --profile ours
expect_equal '{"shift":"Nights","rota":"Nights"}|active' \
    "$(sqlite3 house/muster.db "SELECT custom, status FROM member WHERE number = '2001'")"
expect_equal 'left' "$(sqlite3 house/muster.db "SELECT status FROM member WHERE number = '2002'")"
expect_status 66 "$MUSTER" import codes.csv --profile nosuch
sed -i 's/delimiter = ";"/delimiter = "semicolon"/' house/roster/ours.conf
expect_status 78 "$MUSTER" import codes.csv --profile ours
expect_match 'ours\.conf:[0-9]+: .*delimiter' "$err"

note "columns of the list's own are kept when asked for, but never what is nobody's business"
printf 'Member No,Surname,Shift Pattern,Date of Birth\n1001,Ash,Nights,01/02/1970\n' >own.csv
expect_status 0 "$MUSTER" import own.csv --custom
expect_match '^columns left out, as no message needs them: Date of Birth$' "$out"
expect_equal '{"shift_pattern":"Nights"}' \
    "$(sqlite3 house/muster.db "SELECT custom FROM member WHERE number = '1001'")"
expect_status 64 "$MUSTER" import own.csv --map 'Shift Pattern=custom:voted'
