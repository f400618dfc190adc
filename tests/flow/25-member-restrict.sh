#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A member disputes what is held of them: it is kept, and not used, until somebody has decided.
source "$(dirname "$0")/branch.sh"
start_rehearsal
make_branch
make_members 3 0
make_ballot
start_campaign first everyone pay
start_public

note "what is queued already does not go, and nothing else is queued"
expect_status 64 "$MUSTER" member restrict T2
expect_match '--reason' "$err"
expect_status 0 "$MUSTER" member restrict T2 --reason 'disputes the employer'
expect_match '^member T2 is kept and not used: no message, no call sheet' "$out"
expect_status 0 "$MUSTER" run --until-idle
wait_until 20 callbacks_done
expect_equal $'sms delivered 2\nsms withheld 1' "$(states)"
expect_equal "the member's data is not to be used" \
    "$("$MUSTER" message list --format json | jq -r '.[] | select(.state == "withheld").reason')"
start_campaign second everyone
expect_equal 'sms queued 2' "$(states second)"
expect_status 0 "$MUSTER" ballot calls pay --format json
expect_equal 'T1 T3' "$(jq -r 'map(.number) | sort | join(" ")' <<<"$out")"

note "a list changes nothing of them, and says so"
sed 's/Anytown Hospital/Calder Vale/' members.csv >week-2.csv
expect_status 0 "$MUSTER" import week-2.csv
expect_match 'is restricted, and stays as they are: the list has another employer' "$out$err"
expect_equal 'Anytown Hospital' "$("$MUSTER" member show T2 --format json |
    jq -r '.[] | select(.fact == "employer").value')"
grep -v '^T2,' members.csv >week-3.csv
expect_status 0 "$MUSTER" import week-3.csv --full
expect_equal active "$("$MUSTER" member show T2 --format json |
    jq -r '.[] | select(.fact == "status").value')"

note "it is shown, handed out, and ends when a person says so"
expect_status 0 "$MUSTER" member show T2
expect_match '^restricted +kept and not used since 20.*: disputes the employer$' "$out"
expect_match '^texts +no, not to .*: the member is restricted$' "$out"
expect_equal 'disputes the employer' \
    "$("$MUSTER" member export T2 | jq -r '.restrictions[].reason')"
expect_status 0 "$MUSTER" member set T2 employer='Calder Vale'
expect_status 0 "$MUSTER" member unrestrict T2
expect_status 65 "$MUSTER" member unrestrict T2
expect_equal 'muster: member T2 is not restricted' "$err"
start_campaign third everyone
expect_equal 'sms queued 3' "$(states third)"
expect_equal $'member.restrict\nmember.export\nmember.set\nmember.unrestrict' \
    "$(sqlite3 "$HOUSE/muster.db" "SELECT deed FROM record WHERE subject LIKE 'member %'
        ORDER BY id")"
