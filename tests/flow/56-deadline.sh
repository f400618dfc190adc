#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Nothing is handed over after the deadline: what the pace has not let go by then expires.
source "$(dirname "$0")/branch.sh"
start_rehearsal
make_branch sms.rate=8
make_members 200 0
deadline=$(($(date +%s) + 12))
start_campaign short everyone '' "$(TZ=Europe/London date -d "@$deadline" '+%Y-%m-%d %H:%M:%S')"

note "a run ends by itself, with every message either sent in time or expired"
expect_status 0 "$MUSTER" run --until-idle
expect_match '^[1-9][0-9]* accepted, 0 refused' "$out"
expect_equal 0 "$(in_state queued claimed sending unsure refused)" "the number without an end"
sent=$(in_state accepted)
if ((sent < 1 || sent > 150)); then fail "$sent of 200 were sent in 12 s at 8 a second"; fi
expect_equal $((200 - sent)) "$(in_state expired)" "the number of messages that expired"
expect_sound_books

note "and the provider heard nothing after it"
last=$(jq -r 'select(.event == "message").at' "$REHEARSAL_LOG" | sort | tail -n 1)
if (($(date -d "$last" +%s) > deadline)); then fail "a text came at $last"; fi
expect_status 0 "$MUSTER" message list short --state expired --format json
expect_equal 'the deadline passed' "$(jq -r '[.[].reason] | unique | join(",")' <<<"$out")"

note "its place in the provider's own queue ends with the deadline"
expect_equal 0 "$(jq -r 'select(.event == "attempt")' "$REHEARSAL_LOG" | wc -l)" \
    "the number of requests that the provider refused"
sqlite3 "$HOUSE/muster.db" 'SELECT reference, released_at FROM outbox WHERE released_at > 0' |
    sort >released
jq -r 'select(.event == "message") | "\(.reference)|\(.validity)"' "$REHEARSAL_LOG" | sort >given
expect_equal "$sent" "$(join -t '|' released given | wc -l)" "the texts whose validity is known"
expect_equal '' "$(join -t '|' released given | awk -F '|' -v deadline="$deadline" \
    '$3 < 1 || $2 + $3 * 1000 > deadline * 1000')" "texts that the provider may keep too long"
