#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Lists that are none, or too large, or run into a full disk: a sentence each, and the store is as
# it was.
source "$(dirname "$0")/lib.sh"
expect_status 0 "$MUSTER" init house --set organisation.name=Branch \
    --set mail.from=organiser@branch.example
export MUSTER_CONFIG=$SCRATCH/house/muster.conf
printf 'Member No,Surname,Mobile\n1,Ash,07700 900101\n' >good.csv
expect_status 0 "$MUSTER" import good.csv
before=$(sqlite3 house/muster.db .dump | sha256sum)

# refused STATUS FILE PATTERN: the import says so in one line, and changes nothing.
refused() {
    expect_status "$1" "$MUSTER" import "$2"
    expect_match "^muster: $2.*$3" "$err"
    expect_equal 1 "$(wc -l <<<"$err")" "the number of lines about $2"
    expect_equal "$before" "$(sqlite3 house/muster.db .dump | sha256sum)" "the store"
}

note "a file of more than 2 GiB is refused by its size, without being read"
truncate -s 2049M huge.csv
refused 65 huge.csv 'is larger than 2 GiB'
rm huge.csv

note "a line of 10 MB is refused at that line"
{
    printf 'Member No,Surname,Mobile\n1,Ash,\n2,'
    head -c 10000000 /dev/zero | tr '\0' x
    printf ',\n'
} >long.csv
refused 65 long.csv 'line 3 is longer than 1 MiB'
rm long.csv

note "nothing but line ends, commas or quotation marks is no list"
yes '' | head -n 100000 >blank.csv || true
refused 65 blank.csv 'no header line'
yes ',,,,,,,,' | head -n 100000 >commas.csv || true
refused 65 commas.csv 'none of the first 20 rows is a header'
yes '"' | head -n 1001 | tr -d '\n' >quotes.csv || true
refused 65 quotes.csv 'no header line'

note "what is not text is told by its kind"
head -c 100000 "$MUSTER" >program.csv
refused 65 program.csv 'is a program, not a CSV'
printf 'PK\003\004\024\0\0\0\0\0xl/workbook.xml' >book.csv
refused 65 book.csv 'is an Excel workbook; save it as CSV'
gzip -c good.csv >good.csv.gz
refused 65 good.csv.gz 'is compressed'
mkfifo pipe.csv
refused 66 pipe.csv 'is not a regular file'
refused 66 /dev/null 'is not a regular file'

note "a NUL byte costs its row and no other"
printf 'Member No,Surname\n1,As\0h\n2,Birch\n' >nul.csv
expect_status 0 "$MUSTER" import nul.csv --dry-run
expect_match '^line 2: holds a NUL byte; the row is refused$' "$err"
expect_match '^2 rows: 1 would be added, 0 would be changed, 0 unchanged, 1 refused$' "$out"

note "the list of refused rows overwrites nothing, least of all the list, and needs a place"
expect_status 73 "$MUSTER" import good.csv --errors ./good.csv
expect_match 'is there already' "$err"
expect_equal 2 "$(wc -l <good.csv)" "the lines of good.csv"
expect_status 73 "$MUSTER" import good.csv --errors nowhere/errors.csv
expect_status 64 "$MUSTER" import good.csv --errors both.csv --changes both.csv
expect_status 64 "$MUSTER" import good.csv --errors ''
expect_status 73 "$MUSTER" import good.csv --errors house
expect_equal "$before" "$(sqlite3 house/muster.db .dump | sha256sum)" "the store"

note "a full disk undoes the whole import"
mkdir small
if mount -t tmpfs -o size=3m tmpfs small 2>/dev/null; then
    trap 'umount "$SCRATCH/small" || true; flow_end' EXIT
    expect_status 0 "$MUSTER" init small/house --set organisation.name=Branch \
        --set mail.from=organiser@branch.example
    expect_status 0 "$MUSTER" --config small/house/muster.conf import good.csv
    "$MUSTER_ROOT/contrib/sample-members" 12000 >large.csv
    full=$(sqlite3 small/house/muster.db .dump | sha256sum)
    expect_status 74 "$MUSTER" --config small/house/muster.conf import large.csv
    expect_match '^muster: .*the disk is full' "$err"
    expect_equal "$full" "$(sqlite3 small/house/muster.db .dump | sha256sum)" "the store"
    expect_equal ok "$(sqlite3 small/house/muster.db 'PRAGMA integrity_check')"
    expect_status 0 "$MUSTER" --config small/house/muster.conf member find 1
    head -c 3000000 /dev/zero >small/filler 2>/dev/null || true
    expect_status 74 "$MUSTER" import nul.csv --errors small/errors.csv
    expect_match 'errors\.csv cannot be written' "$err"
    expect_equal "$before" "$(sqlite3 house/muster.db .dump | sha256sum)" "the store"
else
    note "(this machine allows no small disk to be made: not tried)"
fi
