#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The record: who did what. It grows with what is done, and whoever changes it behind the back of
# the store is found out.
source "$(dirname "$0")/branch.sh"
SMTP_ADDRESS=127.0.0.1:9 SMS_URL=http://127.0.0.1:9
make_branch
make_members 3 2
make_ballot

# password NAME WORDS: a file of that name with the words as its first line.
password() {
    (umask 077 && echo "$2" >"$1")
}
password anna 'three old brass lamps'
password bert 'a slow green river boat'

# deeds: what the record says, the oldest first, without the times.
deeds() {
    "$MUSTER" audit show --format json "$@" |
        jq -r 'reverse | .[] | [.id, .account, .deed, .subject, .detail]
            | map(if . == "" then "-" else tostring end) | join(" ")'
}

# The store is closed to that: whoever does it takes the triggers off first.
tamper() {
    sqlite3 "$HOUSE/muster.db" 'DROP TRIGGER record_stays' 'DROP TRIGGER record_keeps' "$1"
}

note "what is done stands in it, with who did it where that is known"
expect_status 0 "$MUSTER" account add anna --role administrator --password-file anna
as=(--as anna --as-password-file "$SCRATCH/anna")
expect_status 0 "$MUSTER" account add bert --role organiser --password-file bert "${as[@]}"
expect_status 0 "$MUSTER" account set bert --role auditor "${as[@]}"
expect_status 0 "$MUSTER" account disable bert "${as[@]}"
expect_status 65 "$MUSTER" account disable anna "${as[@]}"
expect_status 0 "$MUSTER" member set T2 workplace=Wards
expect_status 0 "$MUSTER" member set T2 workplace=Wards
expect_status 0 "$MUSTER" ballot mark pay voted T1 T2
expect_status 0 "$MUSTER" suppress add '07700 900001'
expect_status 0 "$MUSTER" suppress remove '07700 900001' --reason 'said so at the meeting'
expect_status 0 "$MUSTER" member erase T3 --reason 'asked for it in writing'
member=$(sqlite3 "$HOUSE/muster.db" "SELECT id FROM member WHERE number = 'T2'")
record=$(deeds)
for line in 'anna account.add bert organiser' 'anna account.set bert auditor' \
    'anna account.disable bert -' "- member.set member $member workplace" \
    '- ballot.mark pay 2 voted' '- suppress.add address [0-9a-f]{16} manual' \
    '- suppress.lift address [0-9a-f]{16} -' "- member.erase member $((member + 1)) -"; do
    expect_match "^[0-9]+ $line\$" "$record" "the record"
done
expect_equal 1 "$(grep -c 'member.set' <<<"$record")" "entries of a change that changed something"
if grep -q 'account.disable anna' <<<"$record"; then fail "what was refused stands in it"; fi

note "it says nothing of a member"
if grep -qE 'T[0-9]|Tess|07700|447700|writing|meeting' <<<"$record"; then
    fail "the record knows a member"
fi

note "it is searched"
expect_equal 2 "$(deeds --deed suppress | wc -l)"
expect_equal 1 "$(deeds --deed suppress.lift | wc -l)"
expect_equal 3 "$(deeds --account anna | wc -l)"
expect_equal 3 "$(deeds --subject bert | wc -l)"
expect_equal 1 "$(deeds --find AUDITOR | wc -l)"
expect_equal 2 "$(deeds --limit 2 | wc -l)"
expect_equal 1 "$(deeds --before 2 | wc -l)"
expect_status 64 "$MUSTER" audit show --limit none
expect_status 64 "$MUSTER" audit show --before 0
expect_status 0 "$MUSTER" audit show --account nobody
expect_match '^nothing in the record' "$out"

note "the store refuses to change it"
for sql in "UPDATE record SET account = 'eve' WHERE id = 2" 'DELETE FROM record WHERE id = 2' \
    'DELETE FROM record' \
    "INSERT OR REPLACE INTO record (id, at, deed, chain) VALUES (2, 1, 'x', x'00')"; do
    expect_status 19 sqlite3 "$HOUSE/muster.db" "$sql"
    expect_match 'record' "$err"
done
expect_status 0 "$MUSTER" audit verify
expect_match '^the record is in order: [0-9]+ entries' "$out"
last=$(sed -n 's/^its head is now //p' <<<"$out")
expect_equal "$last" "$("$MUSTER" audit show --head)" "the head of the record"
expect_match 'audit.verify' "$(deeds --limit 1)" "that it was verified"
expect_status 0 "$MUSTER" audit verify --known "$last"
expect_status 64 "$MUSTER" audit verify --known 3
expect_status 64 "$MUSTER" audit verify --known "3:$(printf '%064d' 0)x"

# found SENTENCE SQL: what a change of a copy of the store comes to. It stays as it was found.
found() {
    cp "$HOUSE/muster.db" untouched.db
    tamper "$2"
    expect_status 65 "$MUSTER" audit verify
    expect_match "^muster: the record is not as muster wrote it: $1\$" "$err"
    expect_match "^ *[0-9]+ +${1%, and more}\$" "$(sed -n 2p <<<"$out")" "the list of what is wrong"
    expect_equal "$(head -c 64 <<<"$err")" "$("$MUSTER" audit verify 2>&1 >/dev/null | head -c 64)"
    cp untouched.db "$HOUSE/muster.db"
    rm -f "$HOUSE"/muster.db-*
}
sqlite3 "$HOUSE/muster.db" 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
count=$(deeds | wc -l)
columns='at, account, deed, subject, detail, chain'

note "changed, be it by one byte"
found 'entry 4 was changed' "UPDATE record SET account = 'eve' WHERE id = 4"
found 'entry 2 was changed' "UPDATE record SET at = at + 1 WHERE id = 2"
found 'the digest of entry 5 was changed' \
    "UPDATE record SET chain = x'00' || substr(chain, 2) WHERE id = 5"
found 'entry 2 was changed, and more' "UPDATE record SET detail = 'x' WHERE id IN (2, 6)"

note "taken out, with and without a gap"
found 'entry 1 is missing' 'DELETE FROM record WHERE id = 1'
found 'entries 6 to 7 are missing' 'DELETE FROM record WHERE id IN (6, 7)'
found 'entry 3 is missing' \
    'DELETE FROM record WHERE id = 3; UPDATE record SET id = id - 1 WHERE id > 3'

note "put in"
found 'entry 3 was put in: muster did not write it' \
    "UPDATE record SET id = -id WHERE id > 2; UPDATE record SET id = 1 - id WHERE id < 0;
     DROP TRIGGER record_grows;
     INSERT INTO record (id, $columns) SELECT 3, $columns FROM record WHERE id = 2"

note "put in another order"
found 'what was written as entry 4 stands as entry 5, and more' \
    'UPDATE record SET id = -4 WHERE id = 4; UPDATE record SET id = 4 WHERE id = 5;
     UPDATE record SET id = 5 WHERE id = -4'

note "that its end was cut off is found by who has noted it"
tamper 'DELETE FROM record WHERE id > 4'
expect_status 65 "$MUSTER" audit verify --known "$last"
expect_match 'the end of the record was cut off: it has 4 entries, and entry [0-9]+ was' "$err"
for ((i = 4; i <= count; i++)); do
    expect_status 0 "$MUSTER" audit verify
done
expect_status 65 "$MUSTER" audit verify --known "$last"
expect_match 'is not the one that was noted before' "$err"
