#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Mails to awkward members, read by a parser that is not ours: no defect, every header and both
# bodies as they were meant. Who they are and what is written to them is in awkward.py.
source "$(dirname "$0")/branch.sh"
awkward=$MUSTER_ROOT/tests/flow/awkward.py
start_rehearsal
make_branch "mail.from_name=Undeb Iechyd – Anytown"
python3 "$awkward" make
expect_status 0 "$MUSTER" import members.csv
expect_status 0 "$MUSTER" campaign create awkward.conf
expect_status 0 "$MUSTER" campaign start awkward
expect_status 0 "$MUSTER" run --until-idle
expect_sound_books

note "a mail is had as it came in"
mkdir mails
while IFS=' ' read -r address id; do
    curl -fsS -o "mails/$id.eml" "$SMS_URL/mailbox/$address/$id.eml"
done < <(jq -r 'select(.event == "message") | "\(.to | @uri) \(.id)"' "$REHEARSAL_LOG")
none=$SMS_URL/mailbox/sian@mail.example/x.eml
expect_equal 404 "$(curl -sS -o answer -w '%{http_code}' "$none")"
expect_match '^There is no such mail' "$(cat answer)"

note "and is what was meant"
expect_status 0 python3 "$awkward" check mails
