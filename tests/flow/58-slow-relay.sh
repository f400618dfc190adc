#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# However slow the relay is, what happens meanwhile counts: a pause, the deadline. A batch of mails
# is gone on with for a second; the rest comes back and is judged anew.
source "$(dirname "$0")/branch.sh"
start_rehearsal --faults delay=200ms
make_branch mail.batch=50 mail.sessions=1
make_members 0 60

note "a pause takes effect while a batch is on its way"
start_campaign slow everyone
start musterd "$MUSTERD"
some_heard() {
    (($(heard) >= 2))
}
wait_until 30 some_heard
expect_status 0 "$MUSTER" campaign pause slow
paused=$(date +%s%N)
nothing_in_hand() {
    (($(in_state claimed sending) == 0))
}
wait_until 30 nothing_in_hand
before=$(heard)
if ((before > 50)); then fail "$before mails had gone by the time the campaign stood still"; fi
sleep 1
expect_equal "$before" "$(heard)" "the number of mails, a second later"
last=$(jq -r 'select(.event == "message").at' "$REHEARSAL_LOG" | sort | tail -n 1)
# A second of the batch, and the mail that was under way; the bound is far wider than that.
if (($(date -d "$last" +%s%N) - paused > 8000000000)); then
    fail "a mail came at $last, long after the pause"
fi

note "and so does the deadline"
deadline=$(($(date +%s) + 4))
sqlite3 -cmd ".timeout 20000" "$HOUSE/muster.db" \
    "UPDATE step SET deadline = ${deadline}000"
expect_status 0 "$MUSTER" campaign resume slow
all_done() {
    (($(in_state queued claimed sending) == 0))
}
wait_until 60 all_done
stop musterd
if (($(in_state expired) == 0)); then fail "nothing expired: the relay was not slow enough"; fi
last=$(jq -r 'select(.event == "message").at' "$REHEARSAL_LOG" | sort | tail -n 1)
# The mail that was begun in time may end a few answers later.
if (($(date -d "$last" +%s) > deadline + 3)); then fail "a mail came at $last"; fi
expect_sound_books
