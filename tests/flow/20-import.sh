#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A membership list comes in: the whole of it or nothing, and the second time nothing changes.
source "$(dirname "$0")/lib.sh"
expect_status 0 "$MUSTER" init house --set organisation.name=Branch \
    --set mail.from=organiser@branch.example
export MUSTER_CONFIG=$SCRATCH/house/muster.conf
"$MUSTER_ROOT/contrib/sample-members" 300 >members.csv

dump() {
    sqlite3 house/muster.db .dump | sha256sum
}
empty=$(dump)

note "a dry run says what would be, and changes nothing"
expect_status 0 "$MUSTER" import members.csv --dry-run
expect_match '^members\.csv, read as WINDOWS-1252' "$out"
expect_match '^[0-9]+ rows: [0-9]+ would be added, 0 would be changed, 0 unchanged, ' "$out"
expect_match '^dry run: nothing was changed$' "$out"
would=$(grep -oE '[0-9]+ would be added' <<<"$out" | grep -oE '^[0-9]+')
expect_equal "$empty" "$(dump)" "the store"

note "the import does just that, and names each cell that could not be used"
expect_status 0 "$MUSTER" import members.csv
expect_match "^[0-9]+ rows: $would added, 0 changed, " "$out"
expect_match '^line [0-9]+: .* shortened by a spreadsheet' "$err"
filled=$(dump)

note "the second import changes no member"
expect_status 0 "$MUSTER" import members.csv
expect_match '^[0-9]+ rows: 0 added, 0 changed, ' "$out"
expect_status 0 "$MUSTER" import list --format json
expect_equal "$would 0" "$(jq -r '"\(.[1].joined) \(.[0].joined + .[0].changed)"' <<<"$out")"

note "what a listing prints as CSV can be imported again, and changes nothing"
expect_status 0 "$MUSTER" segment set all everyone
expect_status 0 "$MUSTER" segment show all --format csv
cp stdout listing.csv
listed=$(python3 -c 'import csv; print(sum(1 for row in csv.DictReader(open("listing.csv"))))')
if ((listed < 100)); then fail "only $listed members are listed"; fi
expect_match "'\+447700" "$(cat listing.csv)"
expect_status 0 "$MUSTER" import listing.csv
expect_match "^$listed rows: 0 added, 0 changed, $listed unchanged, 0 refused" "$out"
expect_equal '' "$err"

note "blank cells overwrite nothing, others do"
number=$("$MUSTER" member find a --format json | jq -r 'map(select(.mobile != ""))[0].number')
before=$("$MUSTER" member show "$number" --format json)
printf 'Membership number,First name,Mobile,Band\n%s,Zelda,,\n' "$number" >change.csv
expect_status 0 "$MUSTER" import change.csv
expect_match '^1 row: 0 added, 1 changed' "$out"
expect_status 0 "$MUSTER" member show "$number" --format json
expect_equal "$(jq -S 'map(if .fact == "first name" then .value = "Zelda" else . end)' \
    <<<"$before")" "$(jq -S . <<<"$out")" "the member"
expect_match '^1 +Zelda' "1 $("$MUSTER" member find Zelda --format json | jq -r '.[].first_name')"

note "columns that nobody could guess are named by hand"
printf 'Kennung;Rufnummer\nK1;07700 900001\n' >strange.csv
expect_status 65 "$MUSTER" import strange.csv
expect_match 'there is no header line .*--map' "$err"
expect_status 0 "$MUSTER" import strange.csv --map Kennung=number --map Rufnummer=mobile
expect_status 0 "$MUSTER" member find K1 --format csv
expect_match "^K1,.*447700900001" "$out"
expect_status 64 "$MUSTER" import strange.csv --map Kennung=nubmer
expect_match 'did you mean "number"' "$err"

note "what a broken file says of a cell is short, and harmless to a terminal"
printf 'Membership number,First name,Mobile\nL1,Long,x%s\nL2,Cut,%s\nL3,Odd,%b\n' \
    "$(printf '%0.s9' {1..400})" "$(printf '%0.sŵ' {1..61})" '\033[31m07700 900001' >long.csv
expect_status 0 "$MUSTER" import long.csv
expect_match "^line 2: Mobile: .* \('x9{59}\.\.\.'\)$" "$err"
expect_match "^line 3: Mobile: .* \('ŵ{60}\.\.\.'\)$" "$err"
expect_match '^line 4: Mobile: .*\[31m07700 900001' "$err"
if grep -q $'\033' stderr; then fail "there are escape sequences in the faults"; fi
expect_status 0 "$MUSTER" import --help
expect_match '^FIELD is one of number, first, last, ' "$out"

note "what is no list is refused in a sentence, and the store is as it was"
filled=$(dump)
mkdir folder
: >empty.csv
printf 'Membership number,First name\n' >header.csv
printf 'a,b\n1,2\n' >headless.csv
printf '\000\001\002binary\000' >binary.csv
printf 'PK\003\004 xl/workbook.xml' >book.csv
printf '%%PDF-1.4' >list.csv
printf '<html><table>' >page.csv
while read -r status file sentence; do
    expect_status "$status" "$MUSTER" import "$file"
    expect_match "^muster: $file.* $sentence" "$err"
    expect_equal 1 "$(wc -l <<<"$err")" "the number of lines about $file"
    expect_equal "$filled" "$(dump)" "the store"
done <<'END'
66 missing.csv cannot be opened
66 folder is a folder, not a file
65 empty.csv is empty
65 header.csv .*no member below it
65 headless.csv there is no header line
65 binary.csv is not a text file
65 book.csv is an Excel workbook; save it as CSV
65 list.csv is a PDF
65 page.csv is a web page
END
if ((EUID != 0)); then
    cp change.csv secret.csv && chmod 0 secret.csv
    expect_status 66 "$MUSTER" import secret.csv
fi
