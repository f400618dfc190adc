#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The power goes, again and again, in the middle of a campaign. By the carriers' own books every
# message got there once; those of which nobody can know are shown as unsure, and got there at most
# once; nobody is left out.
source "$(dirname "$0")/branch.sh"
kills=${MUSTER_CRASHES:-5}
texts=350
mails=350

start_rehearsal --faults delay=20ms
# A batch of texts is as many as are in flight; a mail session hands over a batch of mails.
make_branch sms.rate=120 sms.in_flight=5 sms.batch=5 mail.rate=120 mail.batch=5 mail.sessions=2
in_hand=$((5 + 2 * 5))
make_members "$texts" "$mails"
start_campaign crash everyone
expect_match "$texts texts and $mails mails queued" "$out"

handed_over_more_than() {
    (($(heard) > $1))
}

everything_dead() {
    local process
    for process in "$@"; do
        # A process that nobody has waited for yet is dead all the same.
        if [[ -e /proc/$process ]] && ! grep -q '^State:.Z' "/proc/$process/status"; then
            return 1
        fi
    done
}

# The supervisor stands still first, so that it can neither warn its roles nor start new ones.
kill_everything() {
    local roles
    kill -STOP "$pid"
    roles=$(children "$pid")
    # shellcheck disable=SC2086
    kill -KILL $roles "$pid"
    # shellcheck disable=SC2086
    wait_until 10 everything_dead $roles "$pid"
    wait_until 10 flow_ended musterd
    stop musterd 137
}

for ((n = 1; n <= kills; n++)); do
    note "kill -9, number $n"
    before=$(heard)
    start musterd "$MUSTERD"
    # The moment differs each time, and from run to run.
    wait_until 30 handed_over_more_than $((before + RANDOM % 60))
    sleep "0.0$((RANDOM % 10))"
    kill_everything
done
if ((kills > 0)); then
    expect_match '^[1-9]' "$(in_state queued)" "the number of messages still queued"
fi

note "started once more, it brings the campaign to an end"
start musterd "$MUSTERD"
all_done() {
    (($(in_state queued claimed sending) == 0))
}
wait_until 60 all_done
wait_until 60 callbacks_done
stop musterd

note "the books agree"
expect_sound_books
expect_equal $((texts + mails)) "$(in_state accepted delivered unsure)" \
    "the number of messages handed over"
unsure=$(in_state unsure)
if ((unsure > kills * in_hand)); then
    fail "$unsure messages are unsure after $kills crashes with $in_hand in hand each"
fi
lost=$(($(in_state accepted delivered) - $(heard)))
if ((lost > 0)); then fail "$lost messages count as sent that the carriers never kept"; fi
twice=$(jq -r 'select(.event == "message").to' "$REHEARSAL_LOG" | sort | uniq -d)
expect_equal '' "$twice" "the list of who was written to twice"

note "the store is sound, and what is unsure is listed for a person"
expect_equal ok "$(sqlite3 "$HOUSE/muster.db" 'PRAGMA integrity_check')"
expect_status 0 "$MUSTER" message list --state unsure --format json
expect_equal "$unsure" "$(jq length <<<"$out")"
echo "$kills crashes, $unsure of $((texts + mails)) messages unsure"
