#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A backup that is made while a campaign goes out; the machine is lost later, and the backup takes
# the place of the store: nothing goes out twice.
source "$(dirname "$0")/branch.sh"
start_rehearsal
make_branch sms.rate=20
make_members 200 0
start_campaign drive everyone
start musterd "$MUSTERD"
daemon=$pid
heard_more_than() {
    (($(heard) > $1))
}
wait_until 30 heard_more_than 10

note "a backup in the middle is one sound file that only its owner may read"
expect_status 0 "$MUSTER" backup "$SCRATCH/copy.db"
expect_match 'copy.db is written and checked: [0-9]+ kB' "$out"
expect_match 'it holds 200 members, 0 opt-outs, 1 campaigns, 200 messages' "$out"
expect_match 'the key is not in it' "$out"
expect_equal 600 "$(stat -c %a "$SCRATCH/copy.db")" "its mode"
expect_equal "$SCRATCH/copy.db" "$(ls "$SCRATCH"/copy.db*)" "what stands beside it"
if grep -qaF "$(head -n 1 "$HOUSE/muster.key")" "$SCRATCH/copy.db"; then fail "the key is in it"; fi
expect_match 'backup.write +copy.db' "$("$MUSTER" audit show)" "the record"
head=$(sed -n 's/^the last entry of its record: //p' <<<"$out")
expect_status 0 "$MUSTER" backup --verify "$SCRATCH/copy.db"
expect_match 'copy.db is sound: [0-9]+ kB, schema [0-9]+' "$out"
expect_match "the last entry of its record: $head" "$out"

note "it writes over nothing, and finds out a file that is not sound"
expect_status 73 "$MUSTER" backup "$SCRATCH/copy.db"
expect_match 'copy.db is there already' "$err"
cp "$SCRATCH/copy.db" "$SCRATCH/bent.db"
size=$(stat -c %s "$SCRATCH/bent.db")
head -c $((size / 2)) /dev/zero |
    dd of="$SCRATCH/bent.db" bs=4096 seek=$((size / 8192)) conv=notrunc status=none
status=0
"$MUSTER" backup --verify "$SCRATCH/bent.db" 2>bent.err || status=$?
expect_match '^(65|78)$' "$status" "the status, as it may be no store at all by now"
expect_match 'damaged|not a sound store' "$(cat bent.err)"
cp "$SCRATCH/copy.db" "$SCRATCH/forged.db"
sqlite3 "$SCRATCH/forged.db" 'DROP TRIGGER record_stays' "UPDATE record SET account = 'eve'"
expect_status 65 "$MUSTER" backup --verify "$SCRATCH/forged.db"
expect_match 'the record in .*forged.db is not as it was written' "$err"
head -c 100 "$SCRATCH/copy.db" >"$SCRATCH/short.db"
chmod 600 "$SCRATCH/short.db"
expect_status 78 "$MUSTER" backup --verify "$SCRATCH/short.db"
expect_status 73 "$MUSTER" backup "$SCRATCH/nowhere/copy.db"

note "it goes on, somebody opts out, and everything is lost"
wait_until 30 heard_more_than $(($(heard) + 10))
wait_until 20 public_listens
reply +447700900001 STOP
mapfile -t all < <(tr ' ' '\n' <<<"$daemon $(children "$daemon")" | grep .)
kill -KILL "${all[@]}"
gone() {
    local one
    for one in "${all[@]}"; do
        if kill -0 "$one" 2>/dev/null && [[ $(ps -o stat= -p "$one") != Z* ]]; then return 1; fi
    done
}
wait_until 20 gone
sent=$(heard)
mkdir aside
mv "$HOUSE"/muster.db* aside
install -m 600 "$SCRATCH/copy.db" "$HOUSE/muster.db"

note "the backup in its place sends nothing, and says why"
expect_status 0 "$MUSTER" run --until-idle
expect_equal "$sent" "$(heard)" "the messages that the carriers have kept"
expect_status 0 "$MUSTER" campaign status drive
expect_match 'it comes from a backup of 20' "$out"

note "settled: the opt-out of the gap, and the campaign; nobody has had anything twice"
expect_status 0 "$MUSTER" suppress add '07700 900001'
expect_status 0 "$MUSTER" campaign cancel drive
expect_status 0 "$MUSTER" run --until-idle
expect_equal "$sent" "$(heard)" "the messages that the carriers have kept"
expect_equal 0 "$(jq -r 'select(.event == "message") | .reference' "$REHEARSAL_LOG" |
    sort | uniq -d | wc -l)" "messages that went twice"
expect_status 0 "$MUSTER" backup "$SCRATCH/after.db"
